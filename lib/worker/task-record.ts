import type { MirrorEvent } from "#lib/engine/mirror/index.ts";
import { BlobOutcome, JobEventKind, TaskState } from "#lib/db/generated/enums.ts";
import type { BlobProgress, EventLine, TaskClaim, TaskProgress } from "./progress-batch.ts";

/** Counters that earlier attempts have reached. */
export interface BlobCounts {
  blobsTotal: number;
  blobsPresent: number;
  blobsMounted: number;
  blobsTransferred: number;
}

export interface PendingProgress {
  task: TaskProgress;
  blobs: BlobProgress[];
  events: EventLine[];
}

/** More than are kept of a task: further ones only have to be counted. */
const maxPendingEvents = 110;

/** What one attempt at one image has come to; turned into rows now and then. */
export class TaskRecord {
  readonly claim: TaskClaim;
  readonly #before: BlobCounts;
  readonly #onBytes: (bytes: number) => void;
  #total: number;
  #newBytes = 0;
  #newRetries = 0;
  #newEvents = 0;
  #events: EventLine[] = [];
  #nextAttemptAt: number | null = null;
  /** By digest: when a registry loses a blob, the engine goes over all of them a second time. */
  readonly #outcomes = new Map<string, BlobOutcome>();
  readonly #waiting = new Set<string>();
  readonly #moving = new Set<string>();
  #changedBlobs = new Map<string, BlobProgress>();

  constructor(claim: TaskClaim, before: BlobCounts, onBytes: (bytes: number) => void) {
    const { taskId, jobId, attempt } = claim;
    this.claim = { taskId, jobId, attempt };
    this.#before = before;
    this.#total = before.blobsTotal;
    this.#onBytes = onBytes;
    this.note(JobEventKind.task_state, { state: TaskState.running });
  }

  /** Takes in what the engine tells. */
  hear(event: MirrorEvent): void {
    switch (event.type) {
      case "image-planned":
        this.#total = event.plan.blobs.length;
        break;
      case "blob-present":
        this.#settle(event.digest, 0, BlobOutcome.present);
        break;
      case "blob-mounted":
        this.#settle(event.digest, 0, BlobOutcome.mounted);
        this.note(JobEventKind.mount, {
          facts: { digest: event.digest, from: event.from, sizeBytes: event.sizeBytes },
        });
        break;
      case "blob-waiting":
        this.#waiting.add(event.digest);
        this.note(JobEventKind.wait, { facts: { digest: event.digest, sizeBytes: event.sizeBytes } });
        break;
      case "blob-progress":
        this.#move(event.digest, event.bytes, event.addedBytes);
        break;
      case "blob-transferred":
        this.#settle(event.digest, event.sizeBytes, BlobOutcome.transferred);
        break;
      case "retrying": {
        const { cause, attempt, nextAttemptAt, digest } = event;
        this.#newRetries++;
        if (digest) this.#moving.delete(digest);
        this.#nextAttemptAt = nextAttemptAt;
        const nextAttempt = new Date(nextAttemptAt).toISOString();
        const facts = { ...cause.facts, ...(digest && { digest }), attempt, nextAttemptAt: nextAttempt };
        this.note(JobEventKind.retry, { code: cause.code, facts });
        break;
      }
      case "image-started":
      case "manifest-pushed":
      case "tag-pushed":
      case "image-finished":
      case "image-failed":
        // The end of an image is written with its result.
        break;
    }
  }

  /** Adds a line to the log. */
  note(kind: JobEventKind, line: { state?: string; code?: string; facts?: object }): void {
    this.#newEvents++;
    if (this.#events.length >= maxPendingEvents) return;
    this.#events.push({
      taskId: this.claim.taskId,
      ordinal: this.#newEvents,
      at: new Date().toISOString(),
      kind,
      state: line.state ?? null,
      code: line.code ?? null,
      facts: line.facts ?? null,
    });
  }

  /** What is to be written; what is new counts from here on again. */
  take(): PendingProgress {
    const pending: PendingProgress = {
      task: {
        ...this.claim,
        ...this.counts(),
        state: this.#state(),
        nextAttemptAt: this.#nextAttemptAt === null ? null : new Date(this.#nextAttemptAt).toISOString(),
        newBytes: this.#newBytes,
        newRetries: this.#newRetries,
        newEvents: this.#newEvents,
      },
      blobs: [...this.#changedBlobs.values()],
      events: this.#events,
    };
    this.#newBytes = 0;
    this.#newRetries = 0;
    this.#newEvents = 0;
    this.#events = [];
    this.#changedBlobs = new Map();
    return pending;
  }

  /** Takes back what could not be written. */
  restore({ task, blobs, events }: PendingProgress): void {
    this.#newBytes += task.newBytes;
    this.#newRetries += task.newRetries;
    const later = this.#events.map((event) => ({ ...event, ordinal: event.ordinal + task.newEvents }));
    this.#newEvents += task.newEvents;
    this.#events = [...events, ...later].slice(0, maxPendingEvents);
    this.#changedBlobs = new Map([
      ...blobs.map((blob): [string, BlobProgress] => [blob.digest, blob]),
      ...this.#changedBlobs,
    ]);
  }

  /**
   * What an earlier attempt moved or mounted is found present by this one; it still counts as what it was, so that no
   * counter runs backwards.
   */
  counts(): BlobCounts {
    const before = this.#before;
    const placedBefore = before.blobsMounted + before.blobsTransferred;
    const now = { present: 0, mounted: 0, transferred: 0 };
    for (const outcome of this.#outcomes.values()) now[outcome]++;
    return {
      blobsTotal: this.#total,
      blobsPresent: Math.max(before.blobsPresent, now.present - placedBefore),
      blobsMounted: before.blobsMounted + now.mounted,
      blobsTransferred: before.blobsTransferred + now.transferred,
    };
  }

  #state(): TaskState {
    if (this.#moving.size > 0) return TaskState.running;
    if (this.#nextAttemptAt !== null && this.#nextAttemptAt > Date.now()) return TaskState.retrying;
    return this.#waiting.size > 0 ? TaskState.waiting : TaskState.running;
  }

  #move(digest: string, bytes: number, addedBytes: number): void {
    this.#newBytes += addedBytes;
    this.#onBytes(addedBytes);
    this.#nextAttemptAt = null;
    this.#waiting.delete(digest);
    this.#moving.add(digest);
    this.#changedBlobs.set(digest, {
      taskId: this.claim.taskId,
      digest,
      receivedBytes: bytes,
      outcome: null,
    });
  }

  #settle(digest: string, receivedBytes: number, outcome: BlobOutcome): void {
    this.#waiting.delete(digest);
    this.#moving.delete(digest);
    this.#nextAttemptAt = null;
    if (outcome === BlobOutcome.transferred || !this.#outcomes.has(digest))
      this.#outcomes.set(digest, outcome);
    this.#changedBlobs.set(digest, { taskId: this.claim.taskId, digest, receivedBytes, outcome });
  }
}
