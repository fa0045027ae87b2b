import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { EngineError, toEngineError } from "../oci/errors.ts";
import { openImageArchives, type ArchivePlace } from "./archives/open-image-archives.ts";
import { layoutIndexName, layoutMarkerName } from "./archives/read-oci-layout.ts";
import { bundleError } from "./bundle-error.ts";
import { documentName } from "./drayage/bundle-document.ts";
import { openDrayageBundle } from "./drayage/open-drayage-bundle.ts";
import { journalName, onDisk } from "./export-folder.ts";
import { mapFileName } from "./imgpkg/map-file.ts";
import { openImgpkgBundle } from "./imgpkg/open-imgpkg-bundle.ts";
import { openArchive, type OpenedArchive } from "./open-archive.ts";
import type { OpenBundle } from "./open-bundle.ts";
import { openPluginBundle } from "./plugins/open-plugin-bundle.ts";
import { recognizeEntries, recognizeFile, type FileKind } from "./recognize-file.ts";
import { indexTar } from "./tar/index-tar.ts";

interface OpenBundleOptions {
  /** As `OpenArchiveOptions` has it. */
  readonly scratchFolder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is packed and is not called so is no archive of images. */
const packedTarName = /\.(?:tar|tar\.gz|tgz)$/i;
/** Files of a folder that are looked into. */
const maxFiles = 10_000;

/**
 * Opens a bundle of any format: a folder of a Drayage bundle, of imgpkg's tars or an image layout, a folder with archives
 * of images, which are one bundle then, or a single file: a volume of a Drayage bundle, a tar of imgpkg's, a Tanzu
 * plug-in bundle, a Docker archive, an OCI archive.
 *
 * Other files beside these do not matter. Files of different kinds in one folder are refused, since nobody could tell
 * what is going to be imported.
 *
 * @param path a folder or a file
 * @throws EngineError `bundle-not-recognized` with the file that is none, or does not belong to the others;
 * `bundle-unfinished` for an export that was not finished; `bundle-file-missing` for volumes without their `bundle.json`;
 * `bundle-file-packed` for what is packed by gzip and is neither a plug-in bundle nor an archive of images, which are
 * unpacked for as long as they are open; as the formats' own
 */
export async function openBundle(path: string, options: OpenBundleOptions = {}): Promise<OpenBundle> {
  const name = basename(resolve(path));
  try {
    const isFolder = (await onDisk("read-file", name, () => stat(path))).isDirectory();
    if (isFolder) return await openFolder(path, name, options);
    return await openFile(path, await recognizeFile(path, options.signal), options);
  } catch (error) {
    throw toEngineError(error, { operation: "open-bundle" });
  }
}

function openFile(path: string, kind: FileKind, options: OpenBundleOptions): Promise<OpenBundle> {
  const { signal } = options;
  if (kind === "imgpkg") return openImgpkgBundle(path, signal);
  if (kind === "tanzu-plugins") return openPluginBundle(path, options);
  if (kind === "docker-archive") return openImageArchives([{ path, format: kind }], { signal });
  if (kind === "oci-layout" || kind === "drayage-volume") {
    return openImageArchives([{ path, format: "oci-layout" }], { signal });
  }
  if (kind === "packed-archive") return openImages([{ path, kind }], options);
  throw bundleError(kind === "packed" ? "bundle-file-packed" : "bundle-not-recognized", {
    operation: "read-file",
    file: basename(path),
  });
}

async function openFolder(path: string, name: string, options: OpenBundleOptions): Promise<OpenBundle> {
  const { signal } = options;
  const names = await onDisk("read-file", name, () => readdir(path));
  if (names.includes(journalName)) throw bundleError("bundle-unfinished", { file: name });
  if (names.includes(documentName)) return openDrayageBundle(path);
  if (names.includes(mapFileName)) return openImgpkgBundle(path, signal);
  if (names.includes(layoutMarkerName) && names.includes(layoutIndexName)) {
    return openImageArchives([{ path, format: "oci-layout" }], { signal });
  }
  const found = await recognizeFiles(path, signal);
  const [first, ...others] = found;
  if (first === undefined) throw bundleError("bundle-not-recognized", { file: name });
  if (found.some(({ kind }) => kind === "drayage-volume")) {
    throw bundleError("bundle-file-missing", { operation: "read-file", file: documentName });
  }
  if (others.length === 0) return openFile(join(path, first.file), first.kind, options);
  const isOfOthers = found.some(({ kind }) => !isOfImages(kind));
  const packed = found.find(({ kind }) => kind === "packed" || (isOfOthers && kind === "packed-archive"));
  if (packed) return openFile(join(path, packed.file), "packed", options);
  const odd = others.find(({ kind }) => !belongTogether(kind, first.kind));
  if (odd) throw bundleError("bundle-not-recognized", { operation: "read-file", file: odd.file });
  if (first.kind === "imgpkg") return openImgpkgBundle(path, signal);
  const place = ({ file, kind }: FoundFile) => ({ path: join(path, file), kind });
  return openImages([place(first), ...others.map(place)], options, name);
}

interface ImagesPlace {
  readonly path: string;
  readonly kind: FileKind;
}

/** Archives of images as one bundle, those that are packed unpacked. */
async function openImages(
  [first, ...others]: readonly [ImagesPlace, ...ImagesPlace[]],
  options: OpenBundleOptions,
  name?: string,
): Promise<OpenBundle> {
  const unpacked: OpenedArchive[] = [];
  const place = async ({ path, kind }: ImagesPlace): Promise<ArchivePlace> => {
    if (kind !== "packed-archive") return { path, format: formatOf(kind) };
    const archive = await openArchive(path, options);
    unpacked.push(archive);
    const found = await recognizeEntries(
      await indexTar(archive.file, { links: true, signal: options.signal }),
    );
    // Tars of imgpkg's and volumes of a Drayage bundle are worth nothing without what stands beside them.
    if (!isOfImages(found))
      throw bundleError("bundle-file-packed", { operation: "read-file", file: basename(path) });
    return { path, format: formatOf(found), unpacked: archive };
  };
  try {
    const places: [ArchivePlace, ...ArchivePlace[]] = [await place(first)];
    for (const other of others) places.push(await place(other));
    return await openImageArchives(places, { ...(name !== undefined && { name }), signal: options.signal });
  } catch (error) {
    for (const { file } of unpacked) await file.close();
    throw error;
  }
}

const formatOf = (kind: FileKind) => (kind === "docker-archive" ? kind : "oci-layout");

function isOfImages(kind: FileKind): boolean {
  return kind === "docker-archive" || kind === "oci-layout" || kind === "packed-archive";
}

interface FoundFile {
  readonly file: string;
  readonly kind: FileKind;
}

/** Archives of images, whoever wrote them, and tars of imgpkg's. Of plug-in bundles each is imported by itself. */
function belongTogether(one: FileKind, other: FileKind): boolean {
  return (isOfImages(one) && isOfImages(other)) || (one === "imgpkg" && other === "imgpkg");
}

/** What could be a bundle among the files of a folder, by name. */
async function recognizeFiles(path: string, signal: AbortSignal | undefined): Promise<readonly FoundFile[]> {
  const entries = await onDisk("read-file", path, () => readdir(path, { withFileTypes: true }));
  const files = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
  if (files.length > maxFiles) {
    throw bundleError("bundle-document-invalid", { operation: "read-file", file: path, limit: maxFiles });
  }
  const found: FoundFile[] = [];
  const broken: { readonly file: string; readonly error: EngineError }[] = [];
  for (const file of files) {
    try {
      const kind = await recognizeFile(join(path, file), signal);
      if (kind === "packed" ? packedTarName.test(file) : kind !== "other") found.push({ file, kind });
    } catch (error) {
      if (!(error instanceof EngineError) || error.code === "cancelled") throw error;
      broken.push({ file, error });
    }
  }
  // imgpkg's reader tells of broken tars itself, once it is known that the others are imgpkg's.
  const [first] = broken;
  if (first && !found.some(({ kind }) => kind === "imgpkg")) throw first.error;
  return found;
}
