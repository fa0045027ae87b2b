import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createGzip } from "node:zlib";
import { pipeline } from "node:stream/promises";
import { onDisk, partialSuffix, syncFolder, writeAt } from "./export-folder.ts";
import { openFile, streamCopies } from "./random-access.ts";

/** A file of a layout that is packed by gzip once it is complete. */
export interface PackedFile {
  /** The file of the layout; it goes once the packed one is there. */
  readonly from: string;
  readonly to: string;
}

/** Layers are packed already, so that trying harder takes long and gains nothing. */
const level = 1;

/**
 * Packs a file by gzip, under another name. Where the bytes of a packed file end up is known only once all before them
 * are packed, so this cannot be gone on with: whoever was interrupted begins it anew, from the file that is still there.
 *
 * @param options.onBytes hears how many more bytes have been packed
 * @throws EngineError `disk-full`, `disk-failed`, `bundle-file-missing`
 */
export async function packFile(
  folder: string,
  { from, to }: PackedFile,
  { onBytes, signal }: { onBytes?: (count: number) => void; signal?: AbortSignal } = {},
): Promise<void> {
  const partial = join(folder, `${to}${partialSuffix}`);
  const file = await openFile(join(folder, from), from);
  try {
    await onDisk("write-file", to, async () => {
      const handle = await open(partial, "w");
      try {
        let position = 0;
        await pipeline(
          streamCopies(file, { onBytes, signal }),
          createGzip({ level }),
          async (packed: AsyncIterable<Uint8Array>) => {
            for await (const chunk of packed) {
              await writeAt(handle, chunk, position);
              position += chunk.byteLength;
            }
          },
        );
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(partial, join(folder, to));
    });
  } finally {
    await file.close();
  }
  await syncFolder(folder);
}

/** Takes away the file that was packed. */
export async function removeUnpacked(folder: string, { from }: PackedFile): Promise<void> {
  await onDisk("write-file", from, () => rm(join(folder, from), { force: true }));
}
