import { createHash } from "node:crypto";
import type { Checksums } from "./checksums.ts";

/**
 * SHA-256, SHA-1 and MD5 of a stream in one pass; nothing of it is kept.
 *
 * Chunks of about 1 MiB are quickest: smaller ones cost calls, larger ones leave the processor's cache before the last
 * algorithm has seen them.
 *
 * @throws what the stream throws
 */
export async function computeChecksums(content: AsyncIterable<Uint8Array>): Promise<Checksums> {
  const sha256 = createHash("sha256");
  const sha1 = createHash("sha1");
  const md5 = createHash("md5");
  let sizeBytes = 0;
  for await (const chunk of content) {
    sha256.update(chunk);
    sha1.update(chunk);
    md5.update(chunk);
    sizeBytes += chunk.byteLength;
  }
  return { sha256: sha256.digest("hex"), sha1: sha1.digest("hex"), md5: md5.digest("hex"), sizeBytes };
}
