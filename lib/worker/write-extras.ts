import "server-only";
import { JobState } from "#lib/db/generated/enums.ts";
import type { RepositoryExtras } from "#lib/engine/mirror/extra-tags.ts";
import { errorView } from "#lib/error-view.ts";
import { jobsChannel } from "#lib/queue/notifications.ts";
import { maxKeptExtras } from "#lib/schemas/jobs.ts";
import { lockJob } from "#lib/services/jobs/job-row.ts";
import { formatStorableJson } from "#lib/storable-text.ts";
import { inTransaction } from "./transaction.ts";
import type { PlannedRun } from "./write-plans.ts";

/**
 * Writes what a comparison found in one repository, and tells who looks. Of a job that is planned no more, and of a
 * repository that another planner was first with, nothing is written.
 */
export async function writeExtras({ jobId, run }: PlannedRun, found: RepositoryExtras): Promise<void> {
  const [tags, error] = "error" in found ? [[], errorView(found.error)] : [found.tags, null];
  const facts = error && formatStorableJson(error.facts);
  await inTransaction(async (tx) => {
    // Held by one at a time, so that together they keep no more than a job may.
    const job = await lockJob(tx, jobId);
    if (job.run !== run || job.state !== JobState.planning) return;
    await tx.$queryRaw`
      WITH listed AS (
        INSERT INTO "JobRepository" ("jobId", "repository", "extraTags", "errorCode", "errorFacts")
        VALUES (${jobId}::uuid, ${found.repository}, ${tags.length}::int, ${error?.code ?? null}, ${facts}::jsonb)
        ON CONFLICT DO NOTHING RETURNING *
      ), extras AS (
        INSERT INTO "JobExtra" ("jobId", "repository", "tag")
        SELECT l."jobId", l."repository", t."tag"
          FROM listed l CROSS JOIN unnest(${tags.slice(0, maxKeptExtras)}::text[]) AS t("tag")
         LIMIT greatest(0, ${maxKeptExtras}::int - (SELECT count(*) FROM "JobExtra" WHERE "jobId" = ${jobId}::uuid))
      ), event AS (
        INSERT INTO "JobEvent" ("jobId", "kind", "code", "facts")
        SELECT "jobId", 'error', "errorCode", "errorFacts" FROM listed WHERE "errorCode" IS NOT NULL
      ), counted AS (
        UPDATE "MirrorJob" SET "planResolved" = "planResolved" + (SELECT count(*) FROM listed)
         WHERE "id" = ${jobId}::uuid
      )
      SELECT pg_notify(${jobsChannel}, ${jobId})::text`;
  });
}
