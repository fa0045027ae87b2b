import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { EngineError } from "../../oci/errors.ts";
import { parseRepository, type Repository } from "../../oci/reference.ts";
import { bundleError } from "../bundle-error.ts";
import { journalName, onDisk } from "../export-folder.ts";
import type { OpenBundle } from "../open-bundle.ts";
import { openFile, readWhole, type OpenFile } from "../random-access.ts";
import { checkTars } from "./check-tars.ts";
import { manifestDocumentName } from "./manifest-document.ts";
import { mapFileName, maxMapFileBytes, parseMapFile } from "./map-file.ts";
import { combineTars, placeTar, type PlacedTar } from "./place-tars.ts";
import { readImgpkgTar, type TarRoot } from "./read-imgpkg-tar.ts";
import { hasHost, makeRelative } from "./tar-path.ts";

/** A tar as it was found. */
interface FoundTar {
  readonly file: string;
  readonly open: OpenFile | null;
  readonly placed: PlacedTar | null;
  /** Why it cannot be read. */
  readonly failure: EngineError | null;
}

/** Configurations and manifests of all tars, which are kept while the bundle is open. */
const maxContentBytes = 256 * 1024 * 1024;

/**
 * Tars of imgpkg's: a folder as `tanzu isolated-cluster download-bundle` or `layOutImgpkg` makes it, or a single tar.
 *
 * Tars that the folder's map does not name belong to it, too: that tool overwrites the map with every run, and writes it
 * last. Where they belong is told by where they were read. Tars that are missing or broken are found by `check`.
 *
 * @throws EngineError `bundle-not-recognized` when there is neither map nor tar of imgpkg's; `bundle-unfinished`;
 * `bundle-document-invalid` for a map that cannot be read, and for two images with one place
 */
export async function openImgpkgBundle(path: string, signal?: AbortSignal): Promise<OpenBundle> {
  const name = basename(resolve(path));
  const isFolder = (await onDisk("read-file", name, () => stat(path))).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const map = isFolder ? await readMap(folder) : null;
  const listed = isFolder ? await listTars(folder) : [name];
  const tars: FoundTar[] = [];
  const close = async () => {
    for (const { open } of tars) await open?.close();
  };
  try {
    let contentBytes = 0;
    for (const file of new Set([...(map?.keys() ?? []), ...listed])) {
      const found = await openTar(folder, file, map?.get(file), signal);
      tars.push(found);
      for (const { byteLength } of found.placed?.tar.contents.values() ?? []) contentBytes += byteLength;
      if (contentBytes > maxContentBytes) {
        throw bundleError("bundle-document-invalid", { file, limit: maxContentBytes });
      }
    }
    const placed = tars.flatMap((found) => found.placed ?? []);
    if (map === null && placed.length === 0) throw firstFailure(tars, path);
    const { images, scope, source, pool } = combineTars(name, placed);
    const known = tars.filter(({ placed: own, failure }) => own !== null || failure !== null);
    return {
      format: "imgpkg",
      name,
      images,
      files: known.map(({ file, open }) => ({ name: file, sizeBytes: open?.sizeBytes ?? 0 })),
      scope,
      source,
      async check(options) {
        const files = tars.flatMap(({ open, placed: own }) =>
          open && own ? [{ file: open, tars: [own.tar] }] : [],
        );
        const findings = await checkTars(files, pool, options);
        return [...tars.flatMap(({ failure }) => failure ?? []), ...findings];
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A file that cannot be read says more than that there is no other. */
function firstFailure(tars: readonly FoundTar[], path: string): EngineError {
  const failure = tars.find((found) => found.failure !== null)?.failure;
  return failure ?? bundleError("bundle-not-recognized", { file: path });
}

async function readMap(folder: string): Promise<Map<string, string> | null> {
  const names = await onDisk("read-file", folder, () => readdir(folder));
  if (names.includes(journalName)) throw bundleError("bundle-unfinished", { file: folder });
  if (!names.includes(mapFileName)) return null;
  const file = await openFile(join(folder, mapFileName), mapFileName);
  try {
    if (file.sizeBytes > maxMapFileBytes) {
      throw bundleError("bundle-document-invalid", { file: mapFileName, limit: maxMapFileBytes });
    }
    return parseMapFile(await readWhole(file));
  } finally {
    await file.close();
  }
}

async function listTars(folder: string): Promise<string[]> {
  const entries = await onDisk("read-file", folder, () => readdir(folder, { withFileTypes: true }));
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".tar"))
    .map(({ name }) => name)
    .sort();
}

/** @param written the path that the map has for it */
async function openTar(
  folder: string,
  file: string,
  written: string | undefined,
  signal: AbortSignal | undefined,
): Promise<FoundTar> {
  let open: OpenFile | null = null;
  try {
    open = await openFile(join(folder, file), file);
    const tar = await readImgpkgTar(open, signal);
    if (!tar && written !== undefined) {
      throw bundleError("bundle-document-invalid", {
        operation: "read-file",
        file,
        field: manifestDocumentName,
      });
    }
    const placed = tar && placeTar(tar, (root) => locate(root, file, written));
    return { file, open, placed, failure: null };
  } catch (error) {
    if (!(error instanceof EngineError) || error.code === "cancelled") {
      await open?.close();
      throw error;
    }
    return { file, open, placed: null, failure: error };
  }
}

/** Where an image belongs below an importer's base. @throws EngineError `bundle-document-invalid` */
function locate(root: TarRoot, file: string, written: string | undefined): Repository {
  const { from } = root;
  const path = written ?? (from ? `${from.registry}/${from.repository}` : file.replace(/\.tar$/, ""));
  try {
    return hasHost(path) ? makeRelative(path, file, root) : parseRepository(path);
  } catch (error) {
    const facts = { operation: "read-file", file: written === undefined ? file : mapFileName } as const;
    throw bundleError("bundle-document-invalid", { ...facts, field: path.slice(0, 200) }, error);
  }
}
