import { digestAlgorithm, type Digest } from "../oci/digest.ts";
import { EngineError, type EngineErrorCode } from "../oci/errors.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import { formatPlatforms } from "./content-scope.ts";
import type { ImagePlan, PlannedBlob, PlannedManifest } from "./image-plan.ts";
import type { Recheck } from "./mirror-session.ts";
import { placeBlob, type BlobOutcome } from "./place-blob.ts";
import { retrying, type PlaceContext, type Placement } from "./place-context.ts";
import { isDamage } from "./prove-blob.ts";

export interface CopiedParts {
  readonly blobsPresent: number;
  readonly blobsMounted: number;
  readonly blobsTransferred: number;
  readonly bytesTransferred: number;
  /** Manifests and tags written; none when a recheck has found all of them. */
  readonly manifestsPushed: number;
}

interface CopyContext extends PlaceContext {
  /** Ends all that runs under the context's signal. */
  readonly endAll: () => void;
}

/** How manifests are pushed. */
interface Pushing {
  /** Also what this session has pushed before. */
  readonly again: boolean;
  /** Only what is found to be missing. */
  readonly recheck: Recheck | undefined;
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
  const { recheck } = placement;
  const parts = await placeBlobs(context, plan, placement);
  try {
    const manifestsPushed = await pushManifests(context, plan, { again: false, recheck });
    return { ...parts, manifestsPushed };
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== "manifest-blob-unknown") {
      throw explainForeign(error, plan);
    }
    // Something was believed to be there and is not: all is checked once, and pushed again.
    const fresh = createCopyContext(session);
    const again = await placeBlobs(fresh, plan, { skipExistenceCheck: false, distrustful: true });
    const everything = { again: true, recheck: undefined };
    const manifestsPushed = await pushManifests(fresh, plan, everything).catch((second: unknown) => {
      throw explainForeign(explainSparse(second, plan), plan);
    });
    return {
      ...again,
      manifestsPushed,
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

const refusals: ReadonlySet<EngineErrorCode> = new Set([
  "registry-failed",
  "registry-refused",
  "manifest-blob-unknown",
]);

/** Registries have several ways of not taking an image whose layers name addresses; `distribution` fails by 500. */
function explainForeign(error: unknown, { foreignLayers, blobs }: ImagePlan): unknown {
  const hasForeign = foreignLayers.length > 0 || blobs.some(({ foreign }) => foreign);
  const isRefusal =
    error instanceof EngineError && error.facts.operation === "put-manifest" && refusals.has(error.code);
  if (!hasForeign || !isRefusal) return error;
  return new EngineError("foreign-layers-refused", { ...error.facts, retryable: false }, error);
}

async function placeBlobs(
  context: CopyContext,
  plan: ImagePlan,
  placement: Placement,
): Promise<Omit<CopiedParts, "manifestsPushed">> {
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

/** @returns how many manifests and tags were written */
async function pushManifests(context: CopyContext, plan: ImagePlan, pushing: Pushing): Promise<number> {
  const { repository, tag } = plan.item.target;
  const root = plan.manifests.at(-1);
  const children = plan.manifests.slice(0, -1);
  // Images name no other manifest, so their order is free; indexes come after all they may name.
  const images = children.filter(({ kind }) => kind === "image");
  const pushed = await runTogether(
    context,
    images.map((each) => pushManifest(context, plan, each, pushing)),
  );
  for (const index of children.filter(({ kind }) => kind === "index")) {
    pushed.push(await pushManifest(context, plan, index, pushing));
  }
  if (plan.referrers.size > 0) {
    // Loaded when used: few copies carry referrers.
    const { writeReferrerLists } = await import("./referrer-list.ts");
    pushed.push(await writeReferrerLists(context, plan));
  }
  if (root !== undefined) {
    // Its own tag makes it visible, so a tag it has besides comes before.
    if (root.tag !== undefined || tag === undefined) {
      pushed.push(await pushManifest(context, plan, root, pushing));
    }
    if (tag !== undefined && !(await stands(context, repository, tag, root, pushing.recheck))) {
      await retrying(context, () => context.target.pushManifest(repository, tag, root, context.signal));
      context.emit({ type: "tag-pushed", digest: root.descriptor.digest, tag });
      pushed.push(1);
    }
  }
  return pushed.reduce((sum, count) => sum + count, 0);
}

/** @returns 1 if it was written, 0 if it was there */
async function pushManifest(
  context: CopyContext,
  plan: ImagePlan,
  manifest: PlannedManifest,
  { again, recheck }: Pushing,
): Promise<number> {
  const { target, writes, signal, emit } = context;
  const { descriptor, tag } = manifest;
  const { repository } = plan.item.target;
  const reference = tag ?? descriptor.digest;
  if (await stands(context, repository, reference, manifest, recheck)) return 0;
  const push = () => retrying(context, () => target.pushManifest(repository, reference, manifest, signal));
  // Images of one repository often have children in common.
  const anyway = again || recheck !== undefined;
  await writes.run(`${repository}:${reference}`, push, { signal, again: anyway });
  emit({ type: "manifest-pushed", digest: descriptor.digest, ...(tag === undefined ? {} : { tag }) });
  return 1;
}

/** Whether a manifest is found where it belongs. Without a recheck it is not looked for, but pushed. */
async function stands(
  context: CopyContext,
  repository: Repository,
  reference: Tag | Digest,
  { descriptor }: PlannedManifest,
  recheck: Recheck | undefined,
): Promise<boolean> {
  if (recheck === undefined) return false;
  const { target, signal } = context;
  const algorithm = digestAlgorithm(descriptor.digest);
  const found = await retrying(context, () => target.find(repository, reference, signal, algorithm));
  if (found?.digest !== descriptor.digest) return false;
  if (recheck === "parts") return true;
  try {
    await retrying(context, () => target.contents.fetchManifest(repository, descriptor.digest, signal));
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
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
