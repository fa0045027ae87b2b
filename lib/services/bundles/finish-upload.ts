import "server-only";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { HeldStore } from "#lib/bundle-stores.ts";
import type { Access } from "#lib/auth/access.ts";
import type { BundleFile } from "#lib/db/generated/client.ts";
import { BundleState } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { findUpload } from "./begin-upload.ts";
import { hasBegunMoving, publishLoose, syncUpload } from "./finish-loose.ts";
import { findUploadFolder } from "./remove-files.ts";
import { countReceived, isThere, reachStore } from "./upload-files.ts";

/**
 * Puts the files of an upload where the store's bundles are, and lets them be checked; loose ones stand beside the bundles
 * then, and the upload is gone.
 *
 * @throws AppError `not-found`, `bundle-not-ready`, `store-unreachable`, `upload-incomplete`, `name-taken`
 */
export async function finishUpload(access: Access<"bundle.write">, id: string): Promise<void> {
  const upload = await findUpload(access, id);
  const store = await reachStore(upload.storeId);
  const change: Change = {
    action: "bundle.finish-upload",
    objectId: id,
    objectName: upload.name,
    organizationId: null,
  };
  if (!upload.loose) return finishBundle(access, change, upload, store);
  if (!(await hasBegunMoving(upload, store))) {
    assertWhole(upload.files, await countReceived(upload));
    // Not while a transaction waits: a slow disk takes minutes.
    await syncUpload(findUploadFolder(store.path, id), upload.files);
  }
  await withChange(access, change, (tx, audit) => publishLoose(tx, audit, upload, store));
}

async function finishBundle(
  access: Access<"bundle.write">,
  change: Change,
  upload: Awaited<ReturnType<typeof findUpload>>,
  store: HeldStore,
): Promise<void> {
  const { id, storeId, folder, files } = upload;
  const hidden = findUploadFolder(store.path, id);
  const place = join(store.path, folder);
  // An earlier try may have moved the files, and then not have been able to say so.
  const isMoved = !(await isThere(hidden)) && (await isThere(place));
  if (!isMoved) assertWhole(files, await countReceived(upload));
  const enqueue = await openQueue();
  await withChange(access, change, async (tx, audit) => {
    // Whoever finishes it a second time finds it in another state.
    const { count } = await tx.bundle.updateMany({
      where: { id, state: BundleState.uploading },
      data: { state: BundleState.unchecked, checkedAt: null },
    });
    if (count === 0) throw new AppError("not-found", { what: "bundle" });
    for (const { name: file, sizeBytes } of files) {
      await tx.bundleFile.update({
        where: { bundleId_name: { bundleId: id, name: file } },
        data: { receivedBytes: sizeBytes },
      });
    }
    audit.after({ files: files.length, sizeBytes: Number(upload.sizeBytes) });
    await enqueue(tx, "bundleWork", [{ kind: "check", storeId, bundleId: id }]);
    // Last, so that what fails before leaves the upload as it is.
    if (!isMoved) await publish(hidden, place, files.length === 1 && files[0]?.name === folder);
  });
}

/** @throws AppError `upload-incomplete` with the first file that is */
function assertWhole(files: readonly BundleFile[], received: ReadonlyMap<string, number>): void {
  for (const { name, sizeBytes } of files) {
    const [expectedBytes, actualBytes] = [Number(sizeBytes), received.get(name) ?? 0];
    if (actualBytes !== expectedBytes) {
      throw new AppError("upload-incomplete", { file: name, expectedBytes, actualBytes });
    }
  }
}

async function publish(hidden: string, place: string, isSingle: boolean): Promise<void> {
  if (await isThere(place)) throw new AppError("name-taken", { what: "bundle", name: basename(place) });
  const names = await readdir(hidden);
  for (const name of names) await sync(join(hidden, name));
  const [single] = names;
  if (isSingle && single !== undefined) {
    await rename(join(hidden, single), place);
    await rm(hidden, { recursive: true, force: true });
  } else {
    await rename(hidden, place);
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r+");
  await handle.sync().finally(() => handle.close());
}
