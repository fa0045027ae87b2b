import "server-only";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { findHeldStore } from "#lib/bundle-stores.ts";
import { writeDb } from "#lib/db/client.ts";
import { findRegularFile } from "#lib/services/bundles/regular-file.ts";

/** Removes a file of a store that is to go, then its row; any other stays. */
export async function removeStoreFile(storeId: string, name: string): Promise<void> {
  const store = await findHeldStore(storeId);
  const where = { storeId, name, removing: true };
  if (store === null || (await writeDb.storeFile.count({ where })) === 0) return;
  const path = join(store.path, name);
  // What took its place and is no file was never offered.
  if ((await findRegularFile(path)) !== null) await rm(path, { force: true });
  await writeDb.storeFile.deleteMany({ where });
}
