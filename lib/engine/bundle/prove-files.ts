import { createHash, type Hash } from "node:crypto";
import { abortError } from "../oci/abort.ts";
import { digestAlgorithm, formatHash, type Digest } from "../oci/digest.ts";
import { createFileHash } from "./file-hash.ts";
import { toEngineError } from "../oci/errors.ts";
import type { BlobSegment } from "./layout.ts";

/** Reads `length` bytes at `offset`. */
type ReadChunk = (into: Uint8Array, offset: number) => Promise<void>;

export interface ProvableFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Ascending. */
  readonly blobs: readonly BlobSegment[];
  readonly read: ReadChunk;
}

interface ProvenPart {
  readonly digest: Digest;
  /** In the file. */
  readonly offset: number;
  readonly from: number;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface ProvenFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Of blobs that are cut. */
  readonly parts: readonly ProvenPart[];
  /** Where a blob begins that is not what its digest says. */
  readonly damaged: readonly { readonly digest: Digest; readonly offset: number }[];
}

const chunkBytes = 1024 * 1024;

/**
 * Reads files from beginning to end and hashes them as wholes and blob by blob.
 *
 * @param files in the order in which cut blobs go on
 * @param sizeOf how large a blob is as a whole
 * @param onBytes hears how far it is
 * @throws EngineError `cancelled`, and what a file's `read` throws
 */
export async function* proveFiles(
  files: readonly ProvableFile[],
  sizeOf: (digest: Digest) => number,
  { onBytes, signal }: { onBytes?: (count: number) => void; signal?: AbortSignal | undefined } = {},
): AsyncGenerator<ProvenFile, void, undefined> {
  /** Of blobs that are cut: the hash of the parts so far. */
  const unfinished = new Map<Digest, Hash>();
  const whole = createFileHash(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const buffers = [whole.allocate(chunkBytes), whole.allocate(chunkBytes)];
  try {
    for (const file of files) {
      const parts: ProvenPart[] = [];
      const damaged: { digest: Digest; offset: number }[] = [];
      const segments = file.blobs.values();
      let current = begin(segments.next().value);
      let reading = readNext(0, 0);

      function readNext(at: number, turn: number) {
        const into = buffers[turn % 2]?.subarray(0, Math.min(chunkBytes, file.sizeBytes - at));
        if (into === undefined || into.byteLength === 0) return null;
        const promise = file.read(into, at).then(() => into);
        promise.catch(() => undefined);
        return promise;
      }

      function begin(segment: BlobSegment | undefined) {
        if (segment === undefined) return null;
        const { digest, from, sizeBytes } = segment;
        const isCut = from !== 0 || sizeBytes !== sizeOf(digest);
        const blob = unfinished.get(digest) ?? createHash(digestAlgorithm(digest));
        return { segment, blob, part: isCut ? createHash("sha256") : null };
      }

      function end({ segment, blob, part }: NonNullable<typeof current>): void {
        const { digest, from, sizeBytes, offset } = segment;
        if (part) parts.push({ digest, offset, from, sizeBytes, sha256: part.digest("hex") });
        if (from + sizeBytes < sizeOf(digest)) {
          unfinished.set(digest, blob);
          return;
        }
        unfinished.delete(digest);
        if (formatHash(blob, digestAlgorithm(digest)) !== digest) damaged.push({ digest, offset });
      }

      let position = 0;
      for (let turn = 1; reading !== null; turn++) {
        if (signal?.aborted)
          throw toEngineError(abortError(signal), { operation: "read-file", file: file.name });
        const chunk = await reading;
        const chunkEnd = position + chunk.byteLength;
        reading = readNext(chunkEnd, turn);
        const hashed = whole.update(chunk);
        while (current !== null && current.segment.offset < chunkEnd) {
          const { offset, sizeBytes } = current.segment;
          const bytes = chunk.subarray(Math.max(0, offset - position), offset + sizeBytes - position);
          current.blob.update(bytes);
          current.part?.update(bytes);
          if (offset + sizeBytes > chunkEnd) break;
          end(current);
          current = begin(segments.next().value);
        }
        await hashed;
        position = chunkEnd;
        onBytes?.(chunk.byteLength);
      }
      // Blobs of no bytes at the very end.
      for (; current !== null; current = begin(segments.next().value)) end(current);
      yield { name: file.name, sizeBytes: file.sizeBytes, sha256: await whole.digest(), parts, damaged };
    }
  } finally {
    await whole.close();
  }
}
