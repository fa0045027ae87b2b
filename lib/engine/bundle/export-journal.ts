import { open, readFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { findDigest, type Digest } from "../oci/digest.ts";
import { bundleError } from "./bundle-error.ts";
import { journalName, onDisk, writeDurably } from "./export-folder.ts";

/** Rises when what a journal says is to be read another way. */
const journalVersion = 1;

/**
 * Which blobs of an export are on disk: a line with what the export is, then a digest a line. It is not forced to disk
 * line by line: what a power failure makes of it is found out when the bundle is proven at the end.
 */
export class ExportJournal {
  readonly #folder: string;
  readonly #head: string;
  readonly #handle: FileHandle;
  readonly #done: Set<Digest>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(folder: string, head: string, handle: FileHandle, done: Set<Digest>) {
    this.#folder = folder;
    this.#head = head;
    this.#handle = handle;
    this.#done = done;
  }

  /** Begins anew. */
  static async begin(folder: string, fingerprint: string): Promise<ExportJournal> {
    return ExportJournal.#write(folder, formatHead(fingerprint), new Set());
  }

  /** @throws EngineError `export-differs` when it is of another export */
  static async resume(folder: string, fingerprint: string): Promise<ExportJournal> {
    const text = await onDisk("read-file", journalName, () => readFile(join(folder, journalName), "utf8"));
    // A last line without its end was cut short.
    const [head, ...lines] = text.split("\n").slice(0, -1);
    if (head !== formatHead(fingerprint)) {
      throw bundleError("export-differs", { operation: "write-file", file: folder });
    }
    // Written anew: a line that was cut short would spoil the one after it.
    return ExportJournal.#write(folder, head, new Set(lines.flatMap((line) => findDigest(line) ?? [])));
  }

  static async #write(folder: string, head: string, done: Set<Digest>): Promise<ExportJournal> {
    await writeDurably(folder, journalName, [head, ...done, ""].join("\n"));
    const handle = await onDisk("write-file", journalName, () => open(join(folder, journalName), "a"));
    return new ExportJournal(folder, head, handle, done);
  }

  /** The journal once blobs have turned out to be damaged; takes the place of this one. */
  async without(damaged: ReadonlySet<Digest>): Promise<ExportJournal> {
    await this.close();
    const left = [...this.#done].filter((digest) => !damaged.has(digest));
    return ExportJournal.#write(this.#folder, this.#head, new Set(left));
  }

  has(digest: Digest): boolean {
    return this.#done.has(digest);
  }

  get size(): number {
    return this.#done.size;
  }

  /** Notes a blob that is on disk. */
  async add(digest: Digest): Promise<void> {
    const line = this.#writing.then(() =>
      onDisk("write-file", journalName, () => this.#handle.appendFile(`${digest}\n`)),
    );
    // The next line is tried even if this one could not be written.
    this.#writing = line.catch(() => undefined);
    await line;
    this.#done.add(digest);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#handle.close();
  }
}

function formatHead(fingerprint: string): string {
  return `drayage-export ${journalVersion} ${fingerprint}`;
}
