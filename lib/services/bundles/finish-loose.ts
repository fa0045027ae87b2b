import "server-only";
import { link, lstat, mkdir, open, rename, rm, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HeldStore } from "#lib/bundle-stores.ts";
import type { Bundle, BundleFile } from "#lib/db/generated/client.ts";
import { BundleState } from "#lib/db/generated/enums.ts";
import type { ChangeAudit, ChangeTransaction } from "#lib/db/with-change.ts";
import { syncFolder } from "#lib/engine/bundle/export-folder.ts";
import { AppError } from "#lib/errors.ts";
import { assertNamesFree } from "./free-names.ts";
import { findRegularFile } from "./regular-file.ts";
import { findUploadFolder } from "./remove-files.ts";
import { isThere } from "./upload-files.ts";

type Upload = Bundle & { files: BundleFile[] };

/** There once files of an upload are being moved: what is not among them any more has arrived. No upload has such a name. */
const movingName = ".moving";
/** What a file system says that knows no second name for a file. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** Whether an earlier try has begun to move the files of an upload, and may not have been able to say so. */
export async function hasBegunMoving({ id, files }: Upload, { path }: HeldStore): Promise<boolean> {
  const hidden = findUploadFolder(path, id);
  if (await isThere(hidden)) return isThere(join(hidden, movingName));
  for (const file of files) if (!(await isMoved(join(path, file.name), file))) return false;
  return true;
}

/**
 * Moves the files of an upload, which are all there and on the disk, beside the bundles of the store, where exports can
 * take them along at once. Nothing that is there already is overwritten.
 *
 * @throws AppError `not-found` for one that another has finished, `name-taken`
 */
export async function publishLoose(
  tx: ChangeTransaction,
  audit: ChangeAudit,
  upload: Upload,
  store: HeldStore,
): Promise<void> {
  const { id, storeId, files } = upload;
  // Whoever finishes it a second time waits here, and finds it gone.
  const open = { id, state: BundleState.uploading, removing: false };
  const { count } = await tx.bundle.deleteMany({ where: open });
  if (count === 0) throw new AppError("not-found", { what: "bundle" });
  const names = files.map(({ name }) => name);
  if (!(await hasBegunMoving(upload, store))) {
    await assertNamesFree(tx, storeId, names);
    for (const name of names) await assertNothingAt(join(store.path, name), name);
  }
  const hidden = findUploadFolder(store.path, id);
  if (await isThere(hidden)) await writeFile(join(hidden, movingName), "");
  for (const file of files) await move(join(hidden, file.name), join(store.path, file.name), file);
  await syncFolder(store.path);
  for (const name of names) {
    const found = await findRegularFile(join(store.path, name));
    if (found === null) throw new AppError("not-found", { what: "store-file" });
    await tx.storeFile.upsert({
      where: { storeId_name: { storeId, name } },
      create: { storeId, name, ...found },
      update: { ...found, removing: false },
    });
  }
  audit.after({ loose: true, files: files.length, sizeBytes: Number(upload.sizeBytes) });
  await rm(hidden, { recursive: true, force: true });
}

/** Forces the files of an upload to the disk; one of which no byte was to come is made. */
export async function syncUpload(folder: string, files: readonly Pick<BundleFile, "name">[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name } of files) {
    const handle = await open(join(folder, name), "a");
    await handle.sync().finally(() => handle.close());
  }
}

async function move(from: string, to: string, file: BundleFile): Promise<void> {
  try {
    // Unlike a new name, a second one never takes the place of another file.
    await link(from, to);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "ENOENT" && (await isMoved(to, file))) return;
    if (code === "EEXIST" && (await isSame(from, to))) return unlink(from);
    if (code === "EEXIST") throw new AppError("name-taken", { what: "store-file", name: file.name });
    if (!withoutLinks.has(code)) throw error;
    await assertNothingAt(to, file.name);
    return rename(from, to);
  }
  await unlink(from);
}

async function isMoved(path: string, { sizeBytes }: BundleFile): Promise<boolean> {
  return (await findRegularFile(path))?.sizeBytes === Number(sizeBytes);
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(one), lstat(other)]);
  return a.ino === b.ino && a.dev === b.dev;
}

async function assertNothingAt(path: string, name: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found) throw new AppError("name-taken", { what: "store-file", name });
}
