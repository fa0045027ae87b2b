import type { Descriptor, Platform } from "../oci/descriptor.ts";
import type { Digest } from "../oci/digest.ts";
import type { ImagePath, Reference, Repository, Tag } from "../oci/reference.ts";

/** One image to carry: a line of a list. */
export interface MirrorItem {
  /** With tag and digest both, the digest is copied. */
  readonly source: Reference;
  /** Without a tag the image is stored under its digest alone. The registry is the target's. */
  readonly target: ImagePath;
}

/** A manifest to push, with the repository of the source that holds it. */
export interface PlannedManifest {
  readonly descriptor: Descriptor;
  readonly raw: Uint8Array;
  readonly sourceRepository: Repository;
  readonly kind: "image" | "index";
  /**
   * Set on what stands under a tag of its own: the images of an imgpkg bundle in the bundle's repository, signatures by
   * cosign's naming.
   */
  readonly tag?: Tag;
  /** Of an image that an imgpkg bundle lists: as the list names it. */
  readonly lockedAs?: string;
  /** Not part of the image, but said about it. */
  readonly isReferrer?: boolean;
  /** It names layers that live elsewhere, which not every registry lets it do. */
  readonly hasForeignLayers?: boolean;
}

/** A blob to place, once however many layers name it. */
export interface PlannedBlob {
  readonly descriptor: Descriptor;
  readonly sourceRepository: Repository;
  /** A layer that lives elsewhere and was asked for: where the source lacks it, its own address is tried. */
  readonly foreign?: boolean;
  /** Its bytes, where they came with the plan: embedded in a manifest, or made here. */
  readonly content?: Uint8Array;
}

/** An image resolved down to its last blob: what a copy does, and what a preview shows. */
export interface ImagePlan {
  readonly item: MirrorItem;
  /** `bundle` is an imgpkg bundle, copied with the images it lists. */
  readonly kind: "image" | "bundle";
  readonly root: Descriptor;
  /** Children before parents; the root is the last. */
  readonly manifests: readonly PlannedManifest[];
  /** Distinct by digest; configurations first. */
  readonly blobs: readonly PlannedBlob[];
  /** Of an index, those it lists and that are copied; of a bundle, none. */
  readonly platforms: readonly Platform[];
  /** Platforms that the scope leaves out. */
  readonly platformsLeftOut: readonly Platform[];
  /** Layers that are not copied because they live elsewhere; whoever runs the image fetches them from there. */
  readonly foreignLayers: readonly Descriptor[];
  /** What refers to the manifests of this plan, by subject, for a target that keeps no list of its own. */
  readonly referrers: ReadonlyMap<Digest, readonly Descriptor[]>;
  /** Images a bundle lists, nested bundles' included; 0 for an image. */
  readonly nestedImages: number;
  /** Sum of the sizes of `blobs`. */
  readonly totalBytes: number;
}

/** What the target has of a plan. */
export interface ImageProbe {
  /**
   * `present`: the same root stands under the target's tag, so a copy would skip it; `unproven`: it does, and the copy
   * will recheck what is below it.
   */
  readonly state: "present" | "unproven" | "different" | "absent";
  /** Root that stands there now, where another one does. */
  readonly targetDigest?: Digest;
  /** Digests of the plan that the target's repository lacks; what another repository holds will be mounted. */
  readonly lackingBlobs: readonly Descriptor[];
  /** Digests known to be at the target: not lacking anywhere, whatever another probe says. */
  readonly presentBlobs: readonly Descriptor[];
}
