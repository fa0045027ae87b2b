import { createHash } from "node:crypto";
import type { ManifestContent } from "#lib/engine/mirror/index.ts";
import type { Descriptor, Platform } from "#lib/engine/oci/descriptor.ts";
import { digestBytes, parseDigest, type Digest } from "#lib/engine/oci/digest.ts";
import {
  dockerImageConfig,
  dockerImageManifest,
  dockerLayerGzip,
  dockerManifestList,
  ociImageConfig,
  ociImageIndex,
  ociImageManifest,
  ociLayerGzip,
} from "#lib/engine/oci/media-types.ts";
import { contentTime, gzipStored, tarFiles, type LayerFile } from "./layer-content.ts";

/** A layer whose bytes are made when they are asked for. */
export interface SampleLayer {
  readonly digest: Digest;
  /** Digest of the archive before gzip. */
  readonly diffId: Digest;
  readonly sizeBytes: number;
  readonly content: () => Iterable<Uint8Array>;
}

export interface SampleBlob {
  readonly descriptor: Descriptor;
  readonly content: () => Iterable<Uint8Array>;
}

export interface SampleManifest extends ManifestContent {
  /** Of an image: its configuration and layers. */
  readonly blobs: readonly SampleBlob[];
  /** Of an index: the images it lists. */
  readonly children: readonly SampleManifest[];
}

export type ImageFormat = "docker" | "oci";

const mediaTypes = {
  docker: {
    config: dockerImageConfig,
    layer: dockerLayerGzip,
    manifest: dockerImageManifest,
    index: dockerManifestList,
  },
  oci: { config: ociImageConfig, layer: ociLayerGzip, manifest: ociImageManifest, index: ociImageIndex },
} as const;

export function buildLayer(files: readonly LayerFile[]): SampleLayer {
  const content = () => gzipStored(tarFiles(files));
  const archive = createHash("sha256");
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const hashedArchive = function* () {
    for (const chunk of tarFiles(files)) {
      archive.update(chunk);
      yield chunk;
    }
  };
  for (const chunk of gzipStored(hashedArchive())) {
    hash.update(chunk);
    sizeBytes += chunk.byteLength;
  }
  const digestOf = (finished: typeof hash) => parseDigest(`sha256:${finished.digest("hex")}`);
  return { digest: digestOf(hash), diffId: digestOf(archive), sizeBytes, content };
}

export interface ImageParts {
  readonly format: ImageFormat;
  readonly platform: Platform;
  readonly layers: readonly SampleLayer[];
  readonly entrypoint?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** An image manifest with its configuration. */
export function buildImage({ format, platform, layers, entrypoint, labels }: ImageParts): SampleManifest {
  const types = mediaTypes[format];
  const created = contentTime.toISOString();
  const config = Buffer.from(
    JSON.stringify({
      architecture: platform.architecture,
      os: platform.os,
      "os.version": platform.osVersion,
      created,
      config: {
        Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        Entrypoint: entrypoint === undefined ? undefined : [entrypoint],
        Labels: labels,
      },
      rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.diffId) },
      history: layers.map((_layer, index) => ({ created, created_by: `sample layer ${index + 1}` })),
    }),
  );
  const configBlob: SampleBlob = {
    descriptor: { mediaType: types.config, digest: digestBytes(config), sizeBytes: config.byteLength },
    content: () => [config],
  };
  const layerBlobs = layers.map((layer): SampleBlob => ({
    descriptor: { mediaType: types.layer, digest: layer.digest, sizeBytes: layer.sizeBytes },
    content: layer.content,
  }));
  const document = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: formatDescriptor(configBlob.descriptor),
    layers: layerBlobs.map((blob) => formatDescriptor(blob.descriptor)),
  };
  return buildManifest(types.manifest, document, [configBlob, ...layerBlobs], []);
}

/** An index over images of one format, each with the platform it is for. */
export function buildIndex(
  format: ImageFormat,
  images: readonly { readonly platform: Platform; readonly image: SampleManifest }[],
): SampleManifest {
  const mediaType = mediaTypes[format].index;
  const document = {
    schemaVersion: 2,
    mediaType,
    manifests: images.map(({ platform, image }) => ({
      ...formatDescriptor(image.descriptor),
      platform: { architecture: platform.architecture, os: platform.os },
    })),
  };
  return buildManifest(
    mediaType,
    document,
    [],
    images.map(({ image }) => image),
  );
}

function buildManifest(
  mediaType: string,
  document: object,
  blobs: readonly SampleBlob[],
  children: readonly SampleManifest[],
): SampleManifest {
  const raw = Buffer.from(JSON.stringify(document, null, 2));
  const descriptor = { mediaType, digest: digestBytes(raw), sizeBytes: raw.byteLength };
  return { descriptor, raw, blobs, children };
}

function formatDescriptor({ mediaType, digest, sizeBytes }: Descriptor) {
  return { mediaType, size: sizeBytes, digest };
}
