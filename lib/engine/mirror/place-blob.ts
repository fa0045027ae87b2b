import { throwIfAborted } from "../oci/abort.ts";
import type { Digest } from "../oci/digest.ts";
import type { Limiter } from "../oci/limiter.ts";
import type { Repository } from "../oci/reference.ts";
import type { BlobUpload, ContentSource, ContentTarget } from "./content.ts";
import type { PlannedBlob } from "./image-plan.ts";
import type { ImageEvent } from "./mirror-event.ts";
import type { Once } from "./once.ts";
import type { FailedAttempt, Retrier } from "./retry.ts";
import type { SmallBlobs } from "./small-blobs.ts";
import { transferBlob } from "./transfer-blob.ts";
import type { TransferCoordinator, TransferLease } from "./transfer-coordinator.ts";

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

export interface Placement {
  /** What is there is not asked for: the repository was seen to be empty. */
  readonly skipExistenceCheck: boolean;
  /** What is known is not believed: the target has just said that something is missing. */
  readonly distrustful?: boolean;
}

export type BlobOutcome = "present" | "mounted" | "transferred";

/** Sees to it that a blob is in a repository of the target: it is there, or mounted, or transferred. */
export async function placeBlob(
  context: PlaceContext,
  blob: PlannedBlob,
  repository: Repository,
  placement: Placement,
): Promise<BlobOutcome> {
  const { writes, emit, signal } = context;
  const { digest, sizeBytes } = blob.descriptor;
  const outcome = await writes.run(
    `${repository}@${digest}`,
    () => placeOnce(context, blob, repository, placement),
    {
      signal,
      again: placement.distrustful ?? false,
      onWait: () => emit({ type: "blob-waiting", digest, sizeBytes }),
    },
  );
  if (outcome !== null) return outcome;
  emit({ type: "blob-present", digest, sizeBytes });
  return "present";
}

async function placeOnce(
  context: PlaceContext,
  blob: PlannedBlob,
  repository: Repository,
  placement: Placement,
): Promise<BlobOutcome> {
  const { coordinator, target, emit, signal } = context;
  const { digest, sizeBytes } = blob.descriptor;
  const key = { origin: target.origin, digest };
  const { distrustful = false } = placement;

  const known = distrustful ? null : await coordinator.find(key);
  const present =
    (known?.includes(repository) ?? false) ||
    (!placement.skipExistenceCheck &&
      (await retrying(context, () => target.hasBlob(repository, digest, signal), digest)));
  if (present) {
    await coordinator.record(key, repository);
    emit({ type: "blob-present", digest, sizeBytes });
    return "present";
  }
  if (distrustful) await coordinator.forget(key, repository);

  let upload: BlobUpload | null = null;
  let evenIfKnown = distrustful;
  for (;;) {
    throwIfAborted(signal);
    const claim = await coordinator.acquire(key, {
      signal,
      evenIfKnown,
      onWait: () => emit({ type: "blob-waiting", digest, sizeBytes }),
    });
    if (!claim.held) {
      const from = claim.repositories.find((each) => each !== repository);
      if (from === undefined || claim.repositories.includes(repository)) {
        emit({ type: "blob-present", digest, sizeBytes });
        return "present";
      }
      const mounted = await tryMount(context, blob, repository, from);
      if (mounted === "mounted") {
        await coordinator.record(key, repository);
        return "mounted";
      }
      // The target would not take it from there, and offers an upload instead.
      upload = mounted;
      evenIfKnown = true;
      continue;
    }
    const outcome = await transferUnderLease(context, blob, repository, claim, upload);
    if (outcome !== "lease-lost") return outcome;
    upload = null;
  }
}

async function tryMount(
  context: PlaceContext,
  blob: PlannedBlob,
  repository: Repository,
  mountFrom: Repository,
): Promise<"mounted" | BlobUpload> {
  const { target, signal, emit } = context;
  const { descriptor } = blob;
  const started = await retrying(
    context,
    () => target.startBlob(repository, descriptor, { mountFrom, signal }),
    descriptor.digest,
  );
  if (started === "mounted") {
    emit({
      type: "blob-mounted",
      digest: descriptor.digest,
      sizeBytes: descriptor.sizeBytes,
      from: mountFrom,
    });
  }
  return started;
}

async function transferUnderLease(
  context: PlaceContext,
  blob: PlannedBlob,
  repository: Repository,
  lease: TransferLease,
  offered: BlobUpload | null,
): Promise<BlobOutcome | "lease-lost"> {
  const { source, target, emit } = context;
  const { digest, sizeBytes } = blob.descriptor;
  const signal = lease.signal ? AbortSignal.any([context.signal, lease.signal]) : context.signal;
  let upload = offered;
  try {
    // A store that is both sides holds the blob already, in the source's repository.
    if (source.origin === target.origin && upload === null) {
      const mounted = await tryMount({ ...context, signal }, blob, repository, blob.sourceRepository);
      if (mounted === "mounted") {
        await lease.complete(repository);
        return "mounted";
      }
      upload = mounted;
    }
    await transferBlob({ ...context, signal }, blob, repository, upload);
  } catch (error) {
    await lease.release();
    if (lease.signal?.aborted && !context.signal.aborted) return "lease-lost";
    throw error;
  }
  await lease.complete(repository);
  emit({ type: "blob-transferred", digest, sizeBytes });
  return "transferred";
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
