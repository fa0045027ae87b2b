import type { Descriptor } from "./descriptor.ts";
import {
  digestAlgorithm,
  digestBytes,
  findDigest,
  verifyBytes,
  type Digest,
  type DigestAlgorithm,
} from "./digest.ts";
import { EngineError } from "./errors.ts";
import { maxManifestBytes } from "./manifest-limit.ts";
import { acceptedManifests } from "./media-types.ts";
import type { HttpResponse } from "../network/http-message.ts";
import type { Repository, Tag } from "./reference.ts";
import type { RegistryConnection } from "./registry-connection.ts";

/** A manifest as it came, its digest proven. */
export interface FetchedManifest {
  readonly descriptor: Descriptor;
  readonly raw: Uint8Array;
}

/**
 * What stands under a tag or digest, or null.
 *
 * Registries that leave out digest or size in the answer to HEAD, or name a digest by another algorithm than the one
 * that is wanted, are asked for the manifest itself.
 */
export async function findManifest(
  connection: RegistryConnection,
  repository: Repository,
  reference: Tag | Digest,
  signal?: AbortSignal,
  algorithm?: DigestAlgorithm,
): Promise<Descriptor | null> {
  const found = await connection.send(
    {
      operation: "head-manifest",
      method: "HEAD",
      target: manifestPath(repository, reference),
      repository,
      reference,
      headers: { accept: acceptedManifests },
      accept: [200, 404],
      followRedirects: true,
      signal,
    },
    async (response): Promise<Descriptor | null | "incomplete"> => {
      await response.discard();
      return response.status === 404 ? null : (describeHeaders(response, reference) ?? "incomplete");
    },
  );
  const isWanted = ({ digest }: Descriptor) =>
    algorithm === undefined || digestAlgorithm(digest) === algorithm;
  if (found === null || (found !== "incomplete" && isWanted(found))) return found;
  const { descriptor, raw } = await getManifest(connection, repository, reference, signal);
  return isWanted(descriptor) ? descriptor : { ...descriptor, digest: digestBytes(raw, algorithm) };
}

function describeHeaders({ headers }: HttpResponse, reference: Tag | Digest): Descriptor | null {
  const digest = findDigest(headers["docker-content-digest"] ?? "") ?? findDigest(reference);
  const mediaType = bareMediaType(headers["content-type"]);
  const sizeBytes = Number(headers["content-length"]);
  if (digest === null || mediaType === "" || !Number.isSafeInteger(sizeBytes) || sizeBytes <= 0) return null;
  return { mediaType, digest, sizeBytes };
}

/**
 * A manifest's bytes, proven against the digest asked for or, for a tag, the digest the registry names.
 *
 * @throws EngineError `manifest-not-found`, `manifest-too-large`, `digest-mismatch`, `manifest-invalid`
 */
export async function getManifest(
  connection: RegistryConnection,
  repository: Repository,
  reference: Tag | Digest,
  signal?: AbortSignal,
): Promise<FetchedManifest> {
  return connection.send(
    {
      operation: "get-manifest",
      method: "GET",
      target: manifestPath(repository, reference),
      repository,
      reference,
      headers: { accept: acceptedManifests },
      accept: [200],
      followRedirects: true,
      signal,
    },
    async (response) => {
      const { bytes: raw, truncated } = await response.read(maxManifestBytes);
      if (truncated) {
        throw new EngineError("manifest-too-large", {
          operation: "get-manifest",
          limit: maxManifestBytes,
          retryable: false,
        });
      }
      const named = findDigest(reference) ?? findDigest(response.headers["docker-content-digest"] ?? "");
      if (named !== null) verifyBytes(raw, { digest: named });
      const digest = named ?? digestBytes(raw);
      // Loaded when used: a run that finds all there reads no manifest.
      const { inferMediaType } = await import("./manifests.ts");
      const mediaType = inferMediaType(raw, bareMediaType(response.headers["content-type"]));
      return { descriptor: { mediaType, digest, sizeBytes: raw.byteLength }, raw };
    },
  );
}

/**
 * Stores a manifest under a tag or its digest, byte by byte as given.
 * @throws EngineError `manifest-blob-unknown` when the registry lacks something it names; `digest-mismatch` when the
 * registry stored something else
 */
export async function putManifest(
  connection: RegistryConnection,
  repository: Repository,
  reference: Tag | Digest,
  manifest: FetchedManifest,
  signal?: AbortSignal,
): Promise<void> {
  const { digest, mediaType } = manifest.descriptor;
  await connection.send(
    {
      operation: "put-manifest",
      method: "PUT",
      target: manifestPath(repository, reference),
      repository,
      reference,
      digest,
      headers: { "content-type": mediaType },
      body: manifest.raw,
      accept: [200, 201, 202],
      signal,
    },
    async (response) => {
      await response.discard();
      const stored = findDigest(response.headers["docker-content-digest"] ?? "");
      // A registry may name its digest by another algorithm than ours, which proves nothing either way.
      if (stored !== null && stored !== digest && digestAlgorithm(stored) === digestAlgorithm(digest)) {
        throw new EngineError("digest-mismatch", { operation: "put-manifest", retryable: false });
      }
    },
  );
}

export function manifestPath(repository: Repository, reference: Tag | Digest): string {
  return `/v2/${repository}/manifests/${reference}`;
}

function bareMediaType(contentType: string | undefined): string {
  return (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
