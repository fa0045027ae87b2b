import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import { TaskState } from "#lib/db/generated/enums.ts";
import type { CopyResult } from "#lib/engine/mirror/index.ts";
import type { ErrorView } from "#lib/errors.ts";
import { settleJob } from "#lib/services/jobs/settle-job.ts";
import type { ClaimedTask } from "./claim-task.ts";
import type { ProgressRecorder } from "./progress-recorder.ts";
import type { TaskRecord } from "./task-record.ts";

interface Attempt {
  recorder: ProgressRecorder;
  record: TaskRecord;
  task: ClaimedTask;
}

/** The image is at the target: so says its task, and its placement says what stands there. */
export async function recordCopied({ recorder, record, task }: Attempt, result: CopyResult): Promise<void> {
  const { outcome, rootDigest, mediaType } = result;
  const state = outcome === "skipped" ? TaskState.skipped : TaskState.succeeded;
  await recorder.finish(record, async (tx) => {
    // All of an image is there when it is done, also what was found there without being asked for.
    const { blobsTotal, blobsMounted, blobsTransferred } = record.counts();
    await endTask(tx, task, state, {
      finalDigest: rootDigest,
      mediaType,
      blobsPresent: Math.max(0, blobsTotal - blobsMounted - blobsTransferred),
    });
    const { destinationId } = task.job;
    if (destinationId !== null) await placeImage(tx, { ...task, destinationId }, rootDigest, mediaType);
    await settleJob(tx, task.jobId);
  });
}

export async function recordFailed({ recorder, record, task }: Attempt, error: ErrorView): Promise<void> {
  await recorder.finish(record, async (tx) => {
    const facts = error.facts as Prisma.InputJsonObject;
    await endTask(tx, task, TaskState.failed, { errorCode: error.code, errorFacts: facts });
    await settleJob(tx, task.jobId);
  });
}

export async function recordCancelled({ recorder, record, task }: Attempt): Promise<void> {
  await recorder.finish(record, async (tx) => {
    await endTask(tx, task, TaskState.cancelled, {});
    await settleJob(tx, task.jobId);
  });
}

/** This process ends: whoever is free goes on with the image. */
export async function handBack({ recorder, record, task }: Attempt): Promise<void> {
  await recorder.finish(record, async (tx) => {
    await tx.mirrorTask.update({ where: { id: task.id }, data: { state: TaskState.queued, workerId: null } });
    const { id: taskId, jobId } = task;
    await tx.jobEvent.create({ data: { jobId, taskId, kind: "task_state", state: TaskState.queued } });
  });
}

/** What stands where, from the moment its tag does. */
export async function placeImage(
  tx: Prisma.TransactionClient,
  task: { id: string; destinationId: string; targetRepository: string; tag: string },
  digest: string,
  mediaType: string,
): Promise<void> {
  const { id: taskId, destinationId, targetRepository: repository, tag } = task;
  // Without a tag each digest is a placement of its own.
  const place = { destinationId, repository, tag: tag === "" ? `@${digest}` : tag };
  const standing = { digest, mediaType, verifiedAt: new Date(), taskId };
  await tx.placement.upsert({
    where: { destinationId_repository_tag: place },
    create: { ...place, ...standing },
    update: standing,
  });
}

async function endTask(
  tx: Prisma.TransactionClient,
  task: ClaimedTask,
  state: TaskState,
  data: Prisma.MirrorTaskUncheckedUpdateInput,
): Promise<void> {
  await tx.mirrorTask.update({
    where: { id: task.id },
    data: { ...data, state, nextAttemptAt: null, finishedAt: new Date() },
  });
  const { errorCode, errorFacts } = data;
  await tx.jobEvent.create({
    data: {
      jobId: task.jobId,
      taskId: task.id,
      kind: state === TaskState.skipped ? "skip" : errorCode === undefined ? "task_state" : "error",
      state,
      ...(typeof errorCode === "string" && { code: errorCode }),
      ...(errorFacts !== undefined && { facts: errorFacts as Prisma.InputJsonObject }),
    },
  });
}
