import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import type { ComponentKind, TaskState } from "#lib/db/generated/enums.ts";
import { jobsChannel } from "#lib/queue/notifications.ts";
import { formatStorableJson } from "#lib/storable-text.ts";
import { insertPlacements, insertPublications } from "./placement-rows.ts";

/** A run of a job, whose planning it is. */
export interface PlannedRun {
  jobId: string;
  run: number;
}

export interface PlannedTask {
  taskId: string;
  attempt: number;
  /** queued: planned and to be copied; succeeded: resolved, where no more was asked for. */
  state: TaskState;
  kind: ComponentKind | null;
  digest: string | null;
  mediaType: string | null;
  platforms: string[];
  platformsLeftOut: string[];
  /** Layers that may not be redistributed and stay where they are. */
  foreignLayers: number;
  foreignBytes: number;
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
 * catalog shows of a component, what stands at the target already. Of a job that is planned no more, and of a task that
 * another planner was first with, nothing is written.
 */
export async function writePlans(
  tx: Pick<Prisma.TransactionClient, "$queryRaw">,
  { jobId, run }: PlannedRun,
  { tasks, blobs, present }: PlanBatch,
): Promise<void> {
  await tx.$queryRaw`
    WITH job AS (
      -- Before its tasks, as everyone does who changes both. A planner that was thought lost may come late.
      SELECT "id" FROM "MirrorJob"
       WHERE "id" = ${jobId}::uuid AND "run" = ${run} AND "state" = 'planning' FOR NO KEY UPDATE
    ), input AS (
      SELECT t.* FROM job, jsonb_to_recordset(${formatStorableJson(tasks)}::jsonb) AS t(
        "taskId" uuid, "attempt" int, "state" text, "kind" text, "digest" text, "mediaType" text, "platforms" text[],
        "platformsLeftOut" text[], "foreignLayers" int, "foreignBytes" bigint, "sizeBytes" bigint, "blobsTotal" int,
        "errorCode" text, "errorFacts" jsonb)
    ), saved AS (
      UPDATE "MirrorTask" m
         SET "state" = t."state"::"TaskState", "kind" = coalesce(t."kind"::"ComponentKind", m."kind"),
             "plannedDigest" = coalesce(t."digest", m."plannedDigest"),
             "mediaType" = t."mediaType", "platforms" = t."platforms",
             "platformsLeftOut" = t."platformsLeftOut", "foreignLayers" = t."foreignLayers",
             "foreignBytes" = t."foreignBytes", "sizeBytes" = t."sizeBytes",
             "blobsTotal" = t."blobsTotal", "errorCode" = t."errorCode", "errorFacts" = t."errorFacts",
             "finalDigest" = CASE WHEN t."state" IN ('skipped', 'succeeded') THEN t."digest" END,
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
        FROM saved WHERE "state" NOT IN ('queued', 'succeeded') ORDER BY "position"
    ), placements AS (
      ${insertPlacements("saved")}
    ), published AS (
      ${insertPublications("saved")}
    ), found AS (
      -- Other jobs may write the same components: all in one order, so that none waits for another in a circle. What a
      -- job left out or took along besides is no matter of the release.
      SELECT c."id", s."kind", s."plannedDigest", s."mediaType", s."sizeBytes", s."platforms", s."errorCode",
             s."errorFacts"
        FROM "Component" c JOIN saved s ON s."componentId" = c."id" JOIN "MirrorJob" j ON j."id" = s."jobId"
       WHERE (s."mediaType" IS NOT NULL OR j."kind" = 'refresh_catalog') AND j."platforms" = '{}'
         AND NOT j."referrers" AND NOT j."foreignLayers"
       ORDER BY c."id" FOR UPDATE OF c
    ), unresolved AS (
      UPDATE "Component" c SET "errorCode" = f."errorCode", "errorFacts" = f."errorFacts"
        FROM found f WHERE c."id" = f."id" AND f."mediaType" IS NULL
    ), resolved AS (
      UPDATE "Component" c
         SET "kind" = f."kind", "resolvedDigest" = f."plannedDigest", "sizeBytes" = f."sizeBytes",
             "platforms" = f."platforms", "resolvedAt" = now(), "errorCode" = NULL, "errorFacts" = NULL,
             "movedFrom" = CASE WHEN c."resolvedDigest" <> f."plannedDigest" THEN c."resolvedDigest"
                                ELSE c."movedFrom" END,
             "movedAt" = CASE WHEN c."resolvedDigest" <> f."plannedDigest" THEN now() ELSE c."movedAt" END
        FROM found f WHERE c."id" = f."id" AND f."mediaType" IS NOT NULL
    ), lacking AS (
      INSERT INTO "JobBlob" ("jobId", "digest", "sizeBytes")
      SELECT s."jobId", b."digest", b."sizeBytes"
        FROM jsonb_to_recordset(${formatStorableJson(blobs)}::jsonb) AS b("taskId" uuid, "digest" text, "sizeBytes" bigint)
        JOIN saved s ON s."id" = b."taskId"
      ON CONFLICT DO NOTHING
    ), present AS (
      DELETE FROM "JobBlob"
       WHERE "jobId" = (SELECT "id" FROM job) AND "digest" = ANY(${present}::text[]) AND "outcome" IS NULL
         AND "receivedBytes" = 0
    ), counted AS (
      UPDATE "MirrorJob"
         SET "planResolved" = "planResolved" + (SELECT count(*) FROM saved)
       WHERE "id" = (SELECT "id" FROM job)
    )
    SELECT pg_notify(${jobsChannel}, ${jobId})::text`;
}
