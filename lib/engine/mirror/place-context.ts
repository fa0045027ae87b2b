import type { Digest } from "../oci/digest.ts";
import type { Limiter } from "../oci/limiter.ts";
import type { ContentSource, ContentTarget } from "./content.ts";
import type { ImageEvent } from "./mirror-event.ts";
import type { Recheck } from "./mirror-session.ts";
import type { Once } from "./once.ts";
import type { FailedAttempt, Retrier } from "./retry.ts";
import type { SmallBlobs } from "./small-blobs.ts";
import type { TransferCoordinator } from "./transfer-coordinator.ts";

export interface PlaceContext {
  readonly source: ContentSource;
  readonly target: ContentTarget;
  readonly coordinator: TransferCoordinator;
  readonly smallBlobs: SmallBlobs;
  readonly retrier: Retrier;
  /** Transfers at once. */
  readonly transfers: Limiter;
  /** Writes of one thing to one repository, which registries do not always survive side by side. */
  readonly writes: Once;
  readonly emit: (event: ImageEvent) => void;
  readonly signal: AbortSignal;
}

export interface PlaceOptions {
  /** What is there is not asked for: the repository was seen to be empty. */
  readonly skipExistenceCheck: boolean;
  /** What is known is not believed: the target has just said that something is missing. */
  readonly distrustful?: boolean;
  /** That the repository holds the blob is not believed, whoever has put it there. */
  readonly recheck?: Recheck;
}

/** Repeats a request that fails for a passing reason, and tells of it. */
export async function retrying<Result>(
  { retrier, signal, emit }: PlaceContext,
  request: () => Promise<Result>,
  digest?: Digest,
): Promise<Result> {
  const onFailedAttempt = (failed: FailedAttempt) =>
    emit({ type: "retrying", ...(digest && { digest }), ...failed });
  return retrier.run(request, { signal, onFailedAttempt });
}
