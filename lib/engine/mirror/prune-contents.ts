import { digestAlgorithm, digestBytes, findDigest, type Digest } from "../oci/digest.ts";
import { EngineError, type EngineErrorCode } from "../oci/errors.ts";
import { createLimiter } from "../oci/limiter.ts";
import { parseManifest, parseSubject } from "../oci/manifests.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import { referrersTag } from "../oci/referrers-endpoint.ts";
import { isBundle } from "./bundle-label.ts";
import { readBundleLock } from "./bundle-lock.ts";
import type { ManifestContent } from "./content.ts";
import { cosignTags } from "./cosign.ts";
import { imageLocationsTag, imgpkgTag } from "./imgpkg.ts";
import type { PruneContext } from "./prune-context.ts";
import { SmallBlobs } from "./small-blobs.ts";

/** A manifest and what it says of others; those need not be there. */
export interface PruneManifest {
  readonly kind: "image" | "index" | "bundle";
  /** Of an index. */
  readonly children: readonly Digest[];
  /** Of a bundle: what it lists, looked for in its own repository alone. */
  readonly images: readonly Digest[];
  readonly referrers: readonly Digest[];
  readonly subject: Digest | null;
  /** Under which else the same bytes may be asked for. */
  readonly aliases: readonly Digest[];
}

/** Far more than anything real. */
const maxManifests = 20_000;
const readsAtOnce = 8;

const absentCodes: ReadonlySet<EngineErrorCode> = new Set(["manifest-not-found", "repository-not-found"]);

/** The manifests of a repository, each read once. */
export class PruneContents {
  readonly #context: PruneContext;
  readonly #repository: Repository;
  readonly #smallBlobs = new SmallBlobs();
  readonly #reads = createLimiter(readsAtOnce);
  readonly #manifests = new Map<Digest, Promise<PruneManifest | null>>();

  constructor(context: PruneContext, repository: Repository) {
    this.#context = context;
    this.#repository = repository;
  }

  /**
   * A manifest, or null when it is not there.
   *
   * @throws EngineError when it cannot be read, or cannot be told what it reaches: then it may reach anything
   */
  async read(digest: Digest): Promise<PruneManifest | null> {
    const known = this.#manifests.get(digest);
    if (known) return known;
    if (this.#manifests.size >= maxManifests) {
      const facts = { operation: "get-manifest", side: "target", retryable: false } as const;
      throw this.#explain(new EngineError("image-too-complex", facts), digest);
    }
    const reading = this.#reads.run(() => this.#read(digest), this.#context.signal);
    this.#manifests.set(digest, reading);
    return reading;
  }

  async #read(digest: Digest): Promise<PruneManifest | null> {
    try {
      const content = await this.#fetch(digest);
      if (content === null) return null;
      const [parts, referrers] = await Promise.all([this.#readParts(content), this.listReferrers(digest)]);
      const aliases = (["sha256", "sha512"] as const)
        .filter((algorithm) => algorithm !== digestAlgorithm(digest))
        .map((algorithm) => digestBytes(content.raw, algorithm));
      return { ...parts, referrers, subject: parseSubject(content.raw), aliases };
    } catch (error) {
      throw this.#explain(error, digest);
    }
  }

  /** What refers to a manifest now. */
  async listReferrers(digest: Digest): Promise<Digest[]> {
    const { source, retry, signal } = this.#context;
    const listed = await retry(() => source.listReferrers(this.#repository, digest, signal));
    return listed.map((referrer) => referrer.digest);
  }

  async #fetch(digest: Digest): Promise<ManifestContent | null> {
    const { source, retry, signal } = this.#context;
    try {
      return await retry(() => source.fetchManifest(this.#repository, digest, signal));
    } catch (error) {
      if (error instanceof EngineError && absentCodes.has(error.code)) return null;
      throw error;
    }
  }

  async #readParts({ raw, descriptor }: ManifestContent) {
    const manifest = parseManifest(raw, descriptor.mediaType);
    if (manifest.kind === "index") {
      const children = manifest.manifests.map((child) => child.digest);
      return { kind: "index", children, images: [] } as const;
    }
    const reading = { ...this.#context, smallBlobs: this.#smallBlobs };
    if (!(await isBundle(reading, manifest, this.#repository))) {
      return { kind: "image", children: [], images: [] } as const;
    }
    const images = await readBundleLock(reading, manifest, this.#repository);
    return { kind: "bundle", children: [], images: images.map((image) => image.digest) } as const;
  }

  #explain(error: unknown, reference: Digest): unknown {
    if (!(error instanceof EngineError)) return error;
    const { client } = this.#context;
    return error.withFacts({
      side: "target",
      registry: client.registry,
      repository: this.#repository,
      reference,
    });
  }
}

/** Tags that are named after a manifest and go with it: cosign's, imgpkg's, and the list of what refers to it. */
export function companionTags(digest: Digest): Tag[] {
  // Names of sha512 are longer than a tag may be, but for the list's, which is cut.
  if (digestAlgorithm(digest) === "sha512") return [referrersTag(digest)];
  return [...cosignTags(digest), imgpkgTag(digest), imageLocationsTag(digest), referrersTag(digest)];
}

/** The digest that a tag is named after, or null. */
export function findCompanionBase(tag: Tag): Digest | null {
  const [, hex] = /^sha256-([a-f0-9]{64})(?:\.|$)/.exec(tag) ?? [];
  return hex === undefined ? null : findDigest(`sha256:${hex}`);
}
