import type { Descriptor } from "../oci/descriptor.ts";
import { digestAlgorithm } from "../oci/digest.ts";
import { isForeignLayer } from "../oci/media-types.ts";
import type { ContentTarget } from "./content.ts";
import type { ImagePlan, ImageProbe } from "./image-plan.ts";
import type { Recheck } from "./mirror-session.ts";
import type { TransferCoordinator } from "./transfer-coordinator.ts";

export interface ProbeContext {
  readonly target: ContentTarget;
  readonly coordinator: TransferCoordinator;
  readonly recheck: Recheck | undefined;
  readonly isMissing: boolean;
  readonly isAbsent: (repository: ImagePlan["item"]["target"]["repository"]) => Promise<boolean>;
  readonly retry: <Result>(request: () => Promise<Result>) => Promise<Result>;
  readonly signal: AbortSignal;
}

/** What the target lacks of a plan. Blobs it turns out to have are noted, so that a copy can mount them. */
export async function probeImage(context: ProbeContext, plan: ImagePlan): Promise<ImageProbe> {
  const { target, coordinator, recheck, isMissing, isAbsent, retry, signal } = context;
  const { repository, tag } = plan.item.target;
  const { digest } = plan.root;
  const descriptors = plan.blobs.map(({ descriptor }) => descriptor);
  const keyOf = (blob: Descriptor) => ({ origin: target.origin, digest: blob.digest });

  const algorithm = digestAlgorithm(digest);
  const standing = isMissing
    ? null
    : await retry(() => target.find(repository, tag ?? digest, signal, algorithm));
  const stands = standing?.digest === digest;
  if (stands && recheck === undefined) {
    // An image that stands has its blobs; should one be gone, a refused mount brings it to light. Of an index, or of
    // layers that live elsewhere, another choice may have left out some.
    const isWhole = plan.manifests.every(({ kind }) => kind === "image");
    const known = isWhole ? descriptors.filter(({ mediaType }) => !isForeignLayer(mediaType)) : [];
    for (const blob of known) await coordinator.record(keyOf(blob), repository);
    return { state: "present", lackingBlobs: [], presentBlobs: descriptors };
  }
  const lackingBlobs: Descriptor[] = [];
  const presentBlobs: Descriptor[] = [];
  const absent = isMissing || (standing === null && (await isAbsent(repository)));
  await Promise.all(
    descriptors.map(async (blob) => {
      const key = keyOf(blob);
      const known = recheck === undefined && (await coordinator.find(key)) !== null;
      const present =
        known || (!absent && (await retry(() => target.hasBlob(repository, blob.digest, signal))));
      if (present && !known) await coordinator.record(key, repository);
      (present ? presentBlobs : lackingBlobs).push(blob);
    }),
  );
  if (standing === null) return { state: "absent", lackingBlobs, presentBlobs };
  if (stands) return { state: "unproven", lackingBlobs, presentBlobs };
  return { state: "different", targetDigest: standing.digest, lackingBlobs, presentBlobs };
}
