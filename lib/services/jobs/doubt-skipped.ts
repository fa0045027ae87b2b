import "server-only";
import type { ChangeTransaction } from "#lib/db/with-change.ts";

/**
 * Lets a copy that has waited for a person's word look once more at what its plan has found at the target, if anything
 * has been pruned at that host since the job was made: what stood there then may be gone.
 */
export async function doubtSkipped(tx: ChangeTransaction, jobId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "MirrorTask" t SET "state" = 'queued', "finishedAt" = NULL
      FROM "MirrorJob" j
      JOIN "Destination" d ON d."id" = j."destinationId"
      JOIN "Registry" r ON r."id" = d."registryId"
     WHERE j."id" = ${jobId}::uuid AND j."kind" IN ('mirror', 'import_bundle')
       AND t."jobId" = j."id" AND t."state" = 'skipped'
       AND EXISTS (SELECT FROM "MirrorJob" o
                     JOIN "Destination" e ON e."id" = o."destinationId"
                     JOIN "Registry" s ON s."id" = e."registryId"
                    WHERE o."kind" = 'prune' AND o."finishedAt" > j."createdAt"
                      AND lower(s."host") = lower(r."host"))`;
}
