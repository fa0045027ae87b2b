import "server-only";
import { writeDb } from "#lib/db/client.ts";

/**
 * An image whose root stands at the target is taken for whole. Where a job of another choice was the last to place it and
 * left something out, that is no more than its root: its parts are asked for.
 */
export async function markRechecks(jobId: string): Promise<void> {
  await writeDb.$executeRaw`
    UPDATE "MirrorTask" t SET "recheck" = 'parts'
      FROM "MirrorJob" j
      JOIN "Destination" d ON d."id" = j."destinationId"
      JOIN "Registry" r ON r."id" = d."registryId"
     WHERE j."id" = ${jobId}::uuid AND t."jobId" = j."id"
       AND t."state" = 'queued' AND t."mediaType" IS NULL AND t."recheck" = 'none'
       AND EXISTS (
         SELECT FROM "Placement" p
           JOIN "MirrorTask" placer ON placer."id" = p."taskId"
           JOIN "MirrorJob" earlier ON earlier."id" = placer."jobId"
          -- Destinations are paths into registries, and several may lead to one place.
          WHERE p."destinationId" IN (SELECT o."id" FROM "Destination" o JOIN "Registry" s ON s."id" = o."registryId"
                                       WHERE s."host" = r."host")
            AND p."repository" = t."targetRepository"
            AND p."tag" = CASE WHEN t."tag" = '' THEN '@' || t."plannedDigest" ELSE t."tag" END
            AND (cardinality(placer."platformsLeftOut") > 0 OR placer."foreignLayers" > 0)
            AND (earlier."platforms", earlier."foreignLayers") <> (j."platforms", j."foreignLayers"))`;
}
