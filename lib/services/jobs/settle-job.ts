import "server-only";
import { JobState, TaskState } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { endedTaskStates, lockJob, setJobState } from "./job-row.ts";

/**
 * Ends a running job when nothing of it is left to do. Whoever ends a task calls this in the same transaction, after
 * locking the job, so exactly one of them ends it.
 */
export async function settleJob(tx: ChangeTransaction, jobId: string): Promise<void> {
  const job = await lockJob(tx, jobId);
  if (job.state !== JobState.running) return;
  const counts = await tx.mirrorTask.groupBy({ by: ["state"], where: { jobId }, _count: true });
  const states = new Set<TaskState>(counts.map(({ state }) => state));
  const ended = new Set<TaskState>(endedTaskStates);
  if ([...states].some((state) => !ended.has(state))) return;
  const state = states.has(TaskState.cancelled)
    ? JobState.cancelled
    : states.has(TaskState.failed)
      ? JobState.failed
      : JobState.succeeded;
  if (state === JobState.succeeded) {
    // What nobody moved was put there by somebody else meanwhile.
    await tx.jobBlob.updateMany({ where: { jobId, outcome: null }, data: { outcome: "present" } });
  }
  await setJobState(tx, jobId, state, { finishedAt: new Date() });
}
