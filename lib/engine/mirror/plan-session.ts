import type { Descriptor } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { Repository } from "../oci/reference.ts";
import type { ContentScope } from "./content-scope.ts";
import type { ContentSource } from "./content.ts";
import type { ImagePlan, MirrorItem } from "./image-plan.ts";
import { referenceOf } from "./item-reference.ts";
import { defaultMirrorLimits, type MirrorLimits, type MirrorSessionOptions } from "./mirror-session.ts";
import { planImage } from "./plan-image.ts";
import { Retrier, type FailedAttempt } from "./retry.ts";
import { SmallBlobs } from "./small-blobs.ts";

interface PlanSessionOptions {
  readonly source: MirrorSessionOptions["source"];
  readonly scope?: ContentScope;
  readonly limits?: Partial<MirrorLimits>;
}

interface PlanOptions {
  readonly signal?: AbortSignal;
  /** What the image is known to be, whatever its tag means now. */
  readonly digest?: Digest | undefined;
  readonly onRetry?: (failed: FailedAttempt) => void;
}

/** Resolves images for a target that is not there yet. */
export interface PlanSession {
  /** What planning has read; a copy that is given it does not read it again. */
  readonly smallBlobs: SmallBlobs;
  /** @throws EngineError with `side: "source"` */
  plan(item: MirrorItem, options?: PlanOptions): Promise<ImagePlan>;
  /** The bytes of a small blob of a planned image. @throws EngineError */
  readBlob(
    item: MirrorItem,
    repository: Repository,
    blob: Descriptor,
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
}

export function createPlanSession({ source, scope = {}, limits }: PlanSessionOptions): PlanSession {
  const smallBlobs = new SmallBlobs();
  const retrier = new Retrier({ ...defaultMirrorLimits, ...limits });
  const sourceOf = ({ source: { registry } }: MirrorItem): ContentSource =>
    typeof source === "function" ? source(registry) : source;
  return {
    smallBlobs,
    plan(item, { signal = new AbortController().signal, digest, onRetry = () => undefined } = {}) {
      const retry = <Result>(request: () => Promise<Result>) =>
        retrier.run(request, { signal, onFailedAttempt: onRetry });
      return planImage(
        { source: sourceOf(item), smallBlobs, scope, retry, signal },
        item,
        digest ?? referenceOf(item),
      );
    },
    readBlob(item, repository, blob, signal = new AbortController().signal) {
      return retrier.run(() => smallBlobs.read(sourceOf(item), repository, blob, signal), {
        signal,
        onFailedAttempt: () => undefined,
      });
    },
  };
}
