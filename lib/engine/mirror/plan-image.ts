import { readEmbedded, type Descriptor, type Platform } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import { EngineError, type EngineErrorCode } from "../oci/errors.ts";
import { parseManifest, type ImageManifest, type Manifest } from "../oci/manifests.ts";
import { isForeignLayer } from "../oci/media-types.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import { isBundle } from "./bundle-label.ts";
import { readBundleLock } from "./bundle-lock.ts";
import type { ContentSource, ManifestContent } from "./content.ts";
import { formatPlatforms, listPlatforms, selectPlatforms, type ContentScope } from "./content-scope.ts";
import { cosignTags } from "./cosign.ts";
import { buildImageLocations, type ImageLocation } from "./image-locations.ts";
import type { ImagePlan, MirrorItem, PlannedBlob, PlannedManifest } from "./image-plan.ts";
import { imageLocationsTag, imgpkgTag, type LockedImage } from "./imgpkg.ts";

import type { SmallBlobs } from "./small-blobs.ts";

/** Bounds of what one image may consist of; far beyond any real one. */
const maxManifests = 5_000;
const maxManifestBytesInAll = 64 * 1024 * 1024;
const maxDepth = 8;

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
  const hasLock = await planner.addImage(root, repository, 0);
  planner.assertPlatforms(repository, reference);
  if (context.scope.referrers) await planner.addReferrers(root.descriptor.digest);
  const { manifests, platforms, platformsLeftOut, foreignLayers, referrers, nestedImages } = planner;
  const blobs = planner.listBlobs();
  return {
    item,
    kind: hasLock ? "bundle" : "image",
    root: root.descriptor,
    manifests,
    blobs,
    platforms: hasLock ? [] : platforms,
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
  /** Images that bundles list, and whether they are bundles. */
  readonly #nested = new Map<Digest, boolean>();
  #counted = 0;
  #addsReferrers = false;
  #countedBytes = 0;

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
    return this.#count(manifest, repository, reference);
  }

  #count(manifest: ManifestContent, repository: Repository, reference: string): ManifestContent {
    this.#assertRoom(1, repository, reference);
    this.#counted++;
    this.#countedBytes += manifest.raw.byteLength;
    return manifest;
  }

  /** Before so many more manifests are asked for, or kept. */
  #assertRoom(manifests: number, repository: Repository, reference: string): void {
    if (this.#counted + manifests > maxManifests || this.#countedBytes > maxManifestBytesInAll) {
      throw this.#refuse("image-too-complex", repository, reference);
    }
  }

  /** Somewhere in an image there must be something for the platforms that were asked for; not in each of its indexes. */
  assertPlatforms(repository: Repository, reference: Tag | Digest): void {
    const hasImage = this.manifests.some(({ kind }) => kind === "image");
    if (hasImage || this.platformsLeftOut.length === 0) return;
    const { code, facts } = this.#refuse("platform-missing", repository, reference);
    const platforms = formatPlatforms(this.#context.scope.platforms ?? []);
    throw new EngineError(code, { ...facts, platforms });
  }

  /**
   * Adds an image with all that belongs to it, its root last.
   *
   * @param lockedAs how the bundle names it in which it stands, and so gets a tag of its own
   * @returns whether it is an imgpkg bundle
   */
  async addImage(
    root: ManifestContent,
    repository: Repository,
    depth: number,
    lockedAs?: string,
  ): Promise<boolean> {
    const { digest } = root.descriptor;
    const manifest = this.#parse(root, repository);
    const hasLock = manifest.kind === "image" && (await isBundle(this.#context, manifest, repository));
    if (hasLock) await this.#addBundled(digest, manifest, repository, depth);
    const tag = lockedAs !== undefined || hasLock ? imgpkgTag(digest) : undefined;
    await this.#addManifest(root, repository, depth, tag, lockedAs);
    return hasLock;
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
    const standing: Descriptor[] = [];
    for (const each of listed) {
      if (!this.#seen.has(each.digest)) {
        // A list that is kept by hand may name what has been deleted since.
        const content = await this.#fetchOptional(sourceRepository, each.digest);
        if (content === null) continue;
        await this.#addManifest(content, sourceRepository, 1);
      }
      standing.push(each);
    }
    if (standing.length > 0) this.referrers.set(digest, standing);
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
    lockedAs?: string,
  ): Promise<void> {
    const { descriptor } = content;
    if (depth > maxDepth) throw this.#refuse("image-too-complex", repository, descriptor.digest);
    const manifest = this.#parse(content, repository);
    if (manifest.kind === "index") {
      const { kept, leftOut } = selectPlatforms(manifest.manifests, this.#context.scope.platforms);
      this.platformsLeftOut.push(...listPlatforms(leftOut));
      const children = kept.filter(({ digest }) => !this.#seen.has(digest));
      this.#assertRoom(children.length, repository, descriptor.digest);
      const contents = await Promise.all(children.map((child) => this.#fetchChild(repository, child)));
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
      ...(lockedAs === undefined ? {} : { lockedAs }),
      ...(this.#addsReferrers ? { isReferrer: true } : {}),
      ...(hasForeignLayers(manifest) ? { hasForeignLayers: true } : {}),
    });
  }

  async #fetchChild(repository: Repository, child: Descriptor): Promise<ManifestContent> {
    const raw = readEmbedded(child);
    if (raw === null) return this.fetch(repository, child.digest);
    return this.#count({ descriptor: child, raw }, repository, child.digest);
  }

  #addBlobs(manifest: ImageManifest, sourceRepository: Repository): void {
    const add = (blobs: Map<Digest, PlannedBlob>, descriptor: Descriptor, foreign: boolean) => {
      if (blobs.has(descriptor.digest)) return;
      const content = readEmbedded(descriptor);
      const blob = { descriptor, sourceRepository, ...(foreign && { foreign }), ...(content && { content }) };
      blobs.set(descriptor.digest, blob);
    };
    if (manifest.config) add(this.#configs, manifest.config, false);
    for (const layer of manifest.layers) {
      const foreign = isForeignLayer(layer.mediaType);
      // Its bytes are not the registry's to give; whoever runs the image fetches them by `urls`.
      if (foreign && this.#context.scope.foreignLayers !== true) this.foreignLayers.set(layer.digest, layer);
      else add(this.#layers, layer, foreign);
    }
  }

  #parse({ raw, descriptor }: ManifestContent, repository: Repository) {
    try {
      return parseManifest(raw, descriptor.mediaType);
    } catch (error) {
      throw this.#explain(error, repository, descriptor.digest);
    }
  }

  /** Adds the images that a bundle lists, and the image that says what they are. */
  async #addBundled(
    digest: Digest,
    manifest: ImageManifest,
    repository: Repository,
    depth: number,
  ): Promise<void> {
    if (depth >= maxDepth) throw this.#refuse("image-too-complex", repository, digest);
    const images = await readBundleLock(this.#context, manifest, repository).catch((error: unknown) => {
      throw this.#explain(error, repository, digest);
    });
    const found = await Promise.all(images.map((image) => this.#fetchLocked(image, repository)));
    const locations: ImageLocation[] = [];
    for (const { image, content, from } of found) {
      this.nestedImages++;
      const isBundle = await this.#addNested(content, from, depth + 1, image);
      locations.push({ image, isBundle });
    }
    await this.#addLocations(imageLocationsTag(digest), locations, repository, depth + 1);
  }

  /** @returns whether it is a bundle itself */
  async #addNested(
    content: ManifestContent,
    from: Repository,
    depth: number,
    image: string,
  ): Promise<boolean> {
    const { digest } = content.descriptor;
    const known = this.#nested.get(digest);
    if (known !== undefined) return known;
    const isBundle = await this.addImage(content, from, depth, image);
    this.#nested.set(digest, isBundle);
    return isBundle;
  }

  /** The image that says what a bundle's images are: the source's, else one of our making, as imgpkg's copy does. */
  async #addLocations(
    tag: Tag,
    locations: readonly ImageLocation[],
    repository: Repository,
    depth: number,
  ): Promise<void> {
    const standing = await this.#fetchOptional(repository, tag);
    if (standing) return this.#addManifest(standing, repository, depth, tag);
    // Where a copy is only read, nothing is made that could be missed.
    if (this.#context.onlyBeside) return;
    const { manifest, blobs } = await buildImageLocations(locations);
    for (const { descriptor, content } of blobs) {
      this.#layers.set(descriptor.digest, { descriptor, sourceRepository: repository, content });
    }
    this.manifests.push({ ...manifest, sourceRepository: repository, kind: "image", tag });
  }

  /**
   * A listed image: where imgpkg copied the bundle before, it stands in the bundle's own repository; else where the lock
   * says, looked up at the same source, since a mirror keeps the paths of what it mirrors.
   */
  async #fetchLocked(
    { image, repository, digest }: LockedImage,
    bundle: Repository,
  ): Promise<{ image: string; content: ManifestContent; from: Repository }> {
    if (this.#context.onlyBeside) return { image, content: await this.fetch(bundle, digest), from: bundle };
    const beside = await this.#fetchOptional(bundle, digest);
    if (beside) return { image, content: beside, from: bundle };
    return { image, content: await this.fetch(repository, digest), from: repository };
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
    const { side, name: registry } = this.#context.source;
    return error.withFacts({ side, registry, repository, reference });
  }

  #refuse(code: EngineErrorCode, repository: Repository, reference: string): EngineError {
    const { source } = this.#context;
    const operation = code === "bundle-invalid" ? "read-bundle" : "get-manifest";
    return new EngineError(code, {
      operation,
      side: source.side,
      registry: source.name,
      repository,
      reference,
      retryable: false,
    });
  }
}

function hasForeignLayers(manifest: Manifest): boolean {
  return manifest.kind === "image" && manifest.layers.some(({ mediaType }) => isForeignLayer(mediaType));
}
