import type { Descriptor } from "../oci/descriptor.ts";
import { EngineError, type EngineErrorCode } from "../oci/errors.ts";
import type { Repository } from "../oci/reference.ts";
import type { ContentSource } from "./content.ts";

const damageCodes: ReadonlySet<EngineErrorCode> = new Set([
  "manifest-not-found",
  "blob-not-found",
  "repository-not-found",
  "digest-mismatch",
  "size-mismatch",
  "manifest-invalid",
  "bundle-invalid",
]);

/** Whether something is wrong with content, as against a store that cannot be asked. */
export function isDamage(error: unknown): error is EngineError {
  return error instanceof EngineError && damageCodes.has(error.code);
}

/**
 * Reads a blob to its end and holds it to its digest; twice before it is said to be damaged, since a line may spoil it,
 * too.
 *
 * @throws EngineError of which `isDamage` is true, or one of a store that cannot be asked
 */
export async function proveBlob(
  source: Pick<ContentSource, "openBlob">,
  repository: Repository,
  blob: Descriptor,
  options: {
    readonly retry: <Result>(request: () => Promise<Result>) => Promise<Result>;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { retry, signal } = options;
  const read = async (): Promise<EngineError | null> => {
    try {
      const content = await source.openBlob(repository, blob, { signal });
      for await (const chunk of content) void chunk;
      return null;
    } catch (error) {
      if (isDamage(error)) return error;
      throw error;
    }
  };
  const failure = (await retry(read)) && (await retry(read));
  if (failure) throw failure;
}
