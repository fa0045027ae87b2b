import { EngineError } from "../oci/errors.ts";
import { formatPlatforms } from "./content-scope.ts";
import type { ImagePlan, PlannedBlob } from "./image-plan.ts";
import { placeBlob, type BlobOutcome } from "./place-blob.ts";
import type { PlaceContext, PlaceOptions } from "./place-context.ts";
import { pushManifests } from "./push-manifests.ts";
import { runTogether, type CopyContext } from "./copy-context.ts";

export interface CopiedParts {
  readonly blobsPresent: number;
  readonly blobsMounted: number;
  readonly blobsTransferred: number;
  readonly bytesTransferred: number;
  /** Manifests and tags written; none when a recheck has found all of them. */
  readonly manifestsPushed: number;
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
  how: PlaceOptions,
): Promise<CopiedParts> {
  const context = createCopyContext(session);
  const { recheck } = how;
  const parts = await placeBlobs(context, plan, how);
  try {
    const manifestsPushed = await pushManifests(context, plan, { again: false, recheck });
    return { ...parts, manifestsPushed };
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== "manifest-blob-unknown") throw error;
    // Something was believed to be there and is not: all is checked once, and pushed again.
    const fresh = createCopyContext(session);
    const again = await placeBlobs(fresh, plan, { skipExistenceCheck: false, distrustful: true });
    const everything = { again: true, recheck: undefined };
    const manifestsPushed = await pushManifests(fresh, plan, everything).catch((second: unknown) => {
      throw explainSparse(second, plan);
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

async function placeBlobs(
  context: CopyContext,
  plan: ImagePlan,
  how: PlaceOptions,
): Promise<Omit<CopiedParts, "manifestsPushed">> {
  const { repository } = plan.item.target;
  const place = async (blob: PlannedBlob) => ({
    outcome: await placeBlob(context, blob, repository, how),
    sizeBytes: blob.descriptor.sizeBytes,
  });
  const [first, ...others] = plan.blobs;
  // Where nothing is, the first blob goes ahead alone: should this copy be cut short, it is the trace that there is more.
  const alone = first && how.skipExistenceCheck ? await runTogether(context, [place(first)]) : [];
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
