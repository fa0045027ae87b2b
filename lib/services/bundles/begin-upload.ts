import "server-only";
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Bundle, BundleFile } from "#lib/db/generated/client.ts";
import { BundleOrigin, BundleState } from "#lib/db/generated/enums.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { measureFreeSpace } from "#lib/engine/bundle/export-folder.ts";
import { AppError } from "#lib/errors.ts";
import type { BeginUploadInput } from "#lib/schemas/bundles.ts";
import type { HeldStore } from "#lib/bundle-stores.ts";
import { assertState } from "./bundle-row.ts";
import type { UploadView } from "./bundle-views.ts";
import { assertNamesFree, findTaken } from "./free-names.ts";
import { findUploadFolder } from "./remove-files.ts";
import { countReceived, isThere, reachStore } from "./upload-files.ts";

/** Left free beside what is announced. */
const spareBytes = 64 * 1024 * 1024;

/**
 * Makes room for files that a browser is going to send. Those of a bundle become one: a single file by itself, under its
 * own name, which may tell where its images belong; several in a folder, as one whose own name is taken. Loose ones are
 * going to stand beside the store's bundles.
 *
 * @throws AppError `not-found`, `store-unreachable`, `store-full`, `name-taken`
 */
export async function beginUpload(
  access: Access<"bundle.write">,
  { storeId, name, loose, files }: BeginUploadInput,
): Promise<UploadView> {
  const store = await reachStore(storeId);
  const sizeBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  await assertRoom(store, sizeBytes);
  const [single] = files.length === 1 ? files : [];
  const folder = single && (await isFree(store, single.name)) ? single.name : name;
  const wanted = loose ? files.map((file) => file.name) : [folder];
  await assertNothingThere(store, wanted, loose ? "store-file" : "bundle");
  const change: Change = { action: "bundle.begin-upload", objectName: name, organizationId: null };
  const id = randomUUID();
  await withChange(access, change, async (tx, audit) => {
    await assertNamesFree(tx, storeId, wanted);
    await tx.bundle.create({
      data: {
        id,
        storeId,
        // What becomes no bundle takes no bundle's place.
        folder: loose ? basename(findUploadFolder(store.path, id)) : folder,
        name,
        loose,
        origin: BundleOrigin.uploaded,
        state: BundleState.uploading,
        sizeBytes,
        createdById: access.actor.userId,
        files: { create: files.map((file) => ({ name: file.name, sizeBytes: file.sizeBytes })) },
      },
    });
    audit.object(id, name);
    audit.after({ store: store.name, loose, files: files.length, sizeBytes });
  });
  await mkdir(findUploadFolder(store.path, id), { recursive: true });
  return getUpload(access, id);
}

async function isFree({ id, path }: HeldStore, folder: string): Promise<boolean> {
  const taken = await findTaken(db, id, [folder]);
  return taken === null && !(await isThere(join(path, folder)));
}

/** @throws AppError `name-taken` with the first that is */
async function assertNothingThere(
  { path }: HeldStore,
  names: readonly string[],
  what: "bundle" | "store-file",
): Promise<void> {
  for (const name of names) {
    if (await isThere(join(path, name))) throw new AppError("name-taken", { what, name });
  }
}

/** How far each file has arrived. @throws AppError `not-found`, `bundle-not-ready` when all have */
export async function getUpload(access: Access<"bundle.write">, id: string): Promise<UploadView> {
  const upload = await findUpload(access, id);
  const received = await countReceived(upload);
  return {
    bundleId: id,
    loose: upload.loose,
    files: upload.files.map(({ name, sizeBytes }) => ({
      name,
      sizeBytes: Number(sizeBytes),
      receivedBytes: received.get(name) ?? 0,
    })),
  };
}

/** A bundle whose files are arriving. @throws AppError `not-found`, `bundle-not-ready` */
export async function findUpload(
  access: Access<"bundle.write">,
  id: string,
): Promise<Bundle & { files: BundleFile[] }> {
  const row = await db.bundle.findFirst({
    where: { id, removing: false, ...access.ownRows() },
    include: { files: { orderBy: { name: "asc" } } },
  });
  if (!row) throw new AppError("not-found", { what: "bundle" });
  assertState(row, [BundleState.uploading]);
  return row;
}

async function assertRoom({ name, path }: HeldStore, sizeBytes: number): Promise<void> {
  const requiredBytes = sizeBytes + spareBytes;
  const availableBytes = await measureFreeSpace(path);
  if (availableBytes < requiredBytes) {
    throw new AppError("store-full", { name, requiredBytes, availableBytes });
  }
}
