import "server-only";
import { JobState, TaskState } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import type { Enqueue } from "#lib/queue/enqueue.ts";
import { setJobState } from "./job-row.ts";
import { sendCopies } from "./send-job.ts";
import { settleJob } from "./settle-job.ts";

/** From plan to work: every image that is left goes to the workers. The caller has locked the job. */
export async function releaseTasks(
  tx: ChangeTransaction,
  enqueue: Enqueue,
  job: { id: string; run: number },
): Promise<void> {
  const tasks = await tx.mirrorTask.findMany({
    where: { jobId: job.id, state: TaskState.queued },
    orderBy: { position: "asc" },
    select: { id: true },
  });
  // Held no more: whoever sets the job going again need not ask for its plan a second time.
  await setJobState(tx, job.id, JobState.running, { holdAfterPlanning: false });
  await sendCopies(
    tx,
    enqueue,
    job,
    tasks.map(({ id }) => id),
  );
  if (tasks.length === 0) await settleJob(tx, job.id);
}
