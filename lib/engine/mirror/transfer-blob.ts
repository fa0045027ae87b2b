import { BlobProof } from "../oci/blob-proof.ts";
import { EngineError, type EngineErrorCode } from "../oci/errors.ts";
import type { Repository } from "../oci/reference.ts";
import type { BlobUpload } from "./content.ts";
import type { PlannedBlob } from "./image-plan.ts";
import type { PlaceContext } from "./place-context.ts";
import type { FailedAttempt, Patience } from "./retry.ts";

const progressIntervalMs = 100;
/** So much further, and what failed before is forgotten: a long way over a bad line is no failure. */
const restoringBytes = 1024 * 1024;
/** How often a target is asked how far a blob is, before it is sent from the start. */
const maxOffsetQuestions = 3;
/** After these nothing that the target has got of the blob is worth keeping. */
const spoiling: ReadonlySet<EngineErrorCode> = new Set(["digest-mismatch", "size-mismatch", "upload-lost"]);

interface TransferOptions {
  readonly offered: BlobUpload | null;
  readonly replaces: boolean;
}

/**
 * Carries a blob from source to target. When either side breaks off, it goes on where it was: the source is asked for
 * the rest, the target for what it has got.
 *
 * @param options.offered an upload that the target has already agreed to
 * @param options.replaces the target has something under the blob's digest already, so that its being there says nothing
 * @throws EngineError once patience is at its end; the upload is then given back
 */
export async function transferBlob(
  context: PlaceContext,
  blob: PlannedBlob,
  repository: Repository,
  options: TransferOptions,
): Promise<void> {
  await new BlobTransfer(context, blob, repository, options).run();
}

class BlobTransfer {
  readonly #context: PlaceContext;
  readonly #blob: PlannedBlob;
  readonly #repository: Repository;
  readonly #patience: Patience;
  readonly #proof: BlobProof;
  readonly #replaces: boolean;
  #upload: BlobUpload | null;
  /** Bytes of the blob that the target has for certain. */
  #offset = 0;
  /** The furthest that any attempt came. */
  #furthest = 0;
  #restoredAt = 0;
  #reportedAt = 0;
  #reportedBytes = 0;

  constructor(
    context: PlaceContext,
    blob: PlannedBlob,
    repository: Repository,
    { offered, replaces }: TransferOptions,
  ) {
    this.#context = context;
    this.#blob = blob;
    this.#repository = repository;
    this.#upload = offered;
    this.#replaces = replaces;
    this.#proof = new BlobProof(blob.descriptor);
    this.#patience = context.retrier.begin({
      signal: context.signal,
      onFailedAttempt: (failed) => this.#onFailedAttempt(failed),
    });
  }

  async run(): Promise<void> {
    const { transfers, signal } = this.#context;
    for (;;) {
      try {
        await transfers.run(() => this.#attempt(), signal);
        return;
      } catch (error) {
        await this.#recover(error);
        // The answer that all had arrived may be what was lost.
        if (
          !this.#replaces &&
          this.#offset === 0 &&
          this.#furthest === this.#blob.descriptor.sizeBytes &&
          (await this.#isThere())
        )
          return;
      }
    }
  }

  async #isThere(): Promise<boolean> {
    const { target, signal } = this.#context;
    try {
      return await target.hasBlob(this.#repository, this.#blob.descriptor.digest, signal);
    } catch {
      return false;
    }
  }

  /** One attempt: both sides are asked at once, and neither is left waiting when the other fails. */
  async #attempt(): Promise<void> {
    const { source, target, smallBlobs } = this.#context;
    const { descriptor, sourceRepository, foreign, content } = this.#blob;
    const ending = new AbortController();
    const signal = AbortSignal.any([this.#context.signal, ending.signal]);
    const kept = content ?? smallBlobs.find(descriptor.digest);
    const offset = this.#offset;
    const failures: unknown[] = [];
    // The first failure ends the other side's request; what that then throws says nothing.
    const guard = async <Result>(request: Promise<Result> | Result): Promise<Result | null> => {
      try {
        return await request;
      } catch (error) {
        failures.push(error);
        ending.abort();
        return null;
      }
    };
    const onInterrupted = (error: EngineError) => this.#patience.bear(error);
    try {
      const [arriving, upload] = await Promise.all([
        guard<AsyncIterable<Uint8Array> | Iterable<Uint8Array>>(
          kept
            ? [kept.subarray(offset)]
            : source.openBlob(sourceRepository, descriptor, {
                signal,
                proof: this.#proof,
                offset,
                onInterrupted,
                foreign,
              }),
        ),
        // Not ended with the source: an upload whose address never arrives could not be given back.
        guard(
          this.#upload ?? target.startBlob(this.#repository, descriptor, { signal: this.#context.signal }),
        ),
      ]);
      if (upload === "mounted") return;
      this.#upload = upload;
      if (arriving === null || upload === null) throw failures[0];
      await upload.write(this.#reportProgress(arriving, offset), offset, signal);
    } finally {
      // Whatever of the source's answer is unread is given up, so that its connection does not stay open.
      ending.abort();
    }
  }

  /** Waits for the next attempt and finds out where it is to go on. @throws what was thrown, at the end of patience */
  async #recover(thrown: unknown): Promise<void> {
    const worthless = thrown instanceof EngineError && spoiling.has(thrown.code);
    try {
      if (worthless) await this.#giveBack();
      await this.#patience.bear(thrown);
      this.#offset = await this.#findOffset();
    } catch (error) {
      await this.#giveBack();
      throw error;
    }
    if (this.#offset === 0) await this.#giveBack();
  }

  /** How much the target has got; a target that does not say gets the blob from the start. */
  async #findOffset(): Promise<number> {
    for (let asked = 1; ; asked++) {
      try {
        return (await this.#upload?.findOffset(this.#context.signal)) ?? 0;
      } catch (error) {
        if (!(error instanceof EngineError) || error.code === "cancelled") throw error;
        if (!error.facts.retryable || asked === maxOffsetQuestions) return 0;
        // Away for a moment, as is a target that starts again: what it has got is worth the wait.
        await this.#patience.bear(error);
      }
    }
  }

  async #giveBack(): Promise<void> {
    const upload = this.#upload;
    this.#upload = null;
    this.#offset = 0;
    await upload?.cancel();
  }

  async *#reportProgress(
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    offset: number,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    let bytes = offset;
    this.#reportedBytes = offset;
    this.#report(bytes);
    for await (const chunk of content) {
      yield chunk;
      bytes += chunk.byteLength;
      this.#furthest = Math.max(this.#furthest, bytes);
      if (bytes >= this.#restoredAt + restoringBytes) {
        this.#restoredAt = bytes;
        this.#patience.restore();
      }
      if (performance.now() - this.#reportedAt >= progressIntervalMs) this.#report(bytes);
    }
    this.#report(bytes);
  }

  #report(bytes: number): void {
    const { digest, sizeBytes } = this.#blob.descriptor;
    this.#reportedAt = performance.now();
    const addedBytes = bytes - this.#reportedBytes;
    this.#reportedBytes = bytes;
    this.#context.emit({ type: "blob-progress", digest, sizeBytes, bytes, addedBytes });
  }

  #onFailedAttempt(failed: FailedAttempt): void {
    this.#context.emit({ type: "retrying", digest: this.#blob.descriptor.digest, ...failed });
  }
}
