import "server-only";
import { writeDb } from "#lib/db/client.ts";
import type { MirrorTask, Prisma } from "#lib/db/generated/client.ts";
import { TaskState } from "#lib/db/generated/enums.ts";
import type { ImagePlan, ImageProbe } from "#lib/engine/mirror/index.ts";
import { formatPlatform } from "#lib/engine/oci/descriptor.ts";
import type { ErrorView } from "#lib/errors.ts";
import { jobsChannel, notifyJob } from "#lib/queue/notifications.ts";
import { placeImage } from "./end-task.ts";

export type PlannableTask = MirrorTask & { destinationId: string };

/**
 * Keeps what planning found of an image: its task, the blobs that the target lacks, what the catalog shows of it. An
 * image whose root stands at the target is done.
 *
 * @param present digests known to be at the target
 */
export async function savePlan(
  task: PlannableTask,
  plan: ImagePlan,
  probe: ImageProbe,
  present: ReadonlySet<string>,
): Promise<void> {
  const { digest, mediaType } = plan.root;
  const platforms = plan.platforms.map(formatPlatform);
  const skipped = probe.state === "present";
  await writeDb.$transaction(async (tx) => {
    const saved = await updateUnplanned(tx, task, {
      plannedDigest: digest,
      mediaType,
      platforms,
      sizeBytes: plan.totalBytes,
      blobsTotal: plan.blobs.length,
      ...(skipped && {
        state: TaskState.skipped,
        finalDigest: digest,
        blobsPresent: plan.blobs.length,
        startedAt: new Date(),
        finishedAt: new Date(),
      }),
    });
    if (!saved) return;
    if (skipped) {
      await placeImage(tx, task, digest, mediaType);
      await addEvent(tx, task, { kind: "skip", state: TaskState.skipped });
    }
    const lacking = probe.lackingBlobs.filter((blob) => !present.has(blob.digest));
    await tx.jobBlob.createMany({
      data: lacking
        .map((blob) => ({ jobId: task.jobId, digest: blob.digest, sizeBytes: blob.sizeBytes }))
        // Several images add the same blobs at once: in one order, so that none waits for another in a circle.
        .toSorted((a, b) => (a.digest < b.digest ? -1 : 1)),
      skipDuplicates: true,
    });
    const digests = probe.presentBlobs.map((blob) => blob.digest);
    await tx.jobBlob.deleteMany({
      where: { jobId: task.jobId, digest: { in: digests }, outcome: null, receivedBytes: 0 },
    });
    if (task.componentId !== null) {
      await tx.component.updateMany({
        where: { id: task.componentId },
        data: { resolvedDigest: digest, sizeBytes: plan.totalBytes, platforms, resolvedAt: new Date() },
      });
    }
    await countResolved(tx, task.jobId);
  });
}

/** Keeps why an image cannot be copied: the rest of the job goes on. */
export async function saveUnplannable(task: PlannableTask, { code, facts }: ErrorView): Promise<void> {
  const errorFacts = facts as Prisma.InputJsonObject;
  await writeDb.$transaction(async (tx) => {
    const state = TaskState.failed;
    const saved = await updateUnplanned(tx, task, {
      state,
      errorCode: code,
      errorFacts,
      startedAt: new Date(),
      finishedAt: new Date(),
    });
    if (!saved) return;
    await addEvent(tx, task, { kind: "error", state, code, facts: errorFacts });
    await countResolved(tx, task.jobId);
  });
}

/** False when the task is not as the planner read it: it was cancelled, set going anew or planned by another. */
async function updateUnplanned(
  tx: Prisma.TransactionClient,
  { id, attempt }: PlannableTask,
  data: Prisma.MirrorTaskUncheckedUpdateManyInput,
): Promise<boolean> {
  const where = { id, attempt, state: TaskState.queued, mediaType: null };
  const { count } = await tx.mirrorTask.updateMany({ where, data });
  return count === 1;
}

async function addEvent(
  tx: Prisma.TransactionClient,
  { id: taskId, jobId }: PlannableTask,
  event: Omit<Prisma.JobEventUncheckedCreateInput, "jobId" | "taskId">,
): Promise<void> {
  await tx.jobEvent.create({ data: { ...event, jobId, taskId } });
}

/** Last in its transaction, since all images of the job meet here. */
async function countResolved(tx: Prisma.TransactionClient, jobId: string): Promise<void> {
  await tx.mirrorJob.update({ where: { id: jobId }, data: { planResolved: { increment: 1 } } });
  await notifyJob(tx, jobsChannel, jobId);
}
