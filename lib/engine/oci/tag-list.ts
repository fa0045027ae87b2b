import { z } from "zod";
import { EngineError } from "./errors.ts";
import { findNextPage } from "./link-header.ts";
import type { Repository } from "./reference.ts";
import type { RegistryConnection } from "./registry-connection.ts";

const pageSize = 1_000;
/** A million tags; a registry that names ever more pages is left: what it has cannot be told. */
const maxPages = 1_000;
const maxPageBytes = 4 * 1024 * 1024;

const pageSchema = z.object({ tags: z.array(z.string()).nullish() });

/**
 * All tags of a repository, in the registry's order; none when it does not know the repository.
 *
 * @throws EngineError `registry-refused` for an answer that is no list; `tag-list-incomplete` for one without end; a
 * code of the network
 */
export async function listTags(
  connection: RegistryConnection,
  repository: Repository,
  signal?: AbortSignal,
): Promise<string[]> {
  const tags: string[] = [];
  let target: string | URL | null = `/v2/${repository}/tags/list?n=${pageSize}`;
  for (let page = 0; target !== null && page < maxPages; page++) {
    const found: { tags: readonly string[]; next: URL | null } = await connection.send(
      { operation: "list-tags", method: "GET", target, repository, accept: [200, 404], signal },
      async (response) => {
        const { bytes, truncated } = await response.read(maxPageBytes);
        if (response.status === 404) return { tags: [], next: null };
        const list = truncated ? null : parsePage(bytes);
        if (list !== null) return { tags: list, next: findNextPage(response.headers.link, response.url) };
        throw new EngineError("registry-refused", { operation: "list-tags", status: 200, retryable: false });
      },
    );
    tags.push(...found.tags);
    target = found.next;
  }
  if (target === null) return tags;
  const facts = { operation: "list-tags", repository, limit: maxPages, retryable: false } as const;
  throw connection.explain(new EngineError("tag-list-incomplete", facts), facts);
}

function parsePage(bytes: Uint8Array): readonly string[] | null {
  try {
    return pageSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8"))).tags ?? [];
  } catch {
    return null;
  }
}
