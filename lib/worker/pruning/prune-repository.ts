import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { executePrune } from "#lib/engine/mirror/prune-executor.ts";
import { parseRepository } from "#lib/engine/oci/reference.ts";
import { findKeep } from "#lib/services/pruning/find-keep.ts";
import { findRemovable } from "#lib/services/pruning/find-removable.ts";
import type { ClaimedTask } from "../claim-task.ts";
import type { Attempt } from "../end-task.ts";
import type { JobSession } from "../job-sessions.ts";
import type { TaskRecord } from "../task-record.ts";
import { endPrune } from "./end-prune.ts";
import { readDeletion, readKeep, readPruneJob } from "./prune-row.ts";
import { recordOutcome } from "./record-outcome.ts";

/**
 * Deletes what was planned in one repository and said yes to, as far as nobody wants it now. Whoever takes over from a
 * lost worker does what is left. A worker that was only thought lost finds out with its next outcome, and the deletion
 * that it has under way is one that the other would ask for, too.
 */
export async function pruneRepository(
  { target }: Pick<JobSession, "target">,
  task: ClaimedTask,
  record: TaskRecord,
  signal: AbortSignal,
): Promise<(attempt: Attempt) => Promise<void>> {
  const { taskId, targetRepository: name } = task;
  const job = await readPruneJob(task.jobId);
  const { organizationId, destinationId, host } = job;
  const [rows, found, removable] = await Promise.all([
    writeDb.pruneDeletion.findMany({ where: { taskId }, orderBy: { position: "asc" } }),
    findKeep(organizationId, host, [name]),
    findRemovable(organizationId, { destinationId, repository: name }),
    forgetBlobs(target.origin, name),
  ]);
  const keep = found.get(name) ?? { tags: new Set(), digests: new Set() };
  const repository = parseRepository(name);
  const deletions = new Map(rows.map((row) => [readDeletion(name, row), row.position]));
  const at = { registry: target.registry, repository };
  await executePrune(target, [{ repository, deletions: [...deletions.keys()], keep: readKeep(keep) }], {
    signal,
    onRetry: (failed) =>
      record.hear({ type: "retrying", ...failed, item: { source: at, target: { repository } } }),
    onOutcome: async (outcome) => {
      const position = deletions.get(outcome.deletion);
      if (position === undefined) throw new Error("an outcome of no deletion");
      await recordOutcome(task, job, position, outcome);
    },
  });
  const places = new Set(removable.map(({ tag, digest }) => `${tag}@${digest}`));
  const isRemovable = (image: { tag: string; digest: string }) => places.has(`${image.tag}@${image.digest}`);
  return (attempt) => endPrune(attempt, job, name, { keep, isRemovable });
}

/**
 * What is known of blobs in the repository is believed no longer: their manifests kept the registry's garbage collection
 * away from them, and it may come at any time from now on, hours after this. A copy that skipped one of them, or mounted
 * it, would end without it where a registry takes manifests unseen.
 *
 * Once before the first deletion is enough. No copy is at work at this host until the prune has ended, so nothing new is
 * believed meanwhile; what the processes remember beside these rows goes when their next copy begins
 * (`LeaseCoordinator.heedPrunes`). What a copy believes later it has asked the registry for itself, a moment before it
 * pushes the manifest that holds the blob from then on; where it is wrong all the same, the registry says that the
 * manifest's blob is unknown, and all of the image is asked for once more (`copyImage`).
 */
async function forgetBlobs(origin: string, repository: string): Promise<void> {
  await writeDb.blobLease.deleteMany({ where: { origin, repository, ownerId: null } });
}
