import "server-only";
import { db } from "#lib/db/client.ts";
import { JobState } from "#lib/db/generated/enums.ts";
import { logger } from "#lib/logger.ts";

const working = new Set<JobState>([JobState.queued, JobState.planning, JobState.running]);

interface Entry {
  jobId: string;
  run: number;
  users: number;
  controller: AbortController;
}

/** The signals by which everything this process does for a job is stopped when the job is cancelled. */
export class JobSignals {
  readonly #entries = new Map<string, Entry>();

  /**
   * The signal of a run of a job. Entered before anything of the job is claimed, so that no cancellation falls between.
   */
  enter(jobId: string, run: number): { signal: AbortSignal; leave: () => void } {
    const key = `${jobId}:${run}`;
    const entry = this.#entries.get(key) ?? { jobId, run, users: 0, controller: new AbortController() };
    this.#entries.set(key, entry);
    entry.users++;
    return {
      signal: entry.controller.signal,
      leave: () => {
        entry.users--;
        if (entry.users === 0) this.#entries.delete(key);
      },
    };
  }

  /** Looks which of these jobs, or of all, are to stop. The database decides: a notification may be old or lost. */
  async check(jobIds?: readonly string[]): Promise<void> {
    const entries = [...this.#entries.values()].filter(({ jobId }) => jobIds?.includes(jobId) ?? true);
    if (entries.length === 0) return;
    try {
      const rows = await db.mirrorJob.findMany({
        where: { id: { in: entries.map(({ jobId }) => jobId) } },
        select: { id: true, run: true, state: true, cancelRequestedAt: true },
      });
      const jobs = new Map(rows.map((row) => [row.id, row]));
      for (const { jobId, run, controller } of entries) {
        const job = jobs.get(jobId);
        const goesOn = job?.run === run && working.has(job.state) && job.cancelRequestedAt === null;
        if (!goesOn) controller.abort();
      }
    } catch (error) {
      logger.warn({ err: error }, "could not ask whether jobs are to stop; asking again soon");
    }
  }
}
