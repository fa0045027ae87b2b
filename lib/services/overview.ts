import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { HealthState, JobState } from "#lib/db/generated/enums.ts";
import { type Overview, type SetupStep, setupSteps } from "#lib/schemas/overview.ts";

const unfinished = [JobState.queued, JobState.planning, JobState.planned, JobState.running];
const recentMs = 7 * 24 * 60 * 60 * 1000;

/** What there is, what is wrong, and what is left to set up; a tenant counts its own only. */
export async function getOverview(access: Access<"overview.read">): Promise<Overview> {
  const own = access.ownRows();
  const recent = { ...own, finishedAt: { gte: new Date(Date.now() - recentMs) } };
  const [registries, unhealthy, releases, images, running, failed, targets, sources, jobs] =
    await Promise.all([
      db.registry.count({ where: own }),
      db.registry.count({ where: { ...own, health: HealthState.unhealthy } }),
      db.release.count(),
      db.placement.count({ where: { destination: { registry: own } } }),
      db.mirrorJob.count({ where: { ...own, state: { in: unfinished } } }),
      db.mirrorJob.count({ where: { ...recent, state: JobState.failed } }),
      db.registry.findMany({
        where: { ...own, destinations: { some: {} } },
        orderBy: { createdAt: "asc" },
        select: { id: true, health: true },
      }),
      // What images come from: a registry that was read, or one that nothing is written to.
      db.registry.count({
        where: { ...own, OR: [{ sourceOfJobs: { some: {} } }, { destinations: { none: {} } }] },
      }),
      db.mirrorJob.count({ where: own }),
    ]);
  const done: Record<SetupStep, boolean> = {
    source: sources > 0,
    destination: targets.length > 0,
    trust: targets.some(({ health }) => health === HealthState.healthy),
    release: releases > 0,
    job: jobs > 0,
  };
  return {
    openSteps: setupSteps.filter((step) => !done[step]),
    registries: { total: registries, unhealthy },
    releases,
    images,
    jobs: { running, failed },
    untrustedRegistryId: done.trust ? null : (targets[0]?.id ?? null),
  };
}
