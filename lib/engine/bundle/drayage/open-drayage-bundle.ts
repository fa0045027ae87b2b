import { join } from "node:path";
import { parsePlatform, type ContentScope } from "../../mirror/content-scope.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import { EngineError } from "../../oci/errors.ts";
import { BlobPool } from "../blob-pool.ts";
import { createBundleSource, formatSubject, formatTagged } from "../bundle-content.ts";
import { bundleError } from "../bundle-error.ts";
import type { BundleImage, OpenBundle } from "../open-bundle.ts";
import { openFile, type OpenFile, type RandomAccess } from "../random-access.ts";
import { indexTar } from "../tar/index-tar.ts";
import type { BundleDocument } from "./bundle-document.ts";
import { checkVolumes } from "./check-volumes.ts";
import { readHead } from "./read-head.ts";
import type { BundleSignature } from "./signature.ts";
import { extraFileDigest, listPieces } from "./volume-pieces.ts";

export interface OpenDrayageBundle extends OpenBundle {
  readonly document: BundleDocument;
  readonly signature: BundleSignature | null;
  /** A file that travels along. @throws EngineError `bundle-content-missing` */
  openExtra(name: string): AsyncIterable<Uint8Array>;
}

/** A volume as it was found. */
export interface FoundVolume {
  readonly file: string;
  readonly open: OpenFile | null;
  /** By its path in the volume. */
  readonly entries: ReadonlyMap<string, RandomAccess>;
  /** Why it cannot be read. */
  readonly failure: EngineError | null;
}

/**
 * A bundle as `layOutBundle` makes it. Volumes that are missing or broken are found by `check`.
 *
 * @throws EngineError as `readHead`
 */
export async function openDrayageBundle(folder: string): Promise<OpenDrayageBundle> {
  const { document, signature } = await readHead(folder);
  const volumes = await Promise.all(document.volumes.map(({ file }) => openVolume(folder, file)));
  const pool = new BlobPool();
  fillPool(pool, document, volumes);
  return {
    format: "drayage",
    name: document.name,
    images: document.images.map(describeImage),
    files: document.volumes.map(({ file, sizeBytes }, at) => ({
      name: file,
      sizeBytes: volumes[at]?.open?.sizeBytes ?? sizeBytes,
    })),
    scope: readScope(document),
    source: createBundleSource(document.name, pool, indexOf(document)),
    document,
    signature,
    check: (options) => checkVolumes(document, volumes, options),
    openExtra(name) {
      const file = document.files.find((each) => each.name === name);
      if (!file) throw bundleError("bundle-content-missing", { file: name, bundle: document.name });
      const digest = extraFileDigest(file);
      return pool.open({ digest, sizeBytes: file.sizeBytes, mediaType: "application/octet-stream" });
    },
    async close() {
      for (const { open } of volumes) await open?.close();
    },
  };
}

async function openVolume(folder: string, file: string): Promise<FoundVolume> {
  let open: OpenFile | null = null;
  try {
    open = await openFile(join(folder, file), file);
    const entries = new Map<string, RandomAccess>();
    for (const entry of (await indexTar(open)).values()) {
      if (entry.kind === "file") entries.set(entry.name, entry.content);
    }
    return { file, open, entries, failure: null };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { file, open, entries: new Map(), failure: error };
  }
}

/** Blobs of which a piece is missing are left out. */
function fillPool(pool: BlobPool, document: BundleDocument, volumes: readonly FoundVolume[]): void {
  const found = new Map<string, { digest: Digest; pieces: RandomAccess[]; missingBytes: number }>();
  for (const { digest, wholePath, volume, path, sizeBytes, wholeBytes } of listPieces(document)) {
    const blob = found.get(wholePath) ?? { digest, pieces: [], missingBytes: wholeBytes };
    found.set(wholePath, blob);
    const piece = volumes[volume - 1]?.entries.get(path);
    if (piece?.sizeBytes !== sizeBytes) continue;
    blob.pieces.push(piece);
    blob.missingBytes -= sizeBytes;
  }
  for (const { digest, pieces, missingBytes } of found.values())
    if (missingBytes === 0) pool.add(digest, pieces);
}

function describeImage({
  repository,
  tag,
  digest,
  original,
  inBase,
}: BundleDocument["images"][number]): BundleImage {
  return { repository, digest, original, ...(tag !== undefined && { tag }), ...(inBase && { inBase }) };
}

function readScope({ scope }: BundleDocument): ContentScope {
  const { platforms, referrers, foreignLayers } = scope;
  return {
    ...(platforms.length > 0 && { platforms: platforms.map(parsePlatform) }),
    referrers,
    foreignLayers,
  };
}

function indexOf(document: BundleDocument) {
  const mediaTypes = new Map<Digest, string>();
  for (const { digest, mediaType } of document.blobs)
    if (mediaType !== undefined) mediaTypes.set(digest, mediaType);
  return {
    tags: new Map(
      document.tags.map(({ repository, tag, digest }) => [formatTagged(repository, tag), digest]),
    ),
    mediaTypes,
    referrers: new Map<string, readonly Descriptor[]>(
      document.referrers.map(({ repository, subject, manifests }) => [
        formatSubject(repository, subject),
        manifests.map(withoutAbsent),
      ]),
    ),
  };
}

function withoutAbsent({
  artifactType,
  annotations,
  ...rest
}: BundleDocument["referrers"][number]["manifests"][number]): Descriptor {
  return {
    ...rest,
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations && { annotations }),
  };
}
