import "server-only";
import { db } from "#lib/db/client.ts";
import type { PruneJob } from "./prune-row.ts";

/** Something that earlier prunes were to take away and could not. */
export interface Leftover {
  repository: string;
  /** Null: by digest only. */
  tag: string | null;
  digest: string;
}

/**
 * What earlier prunes have left behind in repositories, and no row tells of any more: manifests that a prune of the same
 * organization did not get to, with the tags that were to go with them (once an index is gone nothing else tells of its
 * images, nor of what stands under tags that are named after it), and tags that whoever let go of them could not have
 * deleted alone. Those go with the last one that wants their manifest, whosever that is; else two who have let go of one
 * manifest under two tags would keep it for each other.
 */
export function findLeftovers(
  { organizationId, host }: PruneJob,
  repositories: readonly string[],
): Promise<Leftover[]> {
  return db.$queryRaw<Leftover[]>`
    SELECT t."targetRepository" AS "repository", g."tag", p."digest"
      FROM (SELECT DISTINCT ON (t."targetRepository") t."id", t."targetRepository"
              FROM "MirrorJob" j
              JOIN "Destination" d ON d."id" = j."destinationId"
              JOIN "Registry" r ON r."id" = d."registryId"
              JOIN "MirrorTask" t ON t."jobId" = j."id"
             WHERE j."kind" = 'prune' AND j."organizationId" IS NOT DISTINCT FROM ${organizationId}::uuid
               AND lower(r."host") = lower(${host}) AND t."targetRepository" = ANY(${[...repositories]}::text[])
               AND t."startedAt" IS NOT NULL
             ORDER BY t."targetRepository", t."startedAt" DESC) t
      JOIN "PruneDeletion" p ON p."taskId" = t."id"
      LEFT JOIN LATERAL unnest(p."tags") g("tag") ON true
     WHERE p."removes" = 'manifest' AND p."state" NOT IN ('deleted', 'absent')
     UNION
    SELECT t."targetRepository", p."tags"[1], p."digest"
      FROM "MirrorJob" j
      JOIN "Destination" d ON d."id" = j."destinationId"
      JOIN "Registry" r ON r."id" = d."registryId"
      JOIN "MirrorTask" t ON t."jobId" = j."id"
      JOIN "PruneDeletion" p ON p."taskId" = t."id"
     WHERE j."kind" = 'prune' AND lower(r."host") = lower(${host})
       AND t."targetRepository" = ANY(${[...repositories]}::text[])
       AND p."removes" = 'tag' AND p."state" = 'tag_stays'`;
}
