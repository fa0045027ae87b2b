import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import { JobState, TaskState } from "#lib/db/generated/enums.ts";
import { errorView } from "#lib/error-view.ts";
import { leaveWriting } from "#lib/services/bundles/writing-state.ts";
import { endedTaskStates, lockJob, setJobState } from "#lib/services/jobs/job-row.ts";
import { settleJob } from "#lib/services/jobs/settle-job.ts";
import { inTransaction } from "../transaction.ts";
import type { PlannedRun } from "../write-plans.ts";

interface EndedTasks {
  state: TaskState;
  errorCode?: string;
  errorFacts?: Prisma.InputJsonObject;
}

/** The job's last act, in one transaction with what `close` writes. Nothing is written when the job is another's by now. */
export async function succeedJob(
  { jobId, run }: PlannedRun,
  close: (tx: Prisma.TransactionClient) => Promise<void>,
): Promise<void> {
  await inTransaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job.run !== run || job.state !== JobState.running) return;
    await close(tx);
    await settleJob(tx, jobId, { closing: true });
  });
}

/** Ends a job of which images failed: the others are where they belong. */
export async function endIncomplete(planned: PlannedRun): Promise<void> {
  await end(planned, async (tx) => {
    await endTasks(tx, planned.jobId, { state: TaskState.cancelled });
    await setJobState(tx, planned.jobId, JobState.failed, { finishedAt: new Date() });
  });
}

export async function endCancelled(planned: PlannedRun): Promise<void> {
  await end(planned, async (tx) => {
    await endTasks(tx, planned.jobId, { state: TaskState.cancelled });
    await setJobState(tx, planned.jobId, JobState.cancelled, { finishedAt: new Date() });
  });
}

/** Ends a job for a reason that concerns all of it, with the images that are left. */
export async function endFailed(planned: PlannedRun, error: unknown): Promise<void> {
  const { code, facts } = errorView(error);
  const stored = { errorCode: code, errorFacts: facts as Prisma.InputJsonObject };
  const { jobId } = planned;
  await end(planned, async (tx) => {
    await endTasks(tx, jobId, { state: TaskState.failed, ...stored });
    await tx.jobEvent.create({ data: { jobId, kind: "error", code, facts: stored.errorFacts } });
    await setJobState(tx, jobId, JobState.failed, { ...stored, finishedAt: new Date() });
  });
}

/** Of a job that is at work, in this run: another has nothing to do with this worker any more. */
async function end(
  { jobId, run }: PlannedRun,
  write: (tx: Prisma.TransactionClient) => Promise<void>,
): Promise<void> {
  const atWork = new Set<JobState>([JobState.queued, JobState.planning, JobState.running]);
  await inTransaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job.run !== run || !atWork.has(job.state)) return;
    await write(tx);
    const { bundleId } = await tx.mirrorJob.findUniqueOrThrow({
      where: { id: jobId },
      select: { bundleId: true },
    });
    // Only an export writes, so that the bundle of an import stays what it is.
    if (bundleId !== null) await leaveWriting(tx, bundleId);
  });
}

async function endTasks(tx: Prisma.TransactionClient, jobId: string, data: EndedTasks): Promise<void> {
  await tx.mirrorTask.updateMany({
    where: { jobId, state: { notIn: [...endedTaskStates] } },
    data: { ...data, workerId: null, attempt: { increment: 1 }, nextAttemptAt: null, finishedAt: new Date() },
  });
}
