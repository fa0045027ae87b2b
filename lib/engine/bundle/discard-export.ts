import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { journalName, onDisk, partialSuffix } from "./export-folder.ts";
import { findJournal } from "./export-journal.ts";
import { lockFolder } from "./export-lock.ts";

/**
 * Removes what an unfinished export has left in a folder; a complete bundle is not touched.
 *
 * @returns whether there was one
 * @throws EngineError `export-in-use`, `disk-failed`; `export-differs` when what is there is of a later version
 */
export async function discardExport(folder: string): Promise<boolean> {
  const head = await findJournal(folder);
  if (head === null) return false;
  const lock = await lockFolder(folder);
  try {
    const names = await onDisk("read-file", folder, () => readdir(folder));
    const partial = names.filter((name) => name.endsWith(partialSuffix));
    // The journal last: as long as it is there, a second try finds the rest.
    for (const name of [...partial, ...head.files, journalName]) {
      await onDisk("write-file", name, () => rm(join(folder, name), { force: true }));
    }
  } finally {
    await lock.release();
  }
  return true;
}
