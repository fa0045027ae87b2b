import "server-only";
import { TaskState } from "#lib/db/generated/enums.ts";
import { lockJob } from "#lib/services/jobs/job-row.ts";
import type { TaskClaim } from "../progress-batch.ts";
import { inTransaction } from "../transaction.ts";

const done: readonly TaskState[] = [TaskState.succeeded, TaskState.skipped];
const atWork: readonly TaskState[] = [TaskState.running, TaskState.retrying, TaskState.waiting];

/**
 * Notes that a task's image is at the target, though the task goes on, and tells whether with it all of the job are.
 * Of tasks that get there at the same time one is told so, since each holds the job. A worker that is lost with its task
 * leaves the note, which stays true.
 */
export async function markCopied({ taskId, jobId, attempt }: TaskClaim, digest: string): Promise<boolean> {
  return inTransaction(async (tx) => {
    await lockJob(tx, jobId);
    const { count } = await tx.mirrorTask.updateMany({
      where: { id: taskId, attempt },
      data: { finalDigest: digest },
    });
    if (count === 0) return false;
    const lacking = await tx.mirrorTask.count({
      where: {
        jobId,
        NOT: {
          OR: [{ state: { in: [...done] } }, { state: { in: [...atWork] }, finalDigest: { not: null } }],
        },
      },
    });
    return lacking === 0;
  });
}
