import "server-only";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { findHeldStore, type HeldStore } from "#lib/bundle-stores.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { findUploadFolder } from "./remove-files.ts";

interface UploadRow {
  id: string;
  storeId: string;
  folder: string;
  files: readonly { name: string }[];
}

/** How many bytes of each file have arrived: the disk knows, also of what a cut request has left. */
export async function countReceived({ id, storeId, folder, files }: UploadRow): Promise<Map<string, number>> {
  const store = await findHeldStore(storeId);
  if (store === null) return new Map();
  const [hidden, place] = [findUploadFolder(store.path, id), join(store.path, folder)];
  // They may have been moved to their place by somebody who could not say so any more.
  const isMoved = !(await isThere(hidden));
  const isAlone = files.length === 1 && files[0]?.name === folder;
  const sizes = await Promise.all(
    files.map(({ name }) => measureFile(isMoved && isAlone ? place : join(isMoved ? place : hidden, name))),
  );
  return new Map(files.map(({ name }, index) => [name, sizes[index] ?? 0]));
}

/** 0 for a file that is not there. */
export async function measureFile(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** A store of which this process itself can read and write the files. @throws AppError `not-found`, `store-unreachable` */
export async function reachStore(id: string): Promise<HeldStore> {
  const store = await findHeldStore(id);
  if (store !== null) return store;
  const row = await db.bundleStore.findUnique({ where: { id }, select: { name: true } });
  if (!row) throw new AppError("not-found", { what: "bundle-store" });
  throw new AppError("store-unreachable", { name: row.name });
}
