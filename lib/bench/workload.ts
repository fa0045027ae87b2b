import { rm } from "node:fs/promises";
import { fillRegistry, type FillImage } from "#lib/demo/fill-registry.ts";
import { pickLayerBytes, pickPseudoRandom } from "#lib/demo/random.ts";
import {
  buildImage,
  buildIndex,
  buildLayer,
  type ImageFormat,
  type SampleLayer,
  type SampleManifest,
} from "#lib/demo/sample-image.ts";
import type { Platform } from "#lib/engine/oci/descriptor.ts";
import { formatPlatform } from "#lib/engine/oci/descriptor.ts";
import { parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { startRegistry } from "#lib/testing/registry-server.ts";

/** What all contestants carry. */
export interface Workload {
  /** Where the source registry keeps it. */
  readonly rootDir: string;
  /** `path:tag`, one an image. */
  readonly lines: readonly string[];
  /** `path@digest`, one an image. */
  readonly pinned: readonly string[];
  /** Bytes of all blobs, each counted once. */
  readonly distinctBytes: number;
  /** Bytes of all blobs, counted for each image and platform that names them. */
  readonly listedBytes: number;
}

const imageCount = 60;
/** Every third image has a second platform. */
const multiPlatformEvery = 3;
const amd64: Platform = { os: "linux", architecture: "amd64" };
const arm64: Platform = { os: "linux", architecture: "arm64" };
const mebibyte = 1024 * 1024;
/** Layers of the three bases that images share. */
const baseLayerMebibytes = [
  [9, 3, 0.5],
  [11, 2.5],
  [14, 1],
] as const;
const ownLayersPerPlatform = [2, 3, 4, 5, 6] as const;
/** Takes the sample's lognormal sizes, with a median of 190 KiB, to those of TKG's layers. */
const ownLayerScale = 5.94;

/** The catalog of the benchmark: 60 images shaped like those of TKG, the same bytes at every run. */
function buildCatalog(scale: number): FillImage[] {
  const layers = new Map<string, SampleLayer>();
  const layer = (seed: string, sizeBytes: number): SampleLayer => {
    const known = layers.get(seed);
    if (known) return known;
    const made = buildLayer([{ path: "data.bin", content: { seed, sizeBytes } }]);
    layers.set(seed, made);
    return made;
  };
  const scaled = (mebibytes: number) => Math.max(512, Math.round(mebibytes * mebibyte * scale));
  const buildPlatform = (name: string, platform: Platform, format: ImageFormat): SampleManifest => {
    const arch = formatPlatform(platform);
    const base = pickPseudoRandom(`${name}/base`, [0, 1, 2]);
    const own = pickPseudoRandom(`${name}/layers`, ownLayersPerPlatform);
    return buildImage({
      format,
      platform,
      layers: [
        ...(baseLayerMebibytes[base] ?? []).map((size, at) =>
          layer(`base${base}/${arch}/${at}`, scaled(size)),
        ),
        ...Array.from({ length: own }, (_, at) => {
          const seed = `${name}/${arch}/${at}`;
          return layer(seed, pickLayerBytes(seed, ownLayerScale * scale));
        }),
      ],
    });
  };
  return Array.from({ length: imageCount }, (_, at) => {
    const name = `tkg/component-${String(at + 1).padStart(2, "0")}`;
    const format: ImageFormat = at % 2 === 0 ? "docker" : "oci";
    const build = () => {
      const image = buildPlatform(name, amd64, format);
      if (at % multiPlatformEvery !== 0) return { root: image, relocated: [] };
      const other = buildPlatform(name, arm64, format);
      const root = buildIndex(format, [
        { platform: amd64, image },
        { platform: arm64, image: other },
      ]);
      return { root, relocated: [] };
    };
    return { repository: parseRepository(name), tag: parseTag(`v1.${at}.0_vmware.1`), build };
  });
}

/** One image with one layer, for memory. */
function buildLargeImage(sizeBytes: number): FillImage[] {
  const build = () => {
    const layers = [buildLayer([{ path: "disk.img", content: { seed: "large", sizeBytes } }])];
    return { root: buildImage({ format: "oci", platform: amd64, layers }), relocated: [] };
  };
  return [{ repository: parseRepository("tkg/large"), tag: parseTag("v1"), build }];
}

/** Fills `rootDir`; what an earlier run has left there is kept. */
export async function prepareCatalog(rootDir: string, scale: number): Promise<Workload> {
  return prepare(rootDir, buildCatalog(scale));
}

/** As `prepareCatalog`, with a single layer of `sizeBytes`. */
export async function prepareLargeImage(rootDir: string, sizeBytes: number): Promise<Workload> {
  return prepare(rootDir, buildLargeImage(sizeBytes));
}

async function prepare(rootDir: string, images: readonly FillImage[]): Promise<Workload> {
  const registry = await startRegistry({ rootDir });
  try {
    await fillRegistry(registry.url, { images });
  } catch (error) {
    await rm(rootDir, { recursive: true, force: true });
    throw error;
  } finally {
    await registry.stop();
  }
  const roots = images.map(({ build }) => build().root);
  const listed = roots.flatMap(listBlobs);
  return {
    rootDir,
    pinned: images.map(({ repository }, at) => `${repository}@${roots[at]?.descriptor.digest}`),
    lines: images.map(({ repository, tag }) => `${repository}:${tag}`),
    distinctBytes: sum(new Map(listed.map((blob) => [blob.digest, blob.sizeBytes])).values()),
    listedBytes: sum(listed.map((blob) => blob.sizeBytes)),
  };
}

function listBlobs({ blobs, children }: SampleManifest): SampleManifest["blobs"][number]["descriptor"][] {
  return [...blobs.map(({ descriptor }) => descriptor), ...children.flatMap(listBlobs)];
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, each) => total + each, 0);
}
