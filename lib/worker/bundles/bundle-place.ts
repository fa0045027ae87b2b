import "server-only";
import { join } from "node:path";
import { findHeldStore } from "#lib/bundle-stores.ts";
import { AppError } from "#lib/errors.ts";

/** Where a bundle is on this machine's disks. @throws AppError `bundle-elsewhere` */
export async function findBundlePath({
  name,
  storeId,
  folder,
}: {
  name: string;
  storeId: string;
  folder: string;
}): Promise<string> {
  const store = await findHeldStore(storeId);
  if (store === null) throw new AppError("bundle-elsewhere", { name });
  return join(store.path, folder);
}
