import type { Digest } from "../oci/digest.ts";
import type { Tag } from "../oci/reference.ts";
import { companionTags, findCompanionBase, type PruneContents } from "./prune-contents.ts";
import type { KeepLink, KeepReason, PruneKeep } from "./prune-plan.ts";
import type { StandingTags } from "./prune-tags.ts";

type Kept = readonly [Digest, KeepReason];

/** All that is reached from what is kept, with what it was reached by first. */
export class KeptManifests {
  readonly #contents: PruneContents;
  readonly #tags: StandingTags;
  readonly #reasons = new Map<Digest, KeepReason>();
  /** Of tags that are named after what is kept. */
  readonly #tagReasons = new Map<Tag, KeepReason>();

  constructor(contents: PruneContents, tags: StandingTags) {
    this.#contents = contents;
    this.#tags = tags;
  }

  find(digest: Digest): KeepReason | null {
    return this.#reasons.get(digest) ?? null;
  }

  /** Why a tag that is named after something stays: it says something about that, which is kept. */
  findTag(tag: Tag): KeepReason | null {
    return this.#tagReasons.get(tag) ?? null;
  }

  /** @throws EngineError when it cannot be told what one of them reaches */
  async add(roots: readonly Kept[]): Promise<void> {
    let wave = this.#takeNew(roots);
    while (wave.length > 0) {
      const reached = await Promise.all(wave.map((each) => this.#listReached(each)));
      wave = this.#takeNew(reached.flat());
    }
  }

  #takeNew(found: readonly Kept[]): Kept[] {
    return found.filter(([digest, reason]) => {
      if (this.#reasons.has(digest)) return false;
      this.#reasons.set(digest, reason);
      return true;
    });
  }

  async #listReached([digest, reason]: Kept): Promise<Kept[]> {
    const manifest = await this.#contents.read(digest);
    if (manifest === null) {
      this.#tags.assertNoneAt(digest);
      return [];
    }
    const { children, images, referrers, subject, aliases } = manifest;
    const { as: _asBefore, ...root } = reason;
    const because: KeepReason = { ...root, through: digest };
    const names = companionTags(digest);
    for (const tag of names) this.#tagReasons.set(tag, because);
    const companions = names.flatMap((tag) => this.#tags.find(tag) ?? []);
    for (const alias of aliases) {
      // The same bytes, so there is nothing else to be reached from there.
      if (!this.#reasons.has(alias)) this.#reasons.set(alias, because);
    }
    const link = (as: KeepLink) => (each: Digest) => [each, { ...because, as }] as const;
    return [
      ...children.map(link("index")),
      ...images.map(link("bundle")),
      ...referrers.map(link("referrer")),
      ...companions.map(link("companion")),
      ...(subject ? [subject] : []).map(link("subject")),
    ];
  }
}

export interface LooseTags {
  /** Whether a tag that stands at a digest is to go, or goes with what it is named after. */
  readonly isLoose: (tag: Tag, digest: Digest) => boolean;
  /** Why a tag that is neither loose nor wanted is kept. */
  readonly reasonFor: (tag: Tag) => KeepReason;
}

/**
 * What is kept by itself: what is wanted, and what stands under any other tag that is not loose. Who tags something
 * after a digest wants that, too.
 */
export function listKeepRoots(
  standing: readonly { readonly tag: Tag; readonly digest: Digest }[],
  keep: PruneKeep,
  { isLoose, reasonFor }: LooseTags,
): Kept[] {
  const wanted = new Set(keep.tags);
  const withBase = (tag: Tag, digest: Digest, reason: KeepReason): Kept[] => {
    const base = findCompanionBase(tag);
    return [[digest, reason], ...(base === null ? [] : [[base, reason] as const])];
  };
  const ours = standing.filter(({ tag }) => wanted.has(tag));
  const others = standing.filter(({ tag, digest }) => !wanted.has(tag) && !isLoose(tag, digest));
  return [
    ...ours.flatMap(({ tag, digest }) => withBase(tag, digest, { by: "kept-tag", tag, through: null })),
    ...[...keep.digests].map((digest): Kept => [digest, { by: "kept-digest", digest, through: null }]),
    ...others.flatMap(({ tag, digest }) => withBase(tag, digest, reasonFor(tag))),
  ];
}
