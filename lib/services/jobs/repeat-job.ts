import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { JobKind, JobState, Recheck, Verdict } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type { RepeatJobInput } from "#lib/schemas/jobs.ts";
import { createJob } from "./create-job.ts";
import { assertOrganization } from "./job-parts.ts";
import { formatJobNumber } from "./job-row.ts";

const repeatable = new Set<JobKind>([JobKind.mirror, JobKind.verify]);
const ended = new Set<JobState>([JobState.succeeded, JobState.failed, JobState.cancelled]);

/**
 * Makes a job of the same images, places and options as an ended one. Mirrored again, it holds after planning, since
 * only its plan tells what there is to do.
 *
 * @throws AppError `not-found`, `organization-disabled`, `job-state-conflict` while the job is not at its end
 */
export async function repeatJob(
  access: Access<"job.start">,
  { jobId, kind, readBlobs }: RepeatJobInput,
): Promise<{ id: string; number: number }> {
  const repeated = await db.mirrorJob.findFirst({
    where: { id: jobId, ...access.ownRows() },
    include: {
      releases: { select: { releaseId: true } },
      tasks: {
        orderBy: { position: "asc" },
        select: {
          position: true,
          componentId: true,
          kind: true,
          originalName: true,
          sourceHost: true,
          sourceRepository: true,
          targetRepository: true,
          tag: true,
          plannedDigest: true,
          verdict: true,
        },
      },
    },
  });
  if (!repeated || !repeatable.has(repeated.kind)) throw new AppError("not-found", { what: "job" });
  const { number, state, organizationId } = repeated;
  if (!ended.has(state)) throw new AppError("job-state-conflict", { number, state });
  if (organizationId !== null) await assertOrganization(organizationId);
  const isMirror = kind === JobKind.mirror;
  const tasks = repeated.tasks.map(({ verdict, ...task }) => ({
    ...task,
    // A digest that the release itself names stays; one that a tag meant is looked up again.
    plannedDigest: task.tag === "" ? task.plannedDigest : null,
    // The root of a damaged image stands, so nothing less would mend it.
    recheck: isMirror && verdict === Verdict.damaged ? Recheck.content : Recheck.none,
  }));
  const choice = {
    kind,
    sourceRegistryId: repeated.sourceRegistryId,
    sourceBasePath: repeated.sourceBasePath,
    destinationId: repeated.destinationId,
    releaseIds: repeated.releases.map(({ releaseId }) => releaseId),
    holdAfterPlanning: isMirror,
    platforms: repeated.platforms,
    referrers: repeated.referrers,
    foreignLayers: repeated.foreignLayers,
    readBlobs: readBlobs && !isMirror,
  };
  const enqueue = await openQueue();
  const change: Change = { action: "job.start", objectName: "", organizationId };
  return withChange(access, change, async (tx, audit) => {
    audit.after({ ...choice, images: tasks.length, repeats: formatJobNumber(number) });
    const startedById = access.actor.userId;
    const job = { ...choice, organizationId, startedById, planTotal: isMirror ? tasks.length : 0 };
    return createJob(tx, enqueue, audit, job, tasks);
  });
}
