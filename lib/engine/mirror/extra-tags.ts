import { EngineError } from "../oci/errors.ts";
import { type ImagePath, parseTag, type Repository, type Tag } from "../oci/reference.ts";
import { defaultMirrorLimits } from "./mirror-session.ts";
import { type FailedAttempt, Retrier, type RetryLimits } from "./retry.ts";

/** The tags that are listed, by repository of the target. */
export type ListedTags = ReadonlyMap<Repository, ReadonlySet<Tag>>;

/** What stands in a repository of the target without being listed, or why that cannot be told. */
export type RepositoryExtras =
  | { readonly repository: Repository; readonly tags: readonly Tag[] }
  | { readonly repository: Repository; readonly error: EngineError };

export interface ExtraTagsOptions {
  /** All tags of a repository of the target, as `RegistryClient.listTags`. */
  readonly listTags: (repository: Repository, signal?: AbortSignal) => Promise<readonly string[]>;
  /** Told of each repository once, as soon as it is known; the next ones wait for it. */
  readonly onRepository: (found: RepositoryExtras) => Promise<void> | void;
  readonly onRetry?: (failed: FailedAttempt) => void;
  readonly signal?: AbortSignal;
  readonly limits?: RetryLimits;
}

/** Small requests only. */
const repositoriesAtOnce = 8;

/**
 * Tags that tools keep beside an image: cosign's signatures (`sha256-HEX.sig`), the images and locations of an imgpkg
 * bundle (`.imgpkg`, `.image-locations.imgpkg`), and the referrers list of a registry that keeps none (without a suffix;
 * of sha512, cut to the length of a tag).
 */
const companionPattern = /^sha(?:256-[a-f0-9]{64}|512-[a-f0-9]{64,128})(?:\.[a-z-]+)*$/;

/** A list by repository; of what is named by digest alone, the repository. */
export function groupTags(
  targets: Iterable<Pick<ImagePath, "repository" | "tag">>,
): Map<Repository, Set<Tag>> {
  const listed = new Map<Repository, Set<Tag>>();
  for (const { repository, tag } of targets) {
    const tags = listed.get(repository) ?? new Set();
    if (tag !== undefined) tags.add(tag);
    listed.set(repository, tags);
  }
  return listed;
}

/**
 * Looks for tags in the listed repositories that are not listed themselves; nothing is written. One repository that
 * cannot be asked keeps none of the others from being told.
 *
 * @throws an Error named `AbortError` or EngineError `cancelled` once the signal fires; what `onRepository` throws
 */
export async function findExtraTags(listed: ListedTags, options: ExtraTagsOptions): Promise<void> {
  const { listTags, onRepository, onRetry = () => undefined, limits = defaultMirrorLimits } = options;
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, ...(options.signal ? [options.signal] : [])]);
  const retrier = new Retrier(limits);
  const find = async (repository: Repository, tags: ReadonlySet<Tag>): Promise<RepositoryExtras> => {
    try {
      const found = await retrier.run(() => listTags(repository, signal), {
        signal,
        onFailedAttempt: onRetry,
      });
      return { repository, tags: selectExtra(found, tags) };
    } catch (error) {
      if (signal.aborted || !(error instanceof EngineError)) throw error;
      return { repository, error: error.withFacts({ operation: "list-tags", side: "target", repository }) };
    }
  };
  const queue = listed.entries();
  const findFromQueue = async () => {
    for (const [repository, tags] of queue) await onRepository(await find(repository, tags));
  };
  try {
    await Promise.all(Array.from({ length: repositoriesAtOnce }, findFromQueue));
  } finally {
    // The first failure ends all; what is under way is not waited for.
    stopping.abort();
  }
}

/** Each once. What is no tag by the specification cannot be pulled, and is left out. */
function selectExtra(found: readonly string[], listed: ReadonlySet<string>): Tag[] {
  return [...new Set(found)]
    .filter((tag) => !listed.has(tag) && !companionPattern.test(tag))
    .flatMap(readTag);
}

function readTag(text: string): Tag[] {
  try {
    return [parseTag(text)];
  } catch {
    return [];
  }
}
