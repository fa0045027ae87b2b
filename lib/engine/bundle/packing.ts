import { readWhole, slice, type RandomAccess } from "./random-access.ts";

/** RFC 1952, section 2.3.1. */
const gzipMagic = 0x1f8b;
/** RFC 8878, section 3.1.1. */
const zstdMagic = 0x28b52ffd;
const magicBytes = 4;

/** By what content is packed, as its first bytes tell; null when it is not, as far as can be seen. */
export async function findPacking(content: RandomAccess): Promise<"gzip" | "zstd" | null> {
  const start = Buffer.alloc(magicBytes);
  // What is shorter ends in zeros here.
  start.set(await readWhole(slice(content, 0, Math.min(magicBytes, content.sizeBytes))));
  if (start.readUInt16BE() === gzipMagic) return "gzip";
  return start.readUInt32BE() === zstdMagic ? "zstd" : null;
}
