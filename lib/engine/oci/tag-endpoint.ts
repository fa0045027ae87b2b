import type { Repository } from "./reference.ts";
import type { RegistryConnection } from "./registry-connection.ts";

/** A page of one tag; a registry that disregards the page size is cut off. */
const maxListBytes = 65_536;

/**
 * Whether a repository is known to the registry, which it is once something has been tagged in it.
 *
 * @throws EngineError, for instance `unauthorized`
 */
export async function hasRepository(
  connection: RegistryConnection,
  repository: Repository,
  signal?: AbortSignal,
): Promise<boolean> {
  return connection.send(
    {
      operation: "list-tags",
      method: "GET",
      target: `/v2/${repository}/tags/list?n=1`,
      repository,
      accept: [200, 404],
      signal,
    },
    async (response) => {
      await response.read(maxListBytes);
      return response.status === 200;
    },
  );
}
