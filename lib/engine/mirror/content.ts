import type { OpenBlobOptions } from "../oci/blob-endpoint.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest, DigestAlgorithm } from "../oci/digest.ts";
import type { Repository, Tag } from "../oci/reference.ts";

export interface ManifestContent {
  /** Media type, digest and size; the digest is proven against the bytes. */
  readonly descriptor: Descriptor;
  /** The bytes as they came: never serialized again. */
  readonly raw: Uint8Array;
}

/** Body bytes that one side has moved and requests it has answered since it was made. */
export interface Traffic {
  readonly requests: number;
  readonly blobBytes: number;
}

/**
 * Where images come from: a registry, later a bundle on disk.
 *
 * All content it hands out is proven against the digest it was asked for.
 */
export interface ContentSource {
  /** Identity of the store behind it, equal for a source and a target that are the same store. */
  readonly origin: string;
  /** What a person calls it: host[:port], or a file. */
  readonly name: string;
  /** What its failures are said to have happened at; a target is read, too, when it is verified. */
  readonly side: "source" | "target";
  readonly traffic: Traffic;
  /**
   * The root an image reference means now.
   *
   * @param algorithm of the digest; the store's own choice unless given
   * @throws EngineError `manifest-not-found`
   */
  resolve(
    repository: Repository,
    reference: Tag | Digest,
    signal?: AbortSignal,
    algorithm?: DigestAlgorithm,
  ): Promise<Descriptor>;
  /** @throws EngineError `manifest-not-found`, `manifest-too-large`, `digest-mismatch` */
  fetchManifest(
    repository: Repository,
    reference: Tag | Digest,
    signal?: AbortSignal,
  ): Promise<ManifestContent>;
  /** What says something about a manifest; none where such a thing cannot be kept. */
  listReferrers(repository: Repository, digest: Digest, signal?: AbortSignal): Promise<readonly Descriptor[]>;
  /** A blob's bytes, proven while they stream; a chunk is valid until the next one is asked for. @throws EngineError `blob-not-found`, `digest-mismatch`, `size-mismatch` */
  openBlob(
    repository: Repository,
    blob: Descriptor,
    options?: OpenBlobOptions,
  ): Promise<AsyncIterable<Uint8Array>>;
}

/** An upload that the target has agreed to. */
export interface BlobUpload {
  /** Sends what comes from `offset` on; resolves once the target has accepted the blob under its digest. */
  write(content: AsyncIterable<Uint8Array>, offset: number, signal: AbortSignal): Promise<void>;
  /** How much of the blob the target has got after a write that failed; 0 when nothing, or the upload is gone. */
  findOffset(signal: AbortSignal): Promise<number>;
  /** Gives back an upload that will not be written. */
  cancel(): Promise<void>;
}

/**
 * Where images go: a registry, later a bundle on disk.
 *
 * Order of calls for one image: its blobs, then its manifests from the leaves up, the tag last. So an image that was
 * cut short is invisible.
 */
export interface ContentTarget {
  readonly origin: string;
  readonly name: string;
  readonly traffic: Traffic;
  /** What it holds, to be read and proven. */
  readonly contents: Pick<ContentSource, "fetchManifest" | "openBlob">;
  /** What stands under a tag or digest, or null. `algorithm` as in `ContentSource.resolve`. */
  find(
    repository: Repository,
    reference: Tag | Digest,
    signal?: AbortSignal,
    algorithm?: DigestAlgorithm,
  ): Promise<Descriptor | null>;
  /** Whether nothing is tagged there: then asking for single blobs is a waste. A wrong "false" costs only time. */
  isAbsent(repository: Repository, signal?: AbortSignal): Promise<boolean>;
  hasBlob(repository: Repository, digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /**
   * Begins to place a blob. With `mountFrom` the target may take it from a repository of its own; "mounted" then means
   * that nothing is left to do.
   */
  startBlob(
    repository: Repository,
    blob: Descriptor,
    options: { readonly mountFrom?: Repository; readonly signal?: AbortSignal },
  ): Promise<"mounted" | BlobUpload>;
  /** Stores a manifest under its digest or a tag. @throws EngineError `manifest-blob-unknown` */
  pushManifest(
    repository: Repository,
    reference: Tag | Digest,
    manifest: ManifestContent,
    signal?: AbortSignal,
  ): Promise<void>;
  /** What is known there to say something about a manifest. */
  listReferrers(repository: Repository, digest: Digest, signal?: AbortSignal): Promise<readonly Descriptor[]>;
}
