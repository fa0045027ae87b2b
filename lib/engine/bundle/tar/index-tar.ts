import { throwIfAborted } from "../../oci/abort.ts";
import type { TarProblem } from "../../oci/errors.ts";
import { bundleError } from "../bundle-error.ts";
import { findPacking } from "../packing.ts";
import { slice, type RandomAccess } from "../random-access.ts";
import { parsePaxRecords } from "./pax-records.ts";
import { decodeTarHeader, tarBlockBytes, tarPadding, type TarHeader } from "./tar-header.ts";

/** A file in a tar. */
interface TarFile {
  readonly kind: "file";
  /** Relative, without a leading `./`. */
  readonly name: string;
  readonly content: RandomAccess;
}

/** Another name for a file in the same tar. */
interface TarLink {
  readonly kind: "link";
  readonly name: string;
  /** As it stands there: relative to the archive for a hard link, to the link's folder for a symbolic one. */
  readonly target: string;
  readonly symbolic: boolean;
}

export type TarEntry = TarFile | TarLink;

export interface IndexTarOptions {
  /** Links are refused unless they are asked for. */
  readonly links?: boolean;
  readonly maxEntries?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Far more than any bundle of ours has. */
const defaultMaxEntries = 200_000;
/** Of names and attributes that stand in front of an entry. */
const maxExtendedBytes = 1024 * 1024;
const maxNameBytes = 4096;
/** Headers of small files stand close together. */
const windowBytes = 8 * 1024;

/**
 * What is in a tar, without reading the contents. Names are held to what is safe: relative, never climbing, each once.
 * Folders are left out; links, devices and sparse files are refused.
 *
 * Reads ustar, pax and GNU's long names.
 *
 * @throws EngineError `tar-invalid` with file, offset and `tarProblem`; `bundle-file-packed` for one that is gzipped;
 * `bundle-file-truncated`
 */
export async function indexTar(
  file: RandomAccess,
  options: IndexTarOptions = {},
): Promise<Map<string, TarEntry>> {
  return new TarIndexer(file, options).run();
}

/** What extended headers say about the entry that follows them. */
interface Announced {
  name?: string;
  linkName?: string;
  sizeBytes?: number;
}

class TarIndexer {
  readonly #file: RandomAccess;
  readonly #options: IndexTarOptions;
  readonly #entries = new Map<string, TarEntry>();
  readonly #folders = new Set<string>();
  #window: Uint8Array = new Uint8Array();
  #windowAt = 0;
  #announced: Announced = {};

  constructor(file: RandomAccess, options: IndexTarOptions) {
    this.#file = file;
    this.#options = options;
  }

