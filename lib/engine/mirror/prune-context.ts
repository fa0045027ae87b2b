import { EngineError } from "../oci/errors.ts";
import type { Repository } from "../oci/reference.ts";
import type { RegistryClient } from "../oci/registry-client.ts";
import type { ContentSource } from "./content.ts";
import { defaultMirrorLimits } from "./mirror-session.ts";
import { createRegistrySource } from "./registry-content.ts";
import { type FailedAttempt, Retrier, type RetryLimits } from "./retry.ts";

/** What planning and deleting need of a target. */
export interface PruneContext {
  readonly client: RegistryClient;
  /** The target, as a side that is read. */
  readonly source: ContentSource;
  /** Repeats a request that failed for a passing reason; failures say that it was the target. */
  readonly retry: <Result>(request: () => Promise<Result>) => Promise<Result>;
  readonly signal: AbortSignal;
}

export interface PruneOptions {
  readonly signal?: AbortSignal;
  readonly limits?: RetryLimits;
  readonly onRetry?: (failed: FailedAttempt) => void;
}

const repositoriesAtOnce = 4;

function createPruneContext(
  client: RegistryClient,
  { limits = defaultMirrorLimits, onRetry = () => undefined }: PruneOptions,
  signal: AbortSignal,
): PruneContext {
  const retrier = new Retrier(limits);
  return {
    client,
    source: createRegistrySource(client, "target"),
    signal,
    async retry(request) {
      try {
        return await retrier.run(request, { signal, onFailedAttempt: onRetry });
      } catch (error) {
        throw error instanceof EngineError ? error.withFacts({ side: "target" }) : error;
      }
    },
  };
}

/**
 * Does the work of each repository, a few at once. The first failure ends all; what is under way is not waited for.
 *
 * @throws RangeError when a repository is named twice: neither would know what the other keeps
 */
export async function forEachRepository<Work extends { readonly repository: Repository }>(
  client: RegistryClient,
  works: readonly Work[],
  options: PruneOptions,
  run: (context: PruneContext, work: Work) => Promise<void>,
): Promise<void> {
  const names = new Set(works.map(({ repository }) => repository));
  if (names.size < works.length) throw new RangeError("a repository is named twice");
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, ...(options.signal ? [options.signal] : [])]);
  const context = createPruneContext(client, options, signal);
  const queue = works.values();
  const runFromQueue = async () => {
    for (const work of queue) await run(context, work);
  };
  try {
    await Promise.all(Array.from({ length: repositoriesAtOnce }, runFromQueue));
  } finally {
    stopping.abort();
  }
}
