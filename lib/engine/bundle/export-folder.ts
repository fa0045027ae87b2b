import { mkdir, open, readdir, rename, stat, statfs, type FileHandle } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { bundleError, diskError } from "./bundle-error.ts";

/** Ends the name of a file that is being written. */
export const partialSuffix = ".partial";
/** Which blobs are on disk; it is there as long as an export is unfinished. */
export const journalName = ".drayage-export";
/** For what is written besides the files of a layout. */
const spareBytes = 16 * 1024 * 1024;
/** There while somebody writes to the folder. */
export const lockName = ".drayage-export-lock";

/**
 * Makes a folder for an export, or finds the one of an export that was cut short.
 *
 * @throws EngineError `folder-occupied` when it holds anything else
 */
export async function prepareFolder(folder: string): Promise<"empty" | "unfinished"> {
  await onDisk("write-file", folder, () => mkdir(folder, { recursive: true }));
  const names = await onDisk("read-file", folder, () => readdir(folder));
  if (names.includes(journalName)) return "unfinished";
  // A begin that was cut short has left nothing but these.
  const others = names.filter((name) => !name.endsWith(partialSuffix) && name !== lockName);
  if (others.length > 0) throw bundleError("folder-occupied", { operation: "write-file", file: folder });
  return "empty";
}

/** Free bytes where a folder is or will be, for those who are not root. */
export async function measureFreeSpace(folder: string): Promise<number> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch (error) {
      if (at === dirname(at)) throw diskError(error, "read-file", folder);
    }
  }
}

/** Bytes that the files of an unfinished export take on the disk already: what has no content yet takes none. */
async function measureWritten(folder: string): Promise<number> {
  let bytes = 0;
  const names = await readdir(folder).catch((): string[] => []);
  const isBegun = names.includes(journalName);
  for (const name of names) {
    // One that was cut short at its very end has given its files their names.
    if (!isBegun && !name.endsWith(partialSuffix)) continue;
    const { blocks } = await onDisk("read-file", name, () => stat(join(folder, name)));
    bytes += blocks * 512;
  }
  return bytes;
}

/**
 * Sees to it that an export has room.
 *
 * @throws EngineError `disk-full` with what is needed and what is free
 */
export async function assertRoom(folder: string, sizeBytes: number): Promise<void> {
  const requiredBytes = Math.max(0, sizeBytes - (await measureWritten(folder))) + spareBytes;
  const availableBytes = await measureFreeSpace(folder);
  if (availableBytes >= requiredBytes) return;
  throw bundleError("disk-full", { operation: "write-file", file: folder, requiredBytes, availableBytes });
}

/** Writes a small file so that it is there whole or not at all, even if the power fails. */
export async function writeDurably(
  folder: string,
  name: string,
  content: Uint8Array | string,
): Promise<void> {
  const partial = join(folder, `${name}${partialSuffix}`);
  await onDisk("write-file", name, async () => {
    const handle = await open(partial, "w");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, join(folder, name));
  });
}

/** Makes renamed and removed names of a folder last. */
export async function syncFolder(folder: string): Promise<void> {
  await onDisk("write-file", folder, async () => {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/** Writes all of `bytes`, wherever the disk breaks them up. */
export async function writeAt(handle: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    done += (await handle.write(bytes, done, bytes.byteLength - done, offset + done)).bytesWritten;
  }
}

/** @throws EngineError `disk-full`, `disk-failed`, `bundle-file-missing` */
export async function onDisk<Result>(
  operation: "read-file" | "write-file",
  file: string,
  act: () => Promise<Result>,
): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw diskError(error, operation, file);
  }
}
