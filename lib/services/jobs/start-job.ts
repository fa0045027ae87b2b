import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { jobsChannel, notifyJob } from "#lib/queue/notifications.ts";
import type { StartJobInput } from "#lib/schemas/jobs.ts";
import { makeTasks } from "./make-tasks.ts";

// Keeps one insert far below the number of parameters that PostgreSQL takes.
const batchSize = 2000;

/**
 * Makes a job with its tasks, and lets it be planned. Nothing is asked of a registry here.
 *
 * @throws AppError `not-found`, `organization-disabled`, `nothing-to-copy`, `source-is-target`, `target-collision`
 */
export async function startJob(
  access: Access<"job.start">,
  input: StartJobInput,
): Promise<{ id: string; number: number }> {
  const organizationId = access.organizationId ?? input.organizationId;
  const [source, destination, components] = await Promise.all([
    findSource(input.sourceRegistryId, organizationId),
    findDestination(input.destinationId, organizationId),
    findComponents(input),
    organizationId === null ? null : assertOrganization(organizationId),
  ]);
  const tasks = makeTasks(components, {
    sourceHost: source.host,
    sourceBasePath: input.sourceBasePath,
    targetHost: destination.registry.host,
    targetBasePath: destination.basePath,
  });
  const enqueue = await openQueue();
  const change = { action: "job.start", objectType: "job", objectName: "", organizationId };
  return withChange(access, change, async (tx, audit) => {
    const job = await tx.mirrorJob.create({
      data: {
        organizationId,
        sourceRegistryId: source.id,
        sourceBasePath: input.sourceBasePath,
        destinationId: destination.id,
        startedById: access.actor.userId,
        holdAfterPlanning: input.holdAfterPlanning,
        planTotal: tasks.length,
        releases: { create: input.releaseIds.map((releaseId) => ({ releaseId })) },
        events: { create: { kind: "job_state", state: "queued" } },
      },
    });
    for (let start = 0; start < tasks.length; start += batchSize) {
      const batch = tasks.slice(start, start + batchSize);
      await tx.mirrorTask.createMany({ data: batch.map((task) => ({ ...task, jobId: job.id })) });
    }
    await enqueue(tx, "planJob", [{ jobId: job.id, run: job.run }]);
    await notifyJob(tx, jobsChannel, job.id);
    audit.object(job.id, `#${job.number}`);
    audit.after({
      sourceRegistryId: source.id,
      sourceBasePath: input.sourceBasePath,
      destinationId: destination.id,
      releaseIds: input.releaseIds,
      images: tasks.length,
      holdAfterPlanning: input.holdAfterPlanning,
    });
    return { id: job.id, number: job.number };
  });
}

/** The provider's registries and the organization's own may be used for its jobs, and no other's. */
function usableFor(organizationId: string | null) {
  return organizationId === null
    ? { organizationId }
    : { OR: [{ organizationId: null }, { organizationId }] };
}

async function findSource(id: string, organizationId: string | null) {
  const row = await db.registry.findFirst({
    where: { id, ...usableFor(organizationId) },
    select: { id: true, host: true },
  });
  if (!row) throw new AppError("not-found", { what: "registry" });
  return row;
}

async function findDestination(id: string, organizationId: string | null) {
  const row = await db.destination.findFirst({
    where: { id, registry: usableFor(organizationId) },
    select: { id: true, basePath: true, registry: { select: { host: true } } },
  });
  if (!row) throw new AppError("not-found", { what: "destination" });
  return row;
}

async function assertOrganization(id: string): Promise<void> {
  const row = await db.organization.findUnique({ where: { id }, select: { name: true, disabledAt: true } });
  if (!row) throw new AppError("not-found", { what: "organization" });
  if (row.disabledAt) throw new AppError("organization-disabled", { name: row.name });
}

async function findComponents({ releaseIds, componentIds }: StartJobInput) {
  const known = await db.release.count({ where: { id: { in: releaseIds } } });
  if (known !== new Set(releaseIds).size) throw new AppError("not-found", { what: "release" });
  const enabled = await db.component.findMany({
    where: { releaseId: { in: releaseIds }, enabled: true },
    orderBy: [{ releaseId: "asc" }, { position: "asc" }],
  });
  const chosen = componentIds && new Set(componentIds);
  const components = chosen ? enabled.filter(({ id }) => chosen.has(id)) : enabled;
  if (chosen && components.length !== chosen.size) throw new AppError("not-found", { what: "component" });
  if (components.length === 0) throw new AppError("nothing-to-copy", {});
  return components;
}
