import type { Digest } from "#lib/engine/oci/digest.ts";
import type { BlobStore, BlobWriter } from "./blob-store.ts";
import type { ByteRange } from "./byte-range.ts";

/** One write of a large blob would fill the socket's buffer at once. */
const chunkBytes = 256 * 1024;

export function createMemoryBlobStore(): BlobStore {
  const blobs = new Map<Digest, Buffer>();
  return {
    findSize: (digest) => blobs.get(digest)?.byteLength ?? null,
    open(digest, range) {
      const blob = blobs.get(digest);
      if (blob === undefined) throw new Error(`${digest} is not in the store`);
      return slice(blob, range);
    },
    startWrite: () => Promise.resolve(createWriter(blobs)),
    remove(digest) {
      blobs.delete(digest);
      return Promise.resolve();
    },
  };
}

function slice(blob: Buffer, range?: ByteRange): AsyncIterable<Uint8Array> {
  const { start, end } = range ?? { start: 0, end: blob.byteLength - 1 };
  let position = start;
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        if (position > end) return Promise.resolve({ done: true, value: undefined });
        const value = blob.subarray(position, Math.min(position + chunkBytes, end + 1));
        position += value.byteLength;
        return Promise.resolve({ done: false, value });
      },
    }),
  };
}

function createWriter(blobs: Map<Digest, Buffer>): BlobWriter {
  let chunks: Uint8Array[] = [];
  return {
    write(chunk) {
      chunks.push(chunk);
      return Promise.resolve();
    },
    read: () => slice(Buffer.concat(chunks)),
    commit(digest) {
      blobs.set(digest, Buffer.concat(chunks));
      chunks = [];
      return Promise.resolve();
    },
    discard() {
      chunks = [];
      return Promise.resolve();
    },
  };
}
