import type { Descriptor } from "./descriptor.ts";
import { digestAlgorithm, digestHex, type Digest } from "./digest.ts";
import { EngineError, type EngineErrorCode } from "./errors.ts";
import { findNextPage } from "./link-header.ts";
import { getManifest } from "./manifest-endpoint.ts";
import { maxManifestBytes } from "./manifest-limit.ts";
import { parseManifest } from "./manifests.ts";
import { ociImageIndex } from "./media-types.ts";
import { parseTag, type Repository, type Tag } from "./reference.ts";
import type { RegistryConnection } from "./registry-connection.ts";

/** Far more than anything real; a registry that names ever more pages is left. */
const maxPages = 100;

/** What registries without the referrers API answer there. */
const unsupported: ReadonlySet<EngineErrorCode> = new Set([
  "registry-refused",
  "repository-not-found",
  "manifest-not-found",
]);

/** The tag under which clients keep the list where a registry keeps none. Distribution specification, "Referrers Tag Schema". */
export function referrersTag(digest: Digest): Tag {
  // Longer digests are cut to what a tag may hold.
  return parseTag(`${digestAlgorithm(digest)}-${digestHex(digest).slice(0, 64)}`);
}

/**
 * What refers to a manifest, by the registry's own list or by the list that clients keep under a tag.
 *
 * @throws EngineError `manifest-invalid` for an answer that is no index, `manifest-too-large` for one above 4 MiB; a
 * code of the network
 */
export async function listReferrers(
  connection: RegistryConnection,
  repository: Repository,
  digest: Digest,
  signal?: AbortSignal,
): Promise<readonly Descriptor[]> {
  const listed = await listByApi(connection, repository, digest, signal);
  if (listed !== null) return listed;
  const reference = referrersTag(digest);
  try {
    const { raw, descriptor } = await getManifest(connection, repository, reference, signal);
    return parseList(raw, descriptor.mediaType);
  } catch (error) {
    if (error instanceof EngineError && unsupported.has(error.code)) return [];
    throw connection.explain(error, { operation: "get-manifest", repository, reference });
  }
}

async function listByApi(
  connection: RegistryConnection,
  repository: Repository,
  digest: Digest,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[] | null> {
  const referrers: Descriptor[] = [];
  let target: string | URL | null = `/v2/${repository}/referrers/${digest}`;
  for (let page = 0; target !== null && page < maxPages; page++) {
    const found: { referrers: readonly Descriptor[]; next: URL | null } | null = await connection.send(
      {
        operation: "list-referrers",
        method: "GET",
        target,
        repository,
        digest,
        headers: { accept: ociImageIndex },
        accept: [200, 400, 404, 405],
        followRedirects: true,
        signal,
      },
      async (response) => {
        const { bytes, truncated } = await response.read(maxManifestBytes);
        // Proxies before a registry answer unknown paths by a page of their own.
        const isList = (response.headers["content-type"] ?? "").startsWith(ociImageIndex);
        if (response.status !== 200 || !isList) return null;
        if (truncated) {
          throw new EngineError("manifest-too-large", {
            operation: "list-referrers",
            limit: maxManifestBytes,
            retryable: false,
          });
        }
        const next = findNextPage(response.headers.link, response.url);
        return { referrers: parseList(bytes, ociImageIndex), next };
      },
    );
    if (found === null) {
      if (page === 0) return null;
      throw incomplete(connection, repository, digest);
    }
    referrers.push(...found.referrers);
    target = found.next;
  }
  if (target !== null) throw incomplete(connection, repository, digest);
  return referrers;
}

/** A list that breaks off must not pass for a whole one: what is not on it may be deleted. */
function incomplete(connection: RegistryConnection, repository: Repository, digest: Digest): unknown {
  const facts = { operation: "list-referrers", repository, digest, retryable: false } as const;
  return connection.explain(new EngineError("registry-refused", facts), facts);
}

function parseList(raw: Uint8Array, mediaType: string): readonly Descriptor[] {
  const list = parseManifest(raw, mediaType);
  return list.kind === "index" ? list.manifests : [];
}
