import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import { JobEventKind, PruneResult, PruneState, TaskState } from "#lib/db/generated/enums.ts";
import { settleJob } from "#lib/services/jobs/settle-job.ts";
import type { Attempt } from "../end-task.ts";
import { judgeImage, type PrunedRepository } from "./judge-images.ts";
import type { PruneJob } from "./prune-row.ts";

/**
 * Writes how a repository of a prune ended: what is gone is published no longer, nor what stays for others only. One in
 * which a deletion was refused has failed, and is planned anew when the job is retried.
 */
export async function endPrune(
  { recorder, record }: Attempt,
  job: PruneJob,
  repository: string,
  now: Pick<PrunedRepository, "keep" | "isRemovable">,
): Promise<void> {
  const { taskId, jobId } = record.claim;
  await recorder.finish(record, async (tx) => {
    const byPosition = { where: { taskId }, orderBy: { position: "asc" } } as const;
    const deletions = await tx.pruneDeletion.findMany(byPosition);
    const kept = await tx.pruneKept.findMany(byPosition);
    const images = await tx.pruneImage.findMany(byPosition);
    for (const { position, tag, digest } of images) {
      const result = judgeImage({ tag, digest }, { ...now, deletions, kept });
      await tx.pruneImage.update({
        where: { taskId_position: { taskId, position } },
        data: { result },
      });
      if (result !== PruneResult.left) await unpublish(tx, job, { repository, tag, digest }, result);
    }
    const failed = deletions.find(({ state }) => isFailed(state));
    const state = failed ? TaskState.failed : TaskState.succeeded;
    const code = failed?.errorCode ?? null;
    const facts = failed?.errorFacts as Prisma.InputJsonObject | null | undefined;
    await tx.mirrorTask.update({
      where: { id: taskId },
      data: {
        state,
        nextAttemptAt: null,
        finishedAt: new Date(),
        ...(code !== null && { errorCode: code }),
        ...(facts && { errorFacts: facts }),
      },
    });
    const kind = failed ? JobEventKind.error : JobEventKind.task_state;
    await tx.jobEvent.create({
      data: { jobId, taskId, kind, state, ...(code !== null && { code }), ...(facts && { facts }) },
    });
    await settleJob(tx, jobId);
  });
}

interface PublishedPlace {
  repository: string;
  /** Empty: by digest only. */
  tag: string;
  digest: string;
}

async function unpublish(
  tx: Prisma.TransactionClient,
  { organizationId, destinationId, host }: PruneJob,
  { repository, tag, digest }: PublishedPlace,
  result: PruneResult,
): Promise<void> {
  const anywhere = { destination: { registry: { host: { equals: host, mode: "insensitive" as const } } } };
  const isGone = result === PruneResult.removed;
  // What is gone is so for every destination that leads there.
  await tx.publication.deleteMany({
    where: { organizationId, repository, tag, digest, ...(isGone ? anywhere : { destinationId }) },
  });
  if (!isGone) return;
  const place = { repository, digest, tag: tag === "" ? `@${digest}` : tag };
  await tx.placement.deleteMany({ where: { ...place, ...anywhere } });
}

function isFailed(state: PruneState): boolean {
  return state === PruneState.refused || state === PruneState.unclear;
}
