import { z } from "zod";
import { EngineError } from "./errors.ts";
import { findNextPage } from "./link-header.ts";
import type { Repository } from "./reference.ts";
import type { RegistryConnection } from "./registry-connection.ts";

const pageSize = 1_000;
/** Several times what the largest repositories have; many of them are listed at once. */
const maxTags = 250_000;
/** Of the tags above, each of the 128 characters that a tag may have. */
const maxListBytes = 32 * 1024 * 1024;
const maxPages = 1_000;
const maxPageBytes = 4 * 1024 * 1024;

const pageSchema = z.object({ tags: z.array(z.string()).nullish() });

interface Page {
  readonly tags: readonly string[];
  readonly sizeBytes: number;
  readonly next: URL | null;
}

/**
 * All tags of a repository, in the registry's order; none when it does not know the repository.
 *
 * @throws EngineError `registry-refused` for an answer that is no list; `tag-list-incomplete` for one that is without
 * end, larger than anything real, or breaks off: what is not on it may be there; a code of the network
 */
export async function listTags(
  connection: RegistryConnection,
  repository: Repository,
  signal?: AbortSignal,
): Promise<string[]> {
  const tags: string[] = [];
  const asked = new Set<string>();
  let sizeBytes = 0;
  let target: URL | null = new URL(`/v2/${repository}/tags/list?n=${pageSize}`, connection.transport.origin);
  while (target !== null) {
    if (asked.has(target.href)) throw incomplete(connection, repository);
    if (asked.size === maxPages) throw incomplete(connection, repository, maxPages);
    asked.add(target.href);
    const page: Page | null = await getPage(connection, repository, target, signal);
    if (page === null && asked.size === 1) return [];
    if (page === null) throw incomplete(connection, repository);
    sizeBytes += page.sizeBytes;
    if (sizeBytes > maxListBytes) throw incomplete(connection, repository);
    if (tags.length + page.tags.length > maxTags) throw incomplete(connection, repository, maxTags);
    for (const tag of page.tags) tags.push(tag);
    target = page.next;
  }
  return tags;
}

/** One page; null when the registry does not know it. */
function getPage(
  connection: RegistryConnection,
  repository: Repository,
  target: URL,
  signal: AbortSignal | undefined,
): Promise<Page | null> {
  return connection.send(
    { operation: "list-tags", method: "GET", target, repository, accept: [200, 404], signal },
    async (response) => {
      const { bytes, truncated } = await response.read(maxPageBytes);
      if (response.status === 404) return null;
      if (truncated) throw incomplete(connection, repository);
      const next = findNextPage(response.headers.link, response.url);
      return { tags: parsePage(bytes), sizeBytes: bytes.byteLength, next };
    },
  );
}

function incomplete(connection: RegistryConnection, repository: Repository, limit?: number): unknown {
  const request = { operation: "list-tags", repository } as const;
  const facts = { ...request, retryable: false, ...(limit !== undefined && { limit }) };
  return connection.explain(new EngineError("tag-list-incomplete", facts), request);
}

function parsePage(bytes: Uint8Array): readonly string[] {
  try {
    return pageSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8"))).tags ?? [];
  } catch (cause) {
    const facts = { operation: "list-tags", status: 200, retryable: false } as const;
    throw new EngineError("registry-refused", facts, cause);
  }
}
