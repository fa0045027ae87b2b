import { basename } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { layoutIndexName, layoutMarkerName } from "./archives/read-oci-layout.ts";
import {
  dockerManifestName,
  maxDockerManifestBytes,
  parseDockerManifest,
} from "./archives/read-docker-archive.ts";
import { volumeFileName } from "./drayage/lay-out-bundle.ts";
import { bundleFolder } from "./plugins/migration-manifest.ts";
import { findPacking } from "./packing.ts";
import { openFile, readWhole, slice, type RandomAccess } from "./random-access.ts";
import { indexTar, type TarEntry } from "./tar/index-tar.ts";
import { decodeTarHeader, tarBlockBytes, tarPadding } from "./tar/tar-header.ts";

/** What a single file is. */
export type FileKind =
  | "drayage-volume"
  | "imgpkg"
  | "tanzu-plugins"
  | "docker-archive"
  | "oci-layout"
  /** Packed, and by its first names likely an archive of images. */
  | "packed-archive"
  /** Something packed that is no bundle as it is. */
  | "packed"
  | "other";

/** Packed bytes in which the first names of an archive are; they cannot become more than a few megabytes. */
const peekBytes = 4096;

/**
 * What a file is, by its contents.
 *
 * @throws EngineError what `indexTar` throws for a tar that is broken, `disk-failed`
 */
export async function recognizeFile(path: string, signal?: AbortSignal): Promise<FileKind> {
  const file = await openFile(path, basename(path));
  try {
    if ((await findPacking(file)) === "gzip") return recognizePacked(await peekNames(file));
    // A tar by its name is told what is wrong with it.
    if (!file.name.endsWith(".tar") && !(await looksLikeTar(file))) return "other";
    return await recognizeEntries(await indexTar(file, { links: true, signal }));
  } finally {
    await file.close();
  }
}

async function looksLikeTar(file: RandomAccess): Promise<boolean> {
  if (file.sizeBytes < tarBlockBytes) return false;
  const header = decodeTarHeader(await readWhole(slice(file, 0, tarBlockBytes)));
  return header !== "damaged";
}

/** What a tar is by what is in it; nothing of that is packed. */
export async function recognizeEntries(entries: ReadonlyMap<string, TarEntry>): Promise<FileKind> {
  if (entries.has(volumeFileName)) return "drayage-volume";
  if ([...entries.keys()].some(isOfPluginBundle)) return "tanzu-plugins";
  const manifest = entries.get(dockerManifestName);
  if (manifest?.kind === "file") {
    const { content } = manifest;
    const isDocker =
      content.sizeBytes <= maxDockerManifestBytes && parseDockerManifest(await readWhole(content)) !== null;
    return isDocker ? "docker-archive" : "imgpkg";
  }
  return entries.has(layoutMarkerName) && entries.has(layoutIndexName) ? "oci-layout" : "other";
}

const isOfPluginBundle = (name: string) => name === bundleFolder || name.startsWith(`${bundleFolder}/`);

/** What stands in the roots of archives of images, layers and configurations under their digests included. */
const archivedName =
  /^(?:(?:blobs|oci-layout|index\.json|manifest\.json|repositories)(?:$|\/)|(?:sha256[:-])?[a-f0-9]{64}(?:$|[./]))/;

function recognizePacked(names: readonly string[]): FileKind {
  if (names.some(isOfPluginBundle)) return "tanzu-plugins";
  return names.some((name) => archivedName.test(name)) ? "packed-archive" : "packed";
}

/** Names of the first entries of a tar that is packed by gzip: as many as can be seen without unpacking all of it. */
async function peekNames(file: RandomAccess): Promise<readonly string[]> {
  const start = await readWhole(slice(file, 0, Math.min(peekBytes, file.sizeBytes)));
  const names: string[] = [];
  let unpacked: Buffer;
  try {
    unpacked = gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return names;
  }
  for (let at = 0; at + tarBlockBytes <= unpacked.byteLength;) {
    const header = decodeTarHeader(unpacked.subarray(at, at + tarBlockBytes));
    if (typeof header === "string") break;
    names.push(header.name.replace(/^\.\//, ""));
    at += tarBlockBytes + header.sizeBytes + tarPadding(header.sizeBytes);
  }
  return names;
}
