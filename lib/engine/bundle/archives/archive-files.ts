import { readdir, stat } from "node:fs/promises";
import { basename, join, posix, resolve } from "node:path";
import { bundleError } from "../bundle-error.ts";
import { onDisk } from "../export-folder.ts";
import type { OpenedArchive } from "../open-archive.ts";
import type { BundleFile } from "../open-bundle.ts";
import { openFile, readWhole, type RandomAccess } from "../random-access.ts";
import { indexTar, type TarEntry } from "../tar/index-tar.ts";

/** The files in an archive, or in a folder that is laid out like one. */
export interface ArchiveFiles {
  /** What a person calls it. */
  readonly name: string;
  /** What is there on disk. */
  readonly files: readonly BundleFile[];
  /** Paths of the files in it. */
  readonly paths: Iterable<string>;
  /** What stands under a path, or null. */
  find(path: string): RandomAccess | null;
  /** The file on disk that something in it is a part of. */
  wholeOf(part: RandomAccess): RandomAccess;
  close(): Promise<void>;
}

export interface OpenArchiveFilesOptions {
  /** The archive, unpacked: what is to be read instead of what stands under the path. Closing the files closes it. */
  readonly unpacked?: OpenedArchive | undefined;
  /** Follow links within the archive; without it an archive with links is refused. */
  readonly links?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Beyond any layout; so many are listed of a folder. */
const maxFolderFiles = 200_000;
/** One link to another to another: no tool makes more than one step. */
const maxLinkSteps = 8;

/** @throws EngineError `bundle-file-missing`, `disk-failed`; of a file what `indexTar` throws */
export async function openArchiveFiles(
  path: string,
  options: OpenArchiveFilesOptions = {},
): Promise<ArchiveFiles> {
  const name = basename(resolve(path));
  const isFolder = !options.unpacked && (await onDisk("read-file", name, () => stat(path))).isDirectory();
  return isFolder ? openFolder(path, name) : openTar(path, name, options);
}

async function openTar(
  path: string,
  name: string,
  { links = false, unpacked, signal }: OpenArchiveFilesOptions,
): Promise<ArchiveFiles> {
  const file = unpacked?.file ?? (await openFile(path, name));
  try {
    const entries = await indexTar(file, { links, signal });
    return {
      name,
      files: [{ name, sizeBytes: unpacked?.sizeBytes ?? file.sizeBytes }],
      paths: entries.keys(),
      find: (entry) => resolveEntry(entries, entry),
      wholeOf: () => file,
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The file under a name, or that a link under it leads to; null when there is none within the archive. */
function resolveEntry(entries: ReadonlyMap<string, TarEntry>, name: string): RandomAccess | null {
  let entry = entries.get(name);
  for (let step = 0; entry?.kind === "link" && step < maxLinkSteps; step++) {
    const from = entry.symbolic ? posix.dirname(entry.name) : ".";
    const { target } = entry;
    entry = target.startsWith("/") ? undefined : entries.get(posix.normalize(posix.join(from, target)));
  }
  return entry?.kind === "file" ? entry.content : null;
}

async function openFolder(path: string, name: string): Promise<ArchiveFiles> {
  const parts = new Map<string, RandomAccess>();
  for (const entry of await onDisk("read-file", name, () =>
    readdir(path, { withFileTypes: true, recursive: true }),
  )) {
    // Links could lead out of the folder, and pipes are waited for.
    if (!entry.isFile()) continue;
    if (parts.size >= maxFolderFiles) {
      throw bundleError("bundle-document-invalid", {
        operation: "read-file",
        file: name,
        limit: maxFolderFiles,
      });
    }
    const full = join(entry.parentPath, entry.name);
    const relative = full.slice(join(path, "/").length).replaceAll("\\", "/");
    const { size } = await onDisk("read-file", relative, () => stat(full));
    parts.set(relative, fileOnDemand(full, relative, size));
  }
  return {
    name,
    files: Array.from(parts.values(), ({ name: file, sizeBytes }) => ({ name: file, sizeBytes })),
    paths: parts.keys(),
    find: (relative) => parts.get(relative) ?? null,
    wholeOf: (part) => part,
    close: () => Promise.resolve(),
  };
}

/** A file that is open only while it is read: a layout may have more files than a process may have open. */
function fileOnDemand(path: string, name: string, sizeBytes: number): RandomAccess {
  return {
    name,
    sizeBytes,
    start: 0,
    async read(into, offset) {
      const file = await openFile(path, name);
      try {
        await file.read(into, offset);
      } finally {
        await file.close();
      }
    },
  };
}

/** A document of an archive, which is small. @throws EngineError `bundle-document-invalid` when it is not */
export async function readDocumentFile(
  file: RandomAccess,
  { archive, field, limit }: { readonly archive: string; readonly field: string; readonly limit: number },
): Promise<Uint8Array> {
  if (file.sizeBytes <= limit) return readWhole(file);
  throw bundleError("bundle-document-invalid", { operation: "read-file", file: archive, field, limit });
}
