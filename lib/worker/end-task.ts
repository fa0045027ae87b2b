import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import { JobEventKind, TaskState } from "#lib/db/generated/enums.ts";
import type { CopyResult } from "#lib/engine/mirror/index.ts";
import type { ErrorView } from "#lib/errors.ts";
import { settleJob } from "#lib/services/jobs/settle-job.ts";
import { insertPlacements, insertPublications } from "./placement-rows.ts";
import type { ProgressRecorder } from "./progress-recorder.ts";
import type { TaskRecord } from "./task-record.ts";

export interface Attempt {
  recorder: ProgressRecorder;
  record: TaskRecord;
}

/** The image is at the target: so says its task, and its placement says what stands there. */
export async function recordCopied({ recorder, record }: Attempt, result: CopyResult): Promise<void> {
  const { outcome, rootDigest, mediaType } = result;
  // All of an image is there when it is done, also what was found there without being asked for.
  const { blobsTotal, blobsMounted, blobsTransferred } = record.counts();
  // Found complete by this attempt, but brought there by an earlier one that could not say so any more.
  const skipped = outcome === "skipped" && blobsMounted + blobsTransferred === 0;
  const state = skipped ? TaskState.skipped : TaskState.succeeded;
  const blobsPresent = Math.max(0, blobsTotal - blobsMounted - blobsTransferred);
  const { taskId } = record.claim;
  await recorder.finish(record, async (tx) => {
    await tx.$executeRaw`
      WITH task AS (
        UPDATE "MirrorTask"
           SET "state" = ${state}::"TaskState", "finalDigest" = ${rootDigest}, "mediaType" = ${mediaType},
               "blobsPresent" = ${blobsPresent}, "nextAttemptAt" = NULL, "finishedAt" = now()
         WHERE "id" = ${taskId}::uuid RETURNING *
      ), event AS (
        INSERT INTO "JobEvent" ("jobId", "taskId", "kind", "state")
        SELECT "jobId", "id", ${skipped ? JobEventKind.skip : JobEventKind.task_state}::"JobEventKind", ${state} FROM task
      ), published AS (
        ${insertPublications("task")}
      )
      ${insertPlacements("task")}`;
    await settleJob(tx, record.claim.jobId);
  });
}

export async function recordFailed(attempt: Attempt, error: ErrorView): Promise<void> {
  await endUncopied(attempt, TaskState.failed, error);
}

export async function recordCancelled(attempt: Attempt): Promise<void> {
  await endUncopied(attempt, TaskState.cancelled, null);
}

/** This process ends: whoever is free goes on with the image. */
export async function handBack({ recorder, record }: Attempt): Promise<void> {
  const { taskId, jobId } = record.claim;
  await recorder.finish(record, async (tx) => {
    await tx.mirrorTask.update({
      where: { id: taskId },
      data: { state: TaskState.queued, workerId: null, nextAttemptAt: null },
    });
    await tx.jobEvent.create({ data: { jobId, taskId, kind: "task_state", state: TaskState.queued } });
  });
}

async function endUncopied(
  { recorder, record }: Attempt,
  state: TaskState,
  error: ErrorView | null,
): Promise<void> {
  const { taskId, jobId } = record.claim;
  const facts = error?.facts as Prisma.InputJsonObject | undefined;
  await recorder.finish(record, async (tx) => {
    await tx.mirrorTask.update({
      where: { id: taskId },
      data: {
        state,
        nextAttemptAt: null,
        finishedAt: new Date(),
        finalDigest: null,
        ...(error && { errorCode: error.code }),
        ...(facts && { errorFacts: facts }),
      },
    });
    const code = error === null ? {} : { code: error.code, ...(facts && { facts }) };
    await tx.jobEvent.create({
      data: { jobId, taskId, kind: error === null ? "task_state" : "error", state, ...code },
    });
    await settleJob(tx, jobId);
  });
}
