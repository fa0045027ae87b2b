import { formatPlatform, type Descriptor } from "../../oci/descriptor.ts";
import { digestBytes, digestHex, type Digest } from "../../oci/digest.ts";
import { formatReference } from "../../oci/reference.ts";
import type { ExportImage, ExportLayout } from "../export-layout.ts";
import { TarLayout, tarEntryBytes, type FileLayout } from "../layout.ts";
import type { ProvenFile } from "../prove-files.ts";
import { assignVolumes, type AssignedVolume, type VolumeEntry } from "./assign-volumes.ts";
import { documentName, formatDocument, type BundleDocument, type BundledBlob } from "./bundle-document.ts";
import { collectParts, type BundleParts, type BundleRequest, type TaggedRoot } from "./collect-parts.ts";
import { formatLayoutIndex, measureRoot, wrapRoot } from "./layout-index.ts";
import { formatSums, sumsName } from "./sha256-sums.ts";
import { signSums } from "./signature.ts";
import { blobPath, extraFileDigest, extraFilePath, partPath } from "./volume-pieces.ts";

/** Where a volume says what it is a part of. */
export const volumeFileName = "drayage-volume.json";
const ociLayout = Buffer.from('{"imageLayoutVersion":"1.0.0"}');

/** A Drayage bundle, ready to be written. */
export interface DrayageLayout extends ExportLayout {
  readonly id: Digest;
  /** Images that came with the base. */
  readonly unchanged: readonly ExportImage[];
}

/** Something with a place in a volume. */
interface Part {
  /** Where it stands unless it is cut. */
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Of what is known beforehand. */
  readonly content?: Uint8Array;
}

/**
 * Lays out a bundle: volumes that are OCI image layouts in tar, each blob in one place.
 *
 * Image layout specification, "OCI Image Layout"; the names of images are their paths below the importer's base, as
 * `org.opencontainers.image.ref.name`.
 *
 * @throws EngineError `volume-too-small`
 */
export function layOutBundle(request: BundleRequest): DrayageLayout {
  const parts = collectParts(request);
  const id = identify(request, parts);
  const entries = listEntries(request, parts);
  const describe = (volume: number, volumes: number) =>
    Buffer.from(`${JSON.stringify({ bundle: request.name, id, volume, volumes })}\n`);
  const reservedBytes =
    tarEntryBytes("oci-layout", ociLayout.byteLength) +
    tarEntryBytes(volumeFileName, describe(99_999, 99_999).byteLength) +
    tarEntryBytes("index.json", formatLayoutIndex([]).byteLength);
  const assigned = assignVolumes(entries, request.volumeBytes, reservedBytes);
  const names = assigned.map((_, at) =>
    assigned.length === 1 ? `${request.name}.tar` : `${request.name}-${String(at + 1).padStart(3, "0")}.tar`,
  );
  const files = assigned.map((volume, at) => {
    const tar = new TarLayout();
    tar.addContent("oci-layout", ociLayout);
    tar.addContent(volumeFileName, describe(at + 1, assigned.length));
    const readable = listReadable(parts, volume);
    tar.addContent("index.json", formatLayoutIndex(readable));
    for (const [digest, content] of wrapRoots(readable)) tar.addContent(blobPath(digest), content);
    for (const { item, name, part } of volume.entries) {
      if (item.content) tar.addContent(name, item.content);
      else tar.addBlob(name, item, part);
    }
    return tar.finish(names[at] ?? "");
  });
  return {
    id,
    files,
    images: parts.fresh,
    unchanged: parts.unchanged,
    held: listHeld(parts, files),
    manifests: new Map([...parts.manifests].map(([digest, { manifest }]) => [digest, manifest.descriptor])),
    referrers: new Map([...parts.referrers].map(([key, { manifests }]) => [key, manifests])),
    close: (proven, { tool, createdAt, privateKeyPem }) => {
      const content = formatDocument({
        id,
        name: request.name,
        tool,
        createdAt: createdAt.toISOString(),
        ...describeContents(request, parts, assigned, proven),
        volumes: proven.map(({ name, sizeBytes, sha256 }) => ({ file: name, sizeBytes, sha256 })),
      });
      const sums = formatSums([
        ...proven.map(({ name, sha256 }) => [name, sha256] as const),
        [documentName, digestHex(digestBytes(content))],
      ]);
      return [
        { name: documentName, content },
        ...(privateKeyPem === undefined ? [] : signSums(sums, privateKeyPem)),
        { name: sumsName, content: sums },
      ];
    },
  };
}

