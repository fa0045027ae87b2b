import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { JobKind, JobState, TaskState } from "#lib/db/generated/enums.ts";
import { withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { doubtSkipped } from "./doubt-skipped.ts";
import { assertHostFree } from "./host-lock.ts";
import { findChangedJob, lockJob } from "./job-row.ts";
import { releaseTasks } from "./release-tasks.ts";

/** Lets a job go on that waits for a person's word. @throws AppError `not-found`, `job-state-conflict`, `destination-busy` */
export async function confirmJob(access: Access<"job.confirm">, jobId: string): Promise<void> {
  const { number, change } = await findChangedJob(access, jobId, "job.confirm");
  const enqueue = await openQueue();
  await withChange(access, change, async (tx, audit) => {
    const job = await lockJob(tx, jobId);
    if (job.state !== JobState.planned)
      throw new AppError("job-state-conflict", { number, state: job.state });
    await assertHostFree(tx, jobId);
    await doubtSkipped(tx, jobId);
    const images = await tx.mirrorTask.count({ where: { jobId, state: TaskState.queued } });
    const deletions = await tx.pruneDeletion.count({ where: { task: { jobId } } });
    audit.after(job.kind === JobKind.prune ? { repositories: images, deletions } : { images });
    await releaseTasks(tx, enqueue, job);
  });
}
