import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import { jobsChannel } from "#lib/queue/notifications.ts";
import { formatStorableJson } from "#lib/storable-text.ts";
import type { ProgressBatch } from "./progress-batch.ts";

/** Events kept of a task in one run of its job; one more says that there were others. */
export const maxTaskEvents = 100;

/**
 * Writes progress in one statement and tells who looks. Of a task that another claim has taken over, or that has ended,
 * nothing is written: neither counters nor blobs nor events.
 *
 * @returns the ids of the tasks that are still this worker's
 */
export async function writeProgress(
  tx: Pick<Prisma.TransactionClient, "$queryRaw">,
  workerId: string,
  { tasks, blobs, events, speeds }: ProgressBatch,
): Promise<Set<string>> {
  // Blobs are locked in one order, since several workers may report the same ones.
  const rows = await tx.$queryRaw<{ held: string[] | null }[]>`
    WITH input AS (
      SELECT * FROM jsonb_to_recordset(${formatStorableJson(tasks)}::jsonb) AS t(
        "taskId" uuid, "attempt" int, "state" text, "nextAttemptAt" timestamptz, "blobsTotal" int, "blobsPresent" int,
        "blobsMounted" int, "blobsTransferred" int, "newBytes" bigint, "newRetries" int, "newEvents" int)
    ), held AS (
      SELECT m."id", m."jobId", m."eventCount"
        FROM "MirrorTask" m JOIN input t ON t."taskId" = m."id"
       WHERE m."attempt" = t."attempt" AND m."workerId" = ${workerId}::uuid
         AND m."state" IN ('running', 'retrying', 'waiting')
       ORDER BY m."id" FOR UPDATE OF m
    ), tasks AS (
      UPDATE "MirrorTask" m
         SET "state" = t."state"::"TaskState", "nextAttemptAt" = t."nextAttemptAt", "blobsTotal" = t."blobsTotal",
             "blobsPresent" = t."blobsPresent", "blobsMounted" = t."blobsMounted",
             "blobsTransferred" = t."blobsTransferred", "receivedBytes" = m."receivedBytes" + t."newBytes",
             "retries" = m."retries" + t."newRetries",
             "eventCount" = least(m."eventCount" + t."newEvents", ${maxTaskEvents + 1}::int)
        FROM held h JOIN input t ON t."taskId" = h."id"
       WHERE m."id" = h."id"
    ), blob_input AS (
      SELECT h."jobId", b."digest", max(b."receivedBytes") AS "receivedBytes",
             min(CASE b."outcome" WHEN 'transferred' THEN 1 WHEN 'mounted' THEN 2 WHEN 'present' THEN 3 END) AS "rank"
        FROM jsonb_to_recordset(${formatStorableJson(blobs)}::jsonb) AS b(
          "taskId" uuid, "digest" text, "receivedBytes" bigint, "outcome" text)
        JOIN held h ON h."id" = b."taskId"
       GROUP BY h."jobId", b."digest"
    ), locked AS (
      SELECT b."jobId", b."digest", i."receivedBytes", i."rank"
        FROM "JobBlob" b JOIN blob_input i ON i."jobId" = b."jobId" AND i."digest" = b."digest"
       ORDER BY b."jobId", b."digest" FOR UPDATE OF b
    ), blobs AS (
      UPDATE "JobBlob" b
         SET "receivedBytes" = greatest(b."receivedBytes", least(i."receivedBytes", b."sizeBytes")),
             "outcome" = CASE WHEN i."rank" = 1 THEN 'transferred'::"BlobOutcome"
                              ELSE coalesce(b."outcome", ('{transferred,mounted,present}'::"BlobOutcome"[])[i."rank"])
                         END
        FROM locked i
       WHERE b."jobId" = i."jobId" AND b."digest" = i."digest"
    ), unforeseen AS (
      -- A blob that was believed to be there when the job was planned, and had to be brought anew.
      INSERT INTO "JobBlob" ("jobId", "digest", "sizeBytes", "receivedBytes", "outcome")
      SELECT i."jobId", i."digest", i."receivedBytes", i."receivedBytes", 'transferred'
        FROM blob_input i
       WHERE i."rank" = 1
         AND NOT EXISTS (SELECT 1 FROM "JobBlob" b WHERE b."jobId" = i."jobId" AND b."digest" = i."digest")
       ORDER BY i."jobId", i."digest"
      ON CONFLICT DO NOTHING
    ), event_input AS (
      SELECT h."jobId", e."taskId", e."at", e."kind", e."state", e."code", e."facts", e."ordinal"
        FROM jsonb_to_recordset(${formatStorableJson(events)}::jsonb) AS e(
          "taskId" uuid, "ordinal" int, "at" timestamptz, "kind" text, "state" text, "code" text, "facts" jsonb)
        JOIN held h ON h."id" = e."taskId"
       WHERE h."eventCount" + e."ordinal" <= ${maxTaskEvents}::int
      UNION ALL
      SELECT h."jobId", h."id", now(), 'truncated', NULL, NULL, NULL, t."newEvents"
        FROM held h JOIN input t ON t."taskId" = h."id"
       WHERE h."eventCount" <= ${maxTaskEvents}::int AND h."eventCount" + t."newEvents" > ${maxTaskEvents}::int
    ), events AS (
      INSERT INTO "JobEvent" ("jobId", "taskId", "at", "kind", "state", "code", "facts")
      SELECT "jobId", "taskId", "at", "kind"::"JobEventKind", "state", "code", "facts"
        FROM event_input ORDER BY "at", "ordinal"
    ), speed_input AS (
      SELECT * FROM jsonb_to_recordset(${formatStorableJson(speeds)}::jsonb) AS s("jobId" uuid, "bytesPerSecond" float8)
    ), speeds AS (
      INSERT INTO "JobRate" ("jobId", "workerId", "bytesPerSecond", "measuredAt")
      SELECT "jobId", ${workerId}::uuid, "bytesPerSecond", now() FROM speed_input
      ON CONFLICT ("jobId", "workerId") DO UPDATE
        SET "bytesPerSecond" = excluded."bytesPerSecond", "measuredAt" = excluded."measuredAt"
    ), changed AS (
      SELECT "jobId" FROM held UNION SELECT "jobId" FROM speed_input
    )
    SELECT (SELECT array_agg("id") FROM held) AS "held",
           pg_notify(${jobsChannel}, coalesce((SELECT string_agg("jobId"::text, ',') FROM changed), ''))::text`;
  return new Set(rows[0]?.held ?? []);
}
