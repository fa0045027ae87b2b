import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { type JobKind, type Recheck, TaskState } from "#lib/db/generated/enums.ts";
import type { Payload } from "#lib/queue/contracts.ts";
import { endedTaskStates, lockJob } from "#lib/services/jobs/job-row.ts";
import { settleJob } from "#lib/services/jobs/settle-job.ts";
import type { TaskClaim } from "./progress-batch.ts";
import type { BlobCounts } from "./task-record.ts";
import { inTransaction } from "./transaction.ts";

type TaskMessage = Payload<"copyTask">;

export interface ClaimedTask extends TaskClaim, BlobCounts {
  sourceHost: string;
  sourceRepository: string;
  targetRepository: string;
  tag: string;
  plannedDigest: string | null;
  recheck: Recheck;
  jobKind: JobKind;
}

/**
 * Makes a task this worker's: the attempt gets the next number, and writes that name an earlier one change nothing from
 * here on. A task that another worker seems to be at is taken over, since the queue hands a message out again only when
 * its holder has fallen silent.
 *
 * @returns null when there is nothing to do: the task has ended, the job is to stop, or the message is of an earlier run
 */
export async function claimTask(
  workerId: string,
  { taskId, jobId, run }: TaskMessage,
): Promise<ClaimedTask | null> {
  const [task] = await writeDb.$queryRaw<ClaimedTask[]>`
    UPDATE "MirrorTask" t
       SET "attempt" = t."attempt" + 1, "workerId" = ${workerId}::uuid, "state" = 'running', "nextAttemptAt" = NULL,
           "startedAt" = coalesce(t."startedAt", now())
      FROM "MirrorJob" j
     WHERE t."id" = ${taskId}::uuid AND j."id" = t."jobId" AND j."id" = ${jobId}::uuid AND j."run" = ${run}
       AND j."state" = 'running' AND j."cancelRequestedAt" IS NULL
       AND t."state" IN ('queued', 'running', 'retrying', 'waiting')
    RETURNING t."id" AS "taskId", t."jobId", t."attempt", t."sourceHost", t."sourceRepository", t."targetRepository",
              t."tag", t."plannedDigest", t."recheck"::text AS "recheck", j."kind"::text AS "jobKind", t."blobsTotal", t."blobsPresent", t."blobsMounted", t."blobsTransferred"`;
  return task ?? null;
}

/** Ends a task of a job that is to stop, when no worker has it any more that could. */
export async function cancelLeftTask(message: TaskMessage): Promise<void> {
  await endLeftTask(message, { ifCancelled: true }, { state: TaskState.cancelled });
}

/** Ends a task whose workers were lost one after the other. */
export async function failLostTask(message: TaskMessage, attempts: number): Promise<void> {
  const errorFacts = { attempts };
  await endLeftTask(
    message,
    { ifCancelled: false },
    { state: TaskState.failed, errorCode: "worker-lost", errorFacts },
  );
}

async function endLeftTask(
  { taskId, jobId, run }: TaskMessage,
  { ifCancelled }: { ifCancelled: boolean },
  end: { state: TaskState; errorCode?: string; errorFacts?: { attempts: number } },
): Promise<void> {
  await inTransaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job.run !== run || (ifCancelled && job.cancelRequestedAt === null)) return;
    const { count } = await tx.mirrorTask.updateMany({
      where: { id: taskId, jobId, state: { notIn: [...endedTaskStates] } },
      data: { ...end, workerId: null, attempt: { increment: 1 }, finishedAt: new Date() },
    });
    if (count === 0) return;
    const { errorCode, errorFacts } = end;
    await tx.jobEvent.create({
      data: {
        jobId,
        taskId,
        kind: errorCode === undefined ? "task_state" : "error",
        state: end.state,
        ...(errorCode !== undefined && { code: errorCode }),
        ...(errorFacts && { facts: errorFacts }),
      },
    });
    await settleJob(tx, jobId);
  });
}
