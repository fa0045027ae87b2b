import "server-only";
import { writeDb } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { logger } from "#lib/logger.ts";
import { lockJob } from "#lib/services/jobs/job-row.ts";
import type { JobSpeed, ProgressBatch, TaskClaim } from "./progress-batch.ts";
import { SpeedMeter } from "./speed-meter.ts";
import { type BlobCounts, type PendingProgress, TaskRecord } from "./task-record.ts";
import { inTransaction } from "./transaction.ts";
import { writeProgress } from "./write-progress.ts";

const defaultIntervalMs = 500;

interface OpenTask {
  record: TaskRecord;
  /** Called once when another claim has taken the task over. */
  onLost: () => void;
}

/**
 * Collects what this process's copies tell and writes it at most twice a second, in one statement. All its writes come
 * one after the other, so nothing of a task is written after its end.
 */
export class ProgressRecorder {
  readonly #workerId: string;
  readonly #intervalMs: number;
  readonly #open = new Map<string, OpenTask>();
  readonly #meters = new Map<string, { meter: SpeedMeter; written: number }>();
  #timer: NodeJS.Timeout | undefined;
  #lastAt = 0;
  #closed = false;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(workerId: string, intervalMs = defaultIntervalMs) {
    this.#workerId = workerId;
    this.#intervalMs = intervalMs;
  }

  /** Follows an attempt until `finish` or `drop`. */
  begin(claim: TaskClaim, before: BlobCounts, onLost: () => void): TaskRecord {
    const tracked = this.#meters.get(claim.jobId) ?? { meter: new SpeedMeter(), written: 0 };
    this.#meters.set(claim.jobId, tracked);
    const record = new TaskRecord(claim, before, (bytes) => tracked.meter.add(bytes, Date.now()));
    this.#open.set(claim.taskId, { record, onLost });
    this.#schedule();
    return record;
  }

  /**
   * Writes the end of an attempt at once: its last progress, then what `end` adds, in one transaction that holds the job.
   *
   * @returns false, with nothing written, when the task is another attempt's by now
   */
  async finish(record: TaskRecord, end: (tx: Prisma.TransactionClient) => Promise<void>): Promise<boolean> {
    return this.#exclusively(async () => {
      this.drop(record);
      const { taskId, jobId } = record.claim;
      const batch = toBatch([record.take()], []);
      return inTransaction(async (tx) => {
        await lockJob(tx, jobId);
        const held = await writeProgress(tx, this.#workerId, batch);
        if (!held.has(taskId)) return false;
        await end(tx);
        return true;
      });
    });
  }

  /** Forgets an attempt. */
  drop(record: TaskRecord): void {
    const open = this.#open.get(record.claim.taskId);
    if (open?.record === record) this.#open.delete(record.claim.taskId);
  }

  /** Writes what there is. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#exclusively(() => this.#write());
  }

  /** Writes what there is for the last time. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  #schedule(): void {
    if (this.#closed || this.#timer !== undefined) return;
    const waitMs = Math.max(0, this.#lastAt + this.#intervalMs - Date.now());
    this.#timer = setTimeout(() => {
      this.flush().then(
        () => {
          if (this.#open.size > 0 || this.#meters.size > 0) this.#schedule();
        },
        (error: unknown) => {
          logger.warn({ err: error }, "progress could not be written; it will be with the next");
          this.#schedule();
        },
      );
    }, waitMs);
  }

  #exclusively<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#writing.then(task);
    this.#writing = result.catch(() => undefined);
    return result;
  }

  async #write(): Promise<void> {
    this.#lastAt = Date.now();
    const open = [...this.#open.values()];
    const taken = open.map(({ record }) => ({ record, pending: record.take() }));
    const batch = toBatch(
      taken.map(({ pending }) => pending),
      this.#measure(),
    );
    if (batch.tasks.length === 0 && batch.speeds.length === 0) return;
    try {
      const held = await writeProgress(writeDb, this.#workerId, batch);
      for (const { record, onLost } of open) {
        if (held.has(record.claim.taskId)) continue;
        this.drop(record);
        onLost();
      }
    } catch (error) {
      for (const { record, pending } of taken) record.restore(pending);
      throw error;
    }
  }

  /** Speeds of the jobs that move, and once of those that have come to rest. */
  #measure(): JobSpeed[] {
    const now = Date.now();
    const busy = new Set([...this.#open.values()].map(({ record }) => record.claim.jobId));
    const speeds: JobSpeed[] = [];
    for (const [jobId, tracked] of this.#meters) {
      const bytesPerSecond = tracked.meter.bytesPerSecond(now);
      if (bytesPerSecond > 0 || tracked.written > 0) speeds.push({ jobId, bytesPerSecond });
      tracked.written = bytesPerSecond;
      if (bytesPerSecond === 0 && !busy.has(jobId)) this.#meters.delete(jobId);
    }
    return speeds;
  }
}

function toBatch(pending: PendingProgress[], speeds: JobSpeed[]): ProgressBatch {
  return {
    tasks: pending.map(({ task }) => task),
    blobs: pending.flatMap(({ blobs }) => blobs),
    events: pending.flatMap(({ events }) => events),
    speeds,
  };
}
