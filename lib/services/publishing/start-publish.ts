import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type { StartPublishInput } from "#lib/schemas/publishing.ts";
import { createJob, type JobNote } from "../jobs/create-job.ts";
import { makeTasks } from "../jobs/make-tasks.ts";
import { findPublishingParts } from "./publishing-parts.ts";

/**
 * Makes the job that brings an organization's destination to what it has selected. Nothing is taken away by it.
 *
 * @throws AppError `not-found`, `organization-disabled`, `nothing-offered`, `destination-missing`, `nothing-selected`,
 * `source-overlaps-target`, `target-collision`
 */
export async function startPublish(
  access: Access<"publish.start">,
  input: StartPublishInput,
  note?: JobNote,
): Promise<{ id: string; number: number }> {
  const organizationId = access.organizationId ?? input.organizationId;
  const { organization, destination, components, paths, source } = await findPublishingParts(organizationId);
  if (components.length === 0) throw new AppError("nothing-selected", { name: organization.name });
  const tasks = makeTasks(components, paths);
  const choice = {
    destinationId: destination.id,
    sourceRegistryId: source?.registry.id ?? null,
    sourceBasePath: source?.basePath ?? "",
    releaseIds: [...new Set(components.map(({ releaseId }) => releaseId))],
  };
  const enqueue = await openQueue();
  const change: Change = { action: "job.start", objectName: "", organizationId };
  return withChange(access, change, async (tx, audit) => {
    audit.after({ ...choice, publishes: organization.name, images: tasks.length });
    const startedById = access.actor.userId;
    const job = { ...choice, organizationId, startedById, planTotal: tasks.length };
    const created = await createJob(tx, enqueue, audit, job, tasks);
    await note?.(tx, created.id);
    return created;
  });
}
