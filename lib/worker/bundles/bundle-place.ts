import "server-only";
import { join } from "node:path";
import { findHeldStore, type HeldStore } from "#lib/bundle-stores.ts";
import { AppError } from "#lib/errors.ts";

interface Place {
  name: string;
  storeId: string;
  folder: string;
}

/** Where a bundle is on this machine's disks. @throws AppError `bundle-elsewhere` */
export async function findBundlePath(place: Place): Promise<string> {
  return (await findBundlePlace(place)).path;
}

/** As `findBundlePath`, with the store in which it is. */
export async function findBundlePlace({
  name,
  storeId,
  folder,
}: Place): Promise<{ store: HeldStore; path: string }> {
  const store = await findHeldStore(storeId);
  if (store === null) throw new AppError("bundle-elsewhere", { name });
  return { store, path: join(store.path, folder) };
}
