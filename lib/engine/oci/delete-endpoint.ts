import type { Digest } from "./digest.ts";
import { manifestPath } from "./manifest-endpoint.ts";
import type { Repository, Tag } from "./reference.ts";
import type { RegistryConnection } from "./registry-connection.ts";

/**
 * Deletes a manifest, with every tag that stands at it, or a tag alone. The bytes go when the registry collects its
 * garbage.
 *
 * Distribution specification, "Deleting tags" and "Deleting Manifests". There is no deletion on condition: what a push
 * has put there a moment ago goes, too.
 *
 * @returns `absent` for an answer of 404, which a proxy may give as well
 * @throws EngineError `deletion-unsupported` where deletion is off, or for tags not offered; `forbidden` or
 * `unauthorized` without the right to delete; a code of the network
 */
export async function deleteManifest(
  connection: RegistryConnection,
  repository: Repository,
  reference: Tag | Digest,
  signal?: AbortSignal,
): Promise<"deleted" | "absent"> {
  return connection.send(
    {
      operation: "delete-manifest",
      method: "DELETE",
      target: manifestPath(repository, reference),
      repository,
      reference,
      accept: [200, 202, 204, 404],
      signal,
    },
    async (response) => {
      await response.discard();
      return response.status === 404 ? "absent" : "deleted";
    },
  );
}
