import "server-only";
import { db } from "#lib/db/client.ts";

/** A worker that was silent for so long takes no part in what is shared. */
export const silenceSeconds = 20;

/** The workers that hold a store now. */
export interface LiveHolders {
  storeId: string;
  workers: number;
  /** The least of what they say. */
  freeBytes: number;
}

/** By store; one that no worker holds is left out. */
export async function findLiveHolders(storeIds: readonly string[]): Promise<Map<string, LiveHolders>> {
  // By the database's clock: the hosts' own may differ.
  const rows = await db.$queryRaw<{ storeId: string; workers: number; freeBytes: bigint }[]>`
    SELECT h."storeId", count(*)::int AS "workers", min(h."freeBytes") AS "freeBytes"
      FROM "StoreHolder" h JOIN "Worker" w ON w."id" = h."workerId"
     WHERE h."storeId" = ANY(${[...storeIds]}::uuid[]) AND w."stoppedAt" IS NULL
       AND w."heartbeatAt" > now() - make_interval(secs => ${silenceSeconds})
     GROUP BY h."storeId"`;
  return new Map(rows.map((row) => [row.storeId, { ...row, freeBytes: Number(row.freeBytes) }]));
}
