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

/**
 * The part of a statement that notes who has brought it: what one organization, or the provider, has published is not
 * taken away by another.
 *
 * @param tasks as for `insertPlacements`
 */
export function insertPublications(tasks: string): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO "Publication" ("organizationId", "destinationId", "repository", "tag", "digest", "componentId")
    SELECT j."organizationId", j."destinationId", t."targetRepository", t."tag", t."finalDigest", t."componentId"
      FROM ${Prisma.raw(tasks)} t JOIN "MirrorJob" j ON j."id" = t."jobId"
     WHERE t."state" IN ('skipped', 'succeeded') AND j."destinationId" IS NOT NULL
       AND j."kind" IN ('mirror', 'import_bundle')
     ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT ("destinationId", "organizationId", "repository", "tag", "digest") DO UPDATE
      SET "componentId" = excluded."componentId", "publishedAt" = now()`;
}
