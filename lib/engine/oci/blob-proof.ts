import { createHash, type Hash } from "node:crypto";
import type { Descriptor } from "./descriptor.ts";
import { contentError, digestAlgorithm, formatHash } from "./digest.ts";

interface Checkpoint {
  readonly offset: number;
  readonly hash: Hash;
}

/** How much of a blob is read again, at most, when a target has less of it than was sent. */
const defaultCheckpointBytes = 16 * 1024 * 1024;

/**
 * How far a blob is proven: the state of its hash along the way, so that a transfer that broke off goes on where it was
 * instead of from the start, and every byte is proven all the same.
 */
export class BlobProof {
  readonly blob: Descriptor;
  readonly #checkpointBytes: number;
  /** Ascending; the first is always at 0. */
  #checkpoints: readonly Checkpoint[];

  constructor(blob: Descriptor, checkpointBytes = defaultCheckpointBytes) {
    this.blob = blob;
    this.#checkpointBytes = checkpointBytes;
    this.#checkpoints = [{ offset: 0, hash: createHash(digestAlgorithm(blob.digest)) }];
  }

  /** Where to read from so that all bytes from `offset` on can be proven. */
  findStart(offset: number): number {
    return this.#at(offset).offset;
  }

  /**
   * Passes content through from `start` on, each chunk valid until the next is asked for, and proves the whole blob at
   * its end. The last chunk is held back until size and digest are proven, so that whoever consumes this never holds the whole of a wrong blob.
   *
   * @param content the bytes from `start` on, where `start` is what `findStart(offset)` said
   * @param offset where what is passed on begins
   * @throws EngineError `size-mismatch` as soon as there are too many bytes, or at the end when there are too few;
   * `digest-mismatch` at the end. Both are retryable: what arrives broken once usually arrives whole later.
   */
  async *verify(
    content: AsyncIterable<Uint8Array>,
    offset: number,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { blob } = this;
    const checkpoint = this.#at(offset);
    const hash = checkpoint.hash.copy();
    let position = checkpoint.offset;
    let marked = position;
    let held: Uint8Array | undefined;
    for await (const chunk of content) {
      const begin = position;
      position += chunk.byteLength;
      if (position > blob.sizeBytes) throw this.#fail("size-mismatch", position);
      hash.update(chunk);
      if (position - marked >= this.#checkpointBytes) {
        marked = position;
        this.#mark({ offset: position, hash: hash.copy() });
      }
      const wanted = begin < offset ? chunk.subarray(offset - begin) : chunk;
      if (wanted.byteLength === 0) continue;
      // A copy: the chunk itself is void once more is asked for.
      if (position === blob.sizeBytes) held = Buffer.from(wanted);
      else yield wanted;
    }
    if (position !== blob.sizeBytes) throw this.#fail("size-mismatch", position);
    if (formatHash(hash, digestAlgorithm(blob.digest)) !== blob.digest) {
      throw this.#fail("digest-mismatch", position);
    }
    if (held !== undefined) yield held;
  }

  #at(offset: number): Checkpoint {
    return this.#checkpoints.findLast((each) => each.offset <= offset) ?? this.#begin();
  }

  #begin(): Checkpoint {
    const [first] = this.#checkpoints;
    if (first === undefined) throw new Error("a proof without a beginning");
    return first;
  }

  #mark(checkpoint: Checkpoint): void {
    if ((this.#checkpoints.at(-1)?.offset ?? 0) < checkpoint.offset) {
      this.#checkpoints = [...this.#checkpoints, checkpoint];
    }
  }

  /** What was read is wrong somewhere, and nobody knows where. */
  #fail(code: "size-mismatch" | "digest-mismatch", actualBytes: number) {
    this.#checkpoints = [this.#begin()];
    return contentError(code, this.blob, actualBytes);
  }
}
