import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { TaskState } from "#lib/db/generated/enums.ts";
import { planPrune } from "#lib/engine/mirror/prune-planner.ts";
import { parseDigest } from "#lib/engine/oci/digest.ts";
import { parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { findHeld, groupHeld } from "#lib/services/pruning/find-keep.ts";
import { findRemovable } from "#lib/services/pruning/find-removable.ts";
import type { JobSession } from "../job-sessions.ts";
import type { PlannedRun } from "../write-plans.ts";
import { findLeftovers } from "./find-leftovers.ts";
import { readKeep, readPruneJob } from "./prune-row.ts";
import { type PruneTask, writePrunePlan } from "./write-prune-plan.ts";

/**
 * Decides what goes in each repository of a prune, by what is published, selected and standing there now. What an
 * earlier, lost planner has decided stays.
 */
export async function planPruneJob(
  planned: PlannedRun,
  { target }: Pick<JobSession, "target">,
  signal: AbortSignal,
): Promise<void> {
  const { jobId } = planned;
  const rows = await writeDb.mirrorTask.findMany({
    where: { jobId, state: TaskState.queued, prunePlannedAt: null },
    orderBy: { position: "asc" },
    select: { id: true, attempt: true, targetRepository: true },
  });
  if (rows.length === 0) return;
  const job = await readPruneJob(jobId);
  const repositories = rows.map(({ targetRepository }) => targetRepository);
  const [removable, held, leftovers] = await Promise.all([
    findRemovable(job.organizationId, { destinationId: job.destinationId }),
    findHeld(job.organizationId, job.host, repositories),
    findLeftovers(job, repositories),
  ]);
  const keep = groupHeld(repositories, held);
  const images = Map.groupBy(removable, ({ repository }) => repository);
  const left = Map.groupBy(leftovers, ({ repository }) => repository);
  const holders = Map.groupBy(held, ({ repository }) => repository);
  const tasks = new Map(
    rows.map(({ id, attempt, targetRepository: name }): [string, PruneTask] => {
      const own = images.get(name) ?? [];
      const parts = {
        images: own,
        // Where nothing is to go any more, nothing else is looked at.
        leftovers: own.length === 0 ? [] : (left.get(name) ?? []),
        held: holders.get(name) ?? [],
      };
      return [name, { id, attempt, ...parts }];
    }),
  );
  const requests = [...tasks].map(([name, task]) => ({
    repository: parseRepository(name),
    keep: readKeep(keep.get(name)),
    remove: [...task.images, ...task.leftovers].map(({ tag, digest }) => ({
      ...(tag && { tag: parseTag(tag) }),
      digest: parseDigest(digest),
    })),
  }));
  try {
    await planPrune(target, requests, {
      signal,
      onRepository: async (plan) => {
        const task = tasks.get(plan.repository);
        if (task) await writePrunePlan(planned, job, task, plan);
      },
    });
  } catch (error) {
    // Whoever stopped it knows.
    if (!signal.aborted) throw error;
  }
}
