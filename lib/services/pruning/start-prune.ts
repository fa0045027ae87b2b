import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { ComponentKind, JobKind } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type { StartPruneInput } from "#lib/schemas/pruning.ts";
import { createJob } from "../jobs/create-job.ts";
import { findRemovable } from "./find-removable.ts";

/**
 * Makes the job that finds out what can be taken away of what an organization, or the provider, has published at a
 * destination and nothing leads to any more. It always waits for a person's word before it deletes anything.
 *
 * @throws AppError `not-found`, `nothing-to-prune`, `destination-busy`
 */
export async function startPrune(
  access: Access<"prune.start">,
  input: StartPruneInput,
): Promise<{ id: string; number: number }> {
  const organizationId = access.organizationId ?? input.organizationId;
  const [prunes, destination] = await Promise.all([
    organizationId === null ? null : findName(organizationId),
    findDestination(input.destinationId, organizationId),
  ]);
  const removable = await findRemovable(organizationId, { destinationId: destination.id });
  const { host } = destination.registry;
  if (removable.length === 0) throw new AppError("nothing-to-prune", { registry: host });
  const repositories = [...new Set(removable.map(({ repository }) => repository))];
  const tasks = repositories.map((repository, index) => ({
    position: index + 1,
    componentId: null,
    kind: ComponentKind.image,
    originalName: `${host}/${repository}`,
    sourceHost: "",
    sourceRepository: repository,
    targetRepository: repository,
    tag: "",
    plannedDigest: null,
  }));
  const choice = { kind: JobKind.prune, destinationId: destination.id, holdAfterPlanning: true };
  const enqueue = await openQueue();
  const change: Change = { action: "job.start", objectName: "", organizationId };
  return withChange(access, change, async (tx, audit) => {
    audit.after({ ...choice, prunes, images: removable.length, repositories: repositories.length });
    const startedById = access.actor.userId;
    const job = { ...choice, organizationId, startedById, planTotal: tasks.length, releaseIds: [] };
    return createJob(tx, enqueue, audit, job, tasks);
  });
}

/** Of a disabled one, too: what it leaves behind may be taken away. @throws AppError `not-found` */
async function findName(id: string): Promise<string> {
  const row = await db.organization.findUnique({ where: { id }, select: { name: true } });
  if (!row) throw new AppError("not-found", { what: "organization" });
  return row.name;
}

/** One at which something of it is published; another's reads as not there. @throws AppError `not-found` */
async function findDestination(id: string, organizationId: string | null) {
  const row = await db.destination.findFirst({
    where: { id, publications: { some: { organizationId } } },
    select: { id: true, registry: { select: { host: true } } },
  });
  if (!row) throw new AppError("not-found", { what: "destination" });
  return row;
}
