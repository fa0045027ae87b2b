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
import { findRegularFile } from "#lib/services/bundles/regular-file.ts";
import { inTransaction } from "../transaction.ts";
import { listFilesOnDisk } from "./describe-bundle.ts";
import { LooseFiles } from "./loose-files.ts";

/** Files that have changed since so short a time are still being copied here. */
const settledMs = 5_000;
/** An upload of which no byte has come for so long will not go on. */
const abandonedMs = 7 * 24 * 3600 * 1000;
const partialSuffix = ".partial";
/** What a store has more of is no folder for bundles. */
const maxEntries = 10_000;

const stays = new Set<BundleState>([BundleState.unchecked, BundleState.sound, BundleState.damaged]);

/**
 * Finds bundles in a store that nobody has told of, and notes those whose files are gone or back. Other files beside them
 * are kept, too: they can travel along with an export.
 */
export async function scanStore(storeId: string): Promise<void> {
  const store = await findHeldStore(storeId);
  if (store === null) return;
  const scannedAt = new Date();
  const rows = await writeDb.bundle.findMany({ where: { storeId } });
  const files = await LooseFiles.read(storeId);
  const names = (await readdir(store.path)).filter((name) => !name.startsWith(".")).slice(0, maxEntries);
  await noteMissing(rows, new Set(names));
  await removeAbandoned(rows, store.path);
  const known = new Set(rows.map(({ folder }) => folder));
  for (const name of names.sort()) {
    if (known.has(name)) continue;
    const path = join(store.path, name);
    const file = await findRegularFile(path).catch(() => null);
    if (files.isKnown(name, file)) continue;
    if (name.endsWith(partialSuffix)) continue;
    const found = await lookAt(path);
    if (found === "bundle") await addFound(storeId, name);
    else if (file !== null) files.add(name, found === "other" ? file : null);
  }
  await files.write();
  await writeDb.bundleStore.update({ where: { id: storeId }, data: { scannedAt } });
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

/** What cannot be opened may still be a damaged bundle; what is being made or copied, or cannot be read, is left alone. */
async function lookAt(path: string): Promise<"bundle" | "other" | "unknown"> {
  try {
    const files = await listFilesOnDisk(path);
    const newest = Math.max(0, ...files.map(({ modifiedMs }) => modifiedMs));
    // A clock that is ahead of this one's settles nothing.
    if (files.length === 0 || Math.abs(Date.now() - newest) < settledMs) return "unknown";
    await (await openBundle(path)).close();
    return "bundle";
  } catch (error) {
    if (error instanceof EngineError) return verdicts.get(error.code) ?? "bundle";
    logger.warn({ err: error, path }, "could not look at something in a folder for bundles");
    return "unknown";
  }
}

const verdicts = new Map<string, "other" | "unknown">([
  ["bundle-not-recognized", "other"],
  // An archive of anything.
  ["bundle-file-packed", "other"],
  ["bundle-unfinished", "unknown"],
  ["bundle-file-missing", "unknown"],
  ["disk-failed", "unknown"],
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
