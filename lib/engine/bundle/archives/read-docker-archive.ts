import { createHash } from "node:crypto";
import { z } from "zod";
import type { Descriptor } from "../../oci/descriptor.ts";
import { digestBytes, findDigest, formatHash, parseDigest, type Digest } from "../../oci/digest.ts";
import { EngineError } from "../../oci/errors.ts";
import { maxManifestBytes } from "../../oci/manifest-limit.ts";
import { ociImageConfig, ociImageManifest, ociLayerGzip } from "../../oci/media-types.ts";
import type { Repository } from "../../oci/reference.ts";
import { bundleError } from "../bundle-error.ts";
import { findPacking } from "../packing.ts";
import { fromBytes, stream, type RandomAccess } from "../random-access.ts";
import type { ArchiveContent, ArchivedImage, PackedLayer } from "./archive-content.ts";
import { readDocumentFile, type ArchiveFiles } from "./archive-files.ts";
import { parseDockerName, repositoryOfFile } from "./image-name.ts";
import { digestOfPath, layoutIndexName, layoutMarkerName, readOciLayout } from "./read-oci-layout.ts";
import { walkManifests } from "./walk-manifests.ts";

/** What says which images are in an archive of `docker save`. */
export const dockerManifestName = "manifest.json";
export const maxDockerManifestBytes = 16 * 1024 * 1024;
const ociLayer = "application/vnd.oci.image.layer.v1.tar";
const ociLayerZstd = "application/vnd.oci.image.layer.v1.tar+zstd";

const path = z.string().min(1).max(4096);
const imageSchema = z.object({
  Config: path,
  RepoTags: z.array(z.string().max(4096)).max(10_000).nullish(),
  Layers: z.array(path).max(1_000).nullish(),
});
const documentSchema = z.array(imageSchema).min(1).max(10_000);
const digestSchema = z.string().transform((text) => parseDigest(text));
const configSchema = z.object({ rootfs: z.object({ diff_ids: z.array(digestSchema).max(1_000).nullish() }) });

/**
 * What an archive of `docker save`, `podman save`, `skopeo copy … docker-archive:` or `crane pull` holds.
 *
 * Newer ones are image layouts, too: where such a layout is all there, its images are taken as they are. Of the others
 * only configurations and layers are known, so an OCI manifest is made for each image, always the same for the same
 * image. The layers of an image are held to its configuration.
 *
 * https://github.com/moby/docker-image-spec/blob/main/v1.2.md, "Combined Image JSON + Filesystem Changeset Format"
 *
 * @throws EngineError `bundle-not-recognized`, `bundle-document-invalid`
 */
export async function readDockerArchive(files: ArchiveFiles, signal?: AbortSignal): Promise<ArchiveContent> {
  const document = files.find(dockerManifestName);
  if (document === null) throw bundleError("bundle-not-recognized", { file: files.name });
  if (files.find(layoutMarkerName) && files.find(layoutIndexName)) {
    const layout = await readOciLayout(files);
    const roots = layout.images.map(({ root }) => root);
    const { findings } = await walkManifests(files.name, roots, layout.blobs, signal);
    if (roots.length > 0 && findings.length === 0) return { ...layout, format: "docker-archive" };
  }
  const limit = maxDockerManifestBytes;
  const raw = await readDocumentFile(document, { archive: files.name, field: dockerManifestName, limit });
  const records = parseDockerManifest(raw);
  if (records === null) throw refuse(files.name, dockerManifestName);
  return new DockerReader(files, signal).read(records);
}

type DockerRecord = z.infer<typeof imageSchema>;

/** @returns null when it is another tool's file of that name */
export function parseDockerManifest(raw: Uint8Array): readonly DockerRecord[] | null {
  try {
    return documentSchema.parse(JSON.parse(Buffer.from(raw).toString("utf8")));
  } catch {
    return null;
  }
}

class DockerReader {
  readonly #files: ArchiveFiles;
  readonly #signal: AbortSignal | undefined;
  readonly #blobs = new Map<Digest, RandomAccess>();
  readonly #made = new Map<Digest, RandomAccess>();
  readonly #packed = new Map<Digest, PackedLayer>();
  /** A layer that several images have is looked at once. */
  readonly #layers = new Map<RandomAccess, Descriptor>();

  constructor(files: ArchiveFiles, signal: AbortSignal | undefined) {
    this.#files = files;
    this.#signal = signal;
  }

