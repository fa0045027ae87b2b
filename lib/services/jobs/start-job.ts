import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { jobsChannel, notifyJob } from "#lib/queue/notifications.ts";
import type { StartJobInput } from "#lib/schemas/jobs.ts";
import { findJobParts } from "./job-parts.ts";
import { formatJobNumber } from "./job-row.ts";
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
  const { organizationId, source, destination, components, paths } = await findJobParts(access, input);
  const tasks = makeTasks(components, paths);
  const enqueue = await openQueue();
  const change: Change = { action: "job.start", objectName: "", organizationId };
  return withChange(access, change, async (tx, audit) => {
    const job = await tx.mirrorJob.create({
      data: {
        organizationId,
        sourceRegistryId: source.id,
        sourceBasePath: input.sourceBasePath,
        destinationId: destination.id,
        startedById: access.actor.userId,
        holdAfterPlanning: input.holdAfterPlanning,
        platforms: input.platforms,
        referrers: input.referrers,
        foreignLayers: input.foreignLayers,
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
    audit.object(job.id, formatJobNumber(job.number));
    audit.after({
      sourceRegistryId: source.id,
      sourceBasePath: input.sourceBasePath,
      destinationId: destination.id,
      releaseIds: input.releaseIds,
      images: tasks.length,
      holdAfterPlanning: input.holdAfterPlanning,
      platforms: input.platforms,
      referrers: input.referrers,
      foreignLayers: input.foreignLayers,
    });
    return { id: job.id, number: job.number };
  });
}
