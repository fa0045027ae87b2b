import type { EngineError } from "../oci/errors.ts";
import type { Digest } from "../oci/digest.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import type { ImagePlan, MirrorItem } from "./image-plan.ts";

/** What happens while one image is copied, in order. Sizes and counts are bytes. */
export type ImageEvent =
  | { readonly type: "image-started" }
  /** The plan is known: the image is not at the target, or is rechecked, and these are its parts. */
  | { readonly type: "image-planned"; readonly plan: ImagePlan }
  | { readonly type: "blob-present"; readonly digest: Digest; readonly sizeBytes: number }
  | {
      readonly type: "blob-mounted";
      readonly digest: Digest;
      readonly sizeBytes: number;
      readonly from: Repository;
    }
  /** Another image's copy is transferring this blob; this one waits and then mounts it. */
  | { readonly type: "blob-waiting"; readonly digest: Digest; readonly sizeBytes: number }
  /**
   * How far a blob is, and what has arrived since it was last told. After a failure `bytes` may start lower again, so a
   * consumer that keeps the largest value per digest has a progress that never runs backwards; bytes that cross a second
   * time are in `addedBytes` only. At most ten a second per blob.
   */
  | {
      readonly type: "blob-progress";
      readonly digest: Digest;
      readonly sizeBytes: number;
      readonly bytes: number;
      readonly addedBytes: number;
    }
  | { readonly type: "blob-transferred"; readonly digest: Digest; readonly sizeBytes: number }
  /** An attempt failed and another will follow at `nextAttemptAt` (milliseconds since 1970). */
  | {
      readonly type: "retrying";
      readonly cause: EngineError;
      readonly digest?: Digest;
      /** Of the attempt that failed, from 1. */
      readonly attempt: number;
      readonly nextAttemptAt: number;
    }
  | { readonly type: "manifest-pushed"; readonly digest: Digest; readonly tag?: Tag }
  /** The last step: the image is visible from here on. */
  | { readonly type: "tag-pushed"; readonly digest: Digest; readonly tag: Tag }
  | {
      readonly type: "image-finished";
      readonly outcome: "copied" | "skipped";
      readonly rootDigest: Digest;
    }
  | { readonly type: "image-failed"; readonly error: EngineError };

/** An event and the image it is about. */
export type MirrorEvent = ImageEvent & { readonly item: MirrorItem };

export type MirrorEventListener = (event: MirrorEvent) => void;
