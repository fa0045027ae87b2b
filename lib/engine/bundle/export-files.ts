import { open, rename, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../oci/digest.ts";
import { onDisk, partialSuffix, syncFolder, writeAt } from "./export-folder.ts";
import { listFixed } from "./fixed-bytes.ts";
import type { FileLayout } from "./layout.ts";

/** A place of a blob's bytes: from `from` on, `sizeBytes` of them. */
interface Slot {
  readonly file: OpenExportFile;
  readonly offset: number;
  readonly from: number;
  readonly sizeBytes: number;
}

export interface OpenExportFile {
  readonly layout: FileLayout;
  readonly handle: FileHandle;
}

/** The files of an export, open for writing at any place. */
export class ExportFiles {
  readonly files: readonly OpenExportFile[];
  readonly #folder: string;
  readonly #slots = new Map<Digest, Slot[]>();

  private constructor(folder: string, files: readonly OpenExportFile[]) {
    this.#folder = folder;
    this.files = files;
    for (const file of files) {
      for (const { digest, ...place } of file.layout.blobs) {
        const slots = this.#slots.get(digest) ?? [];
        slots.push({ file, ...place });
        this.#slots.set(digest, slots);
      }
    }
  }

  /** Makes the files at their full size, with all but the blobs in them. */
  static async create(folder: string, layouts: readonly FileLayout[]): Promise<ExportFiles> {
    return ExportFiles.#open(folder, layouts, async (layout) => {
      const handle = await open(partialPath(folder, layout), "w+");
      await handle.truncate(layout.sizeBytes);
      for (const { offset, bytes } of layout.fixed) await writeAt(handle, bytes, offset);
      return handle;
    });
  }

  /** Opens what `create` made; `null` when a file is missing or of another size. */
  static async reopen(folder: string, layouts: readonly FileLayout[]): Promise<ExportFiles | null> {
    const sizes = await Promise.all(
      layouts.map(async (layout) => {
        // The last step, the files' renaming, may have been cut short.
        const final = await sizeOf(join(folder, layout.name));
        if (final !== null) await rename(join(folder, layout.name), partialPath(folder, layout));
        return final ?? sizeOf(partialPath(folder, layout));
      }),
    );
    if (layouts.some(({ sizeBytes }, at) => sizes[at] !== sizeBytes)) return null;
    return ExportFiles.#open(folder, layouts, (layout) => open(partialPath(folder, layout), "r+"));
  }

  static async #open(
    folder: string,
    layouts: readonly FileLayout[],
    openFile: (layout: FileLayout) => Promise<FileHandle>,
  ): Promise<ExportFiles> {
    const files: OpenExportFile[] = [];
    try {
      for (const layout of layouts) {
        files.push({ layout, handle: await onDisk("write-file", layout.name, () => openFile(layout)) });
      }
      return new ExportFiles(folder, files);
    } catch (error) {
      await Promise.all(files.map(({ handle }) => handle.close()));
      throw error;
    }
  }

  /** Whether a blob has its place here. */
  has(digest: Digest): boolean {
    return this.#slots.has(digest);
  }

  /** Writes bytes of a blob, from `position` of it on, to all places that want them. */
  async write(digest: Digest, position: number, bytes: Uint8Array): Promise<void> {
    for (const { file, offset, from, sizeBytes } of this.#slots.get(digest) ?? []) {
      const begin = Math.max(position, from);
      const end = Math.min(position + bytes.byteLength, from + sizeBytes);
      if (begin >= end) continue;
      const wanted = bytes.subarray(begin - position, end - position);
      await onDisk("write-file", file.layout.name, () => writeAt(file.handle, wanted, offset + begin - from));
    }
  }

  /** Writes again all of a file that is no blob's. */
  async restore({ layout, handle }: OpenExportFile): Promise<void> {
    await onDisk("write-file", layout.name, async () => {
      for (const { offset, bytes } of listFixed(layout)) await writeAt(handle, bytes, offset);
    });
  }

  /** Forces all to disk that is written so far. @throws EngineError `disk-full`, `disk-failed` */
  async sync(): Promise<void> {
    for (const { layout, handle } of this.files) {
      await onDisk("write-file", layout.name, () => handle.datasync());
    }
  }

  /** Forces all to disk and gives the files their names. */
  async publish(): Promise<void> {
    await this.sync();
    for (const { layout } of this.files) {
      await onDisk("write-file", layout.name, () =>
        rename(partialPath(this.#folder, layout), join(this.#folder, layout.name)),
      );
    }
    await syncFolder(this.#folder);
  }

  async close(): Promise<void> {
    await Promise.all(this.files.map(({ handle }) => handle.close()));
  }
}

function partialPath(folder: string, { name }: FileLayout): string {
  return join(folder, `${name}${partialSuffix}`);
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}
