import "server-only";
import { listHeldStores } from "#lib/bundle-stores.ts";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { StoreView } from "./bundle-views.ts";
import { findLiveHolders } from "./live-holders.ts";

/** All folders for bundles that any worker has told of, those that one holds now first. */
export async function listStores(_access: Access<"bundle.read">): Promise<StoreView[]> {
  const [rows, held] = await Promise.all([
    db.bundleStore.findMany({ orderBy: [{ name: "asc" }, { createdAt: "asc" }] }),
    listHeldStores(),
  ]);
  const holders = await findLiveHolders(rows.map(({ id }) => id));
  const reachable = new Set(held.map(({ id }) => id));
  return rows
    .map(({ id, name, scannedAt }) => ({
      id,
      name,
      workers: holders.get(id)?.workers ?? 0,
      freeBytes: holders.get(id)?.freeBytes ?? null,
      reachable: reachable.has(id),
      scannedAt: scannedAt?.toISOString() ?? null,
    }))
    .toSorted((a, b) => Number(b.workers > 0) - Number(a.workers > 0));
}
