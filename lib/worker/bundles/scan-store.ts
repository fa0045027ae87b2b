import "server-only";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { findHeldStore } from "#lib/bundle-stores.ts";
import { writeDb } from "#lib/db/client.ts";
import type { Bundle } from "#lib/db/generated/client.ts";
import { BundleOrigin, BundleState } from "#lib/db/generated/enums.ts";
import { openBundle } from "#lib/engine/bundle/open-any-bundle.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { logger } from "#lib/logger.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { findUploadFolder, removeBundleFiles } from "#lib/services/bundles/index.ts";
import { inTransaction } from "../transaction.ts";
import { listFilesOnDisk } from "./describe-bundle.ts";

/** Files that have changed since so short a time are still being copied here. */
const settledMs = 5_000;
/** An upload of which no byte has come for so long will not go on. */
const abandonedMs = 7 * 24 * 3600 * 1000;
const partialSuffix = ".partial";
/** What a store has more of is no folder for bundles. */
const maxEntries = 10_000;

const stays = new Set<BundleState>([BundleState.unchecked, BundleState.sound, BundleState.damaged]);

/** Finds bundles in a store that nobody has told of, and notes those whose files are gone or back. */
export async function scanStore(storeId: string): Promise<void> {
  const store = await findHeldStore(storeId);
  if (store === null) return;
  const rows = await writeDb.bundle.findMany({ where: { storeId } });
  const names = (await readdir(store.path)).filter((name) => !name.startsWith(".")).slice(0, maxEntries);
  await noteMissing(rows, new Set(names));
  await removeAbandoned(rows, store.path);
  const known = new Set(rows.map(({ folder }) => folder));
  for (const name of names) {
    if (known.has(name) || name.endsWith(partialSuffix)) continue;
    if (await isBundle(join(store.path, name))) await addFound(storeId, name);
  }
}

async function noteMissing(rows: readonly Bundle[], names: ReadonlySet<string>): Promise<void> {
  const gone = rows.filter(({ state, folder }) => stays.has(state) && !names.has(folder));
  await writeDb.bundle.updateMany({
    where: { id: { in: gone.map(({ id }) => id) }, state: { in: [...stays] } },
    data: { state: BundleState.missing },
  });
  const back = rows.filter(({ state, folder }) => state === BundleState.missing && names.has(folder));
  for (const { id, storeId } of back) await askForCheck(id, storeId);
}

async function askForCheck(bundleId: string, storeId: string): Promise<void> {
  const enqueue = await openQueue();
  await inTransaction(async (tx) => {
    await tx.bundle.updateMany({
      where: { id: bundleId, state: BundleState.missing },
      data: { state: BundleState.unchecked, checkedAt: null, checkedBytes: 0, findings: [] },
    });
    await enqueue(tx, "bundleWork", [{ kind: "check", storeId, bundleId }]);
  });
}

async function addFound(storeId: string, folder: string): Promise<void> {
  const enqueue = await openQueue();
  await inTransaction(async (tx) => {
    // Somebody may have begun an export of this name meanwhile, or another worker have found it.
    const { count } = await tx.bundle.createMany({
      data: [{ storeId, folder, name: folder, origin: BundleOrigin.found, state: BundleState.unchecked }],
      skipDuplicates: true,
    });
    if (count === 0) return;
    const { id } = await tx.bundle.findUniqueOrThrow({ where: { storeId_folder: { storeId, folder } } });
    await enqueue(tx, "bundleWork", [{ kind: "check", storeId, bundleId: id }]);
  });
}

/** What cannot be opened may still be a damaged bundle; what is none, or not complete, is left alone. */
async function isBundle(path: string): Promise<boolean> {
  try {
    const files = await listFilesOnDisk(path);
    const newest = Math.max(0, ...files.map(({ modifiedMs }) => modifiedMs));
    if (files.length === 0 || Date.now() - newest < settledMs) return false;
    await (await openBundle(path)).close();
    return true;
  } catch (error) {
    if (error instanceof EngineError) return !others.has(error.code);
    logger.warn({ err: error, path }, "could not look at something in a folder for bundles");
    return false;
  }
}

/** Of what is none, is being made or copied, or is an archive of anything. */
const others = new Set([
  "bundle-not-recognized",
  "bundle-unfinished",
  "bundle-file-missing",
  "bundle-file-packed",
  "disk-failed",
]);

async function removeAbandoned(rows: readonly Bundle[], storePath: string): Promise<void> {
  for (const { id, state, createdAt } of rows) {
    if (state !== BundleState.uploading) continue;
    const folder = findUploadFolder(storePath, id);
    const files = await listFilesOnDisk(folder).catch(() => []);
    const touched = await stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    const newest = Math.max(createdAt.getTime(), touched, ...files.map(({ modifiedMs }) => modifiedMs));
    if (Date.now() - newest < abandonedMs) continue;
    await removeBundleFiles(folder);
    await writeDb.bundle.deleteMany({ where: { id, state: BundleState.uploading } });
  }
}
