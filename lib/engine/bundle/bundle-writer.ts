import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../oci/digest.ts";
import { bundleError } from "./bundle-error.ts";
import { ExportFiles } from "./export-files.ts";
import { journalName, onDisk, prepareFolder, syncFolder, writeDurably } from "./export-folder.ts";
import { ExportJournal } from "./export-journal.ts";
import { fingerprintLayout, type BundleMaking, type ExportLayout } from "./export-layout.ts";
import { lockFolder, type ExportLock } from "./export-lock.ts";
import { findChange, listFixed } from "./fixed-bytes.ts";
import { packFile, removeUnpacked } from "./pack-file.ts";
import { proveFiles, type ProvenFile } from "./prove-files.ts";
import { readHandle } from "./random-access.ts";

interface WriterParts {
  readonly folder: string;
  readonly layout: ExportLayout;
  readonly lock: ExportLock;
  readonly files: ExportFiles;
  readonly journal: ExportJournal;
}

/**
 * Writes the blobs of an export to their places, in any order and side by side. What is on disk is noted, so that an
 * export that was cut short goes on with what it lacks.
 */
export class BundleWriter {
  readonly layout: ExportLayout;
  readonly folder: string;
  readonly #lock: ExportLock;
  readonly #files: ExportFiles;
  #journal: ExportJournal;

  private constructor({ folder, layout, lock, files, journal }: WriterParts) {
    this.folder = folder;
    this.layout = layout;
    this.#lock = lock;
    this.#files = files;
    this.#journal = journal;
  }

  /**
   * Begins an export in a folder, or goes on with the same one.
   *
   * @param pins `pinImages` of what is exported
   * @throws EngineError `folder-occupied`, `export-differs`, `export-in-use`, `disk-full`, `disk-failed`
   */
  static async open(
    folder: string,
    layout: ExportLayout,
    pins: ReadonlyMap<string, Digest>,
  ): Promise<BundleWriter> {
    await prepareFolder(folder);
    const lock = await lockFolder(folder);
    try {
      // Again, since another export may have begun or ended there meanwhile.
      const state = await prepareFolder(folder);
      const fingerprint = fingerprintLayout(layout);
      if (state === "unfinished") {
        const journal = await ExportJournal.resume(folder, fingerprint);
        const files = await ExportFiles.reopen(folder, layout.files);
        if (files) return new BundleWriter({ folder, layout, lock, files, journal });
        await journal.close();
      }
      const files = await ExportFiles.create(folder, layout.files);
      const journal = await ExportJournal.begin(folder, {
        fingerprint,
        files: layout.files.map(({ name }) => name),
        pins,
      });
      return new BundleWriter({ folder, layout, lock, files, journal });
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Whether a blob needs no fetching any more. */
  has(digest: Digest): boolean {
    return this.layout.held.has(digest) || this.#journal.has(digest);
  }

  /** Whether a blob is foreseen. */
  expects(digest: Digest): boolean {
    return this.layout.held.has(digest) || this.#files.has(digest);
  }

  /** Writes bytes of a blob, `position` bytes from its beginning. @throws EngineError `disk-full`, `disk-failed` */
  async write(digest: Digest, position: number, bytes: Uint8Array): Promise<void> {
    await this.#files.write(digest, position, bytes);
  }

  /** Notes that all bytes of a blob are written. */
  async complete(digest: Digest): Promise<void> {
    await this.#journal.add(digest);
  }

  /**
   * Proves all that is on disk, gives the files their names and closes the bundle.
   *
   * @throws EngineError `bundle-content-missing`; `bundle-content-damaged`, after which the damaged blobs are lacking;
   * `bundle-file-truncated`
   */
  async finish(
    making: BundleMaking,
    options: { readonly onBytes?: (count: number) => void; readonly signal?: AbortSignal } = {},
  ): Promise<readonly ProvenFile[]> {
    // The disk catches up with what was written while that is proven.
    const syncing = this.#files.sync();
    syncing.catch(() => undefined);
    const proven = await this.#prove(options).finally(() => syncing);
    await this.#files.publish();
    const { packed } = this.layout;
    if (packed) await packFile(this.folder, packed, options);
    for (const { name, content } of this.layout.close(proven, making)) {
      await writeDurably(this.folder, name, content);
    }
    await this.#journal.close();
    await onDisk("write-file", journalName, () => rm(join(this.folder, journalName), { force: true }));
    // Not before: an export that is cut short here still has what it was going to pack.
    if (packed) await removeUnpacked(this.folder, packed);
    await syncFolder(this.folder);
    return proven;
  }

  async #prove(options: Parameters<typeof proveFiles>[2]): Promise<readonly ProvenFile[]> {
    const sizes = new Map<Digest, number>();
    for (const { layout } of this.#files.files) {
      for (const { digest, from, sizeBytes } of layout.blobs) {
        if (!this.#journal.has(digest)) {
          throw bundleError("bundle-content-missing", { operation: "write-file", file: layout.name, digest });
        }
        sizes.set(digest, Math.max(sizes.get(digest) ?? 0, from + sizeBytes));
      }
    }
    /** Where a file is not what it was made as, by its name. */
    const changes = new Map<string, number>();
    const files = await Promise.all(
      this.#files.files.map(async ({ layout, handle }) => {
        const fixed = listFixed(layout);
        const open = await readHandle(handle, layout.name);
        return {
          ...layout,
          async read(into: Uint8Array, offset: number) {
            await open.read(into, offset);
            const change = changes.has(layout.name) ? null : findChange(fixed, into, offset);
            if (change !== null) changes.set(layout.name, change);
          },
        };
      }),
    );
    const proven: ProvenFile[] = [];
    for await (const file of proveFiles(files, (digest) => sizes.get(digest) ?? 0, options))
      proven.push(file);
    await this.#assertSound(proven, changes);
    return proven;
  }

  /** What a crash or a broken disk has left behind is not closed as if it were sound. */
  async #assertSound(proven: readonly ProvenFile[], changes: ReadonlyMap<string, number>): Promise<void> {
    for (const file of this.#files.files) {
      if (changes.has(file.layout.name)) await this.#files.restore(file);
    }
    const damaged = proven.flatMap(({ name, damaged }) => damaged.map((each) => ({ file: name, ...each })));
    if (damaged.length > 0) {
      this.#journal = await this.#journal.without(new Set(damaged.map(({ digest }) => digest)));
    }
    const [first] = [...damaged, ...Array.from(changes, ([file, offset]) => ({ file, offset }))];
    if (first) throw bundleError("bundle-content-damaged", { operation: "write-file", ...first });
  }

  /** Ends the work; what is written stays for the next time. */
  async close(): Promise<void> {
    await this.#files.close();
    await this.#journal.close();
    await this.#lock.release();
  }
}
