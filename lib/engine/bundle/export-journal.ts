import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { findDigest, type Digest } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import { bundleError } from "./bundle-error.ts";
import { journalName, onDisk, writeDurably } from "./export-folder.ts";
import { openFile, readWhole } from "./random-access.ts";

/** Rises when what a journal says is to be read another way. */
const journalVersion = 1;
const fileWord = "file";
const pinWord = "pin";
/** A name in the folder itself. */
const plainName = /^(?!\.{1,2}$)[^/\\\0]+$/;
/** Of a million blobs and manifests. */
const maxJournalBytes = 128 * 1024 * 1024;

/** What a journal says besides the blobs. */
interface JournalHead {
  /** `fingerprintLayout` of what is exported. */
  readonly fingerprint: string;
  /** Names of the files that are written. */
  readonly files: readonly string[];
  /** `pinImages` of what is exported. */
  readonly pins: ReadonlyMap<string, Digest>;
}

/**
 * Which blobs of an export are on disk: a line with what the export is, one for each file and one for each image and each
 * manifest of it with the digest it had when the export was planned, then one for each blob. It is not forced to disk line
 * by line: what a power failure makes of it is found out when the bundle is proven at the end.
 */
export class ExportJournal {
  readonly #folder: string;
  readonly #head: JournalHead;
  readonly #handle: FileHandle;
  readonly #done: Set<Digest>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(folder: string, head: JournalHead, handle: FileHandle, done: Set<Digest>) {
    this.#folder = folder;
    this.#head = head;
    this.#handle = handle;
    this.#done = done;
  }

  /** Begins anew. */
  static async begin(folder: string, head: JournalHead): Promise<ExportJournal> {
    return ExportJournal.#write(folder, head, new Set());
  }

  /** @throws EngineError `export-differs` when it is of another export */
  static async resume(folder: string, fingerprint: string): Promise<ExportJournal> {
    const { done, ...head } = await readJournal(folder);
    if (head.fingerprint !== fingerprint) {
      throw differs(folder);
    }
    // Written anew: a line that was cut short would spoil the one after it.
    return ExportJournal.#write(folder, head, done);
  }

  static async #write(folder: string, head: JournalHead, done: Set<Digest>): Promise<ExportJournal> {
    const files = head.files.map((name) => `${fileWord} ${name}`);
    const pins = Array.from(head.pins, ([key, digest]) => `${pinWord} ${digest} ${key}`);
    const lines = [formatTitle(head.fingerprint), ...files, ...pins, ...done, ""];
    await writeDurably(folder, journalName, lines.join("\n"));
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

/**
 * What the images of an unfinished export meant when it was planned; null where there is none. Whoever goes on with it
 * plans with these digests.
 */
export async function readPins(folder: string): Promise<ReadonlyMap<string, Digest> | null> {
  return (await findJournal(folder))?.pins ?? null;
}

/** What an unfinished export says of itself; null where there is none. @throws EngineError `export-differs`, `disk-failed` */
export async function findJournal(folder: string): Promise<JournalHead | null> {
  try {
    return await readJournal(folder);
  } catch (error) {
    if (error instanceof EngineError && error.code === "bundle-file-missing") return null;
    throw error;
  }
}

async function readJournal(folder: string): Promise<JournalHead & { readonly done: Set<Digest> }> {
  const text = await readText(folder);
  // A last line without its end was cut short.
  const [title = "", ...lines] = text.split("\n").slice(0, -1);
  const fingerprint = title.split(" ").at(-1) ?? "";
  if (title !== formatTitle(fingerprint)) {
    throw differs(folder);
  }
  const files: string[] = [];
  const pins = new Map<string, Digest>();
  const done = new Set<Digest>();
  for (const line of lines) {
    const [word, pinned = "", ...key] = line.split(" ");
    if (word === fileWord) {
      const name = line.slice(fileWord.length + 1);
      // Whoever discards the export removes it, and a disk that was carried may say anything.
      if (!plainName.test(name)) throw differs(folder);
      files.push(name);
    }
    const digest = findDigest(word === pinWord ? pinned : line);
    if (digest === null) continue;
    if (word === pinWord) pins.set(key.join(" "), digest);
    else done.add(digest);
  }
  return { fingerprint, files, pins, done };
}

async function readText(folder: string): Promise<string> {
  const file = await openFile(join(folder, journalName), journalName);
  try {
    if (file.sizeBytes > maxJournalBytes) throw differs(folder);
    return Buffer.from(await readWhole(file)).toString("utf8");
  } finally {
    await file.close();
  }
}

function differs(folder: string): EngineError {
  return bundleError("export-differs", { operation: "write-file", file: folder });
}

function formatTitle(fingerprint: string): string {
  return `drayage-export ${journalVersion} ${fingerprint}`;
}
