import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import { PruneState } from "#lib/db/generated/enums.ts";
import type { PruneOutcome } from "#lib/engine/mirror/prune-executor.ts";
import { errorView } from "#lib/error-view.ts";
import { jobsChannel, notifyJob } from "#lib/queue/notifications.ts";
import type { TaskClaim } from "../progress-batch.ts";
import { inTransaction } from "../transaction.ts";
import { formatReason, type PruneJob } from "./prune-row.ts";

const states = {
  deleted: PruneState.deleted,
  absent: PruneState.absent,
  kept: PruneState.kept,
  "cannot-delete-tag": PruneState.tag_stays,
  refused: PruneState.refused,
  unclear: PruneState.unclear,
} as const satisfies Record<PruneOutcome["outcome"], PruneState>;

/**
 * Writes what became of a deletion, at once: whoever takes over from a lost worker goes on from here. What is gone stands
 * nowhere any more, whatever becomes of the rest.
 *
 * @throws Error when the repository is another attempt's by now, so that this one deletes no more
 */
export async function recordOutcome(
  { taskId, jobId, attempt }: TaskClaim,
  job: PruneJob,
  position: number,
  outcome: PruneOutcome,
): Promise<void> {
  const { repository, removes, digest, tags } = outcome.deletion;
  const isGone = outcome.outcome === "deleted" || outcome.outcome === "absent";
  await inTransaction(async (tx) => {
    const held = await tx.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM "MirrorTask"
       WHERE "id" = ${taskId}::uuid AND "attempt" = ${attempt} AND "state" IN ('running', 'retrying', 'waiting')
         FOR NO KEY UPDATE`;
    if (held.length === 0) throw new Error("the repository has been taken over by another attempt");
    // What an earlier attempt has deleted is absent for this one.
    await tx.pruneDeletion.updateMany({
      where: { taskId, position, state: { not: PruneState.deleted } },
      data: { ...formatOutcome(outcome), endedAt: new Date() },
    });
    if (isGone) {
      await tx.placement.deleteMany({
        where: {
          repository,
          destination: { registry: { host: { equals: job.host, mode: "insensitive" } } },
          digest,
          ...(removes === "tag" && { tag: { in: [...tags] } }),
        },
      });
    }
    await notifyJob(tx, jobsChannel, jobId);
  });
}

function formatOutcome(outcome: PruneOutcome): Prisma.PruneDeletionUpdateManyMutationInput {
  const state = states[outcome.outcome];
  if (outcome.outcome === "kept") return { state, ...formatReason(outcome.because) };
  if (!("error" in outcome)) return { state };
  const { code, facts } = errorView(outcome.error);
  return { state, errorCode: code, errorFacts: facts as Prisma.InputJsonObject };
}
