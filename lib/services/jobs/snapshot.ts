import "server-only";
import { db } from "#lib/db/client.ts";
import { JobState, TaskState } from "#lib/db/generated/enums.ts";
import { formatStoredError } from "#lib/errors.ts";
import { bundleShareFields, formatBundleShares, noBundle } from "./bundle-share.ts";
import { readNotices } from "./job-notices.ts";
import type { JobSnapshot, TaskCounts } from "./job-views.ts";

/** A worker that measured nothing for so long moves nothing. By the database's clock, which both ask. */
const freshRateSeconds = 5;

interface Sums {
  totalBytes: bigint;
  doneBytes: bigint;
  receivedBytes: bigint;
  present: bigint;
  mounted: bigint;
  transferred: bigint;
  bytesPerSecond: number;
  foreignLayers: bigint;
  foreignBytes: bigint;
  foreignImages: bigint;
  platformsLeftOut: string[];
  same: bigint;
  missing: bigint;
  different: bigint;
  damaged: bigint;
  extraTags: bigint;
  listed: bigint;
  unlisted: bigint;
  deletions: bigint;
  deletionsEnded: bigint;
}

/** What moves while a job runs, or null when there is no such job. Who may see it is the caller's question. */
export async function findSnapshot(jobId: string): Promise<JobSnapshot | null> {
  const [job, counts, sums] = await Promise.all([
    db.mirrorJob.findUnique({
      where: { id: jobId },
      include: { bundle: bundleShareFields.bundle },
    }),
    countTasks([jobId]),
    db.$queryRaw<Sums[]>`
      SELECT b.*, t.*, e.*, r.*, p.*, d.*
        FROM (SELECT coalesce(sum("sizeBytes"), 0)::bigint AS "totalBytes",
                     coalesce(sum(CASE WHEN "outcome" IS NULL THEN "receivedBytes" ELSE "sizeBytes" END), 0)::bigint
                       AS "doneBytes"
                FROM "JobBlob" WHERE "jobId" = ${jobId}::uuid) b,
             (SELECT coalesce(sum("receivedBytes"), 0)::bigint AS "receivedBytes",
                     coalesce(sum("blobsPresent"), 0)::bigint AS "present",
                     coalesce(sum("blobsMounted"), 0)::bigint AS "mounted",
                     coalesce(sum("blobsTransferred"), 0)::bigint AS "transferred",
                     coalesce(sum("foreignLayers"), 0)::bigint AS "foreignLayers",
                     coalesce(sum("foreignBytes"), 0)::bigint AS "foreignBytes",
                     count(*) FILTER (WHERE "foreignLayers" > 0) AS "foreignImages",
                     count(*) FILTER (WHERE "verdict" = 'same') AS "same",
                     count(*) FILTER (WHERE "verdict" = 'missing') AS "missing",
                     count(*) FILTER (WHERE "verdict" = 'different') AS "different",
                     count(*) FILTER (WHERE "verdict" = 'damaged') AS "damaged"
                FROM "MirrorTask" WHERE "jobId" = ${jobId}::uuid) t,
             (SELECT coalesce(sum("extraTags"), 0) AS "extraTags",
                     count(*) FILTER (WHERE "errorCode" IS NULL) AS "listed",
                     count(*) FILTER (WHERE "errorCode" IS NOT NULL) AS "unlisted"
                FROM "JobRepository" WHERE "jobId" = ${jobId}::uuid) e,
             (SELECT coalesce(sum("bytesPerSecond"), 0)::float8 AS "bytesPerSecond"
                FROM "JobRate" WHERE "jobId" = ${jobId}::uuid AND "measuredAt" > now() - make_interval(secs => ${freshRateSeconds})) r,
             (SELECT coalesce(array_agg(DISTINCT o."platform" ORDER BY o."platform"), '{}') AS "platformsLeftOut"
                FROM "MirrorTask" m CROSS JOIN unnest(m."platformsLeftOut") AS o("platform")
               WHERE m."jobId" = ${jobId}::uuid) p,
             (SELECT count(*) AS "deletions", count(*) FILTER (WHERE d."state" <> 'planned') AS "deletionsEnded"
                FROM "PruneDeletion" d JOIN "MirrorTask" m ON m."id" = d."taskId"
               WHERE m."jobId" = ${jobId}::uuid
                 AND (SELECT "kind" FROM "MirrorJob" WHERE "id" = ${jobId}::uuid) = 'prune') d`,
  ]);
  const [sum] = sums;
  if (!job || !sum) return null;
  const shares = await formatBundleShares([job]);
  const total = Number(sum.totalBytes);
  const done = Number(sum.doneBytes);
  const moving = job.state === JobState.running && sum.bytesPerSecond > 0;
  return {
    id: job.id,
    kind: job.kind,
    state: job.state,
    run: job.run,
    cancelling: isCancelling(job),
    plan: { total: job.planTotal, resolved: job.planResolved },
    tasks: counts.get(jobId) ?? emptyCounts(),
    verdicts: {
      same: Number(sum.same),
      missing: Number(sum.missing),
      different: Number(sum.different),
      damaged: Number(sum.damaged),
    },
    extras: {
      found: Number(sum.extraTags),
      listed: Number(sum.listed),
      unlisted: Number(sum.unlisted),
    },
    deletions: { total: Number(sum.deletions), ended: Number(sum.deletionsEnded) },
    bytes: { total, done, received: Number(sum.receivedBytes) },
    blobs: {
      present: Number(sum.present),
      mounted: Number(sum.mounted),
      transferred: Number(sum.transferred),
    },
    bytesPerSecond: moving ? Math.round(sum.bytesPerSecond) : 0,
    secondsLeft: moving ? Math.ceil((total - done) / sum.bytesPerSecond) : null,
    limited: formatLimit(job),
    leftOut: {
      foreignLayers: Number(sum.foreignLayers),
      foreignBytes: Number(sum.foreignBytes),
      foreignImages: Number(sum.foreignImages),
      platforms: sum.platformsLeftOut,
    },
    notices: readNotices(job),
    startedAt: job.startedAt?.toISOString() ?? null,
    finishedAt: job.finishedAt?.toISOString() ?? null,
    error: formatStoredError(job.errorCode, job.errorFacts),
    ...(shares.get(jobId) ?? noBundle),
  };
}

/** Only while the job is at work: what it was told once is of no interest later. */
function formatLimit(job: {
  state: JobState;
  limitedUntil: Date | null;
  limitedRegistry: string | null;
}): JobSnapshot["limited"] {
  const { state, limitedUntil, limitedRegistry } = job;
  const working = state === JobState.planning || state === JobState.running;
  if (!working || limitedUntil === null || limitedUntil.getTime() <= Date.now()) return null;
  return { registry: limitedRegistry ?? "", until: limitedUntil.toISOString() };
}

export function isCancelling(job: { state: JobState; cancelRequestedAt: Date | null }): boolean {
  return job.state === JobState.running && job.cancelRequestedAt !== null;
}

export async function countTasks(jobIds: string[]): Promise<Map<string, TaskCounts>> {
  const rows = await db.mirrorTask.groupBy({
    by: ["jobId", "state"],
    where: { jobId: { in: jobIds } },
    _count: true,
  });
  const counts = new Map(jobIds.map((id) => [id, emptyCounts()]));
  for (const { jobId, state, _count } of rows) {
    const job = counts.get(jobId);
    if (job) job[state] = _count;
  }
  return counts;
}

export function emptyCounts(): TaskCounts {
  return Object.fromEntries(Object.values(TaskState).map((state) => [state, 0])) as TaskCounts;
}