/** Equal for bundles with the same images, blobs and files on the same base. */
function identify(
  { base, files, releases }: BundleRequest,
  { fresh, unchanged, blobs }: BundleParts,
): Digest {
  const images = [...fresh, ...unchanged].map(({ original, plan: { item, root } }) => [
    original,
    item.target.repository,
    item.target.tag ?? null,
    root.digest,
  ]);
  const extra = files.map(({ name, sha256 }) => [name, sha256]);
  return digestBytes(
    JSON.stringify([images.sort(), [...blobs.keys()].sort(), extra.sort(), releases, base?.id ?? null]),
  );
}

function listEntries(request: BundleRequest, parts: BundleParts): VolumeEntry<Part>[] {
  const entries = new Map<Digest, VolumeEntry<Part>>();
  const indexBytes = new Map<Digest, number>();
  for (const root of parts.roots.values()) {
    const { digest } = root.manifest.descriptor;
    const wrapper = wrapRoot(root);
    const wrapperBytes = wrapper ? tarEntryBytes(blobPath(wrapper.digest), wrapper.content.byteLength) : 0;
    indexBytes.set(digest, (indexBytes.get(digest) ?? 0) + measureRoot(root) + wrapperBytes);
  }
  for (const { plan } of parts.fresh) {
    for (const { descriptor } of plan.blobs) {
      const { digest, sizeBytes } = descriptor;
      if (parts.inBase.has(digest)) continue;
      entries.set(digest, cuttable(blobPath(digest), { digest, sizeBytes }));
    }
    for (const { descriptor, raw } of plan.manifests) {
      const { digest, sizeBytes } = descriptor;
      const path = blobPath(digest);
      entries.set(digest, {
        item: { path, digest, sizeBytes, content: raw },
        name: path,
        sizeBytes,
        indexBytes: indexBytes.get(digest) ?? 0,
      });
    }
  }
  const extra = request.files.map((file) =>
    cuttable(extraFilePath(file.name), { digest: extraFileDigest(file), sizeBytes: file.sizeBytes }),
  );
  return [...entries.values(), ...extra];
}

function cuttable(path: string, part: Omit<Part, "path">): VolumeEntry<Part> {
  const partName = (number: number) => partPath(path, number);
  return { item: { path, ...part }, name: path, sizeBytes: part.sizeBytes, partName };
}

/** What has a place to be written to is not held: a file that travels along may be equal to a blob of the base. */
function listHeld(parts: BundleParts, files: readonly FileLayout[]): ReadonlySet<Digest> {
  const written = new Set(files.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)));
  const held = [...parts.inBase.keys(), ...parts.manifests.keys()];
  return new Set(held.filter((digest) => !written.has(digest)));
}

/** Each once: an image may have several names. */
function wrapRoots(roots: readonly TaggedRoot[]): ReadonlyMap<Digest, Uint8Array> {
  const wrappers = roots.flatMap((root) => wrapRoot(root) ?? []);
  return new Map(wrappers.map(({ digest, content }) => [digest, content]));
}

/** What can be read from a volume alone: other tools fail at an image that is not all there. */
function listReadable(parts: BundleParts, volume: AssignedVolume<Part>): TaggedRoot[] {
  const here = new Set(
    volume.entries
      .filter(({ item, part }) => part.sizeBytes === item.sizeBytes)
      .map(({ item }) => item.digest),
  );
  const whole = new Set<Digest>();
  for (const { plan } of parts.fresh) {
    const needed = [...plan.blobs, ...plan.manifests].map(({ descriptor }) => descriptor.digest);
    if (needed.every((digest) => here.has(digest))) {
      for (const { descriptor } of plan.manifests) whole.add(descriptor.digest);
    }
  }
  return [...parts.roots.values()].filter(({ manifest }) => whole.has(manifest.descriptor.digest));
}

type Contents = Pick<
  BundleDocument,
  "base" | "scope" | "images" | "tags" | "referrers" | "blobs" | "releases" | "files"
>;

