import "server-only";
import { Prisma } from "#lib/db/generated/client.ts";

/**
 * The part of a statement that notes what stands at the target now.
 *
 * @param tasks name of the rows of MirrorTask, their final digest known, in the same statement
 */
export function insertPlacements(tasks: string): Prisma.Sql {
  // Other jobs may write the same places: all in one order, so that none waits for another in a circle.
  return Prisma.sql`
    INSERT INTO "Placement" ("destinationId", "repository", "tag", "digest", "mediaType", "verifiedAt", "taskId")
    SELECT j."destinationId", t."targetRepository", CASE WHEN t."tag" = '' THEN '@' || t."finalDigest" ELSE t."tag" END,
           t."finalDigest", t."mediaType", now(), t."id"
      FROM ${Prisma.raw(tasks)} t JOIN "MirrorJob" j ON j."id" = t."jobId"
     WHERE t."state" IN ('skipped', 'succeeded') AND j."destinationId" IS NOT NULL
     ORDER BY 1, 2, 3
    ON CONFLICT ("destinationId", "repository", "tag") DO UPDATE
      SET "digest" = excluded."digest", "mediaType" = excluded."mediaType", "verifiedAt" = excluded."verifiedAt",
          "taskId" = excluded."taskId"`;
}
