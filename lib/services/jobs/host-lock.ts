import "server-only";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";

interface BusyRow {
  registry: string;
  doing: "copy" | "prune";
}

/**
 * Sees to it that a job which writes to a registry, and is about to begin or to go on, keeps out of the way of those that
 * are at work there: a copy skips what it still sees, and a prune that deletes it a moment later would break what was
 * copied. So there may be either copies, or one prune; two prunes would each keep what the other lets go of.
 *
 * A job that waits for a person's word is at no work, nor does a prune write anything before it was confirmed: nobody
 * holds up others by not giving it. Registries of one host are one. Whoever asks at the same time waits for this
 * transaction, and then sees what it has written.
 *
 * @throws AppError `destination-busy`
 */
export async function assertHostFree(tx: ChangeTransaction, jobId: string): Promise<void> {
  await tx.$queryRaw`
    SELECT pg_advisory_xact_lock(hashtextextended('drayage-host ' || lower(r."host"), 0))::text
      FROM "MirrorJob" j
      JOIN "Destination" d ON d."id" = j."destinationId"
      JOIN "Registry" r ON r."id" = d."registryId"
     WHERE j."id" = ${jobId}::uuid AND j."kind" IN ('mirror', 'import_bundle', 'prune')`;
  const [busy] = await tx.$queryRaw<BusyRow[]>`
    SELECT r."host" AS "registry", CASE o."kind" WHEN 'prune' THEN 'prune' ELSE 'copy' END AS "doing"
      FROM "MirrorJob" j
      JOIN "Destination" d ON d."id" = j."destinationId"
      JOIN "Registry" r ON r."id" = d."registryId"
      JOIN "Registry" s ON lower(s."host") = lower(r."host")
      JOIN "Destination" e ON e."registryId" = s."id"
      JOIN "MirrorJob" o ON o."destinationId" = e."id" AND o."id" <> j."id"
     WHERE j."id" = ${jobId}::uuid
       AND ((o."kind" = 'prune' AND o."state" = 'running' AND j."kind" IN ('mirror', 'import_bundle', 'prune'))
         OR (o."kind" IN ('mirror', 'import_bundle') AND o."state" IN ('queued', 'planning', 'running')
             AND j."kind" = 'prune'))
     LIMIT 1`;
  if (busy) throw new AppError("destination-busy", { ...busy });
}
