import { EngineError } from "../oci/errors.ts";
import { formatPlatforms } from "./content-scope.ts";
import type { ImagePlan, PlannedBlob, PlannedManifest } from "./image-plan.ts";
import { placeBlob, retrying, type BlobOutcome, type PlaceContext, type Placement } from "./place-blob.ts";

export interface CopiedParts {
  readonly blobsPresent: number;
  readonly blobsMounted: number;
  readonly blobsTransferred: number;
  readonly bytesTransferred: number;
}

interface CopyContext extends PlaceContext {
  /** Ends all that runs under the context's signal. */
  readonly endAll: () => void;
}

/**
 * Brings the parts of a plan to the target: blobs, then manifests from the leaves up, the tag last. When one fails, the
 * others are ended before this throws.
 *
 * @throws EngineError
 */
export async function copyImage(
  session: PlaceContext,
  plan: ImagePlan,
  placement: Placement,
): Promise<CopiedParts> {
  const context = createCopyContext(session);
  const parts = await placeBlobs(context, plan, placement);
  try {
    await pushManifests(context, plan, false);
    return parts;
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== "manifest-blob-unknown") throw error;
    // Something was believed to be there and is not: all is checked once, and pushed again.
    const fresh = createCopyContext(session);
    const again = await placeBlobs(fresh, plan, { skipExistenceCheck: false, distrustful: true });
    await pushManifests(fresh, plan, true).catch((second: unknown) => {
      throw explainSparse(second, plan);
    });
    return {
      ...again,
      blobsTransferred: parts.blobsTransferred + again.blobsTransferred,
      bytesTransferred: parts.bytesTransferred + again.bytesTransferred,
    };
  }
}

function createCopyContext(session: PlaceContext): CopyContext {
  const ending = new AbortController();
  return {
    ...session,
    signal: AbortSignal.any([session.signal, ending.signal]),
    endAll: () => ending.abort(),
  };
}

/** All that the plan holds is there, so what the registry misses is what the plan leaves out. */
function explainSparse(error: unknown, { platformsLeftOut }: ImagePlan): unknown {
  const isSparse =
    error instanceof EngineError && error.code === "manifest-blob-unknown" && platformsLeftOut.length > 0;
  if (!isSparse) return error;
  const platforms = formatPlatforms(platformsLeftOut);
  return new EngineError("sparse-index-refused", { ...error.facts, platforms, retryable: false }, error);
}

async function placeBlobs(context: CopyContext, plan: ImagePlan, placement: Placement): Promise<CopiedParts> {
  const { repository } = plan.item.target;
  const place = async (blob: PlannedBlob) => ({
    outcome: await placeBlob(context, blob, repository, placement),
    sizeBytes: blob.descriptor.sizeBytes,
  });
  const [first, ...others] = plan.blobs;
  // Where nothing is, the first blob goes ahead alone: should this copy be cut short, it is the trace that there is more.
  const alone = first && placement.skipExistenceCheck ? await runTogether(context, [place(first)]) : [];
  const rest = alone.length > 0 ? others : plan.blobs;
  const placed = [...alone, ...(await runTogether(context, rest.map(place)))];
  const count = (outcome: BlobOutcome) => placed.filter((each) => each.outcome === outcome).length;
  return {
    blobsPresent: count("present"),
    blobsMounted: count("mounted"),
    blobsTransferred: count("transferred"),
    bytesTransferred: placed.reduce(
      (sum, each) => sum + (each.outcome === "transferred" ? each.sizeBytes : 0),
      0,
    ),
  };
}

/** @param again pushes what this session has pushed before, too */
async function pushManifests(context: CopyContext, plan: ImagePlan, again: boolean): Promise<void> {
  const { repository, tag } = plan.item.target;
  const root = plan.manifests.at(-1);
  const children = plan.manifests.slice(0, -1);
  // Images name no other manifest, so their order is free; indexes come after all they may name.
  await runTogether(
    context,
    children.filter(({ kind }) => kind === "image").map((each) => pushManifest(context, plan, each, again)),
  );
  for (const index of children.filter(({ kind }) => kind === "index")) {
    await pushManifest(context, plan, index, again);
  }
  if (plan.referrers.size > 0) {
    // Loaded when used: few copies carry referrers.
    const { writeReferrerLists } = await import("./referrer-list.ts");
    await writeReferrerLists(context, plan);
  }
  if (root === undefined) return;
  // Its own tag makes it visible, so a tag it has besides comes before.
  if (root.tag !== undefined || tag === undefined) await pushManifest(context, plan, root, again);
  if (tag === undefined) return;
  await retrying(context, () => context.target.pushManifest(repository, tag, root, context.signal));
  context.emit({ type: "tag-pushed", digest: root.descriptor.digest, tag });
}

async function pushManifest(
  context: CopyContext,
  plan: ImagePlan,
  manifest: PlannedManifest,
  again: boolean,
): Promise<void> {
  const { target, writes, signal, emit } = context;
  const { descriptor, tag } = manifest;
  const { repository } = plan.item.target;
  const reference = tag ?? descriptor.digest;
  const push = () => retrying(context, () => target.pushManifest(repository, reference, manifest, signal));
  // Images of one repository often have children in common.
  await writes.run(`${repository}:${reference}`, push, { signal, again });
  emit({ type: "manifest-pushed", digest: descriptor.digest, ...(tag === undefined ? {} : { tag }) });
}

/** All results, or the first failure once all the others have ended, too. */
async function runTogether<Result>(
  context: CopyContext,
  tasks: readonly Promise<Result>[],
): Promise<Result[]> {
  try {
    return await Promise.all(tasks);
  } catch (error) {
    context.endAll();
    await Promise.allSettled(tasks);
    throw error;
  }
}
