import type { Digest } from "../oci/digest.ts";
import type { Limiter } from "../oci/limiter.ts";
import { longestRestMs } from "../oci/pace.ts";
import type { RegistryHost } from "../oci/reference.ts";
import type { ContentSource, ContentTarget } from "./content.ts";
import type { ImagePlan, ImageProbe, MirrorItem } from "./image-plan.ts";
import type { ContentScope } from "./content-scope.ts";
import type { MirrorEventListener } from "./mirror-event.ts";
import type { SmallBlobs } from "./small-blobs.ts";
import type { TransferCoordinator } from "./transfer-coordinator.ts";

/** How much a session does at once, and how often it tries. */
export interface MirrorLimits {
  /** Images copied at once; further calls of `copy` wait. */
  readonly images: number;
  /** Layers in transfer at once, over all images. */
  readonly blobs: number;
  /** Attempts per request or transfer, the first included. */
  readonly attempts: number;
  /** Wait before the second attempt; doubled for each further one, with jitter. */
  readonly backoffMs: number;
  /** Longest wait, also for what a registry asks for by Retry-After; beyond it the image fails. */
  readonly longestWaitMs: number;
}

export const defaultMirrorLimits: MirrorLimits = {
  images: 16,
  blobs: 16,
  attempts: 5,
  backoffMs: 500,
  longestWaitMs: longestRestMs,
};

export interface MirrorSessionOptions {
  /** One source for all items, or the one for an item's source registry. */
  readonly source: ContentSource | ((registry: RegistryHost) => ContentSource);
  readonly target: ContentTarget;
  /** Everything but referrers and foreign layers by default. */
  readonly scope?: ContentScope;
  /** In-process by default. */
  readonly coordinator?: TransferCoordinator;
  readonly limits?: Partial<MirrorLimits>;
  /** Transfers at once together with other sessions, of the same target say; `limits.blobs` of its own unless given. */
  readonly transfers?: Limiter;
  /** What planning has read of the source already. */
  readonly smallBlobs?: SmallBlobs;
  /** Hears the events of all images. */
  readonly onEvent?: MirrorEventListener;
}

/**
 * What is not believed of an image whose root stands at the target: that its `parts` are there, or even that their
 * `content` is what their digests say. A registry that accepts sparse indexes has a root without all its parts once
 * fewer platforms were copied; a disk that fails leaves parts with other content.
 */
export type Recheck = "parts" | "content";

export interface CopyOptions {
  readonly signal?: AbortSignal;
  /** Hears the events of this image, besides the session's listener. */
  readonly onEvent?: MirrorEventListener;
  /** Root found while planning, copied even if the tag has moved since. */
  readonly plannedDigest?: Digest;
  /** A plan made by this session; spares resolving it again. */
  readonly plan?: ImagePlan;
  /** Asks for each part of an image whose root stands, and brings what lacks; else such an image is skipped. */
  readonly recheck?: Recheck;
}

export interface ProbeOptions extends Pick<CopyOptions, "signal" | "onEvent" | "recheck"> {
  /** The target's repository cannot be there yet: nothing is asked of it. */
  readonly isMissing?: boolean;
}

export interface CopyResult {
  /** `skipped`: the root already stood under the target's tag, with all that was asked for, and nothing was moved. */
  readonly outcome: "copied" | "skipped";
  readonly rootDigest: Digest;
  readonly mediaType: string;
  /** Blobs by how they came to be at the target; all 0 for an image that was skipped without a recheck. */
  readonly blobsPresent: number;
  readonly blobsMounted: number;
  readonly blobsTransferred: number;
  readonly bytesTransferred: number;
}

/** Sums over the life of a session. */
export interface MirrorTotals {
  /** Body bytes of blobs read at the source, those of failed attempts included. */
  readonly bytesTransferred: number;
  readonly blobsMounted: number;
  /** HTTP requests of both sides. */
  readonly requests: number;
}

/** Copies images between one pair of stores; remembers what it has seen, so that nothing is asked or moved twice. */
export interface MirrorSession {
  readonly totals: MirrorTotals;
  /** Resolves an image down to its blobs; nothing is written. @throws EngineError with `side: "source"` */
  plan(
    item: MirrorItem,
    options?: Pick<CopyOptions, "signal" | "onEvent"> & { readonly digest?: Digest },
  ): Promise<ImagePlan>;
  /** What the target lacks of a plan; nothing is written. @throws EngineError with `side: "target"` */
  probe(plan: ImagePlan, options?: ProbeOptions): Promise<ImageProbe>;
  /** Copies an image; run again after a failure, it does only what is left. @throws EngineError */
  copy(item: MirrorItem, options?: CopyOptions): Promise<CopyResult>;
}
