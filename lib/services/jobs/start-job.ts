import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { JobKind } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type { StartJobInput } from "#lib/schemas/jobs.ts";
import { createJob, type JobNote } from "./create-job.ts";
import { findJobParts } from "./job-parts.ts";
import { makeTasks } from "./make-tasks.ts";

/**
 * Makes a job that mirrors or compares, with its tasks, and lets it be planned. Nothing is asked of a registry here.
 *
 * @throws AppError `not-found`, `organization-disabled`, `nothing-to-copy`, `source-is-target`,
 * `source-overlaps-target`, `target-collision`
 */
export async function startJob(
  access: Access<"job.start">,
  input: StartJobInput,
  note?: JobNote,
): Promise<{ id: string; number: number }> {
  const { organizationId, destination, components, paths } = await findJobParts(access, input);
  const tasks = makeTasks(components, paths);
  const enqueue = await openQueue();
  const change: Change = { action: "job.start", objectName: "", organizationId };
  const isMirror = input.kind === JobKind.mirror;
  const choice = {
    kind: input.kind,
    sourceRegistryId: input.sourceRegistryId,
    sourceBasePath: input.sourceBasePath,
    destinationId: destination.id,
    releaseIds: input.releaseIds,
    holdAfterPlanning: input.holdAfterPlanning && isMirror,
    platforms: input.platforms,
    referrers: input.referrers,
    foreignLayers: input.foreignLayers,
    readBlobs: input.readBlobs && !isMirror,
  };
  return withChange(access, change, async (tx, audit) => {
    audit.after({ ...choice, images: tasks.length });
    const startedById = access.actor.userId;
    const job = { ...choice, organizationId, startedById, planTotal: isMirror ? tasks.length : 0 };
    const created = await createJob(tx, enqueue, audit, job, tasks);
    await note?.(tx, created.id);
    return created;
  });
}
