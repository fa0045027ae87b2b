import { throwIfAborted } from "../oci/abort.ts";
import type { Repository } from "../oci/reference.ts";
import type { BlobUpload } from "./content.ts";
import type { PlannedBlob } from "./image-plan.ts";
import { retrying, type PlaceContext, type PlaceOptions } from "./place-context.ts";
import { assertMended, findStanding } from "./standing-blob.ts";
import { transferBlob } from "./transfer-blob.ts";
import type { TransferCoordinator, TransferKey, TransferLease } from "./transfer-coordinator.ts";

export type BlobOutcome = "present" | "mounted" | "transferred";

/** Sees to it that a blob is in a repository of the target: it is there, or mounted, or transferred. */
export async function placeBlob(
  context: PlaceContext,
  blob: PlannedBlob,
  repository: Repository,
  how: PlaceOptions,
): Promise<BlobOutcome> {
  const { writes, emit, signal } = context;
  const { digest, sizeBytes } = blob.descriptor;
  const name = `${repository}@${digest}`;
  const again = how.distrustful ?? false;
  const onWait = () => emit({ type: "blob-waiting", digest, sizeBytes });
  const place = () => placeOnce(context, blob, repository, how);
  // What was placed without a look at it is rechecked once, but never beside another write of it.
  const outcome = await (how.recheck === undefined
    ? writes.run(name, place, { signal, again, onWait })
    : writes.run(`${name} ${how.recheck}`, () => writes.run(name, place, { signal, again: true, onWait }), {
        signal,
        onWait,
      }));
  if (outcome !== null) return outcome;
  emit({ type: "blob-present", digest, sizeBytes });
  return "present";
}

async function placeOnce(
  context: PlaceContext,
  blob: PlannedBlob,
  repository: Repository,
  how: PlaceOptions,
): Promise<BlobOutcome> {
  const { coordinator, target, emit } = context;
  const { digest, sizeBytes } = blob.descriptor;
  const key = { origin: target.origin, digest };
  const { distrustful = false, recheck } = how;

  const known = distrustful || recheck ? null : await coordinator.find(key);
  const standing =
    (known?.includes(repository) ?? false) ? "sound" : await findStanding(context, blob, repository, how);
  if (standing === "sound") {
    await coordinator.record(key, repository);
    emit({ type: "blob-present", digest, sizeBytes });
    return "present";
  }
  if (distrustful || recheck) await coordinator.forget(key, repository);
  const outcome = await bring(context, blob, repository, how, standing === "damaged");
  if (recheck !== "content") return outcome;
  try {
    await assertMended(context, blob, repository);
    return outcome;
  } catch (error) {
    await coordinator.forget(key, repository);
    throw error;
  }
}

/**
 * Has a blob mounted or transferred.
 *
 * @param replaces what stands there is damaged; since registries keep one copy of a blob for all repositories, a sound
 * one is not to be had from another
 */
async function bring(
  context: PlaceContext,
  blob: PlannedBlob,
  repository: Repository,
  { distrustful = false, recheck }: PlaceOptions,
  replaces: boolean,
): Promise<BlobOutcome> {
  const { coordinator, target, emit, signal } = context;
  const { digest, sizeBytes } = blob.descriptor;
  const key = { origin: target.origin, digest };
  let upload: BlobUpload | null = null;
  let evenIfKnown = distrustful || replaces;
  for (;;) {
    const claim = await acquire(context, key, {
      signal,
      evenIfKnown,
      onWait: () => emit({ type: "blob-waiting", digest, sizeBytes }),
      offered: upload,
    });
    if (!claim.held) {
      const from = claim.repositories.find((each) => each !== repository);
      if (from === undefined || claim.repositories.includes(repository)) {
        // Another may have learnt, just before this was found out, that it is here.
        if (recheck && !(await retrying(context, () => target.hasBlob(repository, digest, signal), digest))) {
          await coordinator.forget(key, repository);
          evenIfKnown = true;
          continue;
        }
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
    const outcome = await transferUnderLease(context, blob, repository, claim, { offered: upload, replaces });
    if (outcome !== "lease-lost") return outcome;
    upload = null;
  }
}

/** As the coordinator's; an upload that the target has offered meanwhile is given back when there is to be none. */
async function acquire(
  { coordinator, signal }: PlaceContext,
  key: TransferKey,
  {
    offered,
    ...options
  }: Parameters<TransferCoordinator["acquire"]>[1] & { readonly offered: BlobUpload | null },
) {
  try {
    throwIfAborted(signal);
    return await coordinator.acquire(key, options);
  } catch (error) {
    await offered?.cancel();
    throw error;
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
  { offered, replaces }: { readonly offered: BlobUpload | null; readonly replaces: boolean },
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
    await transferBlob({ ...context, signal }, blob, repository, { offered: upload, replaces });
  } catch (error) {
    await lease.release();
    if (lease.signal?.aborted && !context.signal.aborted) return "lease-lost";
    throw error;
  }
  await lease.complete(repository);
  emit({ type: "blob-transferred", digest, sizeBytes });
  return "transferred";
}
