import type { ContentSource, ManifestContent } from "../mirror/content.ts";
import { bundleError } from "./bundle-error.ts";
import type { EngineError } from "../oci/errors.ts";
import { toEngineError } from "../oci/errors.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import { findDigest, verifyBytes, type Digest } from "../oci/digest.ts";
import { maxManifestBytes } from "../oci/manifest-limit.ts";
import { inferMediaType } from "../oci/manifests.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import type { BlobPool } from "./blob-pool.ts";

/** What a bundle knows of its images, whatever its format. */
export interface BundleIndex {
  /** What stands under a tag, by `formatTagged`. */
  readonly tags: ReadonlyMap<string, Digest>;
  /** Media types of manifests, where they are known by more than the content. */
  readonly mediaTypes: ReadonlyMap<Digest, string>;
  /** What refers to a manifest, by `formatSubject`. */
  readonly referrers: ReadonlyMap<string, readonly Descriptor[]>;
}

/** `repository:tag`, the key of `BundleIndex.tags`. */
export const formatTagged = (repository: Repository, tag: Tag): string => `${repository}:${tag}`;
/** `repository@digest`, the key of `BundleIndex.referrers`. */
export const formatSubject = (repository: Repository, digest: Digest): string => `${repository}@${digest}`;

/**
 * A bundle on disk as the side that is read. A blob or manifest belongs to no single repository of it: every one has all.
 *
 * @param name what a person calls the bundle
 */
export function createBundleSource(name: string, pool: BlobPool, index: BundleIndex): ContentSource {
  let requests = 0;
  let blobBytes = 0;
  const facts = (repository: Repository) => ({ side: "source", registry: name, repository }) as const;

  async function readManifest(repository: Repository, digest: Digest): Promise<ManifestContent> {
    requests++;
    const sizeBytes = pool.sizeOf(digest);
    if (sizeBytes === null) throw missing(repository, digest);
    if (sizeBytes > maxManifestBytes) {
      throw bundleError("manifest-too-large", {
        ...facts(repository),
        reference: digest,
        limit: maxManifestBytes,
      });
    }
    const raw = await pool.readAll(digest);
    try {
      verifyBytes(raw, { digest });
    } catch (error) {
      throw bundleError("bundle-content-damaged", { ...facts(repository), digest }, error);
    }
    const mediaType = inferMediaType(raw, index.mediaTypes.get(digest) ?? "");
    return { raw, descriptor: { mediaType, digest, sizeBytes } };
  }

  function missing(repository: Repository, reference: string): EngineError {
    return bundleError("manifest-not-found", { operation: "get-manifest", ...facts(repository), reference });
  }

  function findRoot(repository: Repository, reference: Tag | Digest): Digest {
    const digest = findDigest(reference) ?? index.tags.get(formatTagged(repository, reference as Tag));
    if (digest === undefined) throw missing(repository, reference);
    return digest;
  }

  const explain = (error: unknown, repository: Repository) =>
    toEngineError(error, { operation: "read-file", ...facts(repository), file: name });

  const fetchManifest: ContentSource["fetchManifest"] = async (repository, reference) => {
    try {
      return await readManifest(repository, findRoot(repository, reference));
    } catch (error) {
      throw explain(error, repository);
    }
  };

  return {
    origin: `bundle:${name}`,
    name,
    side: "source",
    traffic: {
      get requests() {
        return requests;
      },
      get blobBytes() {
        return blobBytes;
      },
    },
    resolve: async (repository, reference) => (await fetchManifest(repository, reference)).descriptor,
    fetchManifest,
    listReferrers: (repository, digest) =>
      Promise.resolve(index.referrers.get(formatSubject(repository, digest)) ?? []),
    async openBlob(repository, blob, options = {}) {
      requests++;
      try {
        return await Promise.resolve(counted(pool.open(blob, options), (bytes) => (blobBytes += bytes)));
      } catch (error) {
        throw explain(error, repository);
      }
    },
  };
}

async function* counted(
  content: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of content) {
    count(chunk.byteLength);
    yield chunk;
  }
}
