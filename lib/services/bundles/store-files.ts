import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { JobKind } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type { StoreFileInput } from "#lib/schemas/bundles.ts";
import { openJobStates } from "./bundle-row.ts";
import type { StoreFileView } from "./bundle-views.ts";
import { findStore } from "./store-row.ts";

/** The files that stand beside the bundles of a store, as a worker saw them last. @throws AppError `not-found` */
export async function listStoreFiles(
  _access: Access<"bundle.read">,
  storeId: string,
): Promise<StoreFileView[]> {
  await findStore(storeId);
  const rows = await db.storeFile.findMany({
    where: { storeId, removing: false },
    orderBy: { name: "asc" },
  });
  return rows.map(({ name, sizeBytes, modifiedAt }) => ({
    name,
    sizeBytes: Number(sizeBytes),
    modifiedAt: modifiedAt.toISOString(),
  }));
}

/**
 * Lets a worker that holds the store remove a file.
 *
 * @throws AppError `not-found`; `in-use` while an export is to take it along
 */
export async function deleteStoreFile(
  access: Access<"bundle.write">,
  { storeId, name }: StoreFileInput,
): Promise<void> {
  const store = await findStore(storeId);
  const enqueue = await openQueue();
  const change: Change = {
    action: "store-file.delete",
    objectId: `${storeId}/${name}`,
    objectName: name,
    organizationId: null,
  };
  await withChange(access, change, async (tx, audit) => {
    // First, so that an export that begins meanwhile waits for this, or this for that.
    const { count } = await tx.storeFile.updateMany({
      where: { storeId, name, removing: false },
      data: { removing: true },
    });
    if (count === 0) throw new AppError("not-found", { what: "store-file" });
    const jobs = await tx.mirrorJob.count({
      where: {
        kind: JobKind.export_bundle,
        state: { in: [...openJobStates] },
        extraFiles: { has: name },
        bundle: { storeId },
      },
    });
    if (jobs > 0) throw new AppError("in-use", { what: "store-file", name, by: "job", count: jobs });
    const { sizeBytes } = await tx.storeFile.findUniqueOrThrow({
      where: { storeId_name: { storeId, name } },
    });
    audit.before({ store: store.name, name, sizeBytes: Number(sizeBytes) });
    await enqueue(tx, "bundleWork", [{ kind: "remove-file", storeId, name }]);
  });
}
