import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { findLiveHolders } from "./live-holders.ts";
import { findStore } from "./store-row.ts";

/**
 * Lets a worker look at once at what a store holds; asking again while it is to look changes nothing.
 *
 * @throws AppError `not-found`, `store-without-worker`
 */
export async function scanStore(
  access: Access<"bundle.write">,
  { storeId }: { storeId: string },
): Promise<void> {
  const { name } = await findStore(storeId);
  if (!(await findLiveHolders([storeId])).has(storeId)) throw new AppError("store-without-worker", { name });
  const enqueue = await openQueue();
  const change: Change = {
    action: "bundle-store.scan",
    objectId: storeId,
    objectName: name,
    organizationId: null,
  };
  await withChange(access, change, (tx) =>
    enqueue(tx, "bundleWork", [{ kind: "scan", storeId, asked: true }]),
  );
}