function describeContents(
  { base, scope, releases, files }: BundleRequest,
  parts: BundleParts,
  assigned: readonly AssignedVolume<Part>[],
  proven: readonly ProvenFile[],
): Contents {
  const inBase = new Set(parts.unchanged);
  const places = findPlaces(assigned, proven);
  return {
    ...(base && { base: { id: base.id, name: base.name, createdAt: base.createdAt } }),
    scope: {
      platforms: (scope.platforms ?? []).map(formatPlatform),
      referrers: scope.referrers ?? false,
      foreignLayers: scope.foreignLayers ?? false,
    },
    images: [...parts.fresh, ...parts.unchanged].map((image) => describeImage(image, inBase.has(image))),
    tags: [...parts.roots.values()].flatMap(({ repository, tag, manifest }) =>
      tag === undefined ? [] : [{ repository, tag, digest: manifest.descriptor.digest }],
    ),
    referrers: [...parts.referrers.values()].map(({ repository, subject, manifests }) => ({
      repository,
      subject,
      manifests: manifests.map(plainDescriptor),
    })),
    blobs: listBlobs(parts, places),
    releases: [...releases],
    files: files.map((file) => ({ ...file, ...places.get(extraFilePath(file.name)) })),
  };
}

function describeImage({ original, plan }: ExportImage, inBase: boolean): BundleDocument["images"][number] {
  const { item, root, kind, platforms, totalBytes } = plan;
  const { repository, tag } = item.target;
  return {
    original,
    source: formatReference({
      ...item.source,
      ...(item.source.tag === undefined && { digest: root.digest }),
    }),
    repository,
    ...(tag !== undefined && { tag }),
    digest: root.digest,
    mediaType: root.mediaType,
    kind,
    platforms: platforms.map(formatPlatform),
    sizeBytes: totalBytes,
    ...(inBase && { inBase }),
  };
}

function plainDescriptor({ mediaType, digest, sizeBytes, artifactType, annotations }: Descriptor) {
  return {
    mediaType,
    digest,
    sizeBytes,
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations && { annotations: { ...annotations } }),
  };
}

type Place = Pick<BundledBlob, "volume" | "parts">;

/** Where everything ended up, by its path: files that travel along may be equal. */
function findPlaces(
  assigned: readonly AssignedVolume<Part>[],
  proven: readonly ProvenFile[],
): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const [at, { entries }] of assigned.entries()) {
    for (const { item, part } of entries) {
      const volume = at + 1;
      if (part.sizeBytes === item.sizeBytes) places.set(item.path, { volume });
      else {
        const { sha256 = "" } =
          proven[at]?.parts.find(({ digest, from }) => digest === item.digest && from === part.from) ?? {};
        const before = places.get(item.path)?.parts ?? [];
        places.set(item.path, { parts: [...before, { volume, sizeBytes: part.sizeBytes, sha256 }] });
      }
    }
  }
  return places;
}

function listBlobs(parts: BundleParts, places: ReadonlyMap<string, Place>): BundledBlob[] {
  const manifests = [...parts.manifests.values()].map(({ manifest, repository }) => {
    const { digest, sizeBytes, mediaType } = manifest.descriptor;
    return { digest, sizeBytes, mediaType, repository, ...places.get(blobPath(digest)) };
  });
  // So that the bundle tells all that it has, with what it builds on, to one that builds on it.
  const unchanged = new Map(
    parts.unchanged.flatMap(({ plan }) =>
      plan.manifests.flatMap(({ descriptor: { digest, sizeBytes, mediaType } }) => {
        const repository = parts.inBase.get(digest);
        if (repository === undefined || parts.manifests.has(digest)) return [];
        return [[digest, { digest, sizeBytes, mediaType, repository, inBase: true } as const]];
      }),
    ),
  );
  // An image may have another's manifest for a layer.
  const isManifest = (digest: Digest) => parts.manifests.has(digest) || unchanged.has(digest);
  const blobs = [...parts.blobs.values()].map(
    ({ descriptor: { digest, sizeBytes }, repository }): BundledBlob => {
      const inBase = parts.inBase.get(digest);
      if (inBase !== undefined) return { digest, sizeBytes, repository: inBase, inBase: true };
      return { digest, sizeBytes, repository, ...places.get(blobPath(digest)) };
    },
  );
  return [...manifests, ...unchanged.values(), ...blobs.filter(({ digest }) => !isManifest(digest))];
}
