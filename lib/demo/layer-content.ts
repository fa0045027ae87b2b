import { crc32 } from "node:zlib";
import { pseudoRandomBytes } from "./random.ts";

export interface LayerFile {
  readonly path: string;
  /** As it is, or a block of pseudo-random bytes. */
  readonly content: string | Uint8Array | PseudoRandomContent;
  readonly executable?: boolean;
}

interface PseudoRandomContent {
  readonly seed: string;
  readonly sizeBytes: number;
}

/** 2023-02-09, when TKG 2.1.1 was current; any fixed time keeps the bytes the same. */
export const contentTime = new Date("2023-02-09T00:00:00Z");

const tarBlockBytes = 512;
const longestName = 100;
const largestStoredBlock = 65_535;

/** A tar archive of the files and of the folders above them, in the order given. */
export function* tarFiles(files: readonly LayerFile[]): Generator<Buffer> {
  const folders = new Set<string>();
  for (const file of files) {
    for (let end = file.path.indexOf("/"); end !== -1; end = file.path.indexOf("/", end + 1)) {
      const folder = file.path.slice(0, end + 1);
      if (folders.has(folder)) continue;
      folders.add(folder);
      yield tarHeader(folder, 0, "5", 0o755);
    }
    const { sizeBytes, chunks } = openContent(file.content);
    yield tarHeader(file.path, sizeBytes, "0", file.executable === true ? 0o755 : 0o644);
    yield* chunks;
    yield Buffer.alloc((tarBlockBytes - (sizeBytes % tarBlockBytes)) % tarBlockBytes);
  }
  yield Buffer.alloc(2 * tarBlockBytes);
}

function openContent(content: LayerFile["content"]): { sizeBytes: number; chunks: Iterable<Buffer> } {
  if (typeof content === "string" || content instanceof Uint8Array) {
    const bytes = Buffer.from(content);
    return { sizeBytes: bytes.byteLength, chunks: [bytes] };
  }
  return { sizeBytes: content.sizeBytes, chunks: pseudoRandomBytes(content.seed, content.sizeBytes) };
}

/** A ustar header (POSIX.1-1988). */
function tarHeader(path: string, sizeBytes: number, type: "0" | "5", mode: number): Buffer {
  if (Buffer.byteLength(path) > longestName) throw new Error(`too long for a ustar header: ${path}`);
  const header = Buffer.alloc(tarBlockBytes);
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, "0");
  header.write(path, 0);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(sizeBytes, 11), 124);
  header.write(octal(contentTime.getTime() / 1000, 11), 136);
  header.write(" ".repeat(8), 148);
  header.write(type, 156);
  header.write("ustar\u000000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148, "latin1");
  return header;
}

/**
 * Wraps content as gzip (RFC 1952) in stored blocks. Nothing is compressed: that is quick, and the bytes do not depend
 * on the version of a compressor.
 */
export function* gzipStored(content: Iterable<Buffer>): Generator<Buffer> {
  yield Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
  let checksum = 0;
  let sizeBytes = 0;
  for (const chunk of content) {
    checksum = crc32(chunk, checksum);
    sizeBytes += chunk.byteLength;
    for (let start = 0; start < chunk.byteLength; start += largestStoredBlock) {
      const block = chunk.subarray(start, start + largestStoredBlock);
      yield Buffer.concat([storedBlockHeader(block.byteLength, false), block]);
    }
  }
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(sizeBytes % 2 ** 32, 4);
  yield Buffer.concat([storedBlockHeader(0, true), trailer]);
}

function storedBlockHeader(sizeBytes: number, last: boolean): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt8(last ? 1 : 0, 0);
  header.writeUInt16LE(sizeBytes, 1);
  header.writeUInt16LE(~sizeBytes & 0xffff, 3);
  return header;
}
