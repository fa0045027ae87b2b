import { randomUUID } from "node:crypto";
import { access, constants, open, rm, type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { bundleError } from "./bundle-error.ts";
import { assertRoom, onDisk, writeAt } from "./export-folder.ts";
import type { CheckOptions } from "./open-bundle.ts";
import { findPacking } from "./packing.ts";
import { openFile, readHandle, readWhole, slice, streamCopies, type OpenFile } from "./random-access.ts";

export interface OpenArchiveOptions {
  /** Where a packed archive is unpacked; beside it unless given, or for temporary files where nothing can be written. */
  readonly scratchFolder?: string | undefined;
  /** Hears how many more bytes of a packed archive have been read. */
  readonly onBytes?: ((count: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A file that was opened, unpacked if need be. */
export interface OpenedArchive {
  readonly file: OpenFile;
  /** Of the file as it was found. */
  readonly sizeBytes: number;
}

/** How often larger than the packed archive what is in it may be; layers are packed already. */
const maxRatio = 64;
const minLimitBytes = 64 * 1024 * 1024;
/** So often it is asked whether there is still room. */
const roomStepBytes = 256 * 1024 * 1024;

/**
 * Opens an archive; one that is packed by gzip is unpacked first, since nothing in it can be read before all in front of
 * it. What is unpacked has no name on the disk: it is gone when the archive is closed, and when the process ends.
 *
 * @throws EngineError `bundle-file-missing`, `disk-failed`; of a packed archive `disk-full`, `bundle-file-different` when
 * it is damaged or cut short, `bundle-document-invalid` when it unpacks to more than any bundle
 */
export async function openArchive(path: string, options: OpenArchiveOptions = {}): Promise<OpenedArchive> {
  const file = await openFile(path, basename(path));
  try {
    if ((await findPacking(file)) !== "gzip") return { file, sizeBytes: file.sizeBytes };
    const scratchFolder = options.scratchFolder ?? (await findScratchFolder(path));
    const unpacked = await unpack(file, scratchFolder, options);
    await file.close();
    return { file: unpacked, sizeBytes: file.sizeBytes };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Options of a check that hear of the bytes of an archive as it was found, and not of those that it unpacks to. */
export function countAsFound({ file, sizeBytes }: OpenedArchive, options: CheckOptions = {}): CheckOptions {
  const { onBytes } = options;
  if (!onBytes) return options;
  let readBytes = 0;
  let toldBytes = 0;
  return {
    ...options,
    onBytes(count) {
      readBytes += count;
      const foundBytes = Math.floor((readBytes / file.sizeBytes) * sizeBytes);
      onBytes(foundBytes - toldBytes);
      toldBytes = foundBytes;
    },
  };
}

/** Disks that are carried are often not to be written to. */
async function findScratchFolder(path: string): Promise<string> {
  const beside = dirname(path);
  return access(beside, constants.W_OK).then(
    () => beside,
    () => tmpdir(),
  );
}

async function unpack(
  file: OpenFile,
  scratchFolder: string,
  { onBytes, signal }: OpenArchiveOptions,
): Promise<OpenFile> {
  await assertRoom(scratchFolder, Math.max(file.sizeBytes, await readStatedSize(file)));
  const { name } = file;
  const scratch = await openNameless(scratchFolder, name);
  try {
    await pipeline(
      streamCopies(file, { onBytes, signal }),
      createGunzip(),
      (content: AsyncIterable<Uint8Array>) => writeAll(content, scratch, { file, scratchFolder }),
    );
    return await readHandle(scratch, name);
  } catch (error) {
    await scratch.close();
    const isDamage = error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
    if (isDamage) throw bundleError("bundle-file-different", { operation: "read-file", file: name }, error);
    throw error;
  }
}

/** What the archive says of the size of what is in it, by 4 GiB (RFC 1952 section 2.3.1): it may be too little. */
async function readStatedSize(file: OpenFile): Promise<number> {
  if (file.sizeBytes < 4) return 0;
  return Buffer.from(await readWhole(slice(file, file.sizeBytes - 4, 4))).readUInt32LE();
}

/** As long as it is open a file needs no name, and one without cannot be left behind. */
async function openNameless(folder: string, name: string): Promise<FileHandle> {
  const path = join(folder, `.${name}.${randomUUID()}`);
  return onDisk("write-file", path, async () => {
    const handle = await open(path, "wx+", 0o600);
    await rm(path);
    return handle;
  });
}

async function writeAll(
  content: AsyncIterable<Uint8Array>,
  scratch: FileHandle,
  { file, scratchFolder }: { readonly file: OpenFile; readonly scratchFolder: string },
): Promise<void> {
  const limit = Math.max(file.sizeBytes * maxRatio, minLimitBytes);
  let position = 0;
  let askAt = 0;
  for await (const chunk of content) {
    if (position + chunk.byteLength > limit) {
      throw bundleError("bundle-document-invalid", { operation: "read-file", file: file.name, limit });
    }
    if (position >= askAt) {
      await assertRoom(scratchFolder, roomStepBytes);
      askAt = position + roomStepBytes;
    }
    await onDisk("write-file", scratchFolder, () => writeAt(scratch, chunk, position));
    position += chunk.byteLength;
  }
}
