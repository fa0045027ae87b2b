import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { JobState, TaskState } from "#lib/db/generated/enums.ts";
import { type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { cancelChannel, jobsChannel, notifyJob } from "#lib/queue/notifications.ts";
import { findChangedJob, lockJob, setJobState } from "./job-row.ts";
import { settleJob } from "./settle-job.ts";

/**
 * Stops a job. What waits is cancelled at once; what a worker is copying is stopped by that worker within seconds, and
 * the job ends with the last of it.
 *
 * @throws AppError `not-found`, `job-state-conflict` when it has ended already
 */
export async function cancelJob(access: Access<"job.cancel">, jobId: string): Promise<void> {
  const { number, change } = await findChangedJob(access, jobId, "job.cancel");
  await withChange(access, change, async (tx, audit) => {
    const job = await lockJob(tx, jobId);
    if (job.state !== JobState.running && !isBeforeWork(job.state)) {
      throw new AppError("job-state-conflict", { number, state: job.state });
    }
    audit.before({ state: job.state });
    const now = new Date();
    await cancelWaiting(tx, jobId, now);
    if (isBeforeWork(job.state)) {
      await setJobState(tx, jobId, JobState.cancelled, { cancelRequestedAt: now, finishedAt: now });
    } else {
      await tx.mirrorJob.update({
        where: { id: jobId },
        data: { cancelRequestedAt: job.cancelRequestedAt ?? now },
      });
      await settleJob(tx, jobId);
    }
    await notifyJob(tx, cancelChannel, jobId);
    await notifyJob(tx, jobsChannel, jobId);
  });
}

function isBeforeWork(state: JobState): boolean {
  return state === JobState.queued || state === JobState.planning || state === JobState.planned;
}

async function cancelWaiting(tx: ChangeTransaction, jobId: string, now: Date): Promise<void> {
  await tx.mirrorTask.updateMany({
    where: { jobId, state: TaskState.queued },
    data: { state: TaskState.cancelled, finishedAt: now, workerId: null },
  });
}
