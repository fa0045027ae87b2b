import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import type { TaskState } from "#lib/db/generated/enums.ts";
import { jobsChannel } from "#lib/queue/notifications.ts";

export interface PlannedTask {
  taskId: string;
  attempt: number;
  /** queued: planned and to be copied. */
  state: TaskState;
  digest: string | null;
  mediaType: string | null;
  platforms: string[];
  sizeBytes: number | null;
  blobsTotal: number;
  errorCode: string | null;
  errorFacts: object | null;
}

export interface PlanBatch {
  tasks: PlannedTask[];
  /** Blobs that the target lacks, each with a task that needs it. */
  blobs: { taskId: string; digest: string; sizeBytes: number }[];
  /** Digests that turned out to be at the target; none of them is in `blobs`. */
  present: string[];
}

/**
 * Writes what planning found in one statement and tells who looks: tasks, the blobs that make the job's total, what the
 * catalog shows of a component, what stands at the target already. Of a task that was cancelled, set going anew or
 * planned by another meanwhile, nothing is written.
 */
export async function writePlans(
  tx: Pick<Prisma.TransactionClient, "$queryRaw">,
  jobId: string,
  { tasks, blobs, present }: PlanBatch,
): Promise<void> {
  await tx.$queryRaw`
    WITH job AS (
      -- Before its tasks, as everyone does who changes both.
      SELECT "id" FROM "MirrorJob" WHERE "id" = ${jobId}::uuid FOR NO KEY UPDATE
    ), input AS (
      SELECT t.* FROM job, jsonb_to_recordset(${JSON.stringify(tasks)}::jsonb) AS t(
        "taskId" uuid, "attempt" int, "state" text, "digest" text, "mediaType" text, "platforms" text[],
        "sizeBytes" bigint, "blobsTotal" int, "errorCode" text, "errorFacts" jsonb)
    ), saved AS (
      UPDATE "MirrorTask" m
         SET "state" = t."state"::"TaskState", "plannedDigest" = coalesce(t."digest", m."plannedDigest"),
             "mediaType" = t."mediaType", "platforms" = t."platforms", "sizeBytes" = t."sizeBytes",
             "blobsTotal" = t."blobsTotal", "errorCode" = t."errorCode", "errorFacts" = t."errorFacts",
             "finalDigest" = CASE WHEN t."state" = 'skipped' THEN t."digest" END,
             "blobsPresent" = CASE WHEN t."state" = 'skipped' THEN t."blobsTotal" ELSE m."blobsPresent" END,
             "startedAt" = CASE WHEN t."state" = 'queued' THEN m."startedAt" ELSE coalesce(m."startedAt", now()) END,
             "finishedAt" = CASE WHEN t."state" <> 'queued' THEN now() END
        FROM input t
       WHERE m."id" = t."taskId" AND m."attempt" = t."attempt" AND m."state" = 'queued' AND m."mediaType" IS NULL
      RETURNING m.*
    ), events AS (
      INSERT INTO "JobEvent" ("jobId", "taskId", "kind", "state", "code", "facts")
      SELECT "jobId", "id", (CASE "state" WHEN 'skipped' THEN 'skip' ELSE 'error' END)::"JobEventKind", "state"::text,
             "errorCode", "errorFacts"
        FROM saved WHERE "state" <> 'queued' ORDER BY "position"
    ), placements AS (
      INSERT INTO "Placement" ("destinationId", "repository", "tag", "digest", "mediaType", "verifiedAt", "taskId")
      SELECT j."destinationId", s."targetRepository", CASE WHEN s."tag" = '' THEN '@' || s."finalDigest" ELSE s."tag" END,
             s."finalDigest", s."mediaType", now(), s."id"
        FROM saved s JOIN "MirrorJob" j ON j."id" = s."jobId"
       WHERE s."state" = 'skipped' AND j."destinationId" IS NOT NULL
      ON CONFLICT ("destinationId", "repository", "tag") DO UPDATE
        SET "digest" = excluded."digest", "mediaType" = excluded."mediaType", "verifiedAt" = excluded."verifiedAt",
            "taskId" = excluded."taskId"
    ), found AS (
      -- Other jobs may write the same components: all in one order, so that none waits for another in a circle.
      SELECT c."id", s."plannedDigest", s."sizeBytes", s."platforms"
        FROM "Component" c JOIN saved s ON s."componentId" = c."id"
       WHERE s."mediaType" IS NOT NULL ORDER BY c."id" FOR UPDATE OF c
    ), components AS (
      UPDATE "Component" c
         SET "resolvedDigest" = f."plannedDigest", "sizeBytes" = f."sizeBytes", "platforms" = f."platforms",
             "resolvedAt" = now()
        FROM found f WHERE c."id" = f."id"
    ), lacking AS (
      INSERT INTO "JobBlob" ("jobId", "digest", "sizeBytes")
      SELECT s."jobId", b."digest", b."sizeBytes"
        FROM jsonb_to_recordset(${JSON.stringify(blobs)}::jsonb) AS b("taskId" uuid, "digest" text, "sizeBytes" bigint)
        JOIN saved s ON s."id" = b."taskId"
      ON CONFLICT DO NOTHING
    ), present AS (
      DELETE FROM "JobBlob"
       WHERE "jobId" = ${jobId}::uuid AND "digest" = ANY(${present}::text[]) AND "outcome" IS NULL
         AND "receivedBytes" = 0
    ), counted AS (
      UPDATE "MirrorJob" SET "planResolved" = "planResolved" + (SELECT count(*) FROM saved) WHERE "id" = ${jobId}::uuid
    )
    SELECT pg_notify(${jobsChannel}, ${jobId})::text`;
}
