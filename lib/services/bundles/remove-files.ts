import "server-only";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Bundle } from "#lib/db/generated/client.ts";
import { BundleState } from "#lib/db/generated/enums.ts";
import { discardExport } from "#lib/engine/bundle/discard-export.ts";

/**
 * Removes a bundle from the disk, also one that is unfinished; nothing happens where there is none.
 *
 * @throws EngineError `export-in-use` while an export writes to it
 */
export async function removeBundleFiles(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) await discardExport(path);
  await rm(path, { recursive: true, force: true });
}

/** Where the files of an upload wait until all are there: hidden, so that nobody takes it for a bundle. */
export function findUploadFolder(storePath: string, bundleId: string): string {
  return join(storePath, nameUploadFolder(bundleId));
}

/** What a bundle is called in its store, as it stands now. */
export function nameOnDisk({ id, state, folder }: Pick<Bundle, "id" | "state" | "folder">): string {
  return state === BundleState.uploading ? nameUploadFolder(id) : folder;
}

function nameUploadFolder(bundleId: string): string {
  return `.upload-${bundleId}`;
}
