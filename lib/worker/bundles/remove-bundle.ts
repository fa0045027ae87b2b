import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { nameOnDisk, removeBundleFiles } from "#lib/services/bundles/index.ts";
import { findBundlePath } from "./bundle-place.ts";

/** Removes the files of a bundle that is to go, then its row; any other stays. */
export async function removeBundle(bundleId: string): Promise<void> {
  const row = await writeDb.bundle.findFirst({ where: { id: bundleId, removing: true } });
  if (row === null) return;
  await removeBundleFiles(await findBundlePath({ ...row, folder: nameOnDisk(row) }));
  await writeDb.bundle.deleteMany({ where: { id: bundleId, removing: true } });
}
