import type { Descriptor } from "../oci/descriptor.ts";
import { EngineError } from "../oci/errors.ts";
import type { RegistryClient } from "../oci/registry-client.ts";
import type { UploadSession } from "../oci/upload-endpoint.ts";
import type { BlobUpload } from "./content.ts";

/** Tried in turn, when a registry, or a proxy before it, does not take a whole blob in one request. */
const chunkSteps = [8 * 1024 * 1024, 512 * 1024] as const;
/** A chunk is held in memory, so a registry that insists on larger ones is not served. */
const maxChunkBytes = 64 * 1024 * 1024;

/** How much one registry takes in a request: all, until it refuses. */
export class Chunking {
  #step = -1;

  /** Bytes of a chunk, or null for the whole blob at once. */
  get chunkBytes(): number | null {
    return chunkSteps[this.#step] ?? null;
  }

  /** @returns whether there is a smaller size to try */
  reduce(refused: number | null): boolean {
    // Others may have met the same refusal meanwhile.
    if (refused === this.chunkBytes) this.#step++;
    return this.chunkBytes !== null;
  }
}

/** An upload to a registry: in one request if it takes it, else in chunks. */
export function createUpload(
  client: RegistryClient,
  started: UploadSession,
  blob: Descriptor,
  chunking: Chunking,
  explain: (error: unknown) => unknown,
): BlobUpload {
  let upload = started;

  async function writeChunks(
    content: AsyncIterable<Uint8Array>,
    start: number,
    chunkBytes: number,
    signal: AbortSignal,
  ): Promise<void> {
    let offset = start;
    for await (const chunk of gather(content, chooseSize(chunkBytes, upload))) {
      upload = await client.sendChunk(upload, chunk, { offset, signal });
      offset += chunk.byteLength;
    }
    await client.finishUpload(upload, blob, nothing, { offset, signal });
  }

  return {
    async write(content, offset, signal) {
      const { chunkBytes } = chunking;
      try {
        if (chunkBytes === null) await client.finishUpload(upload, blob, content, { offset, signal });
        else await writeChunks(content, offset, chunkBytes, signal);
      } catch (error) {
        if (
          error instanceof EngineError &&
          error.code === "upload-too-large" &&
          chunking.reduce(chunkBytes)
        ) {
          throw explain(new EngineError(error.code, { ...error.facts, retryable: true }, error));
        }
        throw explain(error);
      }
    },
    async findOffset(signal) {
      const found = await client.findUpload(upload, signal).catch((error: unknown) => {
        throw explain(error);
      });
      upload = found?.upload ?? upload;
      return found?.offset ?? 0;
    },
    cancel: () => client.cancelUpload(upload),
  };
}

const nothing: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => [][Symbol.iterator]() as never };

/** Pieces of `size` bytes, the last one shorter. */
async function* gather(
  content: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    let rest = chunk;
    while (length + rest.byteLength >= size) {
      const taken = rest.subarray(0, size - length);
      yield Buffer.concat([...pieces, taken]);
      [pieces, length, rest] = [[], 0, rest.subarray(taken.byteLength)];
    }
    if (rest.byteLength === 0) continue;
    pieces.push(Buffer.from(rest));
    length += rest.byteLength;
  }
  if (length > 0) yield Buffer.concat(pieces);
}

function chooseSize(chunkBytes: number, { minChunkBytes }: UploadSession): number {
  return Math.min(Math.max(chunkBytes, minChunkBytes), maxChunkBytes);
}
