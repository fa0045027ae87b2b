import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { JobKind, JobState, TaskState } from "#lib/db/generated/enums.ts";
import { type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { cancelChannel, jobsChannel, notifyJob } from "#lib/queue/notifications.ts";
import type { CancelJobInput } from "#lib/schemas/jobs.ts";
import { findLiveHolders } from "../bundles/live-holders.ts";
import { leaveWriting } from "../bundles/writing-state.ts";
import { bundleJobKinds, findChangedJob, lockJob, setJobState } from "./job-row.ts";
import { settleJob } from "./settle-job.ts";

/**
 * Stops a job. What waits is cancelled at once; what a worker is copying is stopped by that worker within seconds, and
 * the job ends with the last of it. What an export has written is kept, so that a retry goes on with it, unless it is to
 * be removed.
 *
 * @throws AppError `not-found`, `job-state-conflict` when it has ended already
 */
export async function cancelJob(
  access: Access<"job.cancel">,
  jobId: string,
  { removeBundle = false }: Partial<Pick<CancelJobInput, "removeBundle">> = {},
): Promise<void> {
  const { number, change } = await findChangedJob(access, jobId, "job.cancel");
  const enqueue = await openQueue();
  await withChange(access, change, async (tx, audit) => {
    const job = await lockJob(tx, jobId);
    if (job.state !== JobState.running && !isBeforeWork(job.state)) {
      throw new AppError("job-state-conflict", { number, state: job.state });
    }
    audit.before({ state: job.state });
    const now = new Date();
    await cancelTasks(tx, jobId, [TaskState.queued], now);
    const bundle = bundleJobKinds.includes(job.kind) ? await findBundle(tx, jobId) : null;
    const removed = removeBundle && job.kind === JobKind.export_bundle ? bundle : null;
    if (removed) {
      audit.after({ removeBundle });
      await tx.bundle.update({ where: { id: removed.id }, data: { removing: true } });
    }
    // No worker that could stop it has it, and none may ever come.
    const isLeft = bundle !== null && !(await findLiveHolders([bundle.storeId])).has(bundle.storeId);
    if (isBeforeWork(job.state) || isLeft) {
      await cancelTasks(tx, jobId, [TaskState.running, TaskState.retrying, TaskState.waiting], now);
      await setJobState(tx, jobId, JobState.cancelled, { cancelRequestedAt: now, finishedAt: now });
      if (bundle) await leaveWriting(tx, bundle.id);
      if (removed) {
        await enqueue(tx, "bundleWork", [{ kind: "remove", storeId: removed.storeId, bundleId: removed.id }]);
      }
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

/** What an attempt of theirs writes from here on counts no more. */
async function cancelTasks(
  tx: ChangeTransaction,
  jobId: string,
  states: TaskState[],
  finishedAt: Date,
): Promise<void> {
  await tx.mirrorTask.updateMany({
    where: { jobId, state: { in: states } },
    data: { state: TaskState.cancelled, attempt: { increment: 1 }, finishedAt, workerId: null },
  });
}

async function findBundle(tx: ChangeTransaction, jobId: string) {
  return tx.bundle.findFirst({
    where: { jobs: { some: { id: jobId } } },
    select: { id: true, storeId: true },
  });
}
