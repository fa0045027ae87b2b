import type { Descriptor, Platform } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { EngineError, type EngineErrorCode } from "../oci/errors.ts";
import { parseConfigLabels, parseManifest, type ImageManifest } from "../oci/manifests.ts";
import { dockerImageConfig, isForeignLayer, ociImageConfig } from "../oci/media-types.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import type { ContentSource, ManifestContent } from "./content.ts";
import { formatPlatforms, listPlatforms, selectPlatforms, type ContentScope } from "./content-scope.ts";
import type { ImagePlan, MirrorItem, PlannedBlob, PlannedManifest } from "./image-plan.ts";
import {
  imageLocationsTag,
  imagesLockPath,
  imgpkgTag,
  isBundleLabelled,
  maxImagesLockBytes,
  parseImagesLock,
  type LockedImage,
} from "./imgpkg.ts";
import { cosignTags } from "./cosign.ts";
import { readLayerFile } from "./layer-file.ts";
import type { SmallBlobs } from "./small-blobs.ts";

/** Bounds of what one image may consist of; far beyond any real one. */
const maxManifests = 5_000;
const maxManifestBytesInAll = 64 * 1024 * 1024;
const maxDepth = 8;
const maxBundleLayerBytes = 2 * 1024 * 1024 * 1024;

/** What a registry answers where nothing is, or nothing for us. */
const absentCodes: ReadonlySet<EngineErrorCode> = new Set([
  "manifest-not-found",
  "repository-not-found",
  "unauthorized",
  "forbidden",
]);

export interface PlanContext {
  readonly source: ContentSource;
  readonly smallBlobs: SmallBlobs;
  readonly scope: ContentScope;
  /** Images that a bundle lists are looked for in its own repository alone, where a copy has put them. */
  readonly onlyBeside?: boolean;
  /** Repeats a request that failed for a passing reason. */
  readonly retry: <Result>(request: () => Promise<Result>) => Promise<Result>;
  readonly signal: AbortSignal;
}

/**
 * Resolves an image down to its blobs.
 *
 * @param reference what to resolve in the item's source repository
 * @throws EngineError of the source; `manifest-invalid`, `manifest-unsupported`, `bundle-invalid`, `image-too-complex`
 */
export async function planImage(
  context: PlanContext,
  item: MirrorItem,
  reference: Tag | Digest,
): Promise<ImagePlan> {
  const planner = new ImagePlanner(context);
  const { repository } = item.source;
  const root = await planner.fetch(repository, reference);
  const isBundle = await planner.addImage(root, repository, 0);
  if (context.scope.referrers) await planner.addReferrers(root.descriptor.digest);
  const { manifests, platforms, platformsLeftOut, foreignLayers, referrers, nestedImages } = planner;
  const blobs = planner.listBlobs();
  return {
    item,
    kind: isBundle ? "bundle" : "image",
    root: root.descriptor,
    manifests,
    blobs,
    platforms: isBundle ? [] : platforms,
    platformsLeftOut,
    foreignLayers: [...foreignLayers.values()],
    referrers,
    nestedImages,
    totalBytes: blobs.reduce((sum, { descriptor }) => sum + descriptor.sizeBytes, 0),
  };
}

class ImagePlanner {
  readonly manifests: PlannedManifest[] = [];
  readonly platforms: Platform[] = [];
  readonly platformsLeftOut: Platform[] = [];
  readonly foreignLayers = new Map<Digest, Descriptor>();
  readonly referrers = new Map<Digest, readonly Descriptor[]>();
  nestedImages = 0;
  readonly #context: PlanContext;
  /** In the order they are added; a manifest named twice is one. */
  readonly #seen = new Set<Digest>();
  readonly #configs = new Map<Digest, PlannedBlob>();
  readonly #layers = new Map<Digest, PlannedBlob>();
  #fetched = 0;
  #addsReferrers = false;
  #fetchedBytes = 0;

  constructor(context: PlanContext) {
    this.#context = context;
  }

