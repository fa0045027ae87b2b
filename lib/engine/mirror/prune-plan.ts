import type { Digest } from "../oci/digest.ts";
import type { EngineErrorCode, EngineFacts } from "../oci/errors.ts";
import type { Repository, Tag } from "../oci/reference.ts";

/** What must stay in a repository: what any organization or release wants there. */
export interface PruneKeep {
  readonly tags: Iterable<Tag>;
  readonly digests: Iterable<Digest>;
}

/** What was published in a repository: under a tag, or by its digest alone. */
export interface PublishedImage {
  readonly tag?: Tag;
  readonly digest: Digest;
}

/** One repository of a target, and what is to become of it. */
export interface PruneRequest {
  readonly repository: Repository;
  readonly keep: PruneKeep;
  /**
   * What is not wanted any more. Only ever what was published there by who asks: a tag goes only if it still stands at
   * the digest it was given, and tags that stand neither here nor in `keep` stay with all that they reach.
   */
  readonly remove: readonly PublishedImage[];
}

/**
 * What a deletion takes. `bundle-image`: listed by an imgpkg bundle that goes; `companion`: stands under a tag that is
 * named after a digest that goes, as cosign's signatures and the locations of a bundle do; `referrer`: names what goes
 * as its subject.
 */
export type PrunedKind = "image" | "index" | "bundle" | "bundle-image" | "referrer" | "companion";

/** One request to the registry. Plain data. */
export interface PlannedDeletion {
  readonly repository: Repository;
  /** `tag`: only a tag, because something kept still reaches the manifest; not every registry does that. */
  readonly removes: "manifest" | "tag";
  readonly digest: Digest;
  /** Those that stand at the manifest, which go with it; or the one tag. */
  readonly tags: readonly Tag[];
  readonly kind: PrunedKind;
  /** What takes it along when it goes; null for what was to be removed itself. */
  readonly belongsTo: Digest | null;
}

/**
 * What something is to the manifest that reaches it: listed by it, as by an index or a bundle; its referrer, its subject;
 * or its companion, under a tag that is named after it.
 */
export type KeepLink = "index" | "bundle" | "referrer" | "subject" | "companion";

/** What keeps something. */
export type KeepReason = (
  | { readonly by: "kept-tag" | "unknown-tag"; readonly tag: Tag }
  | { readonly by: "kept-digest"; readonly digest: Digest }
  /** A tag that was to go stands at something else than was published. */
  | { readonly by: "moved-tag"; readonly tag: Tag }
  /** Only while deleting: a tag, or something that refers to it, that was not there when it was planned. */
  | { readonly by: "new-tag"; readonly tag: Tag }
  | { readonly by: "new-referrer"; readonly digest: Digest }
  /** Only while deleting: what it belongs to could not be deleted, and would be broken without it. */
  | { readonly by: "not-deleted"; readonly digest: Digest }
) & {
  /** The manifest that reaches it; null when it is named itself. */
  readonly through: Digest | null;
  /** How that one does; absent where it is the same bytes under another digest, or is named itself. */
  readonly as?: KeepLink;
};

/** Something that was to go, or would have gone with it, and stays. Plain data. */
export interface PruneKept {
  readonly digest: Digest;
  /** Those that stand at it. */
  readonly tags: readonly Tag[];
  readonly because: KeepReason;
}

/** Why nothing is deleted in a repository: without it, what reaches what there cannot be told. Plain data. */
interface PruneProblem {
  readonly code: EngineErrorCode;
  readonly facts: EngineFacts;
}

/** What is to be done in one repository. Plain data. */
export interface RepositoryPrune {
  readonly repository: Repository;
  /** In this order: what reaches something before what it reaches, so that nothing visible is ever without its parts. */
  readonly deletions: readonly PlannedDeletion[];
  readonly kept: readonly PruneKept[];
  /** Of what was to go: neither the tag nor the digest is there any more. */
  readonly absent: readonly PublishedImage[];
  /** With one there are no deletions. */
  readonly problem: PruneProblem | null;
}
