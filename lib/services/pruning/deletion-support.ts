import "server-only";
import { db } from "#lib/db/client.ts";
import type { DeletionSupport } from "./prune-views.ts";

/** Whether registries delete manifests, by what became of the last deletion at each host, whoever asked for it. */
export async function findDeletionSupport(hosts: readonly string[]): Promise<Map<string, DeletionSupport>> {
  const rows = await db.$queryRaw<{ host: string; support: DeletionSupport }[]>`
    SELECT h."host", l."support"
      FROM unnest(${[...hosts]}::text[]) h("host")
      CROSS JOIN LATERAL (
        SELECT CASE p."state" WHEN 'deleted' THEN 'allowed' ELSE 'refused' END AS "support"
          FROM "Registry" r
          JOIN "Destination" d ON d."registryId" = r."id"
          JOIN "MirrorJob" j ON j."destinationId" = d."id" AND j."kind" = 'prune'
          JOIN "MirrorTask" t ON t."jobId" = j."id"
          JOIN "PruneDeletion" p ON p."taskId" = t."id"
         WHERE lower(r."host") = lower(h."host") AND p."removes" = 'manifest'
           AND (p."state" = 'deleted' OR (p."state" = 'refused' AND p."errorCode" = 'deletion-unsupported'))
         ORDER BY p."endedAt" DESC LIMIT 1) l`;
  const known = new Map(rows.map(({ host, support }) => [host, support]));
  return new Map(hosts.map((host) => [host, known.get(host) ?? "unknown"]));
}