  async read(records: readonly DockerRecord[]): Promise<ArchiveContent> {
    const images = new Map<string, ArchivedImage>();
    const failures: EngineError[] = [];
    const fallback = repositoryOfFile(this.#files.name);
    for (const [at, record] of records.entries()) {
      try {
        const root = await this.#readImage(record, at);
        for (const image of nameImages(record, root, fallback)) {
          images.set(`${image.repository}:${image.tag ?? image.digest}`, image);
        }
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        failures.push(error);
      }
    }
    const [first] = failures;
    if (images.size === 0 && first) throw first;
    return {
      format: "docker-archive",
      files: this.#files,
      images: [...images.values()],
      blobs: this.#blobs,
      made: this.#made,
      referrers: new Map(),
      packedLayers: [...this.#packed.values()],
      failures,
    };
  }

  async #readImage({ Config, Layers }: DockerRecord, at: number): Promise<Descriptor> {
    const file = this.#find(Config);
    const field = `${dockerManifestName}.${at}.Config`;
    const raw = await readDocumentFile(file, { archive: this.#files.name, field, limit: maxManifestBytes });
    const config = { mediaType: ociImageConfig, digest: digestBytes(raw), sizeBytes: raw.byteLength };
    const promised =
      digestOfPath(Config) ?? findDigest(`sha256:${/^([a-f0-9]{64})\.json$/.exec(Config)?.[1]}`);
    if (promised !== null && promised !== config.digest) throw damaged(file, promised);
    const diffIds = this.#parseConfig(raw, field);
    const paths = Layers ?? [];
    if (paths.length !== diffIds.length) {
      throw refuse(this.#files.name, `${dockerManifestName}.${at}.Layers`);
    }
    const layers: Descriptor[] = [];
    for (const [index, layer] of paths.entries()) {
      layers.push(await this.#readLayer(layer, diffIds[index] ?? config.digest));
    }
    this.#blobs.set(config.digest, file);
    const manifest = formatManifest(config, layers);
    const digest = digestBytes(manifest);
    this.#made.set(digest, fromBytes(manifest, file));
    return { mediaType: ociImageManifest, digest, sizeBytes: manifest.byteLength };
  }

  #parseConfig(raw: Uint8Array, field: string): readonly Digest[] {
    try {
      return configSchema.parse(JSON.parse(Buffer.from(raw).toString("utf8"))).rootfs.diff_ids ?? [];
    } catch (error) {
      throw refuse(this.#files.name, field, error);
    }
  }

  /** Docker keeps layers unpacked, so that their digests are those of the configuration; crane keeps them packed. */
  async #readLayer(layerPath: string, diffId: Digest): Promise<Descriptor> {
    const content = this.#find(layerPath);
    const known = this.#layers.get(content);
    if (known && (known.digest === diffId || this.#packed.get(known.digest)?.diffId === diffId)) return known;
    const packing = await findPacking(content);
    const mediaType = packing === null ? ociLayer : packing === "gzip" ? ociLayerGzip : ociLayerZstd;
    const digest =
      packing === null ? diffId : (digestOfPath(layerPath) ?? (await hashContent(content, this.#signal)));
    const held = this.#blobs.get(digest);
    if (held && held.sizeBytes !== content.sizeBytes) throw damaged(content, digest);
    if (!held) this.#blobs.set(digest, content);
    if (packing !== null) this.#packed.set(digest, { content, digest, diffId, packing });
    const descriptor = { mediaType, digest, sizeBytes: content.sizeBytes };
    this.#layers.set(content, descriptor);
    return descriptor;
  }

  #find(name: string): RandomAccess {
    const found = this.#files.find(name.replace(/^\.\//, ""));
    if (found) return found;
    const file = `${this.#files.name}: ${name.slice(0, 200)}`;
    throw bundleError("bundle-file-missing", { operation: "read-file", file });
  }
}

/** Under each of its names; without one by its digest. */
function nameImages(
  { RepoTags }: DockerRecord,
  root: Descriptor,
  fallback: Repository,
): readonly ArchivedImage[] {
  const { digest } = root;
  const named = (RepoTags ?? []).flatMap((text) => parseDockerName(text) ?? []);
  if (named.length === 0) return [{ repository: fallback, digest, original: `${fallback}@${digest}`, root }];
  return named.map(({ repository, tag, original }) => ({
    repository,
    ...(tag !== undefined && { tag }),
    digest,
    original,
    root,
  }));
}

/** Image specification, "Image Manifest". */
function formatManifest(config: Descriptor, layers: readonly Descriptor[]): Uint8Array {
  const describe = ({ mediaType, digest, sizeBytes }: Descriptor) => ({ mediaType, digest, size: sizeBytes });
  const document = { config: describe(config), layers: layers.map(describe) };
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociImageManifest, ...document }));
}

async function hashContent(content: RandomAccess, signal: AbortSignal | undefined): Promise<Digest> {
  const hash = createHash("sha256");
  for await (const chunk of stream(content, { signal })) hash.update(chunk);
  return formatHash(hash, "sha256");
}

function damaged({ name, start }: RandomAccess, digest: Digest): EngineError {
  const facts = { operation: "read-file", file: name, offset: start, digest } as const;
  return bundleError("bundle-content-damaged", facts);
}

function refuse(archive: string, field: string, cause?: unknown): EngineError {
  return bundleError("bundle-document-invalid", { operation: "read-file", file: archive, field }, cause);
}
