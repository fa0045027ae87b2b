import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { JobState } from "#lib/db/generated/enums.ts";
import { logger } from "#lib/logger.ts";
import { jobsChannel, listen, type Listener } from "#lib/queue/notifications.ts";
import { assertVisible } from "./job-row.ts";
import type { JobSnapshot } from "./job-views.ts";
import { findSnapshot } from "./snapshot.ts";

// Two a second are enough for an eye; speed and time left go stale without a change.
const shortestGapMs = 500;
const longestGapMs = 5_000;

type Watcher = (snapshot: JobSnapshot) => void;

/** Everyone who looks at one job: a snapshot is made once for all of them. */
class WatchedJob {
  readonly watchers = new Set<Watcher>();
  readonly #jobId: string;
  #last: JobSnapshot | null = null;
  #lastAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Infinity;

  constructor(jobId: string) {
    this.#jobId = jobId;
  }

  add(watcher: Watcher): void {
    this.watchers.add(watcher);
    if (this.#last) watcher(this.#last);
    this.changed();
  }

  changed(): void {
    this.#schedule(this.#lastAt + shortestGapMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.watchers.clear();
  }

  #schedule(at: number): void {
    if (at >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = at;
    this.#timer = setTimeout(() => void this.#refresh(), Math.max(0, at - Date.now()));
  }

  async #refresh(): Promise<void> {
    this.#dueAt = Infinity;
    this.#lastAt = Date.now();
    try {
      const snapshot = await findSnapshot(this.#jobId);
      if (snapshot) {
        this.#last = snapshot;
        for (const watcher of this.watchers) watcher(snapshot);
      }
    } catch (error) {
      logger.warn({ err: error, jobId: this.#jobId }, "a job's snapshot could not be read");
    }
    const resting = this.#last !== null && endStates.has(this.#last.state);
    if (this.watchers.size > 0 && !resting) this.#schedule(Date.now() + longestGapMs);
  }
}

const endStates = new Set<JobState>([JobState.succeeded, JobState.failed, JobState.cancelled]);

interface Hub {
  jobs: Map<string, WatchedJob>;
  listener: Listener | null;
}

// Next loads this module once per bundle: the process must still hold one listening connection.
const holder = globalThis as { drayageJobHub?: Hub };
const hub = (holder.drayageJobHub ??= { jobs: new Map(), listener: null });

/**
 * Calls `onSnapshot` with the state of a job now and after each change, at most twice a second, until the returned
 * function is called.
 *
 * @throws AppError `not-found`
 */
export async function watchJob(
  access: Access<"job.read">,
  jobId: string,
  onSnapshot: (snapshot: JobSnapshot) => void,
): Promise<() => void> {
  await assertVisible(access, jobId);
  hub.listener ??= listen(
    jobsChannel,
    (ids) => ids.forEach((id) => hub.jobs.get(id)?.changed()),
    () => hub.jobs.forEach((job) => job.changed()),
  );
  const job = hub.jobs.get(jobId) ?? new WatchedJob(jobId);
  hub.jobs.set(jobId, job);
  job.add(onSnapshot);
  return () => {
    job.watchers.delete(onSnapshot);
    if (job.watchers.size > 0) return;
    job.stop();
    hub.jobs.delete(jobId);
    if (hub.jobs.size > 0) return;
    void hub.listener?.close();
    hub.listener = null;
  };
}
