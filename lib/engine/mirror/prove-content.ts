import type { Descriptor } from "../oci/descriptor.ts";
import { verifyBytes, type Digest } from "../oci/digest.ts";
import { EngineError, type EngineErrorCode } from "../oci/errors.ts";
import type { Repository, Tag } from "../oci/reference.ts";
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

interface ProveOptions {
  readonly retry: <Result>(request: () => Promise<Result>) => Promise<Result>;
  readonly signal: AbortSignal;
}

type Contents = Pick<ContentSource, "fetchManifest" | "openBlob">;

/**
 * Reads a blob to its end and holds it to its digest.
 *
 * @throws EngineError of which `isDamage` is true, or one of a store that cannot be asked
 */
export async function proveBlob(
  { openBlob }: Contents,
  repository: Repository,
  blob: Descriptor,
  { retry, signal }: ProveOptions,
): Promise<void> {
  await readTwice(retry, async () => {
    for await (const chunk of await openBlob(repository, blob, { signal })) void chunk;
  });
}

/** Reads what stands under a reference and holds it to a digest. @throws as `proveBlob` */
export async function proveManifest(
  { fetchManifest }: Contents,
  repository: Repository,
  reference: Tag | Digest,
  digest: Digest,
  { retry, signal }: ProveOptions,
): Promise<void> {
  await readTwice(retry, async () =>
    verifyBytes((await fetchManifest(repository, reference, signal)).raw, { digest }),
  );
}

/** Twice, before content is said to be damaged: a line may spoil it, too. */
async function readTwice(retry: ProveOptions["retry"], read: () => Promise<void>): Promise<void> {
  const attempt = async (): Promise<EngineError | null> => {
    try {
      await read();
      return null;
    } catch (error) {
      if (isDamage(error)) return error;
      throw error;
    }
  };
  const failure = (await retry(attempt)) && (await retry(attempt));
  if (failure) throw failure;
}
