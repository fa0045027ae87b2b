import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import { JobKind, JobState, TaskState } from "#lib/db/generated/enums.ts";
import { errorView } from "#lib/error-view.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { lockJob, setJobState } from "#lib/services/jobs/job-row.ts";
import { releaseTasks } from "#lib/services/jobs/release-tasks.ts";
import { inTransaction } from "./transaction.ts";

/** False when there is nothing to plan: the job was cancelled or planned before, or the message is of an earlier run. */
export async function beginPlanning(jobId: string, run: number): Promise<boolean> {
  return inTransaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job.run !== run) return false;
    if (job.state === JobState.planning) return true;
    if (job.state !== JobState.queued) return false;
    await setJobState(tx, jobId, JobState.planning, { startedAt: job.startedAt ?? new Date() });
    return true;
  });
}

/** From planning to work, or to where a person is asked. */
export async function endPlanning(jobId: string, run: number): Promise<void> {
  const enqueue = await openQueue();
  await inTransaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job.state !== JobState.planning || job.run !== run) return;
    const left = await tx.mirrorTask.count({ where: { jobId, state: TaskState.queued } });
    // Nothing is deleted without a person's word, whatever its row says.
    const isHeld = job.kind === JobKind.prune ? left > 0 : job.holdAfterPlanning;
    if (isHeld) await setJobState(tx, jobId, JobState.planned);
    else await releaseTasks(tx, enqueue, job);
  });
}

/** Ends a job that cannot be planned, with all its images. */
export async function failPlanning(jobId: string, run: number, error: unknown): Promise<void> {
  const { code, facts } = errorView(error);
  const stored = { errorCode: code, errorFacts: facts as Prisma.InputJsonObject };
  await inTransaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job.state !== JobState.planning || job.run !== run) return;
    const finishedAt = new Date();
    await tx.mirrorTask.updateMany({
      where: { jobId, state: TaskState.queued },
      data: { ...stored, state: TaskState.failed, finishedAt },
    });
    await tx.jobEvent.create({ data: { jobId, kind: "error", code, facts: stored.errorFacts } });
    await setJobState(tx, jobId, JobState.failed, { ...stored, finishedAt });
  });
}
