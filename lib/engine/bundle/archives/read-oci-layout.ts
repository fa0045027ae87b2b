import { z } from "zod";
import type { Descriptor } from "../../oci/descriptor.ts";
import { findDigest, type Digest } from "../../oci/digest.ts";
import { EngineError } from "../../oci/errors.ts";
import { maxManifestBytes } from "../../oci/manifest-limit.ts";
import { inferMediaType, parseManifest } from "../../oci/manifests.ts";
import { isImageMediaType, isIndexMediaType } from "../../oci/media-types.ts";
import type { Repository } from "../../oci/reference.ts";
import { bundleError } from "../bundle-error.ts";
import { readWhole, type RandomAccess } from "../random-access.ts";
import type { ArchiveContent, ArchivedImage } from "./archive-content.ts";
import { readDocumentFile, type ArchiveFiles } from "./archive-files.ts";
import { parseLayoutName, repositoryOfFile } from "./image-name.ts";

/** Image layout specification, "oci-layout file" and "index.json file". */
export const layoutMarkerName = "oci-layout";
export const layoutIndexName = "index.json";
/** No registry has to take it, so it may be larger than other indexes: of some fifty thousand images. */
const maxIndexBytes = 32 * 1024 * 1024;
/** So few make an index that is no larger than others. */
const rootsAtOnce = 100;
const maxMarkerBytes = 64 * 1024;
const layoutVersion = "1.";

const markerSchema = z.object({ imageLayoutVersion: z.string() });
const indexSchema = z.looseObject({ manifests: z.array(z.unknown()).nullish() });
const subjectSchema = z.object({
  subject: z.object({ digest: z.string() }),
  artifactType: z.string().max(255).optional(),
  config: z.object({ mediaType: z.string().max(255) }).optional(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

/**
 * What an image layout holds.
 *
 * Where several images have a name, the last one counts: a Drayage volume names a Docker image twice, once wrapped for
 * skopeo.
 *
 * @throws EngineError `bundle-not-recognized` when it is none, `bundle-document-invalid`
 */
export async function readOciLayout(files: ArchiveFiles): Promise<ArchiveContent> {
  const [marker, index] = [files.find(layoutMarkerName), files.find(layoutIndexName)];
  if (marker === null || index === null) throw bundleError("bundle-not-recognized", { file: files.name });
  await assertVersion(files.name, marker);
  const roots = await readRoots(files.name, index);
  const blobs = findBlobs(files);
  const fallback = repositoryOfFile(files.name);
  const named = new Map<string, ArchivedImage>();
  const unnamed: Descriptor[] = [];
  for (const root of roots) {
    const name = parseLayoutName(root.annotations ?? {}, fallback);
    if (name === null) {
      unnamed.push(root);
      continue;
    }
    const { repository, tag, original } = name;
    const key = tag === undefined ? original : `${repository}:${tag}`;
    named.set(key, { repository, ...(tag !== undefined && { tag }), digest: root.digest, original, root });
  }
  const { referrers, images } = await sortUnnamed(unnamed, blobs, fallback);
  return {
    format: "oci-layout",
    files,
    images: [...named.values(), ...images],
    blobs,
    made: new Map(),
    referrers,
    packedLayers: [],
    failures: [],
  };
}

async function assertVersion(archive: string, marker: RandomAccess): Promise<void> {
  const content = await readDocumentFile(marker, { archive, field: layoutMarkerName, limit: maxMarkerBytes });
  let version: string;
  try {
    version = markerSchema.parse(JSON.parse(Buffer.from(content).toString("utf8"))).imageLayoutVersion;
  } catch (error) {
    throw refuse(archive, layoutMarkerName, error);
  }
  if (!version.startsWith(layoutVersion)) throw refuse(archive, `${layoutMarkerName}.imageLayoutVersion`);
}

async function readRoots(archive: string, index: RandomAccess): Promise<readonly Descriptor[]> {
  const raw = await readDocumentFile(index, { archive, field: layoutIndexName, limit: maxIndexBytes });
  try {
    const { manifests, ...fields } = indexSchema.parse(JSON.parse(Buffer.from(raw).toString("utf8")));
    const roots: Descriptor[] = [];
    for (let at = 0; at === 0 || at < (manifests?.length ?? 0); at += rootsAtOnce) {
      const piece = { ...fields, ...(manifests && { manifests: manifests.slice(at, at + rootsAtOnce) }) };
      roots.push(...parseIndex(Buffer.from(JSON.stringify(piece))));
    }
    return roots.filter(({ mediaType }) => isImageMediaType(mediaType) || isIndexMediaType(mediaType));
  } catch (error) {
    throw refuse(archive, layoutIndexName, error);
  }
}

function parseIndex(raw: Uint8Array): readonly Descriptor[] {
  const manifest = parseManifest(raw, inferMediaType(raw, ""));
  if (manifest.kind !== "index") throw new Error("an image where an index should be");
  return manifest.manifests;
}

/** Image layout specification, "Blobs". What is called otherwise is none. */
function findBlobs(files: ArchiveFiles): Map<Digest, RandomAccess> {
  const blobs = new Map<Digest, RandomAccess>();
  for (const path of files.paths) {
    const digest = digestOfPath(path);
    const content = digest === null ? null : files.find(path);
    if (digest !== null && content !== null) blobs.set(digest, content);
  }
  return blobs;
}

/** The digest that a path in a layout says its content has. */
export function digestOfPath(path: string): Digest | null {
  const { algorithm, hex } = /^blobs\/(?<algorithm>[a-z0-9]+)\/(?<hex>[a-f0-9]+)$/.exec(path)?.groups ?? {};
  return findDigest(`${algorithm}:${hex}`);
}

/** What has no name says something about another manifest, or is an image by its digest. */
async function sortUnnamed(
  roots: readonly Descriptor[],
  blobs: ReadonlyMap<Digest, RandomAccess>,
  repository: Repository,
) {
  const referrers = new Map<Digest, Descriptor[]>();
  const images: ArchivedImage[] = [];
  for (const root of new Map(roots.map((each) => [each.digest, each])).values()) {
    const referrer = await readReferrer(root, blobs);
    if (referrer === null) {
      const { digest } = root;
      images.push({ repository, digest, original: `${repository}@${digest}`, root });
    } else {
      referrers.set(referrer.subject, [...(referrers.get(referrer.subject) ?? []), referrer.descriptor]);
    }
  }
  return { referrers, images };
}

/** Image specification 1.1, "Image Manifest", `subject`. */
async function readReferrer(
  { mediaType, digest, sizeBytes }: Descriptor,
  blobs: ReadonlyMap<Digest, RandomAccess>,
): Promise<{ readonly subject: Digest; readonly descriptor: Descriptor } | null> {
  const content = blobs.get(digest);
  if (content === undefined || content.sizeBytes > maxManifestBytes) return null;
  let document: z.infer<typeof subjectSchema>;
  try {
    document = subjectSchema.parse(JSON.parse(Buffer.from(await readWhole(content)).toString("utf8")));
  } catch (error) {
    if (error instanceof EngineError) throw error;
    return null;
  }
  const subject = findDigest(document.subject.digest);
  if (subject === null || !blobs.has(subject)) return null;
  const artifactType = document.artifactType ?? document.config?.mediaType;
  const { annotations } = document;
  const described = {
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations && { annotations }),
  };
  return { subject, descriptor: { mediaType, digest, sizeBytes, ...described } };
}

function refuse(archive: string, field: string, cause?: unknown): EngineError {
  return bundleError("bundle-document-invalid", { operation: "read-file", file: archive, field }, cause);
}