  /** Configurations first: they are small, and an upload cut short has left them behind as its trace. */
  listBlobs(): PlannedBlob[] {
    const layers = [...this.#layers.values()].filter(
      ({ descriptor }) => !this.#configs.has(descriptor.digest),
    );
    return [...this.#configs.values(), ...layers];
  }

  async fetch(repository: Repository, reference: Tag | Digest): Promise<ManifestContent> {
    const { source, retry, signal } = this.#context;
    const manifest = await retry(() => source.fetchManifest(repository, reference, signal));
    this.#fetched++;
    this.#fetchedBytes += manifest.raw.byteLength;
    if (this.#fetched > maxManifests || this.#fetchedBytes > maxManifestBytesInAll) {
      throw this.#refuse("image-too-complex", repository, reference);
    }
    return manifest;
  }

  /**
   * Adds an image with all that belongs to it, its root last.
   *
   * @param bundled whether it stands in a bundle, and so gets a tag of its own
   * @returns whether it is an imgpkg bundle
   */
  async addImage(
    root: ManifestContent,
    repository: Repository,
    depth: number,
    bundled = false,
  ): Promise<boolean> {
    const { digest } = root.descriptor;
    const manifest = this.#parse(root, repository);
    const isBundle = manifest.kind === "image" && (await this.#isBundle(manifest, repository));
    if (isBundle) await this.#addBundled(digest, manifest, repository, depth);
    await this.#addManifest(root, repository, depth, bundled || isBundle ? imgpkgTag(digest) : undefined);
    return isBundle;
  }

  /**
   * Adds what refers to the manifests added so far, and what refers to that in turn. The root stays last.
   */
  async addReferrers(root: Digest): Promise<void> {
    this.#addsReferrers = true;
    // Grows while it is gone through: what refers to a manifest may be referred to itself.
    for (const subject of this.manifests) await this.#addReferrersOf(subject);
    const rootAt = this.manifests.findIndex(({ descriptor }) => descriptor.digest === root);
    this.manifests.push(...this.manifests.splice(rootAt, 1));
  }

  async #addReferrersOf({ descriptor, sourceRepository }: PlannedManifest): Promise<void> {
    const { source, retry, signal } = this.#context;
    const { digest } = descriptor;
    const listed = await retry(() => source.listReferrers(sourceRepository, digest, signal));
    if (listed.length > 0) this.referrers.set(digest, listed);
    const fresh = listed.filter((each) => !this.#seen.has(each.digest));
    for (const each of fresh) {
      const content = await this.fetch(sourceRepository, each.digest);
      await this.#addManifest(content, sourceRepository, 1);
    }
    for (const tag of cosignTags(digest)) {
      const content = await this.#fetchOptional(sourceRepository, tag);
      if (content) await this.#addManifest(content, sourceRepository, 1, tag);
    }
  }

  /** Adds a manifest after its children. */
  async #addManifest(
    content: ManifestContent,
    repository: Repository,
    depth: number,
    tag?: Tag,
  ): Promise<void> {
    const { descriptor } = content;
    if (depth > maxDepth) throw this.#refuse("image-too-complex", repository, descriptor.digest);
    const manifest = this.#parse(content, repository);
    if (manifest.kind === "index") {
      const { kept, leftOut } = selectPlatforms(manifest.manifests, this.#context.scope.platforms);
      if (kept.length === 0 && leftOut.length > 0) throw this.#refusePlatforms(repository, descriptor.digest);
      this.platformsLeftOut.push(...listPlatforms(leftOut));
      const children = kept.filter(({ digest }) => !this.#seen.has(digest));
      const contents = await Promise.all(children.map(({ digest }) => this.fetch(repository, digest)));
      for (const child of contents) await this.#addManifest(child, repository, depth + 1);
      if (depth === 0) this.platforms.push(...listPlatforms(kept));
    } else {
      this.#addBlobs(manifest, repository);
    }
    // A nested image may have been met before as the child of another, then without its tag.
    if (this.#seen.has(descriptor.digest) && tag === undefined) return;
    this.#seen.add(descriptor.digest);
    const kind = manifest.kind;
    this.manifests.push({
      ...content,
      sourceRepository: repository,
      kind,
      ...(tag === undefined ? {} : { tag }),
      ...(this.#addsReferrers ? { isReferrer: true } : {}),
    });
  }

  #addBlobs(manifest: ImageManifest, sourceRepository: Repository): void {
    const add = (blobs: Map<Digest, PlannedBlob>, descriptor: Descriptor) => {
      if (!blobs.has(descriptor.digest)) blobs.set(descriptor.digest, { descriptor, sourceRepository });
    };
    add(this.#configs, manifest.config);
    for (const layer of manifest.layers) {
      // Its bytes are not the registry's to give; whoever runs the image fetches them by `urls`.
      const left = isForeignLayer(layer.mediaType) && this.#context.scope.foreignLayers !== true;
      if (left) this.foreignLayers.set(layer.digest, layer);
      else add(this.#layers, layer);
    }
  }

  #parse({ raw, descriptor }: ManifestContent, repository: Repository) {
    try {
      return parseManifest(raw, descriptor.mediaType);
    } catch (error) {
      throw this.#explain(error, repository, descriptor.digest);
    }
  }

  async #isBundle(manifest: ImageManifest, repository: Repository): Promise<boolean> {
    const { config } = manifest;
    const { smallBlobs, source, retry, signal } = this.#context;
    const isConfig = config.mediaType === ociImageConfig || config.mediaType === dockerImageConfig;
    if (!isConfig || !smallBlobs.fits(config)) return false;
    const raw = await retry(() => smallBlobs.read(source, repository, config, signal));
    return isBundleLabelled(parseConfigLabels(raw));
  }

  /** Adds the images that a bundle lists, and the image that says where they were found. */
  async #addBundled(
    digest: Digest,
    manifest: ImageManifest,
    repository: Repository,
    depth: number,
  ): Promise<void> {
    if (depth >= maxDepth) throw this.#refuse("image-too-complex", repository, digest);
    const images = await this.#readLock(digest, manifest, repository);
    const found = await Promise.all(images.map((image) => this.#fetchLocked(image, repository)));
    for (const { content, from } of found) {
      this.nestedImages++;
      if (
        this.manifests.some(({ descriptor, tag }) => descriptor.digest === content.descriptor.digest && tag)
      )
        continue;
      await this.addImage(content, from, depth + 1, true);
    }
    const locations = await this.#fetchOptional(repository, imageLocationsTag(digest));
    if (locations) await this.#addManifest(locations, repository, depth + 1, imageLocationsTag(digest));
  }

  async #readLock(digest: Digest, manifest: ImageManifest, repository: Repository): Promise<LockedImage[]> {
    // A later layer hides what an earlier one holds.
    for (const layer of manifest.layers.toReversed()) {
      const file = await this.#context.retry(() => this.#readLayerFile(layer, repository));
      if (file === null) continue;
      try {
        return parseImagesLock(Buffer.from(file).toString("utf8"));
      } catch (error) {
        throw this.#explain(error, repository, digest);
      }
    }
    throw this.#refuse("bundle-invalid", repository, digest);
  }

  async #readLayerFile(layer: Descriptor, repository: Repository): Promise<Uint8Array | null> {
    const { smallBlobs, source, signal } = this.#context;
    const content = smallBlobs.fits(layer)
      ? toIterable(await smallBlobs.read(source, repository, layer, signal))
      : await source.openBlob(repository, layer, { signal });
    const limits = { maxFileBytes: maxImagesLockBytes, maxLayerBytes: maxBundleLayerBytes };
    try {
      return await readLayerFile(content, imagesLockPath, limits);
    } catch (error) {
      throw this.#explain(error, repository, layer.digest);
    }
  }

  /**
   * A listed image: where imgpkg copied the bundle before, it stands in the bundle's own repository; else where the lock
   * says, looked up at the same source, since a mirror keeps the paths of what it mirrors.
   */
  async #fetchLocked(
    image: LockedImage,
    bundle: Repository,
  ): Promise<{ content: ManifestContent; from: Repository }> {
    if (this.#context.onlyBeside) return { content: await this.fetch(bundle, image.digest), from: bundle };
    const beside = await this.#fetchOptional(bundle, image.digest);
    if (beside) return { content: beside, from: bundle };
    return { content: await this.fetch(image.repository, image.digest), from: image.repository };
  }

  async #fetchOptional(repository: Repository, reference: Tag | Digest): Promise<ManifestContent | null> {
    try {
      return await this.fetch(repository, reference);
    } catch (error) {
      if (error instanceof EngineError && absentCodes.has(error.code)) return null;
      throw error;
    }
  }

  #explain(error: unknown, repository: Repository, reference: string): unknown {
    if (!(error instanceof EngineError)) return error;
    return error.withFacts({ side: "source", registry: this.#context.source.name, repository, reference });
  }

  #refusePlatforms(repository: Repository, reference: string): EngineError {
    const { code, facts } = this.#refuse("platform-missing", repository, reference);
    return new EngineError(code, {
      ...facts,
      platforms: formatPlatforms(this.#context.scope.platforms ?? []),
    });
  }

  #refuse(code: EngineErrorCode, repository: Repository, reference: string): EngineError {
    const { source } = this.#context;
    const operation = code === "bundle-invalid" ? "read-bundle" : "get-manifest";
    return new EngineError(code, {
      operation,
      side: "source",
      registry: source.name,
      repository,
      reference,
      retryable: false,
    });
  }
}

async function* toIterable(content: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  await Promise.resolve();
  yield content;
}
