import type { Digest } from "#lib/engine/oci/digest.ts";
import type { ByteRange } from "./byte-range.ts";

/** Content by digest, whoever refers to it. Nothing here proves a digest: who writes has done so. */
export interface BlobStore {
  /** Size in bytes; null when it is not there. */
  findSize(digest: Digest): number | null;
  open(digest: Digest, range?: ByteRange): AsyncIterable<Uint8Array>;
  startWrite(): Promise<BlobWriter>;
  remove(digest: Digest): Promise<void>;
}

/** Content on its way in. */
export interface BlobWriter {
  write(chunk: Uint8Array): Promise<void>;
  /** What was written so far. */
  read(): AsyncIterable<Uint8Array>;
  /** Makes it content that can be opened, all at once. */
  commit(digest: Digest): Promise<void>;
  discard(): Promise<void>;
}