  async run(): Promise<Map<string, TarEntry>> {
    await this.#assertUnpacked();
    let position = 0;
    for (;;) {
      throwIfAborted(this.#options.signal);
      const header = decodeTarHeader(await this.#readBlock(position));
      if (header === "end") break;
      if (header === "damaged") throw this.#refuse(position === 0 ? "not-a-tar" : "header-damaged", position);
      const contentAt = position + tarBlockBytes;
      // What is announced is the file's, and not that of another header in front of it.
      const announcedBytes = isExtended(header) ? undefined : this.#announced.sizeBytes;
      const sizeBytes = announcedBytes ?? header.sizeBytes;
      const next = contentAt + sizeBytes + tarPadding(sizeBytes);
      if (contentAt + sizeBytes > this.#file.sizeBytes) {
        throw bundleError("bundle-file-truncated", {
          operation: "read-file",
          file: this.#file.name,
          offset: this.#file.start + position,
          expectedBytes: this.#file.start + next,
          actualBytes: this.#file.start + this.#file.sizeBytes,
        });
      }
      if (!(await this.#announce(header, position))) this.#add(header, position, sizeBytes);
      position = next;
    }
    return this.#entries;
  }

  async #assertUnpacked(): Promise<void> {
    if ((await findPacking(this.#file)) !== "gzip") return;
    throw bundleError("bundle-file-packed", { operation: "read-file", file: this.#file.name });
  }

  async #readBlock(position: number): Promise<Uint8Array> {
    const end = position + tarBlockBytes;
    if (end > this.#file.sizeBytes) throw this.#refuse("cut-short", this.#file.sizeBytes);
    if (position < this.#windowAt || end > this.#windowAt + this.#window.byteLength) {
      const window = Buffer.allocUnsafe(Math.min(windowBytes, this.#file.sizeBytes - position));
      await this.#file.read(window, position);
      this.#window = window;
      this.#windowAt = position;
    }
    return this.#window.subarray(position - this.#windowAt, end - this.#windowAt);
  }

  /** Takes what an extended header says of the next entry. @returns whether it is one */
  async #announce(header: TarHeader, position: number): Promise<boolean> {
    if (!isExtended(header)) return false;
    const { kind, sizeBytes } = header;
    if (sizeBytes > maxExtendedBytes) throw this.#refuse("entry-too-large", position);
    const content = Buffer.alloc(sizeBytes);
    await this.#file.read(content, position + tarBlockBytes);
    if (kind === "L") this.#announced.name = upToZero(content);
    else if (kind === "K") this.#announced.linkName = upToZero(content);
    else {
      const records = parsePaxRecords(content);
      if (records === null) throw this.#refuse("pax-malformed", position);
      if ([...records.keys()].some((key) => key.startsWith("GNU.sparse."))) {
        throw this.#refuse("sparse", position);
      }
      // A global header tells of the archive; names and sizes are the single entries' own.
      if (kind === "x") this.#take(records, position);
    }
    return true;
  }

  #take(records: ReadonlyMap<string, string>, position: number): void {
    const [name, linkName, size] = ["path", "linkpath", "size"].map((key) => records.get(key));
    if (name !== undefined) this.#announced.name = name;
    if (linkName !== undefined) this.#announced.linkName = linkName;
    if (size === undefined) return;
    if (!/^\d{1,15}$/.test(size)) throw this.#refuse("pax-malformed", position);
    this.#announced.sizeBytes = Number(size);
  }

  #add(header: TarHeader, position: number, sizeBytes: number): void {
    const { name: announcedName, linkName = header.linkName } = this.#announced;
    this.#announced = {};
    const isFolder = header.kind === "5";
    const name = this.#checkName(announcedName ?? header.name, position, isFolder);
    if (this.#entries.size + this.#folders.size >= (this.#options.maxEntries ?? defaultMaxEntries)) {
      throw this.#refuse("too-many-entries", position);
    }
    // Some take what follows such an entry for its content, and some for the next entry.
    if (["1", "2", "5"].includes(header.kind) && sizeBytes > 0)
      throw this.#refuse("header-damaged", position);
    if (isFolder) {
      this.#folders.add(name);
      return;
    }
    if (this.#entries.has(name)) throw this.#refuse("name-twice", position);
    this.#entries.set(name, this.#describe(header, { name, linkName, position, sizeBytes }));
  }

  #describe(
    { kind }: TarHeader,
    {
      name,
      linkName,
      position,
      sizeBytes,
    }: { name: string; linkName: string; position: number; sizeBytes: number },
  ): TarEntry {
    if (kind === "0") {
      return { kind: "file", name, content: slice(this.#file, position + tarBlockBytes, sizeBytes) };
    }
    if (kind === "S") throw this.#refuse("sparse", position);
    if (["3", "4", "6"].includes(kind)) throw this.#refuse("device", position);
    if (kind !== "1" && kind !== "2") throw this.#refuse("kind-unknown", position);
    if (!this.#options.links) throw this.#refuse("link", position);
    return { kind: "link", name, target: linkName, symbolic: kind === "2" };
  }

  #checkName(written: string, position: number, isFolder: boolean): string {
    if (Buffer.byteLength(written) > maxNameBytes) throw this.#refuse("name-malformed", position);
    const name = written.replace(/^(?:\.\/+)+/, "").replace(isFolder ? /\/+$/ : /$^/, "");
    if (written.startsWith("/") || /^[a-z]:/i.test(written)) throw this.#refuse("name-absolute", position);
    const parts = name.split("/");
    if (parts.includes("..")) throw this.#refuse("name-climbs", position);
    const isRoot = isFolder && (name === "" || name === ".");
    const isMalformed = parts.some((part) => part === "" || part === ".") || /[\0\\]/.test(name);
    if (!isRoot && isMalformed) throw this.#refuse("name-malformed", position);
    return name;
  }

  #refuse(tarProblem: TarProblem, position: number) {
    return bundleError("tar-invalid", {
      operation: "read-file",
      file: this.#file.name,
      offset: this.#file.start + position,
      tarProblem,
    });
  }
}

/** Whether it stands in front of another and says something of that. */
function isExtended({ kind }: TarHeader): boolean {
  return ["x", "g", "L", "K"].includes(kind);
}

function upToZero(content: Buffer): string {
  const end = content.indexOf(0);
  return content.toString("utf8", 0, end === -1 ? content.byteLength : end);
}
