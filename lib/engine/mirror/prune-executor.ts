import { throwIfAborted } from "../oci/abort.ts";
import type { Digest } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import type { Repository, Tag } from "../oci/reference.ts";
import type { RegistryClient } from "../oci/registry-client.ts";
import { PruneContents } from "./prune-contents.ts";
import { forEachRepository, type PruneContext, type PruneOptions } from "./prune-context.ts";
import { KeptManifests, listKeepRoots } from "./prune-kept.ts";
import type { KeepReason, PlannedDeletion, PruneKeep } from "./prune-plan.ts";
import { StandingTags } from "./prune-tags.ts";

/** What was planned for a repository and said yes to. */
export interface ConfirmedPrune {
  readonly repository: Repository;
  /** In the order of the plan; those that were done before may be among them. */
  readonly deletions: readonly PlannedDeletion[];
  /** What must stay as of now: more may be wanted than when it was planned. */
  readonly keep: PruneKeep;
}

/** What became of a deletion; each gets one. */
export type PruneOutcome = { readonly deletion: PlannedDeletion } & (
  | { readonly outcome: "deleted" }
  /** It was gone already, or an attempt has done it whose answer was lost. */
  | { readonly outcome: "absent" }
  /** Something reaches it now, or one of its tags stands elsewhere. */
  | { readonly outcome: "kept"; readonly because: KeepReason }
  /** The registry deletes no tag alone. */
  | { readonly outcome: "cannot-delete-tag"; readonly error: EngineError }
  /** The registry refused it, or could not be asked. */
  | { readonly outcome: "refused"; readonly error: EngineError }
  /** It cannot be told what reaches it, so it was not tried. */
  | { readonly outcome: "unclear"; readonly error: EngineError }
);

export interface ExecutePruneOptions extends PruneOptions {
  /** Told of each deletion once, as soon as it is known; the next ones of the repository wait for it. */
  readonly onOutcome: (outcome: PruneOutcome) => Promise<void> | void;
  /** How long it is believed where a tag stands that is not to go; a second unless given. */
  readonly maxTagAgeMs?: number;
}

const defaultMaxTagAgeMs = 1_000;
/** Where tags never stop moving, this is as good a moment as any. */
const maxLooks = 5;

/**
 * Deletes what was planned, as far as nothing reaches it now. Run again after being cut short, with the same deletions,
 * it does what is left; what is left in between is whole.
 *
 * For each repository it is found out anew what is kept: by `keep`, and by every tag that is not to go or stands elsewhere
 * than when it was planned. Right before each deletion the tags are listed again; those that go with it, those that are
 * new, and those last asked for more than `maxTagAgeMs` ago are asked where they stand, and what a new or moved tag reaches
 * stays. What could not be deleted keeps what belongs to it.
 *
 * The protocol has no deletion on condition, so what remains is this: who moves a tag to a manifest in the last moment
 * before that is deleted (one round trip for a tag that is new or goes with it, `maxTagAgeMs` for another) loses it; and
 * who pushes by digest alone is not seen at all. So no copy into these repositories may run at the same time: it would
 * skip what it still sees.
 *
 * Space is freed by the registry's own garbage collection only.
 *
 * @param client needs the right to pull; that to delete is asked for where it is used
 * @throws an Error named `AbortError` or EngineError `cancelled` once the signal fires; what `onOutcome` throws;
 * RangeError when a repository is named twice
 */
export async function executePrune(
  client: RegistryClient,
  confirmed: readonly ConfirmedPrune[],
  options: ExecutePruneOptions,
): Promise<void> {
  const { maxTagAgeMs = defaultMaxTagAgeMs, onOutcome } = options;
  await forEachRepository(client, confirmed, options, async (context, prune) => {
    const pruner = new RepositoryPruner(context, prune, maxTagAgeMs);
    for (const deletion of prune.deletions) await onOutcome(await pruner.run(deletion));
  });
}

class RepositoryPruner {
  readonly #context: PruneContext;
  readonly #prune: ConfirmedPrune;
  readonly #maxTagAgeMs: number;
  readonly #tags: StandingTags;
  readonly #contents: PruneContents;
  readonly #kept: KeptManifests;
  readonly #wanted: ReadonlySet<Tag>;
  readonly #manifests: ReadonlySet<Digest>;
  /** Where the tags stood that are to go. */
  readonly #loose = new Map<Tag, Digest>();
  readonly #unsupported = new Map<PlannedDeletion["removes"], EngineError>();
  #began = false;
  #unclear: EngineError | null = null;

  constructor(context: PruneContext, prune: ConfirmedPrune, maxTagAgeMs: number) {
    const { repository, deletions, keep } = prune;
    this.#context = context;
    this.#prune = prune;
    this.#maxTagAgeMs = maxTagAgeMs;
    this.#tags = new StandingTags(context, repository);
    this.#contents = new PruneContents(context, repository);
    this.#kept = new KeptManifests(this.#contents, this.#tags);
    this.#wanted = new Set(keep.tags);
    const whole = deletions.filter(({ removes }) => removes === "manifest");
    this.#manifests = new Set(whole.map(({ digest }) => digest));
    for (const { digest, tags } of deletions) for (const tag of tags) this.#loose.set(tag, digest);
  }

  async run(deletion: PlannedDeletion): Promise<PruneOutcome> {
    const { signal } = this.#context;
    throwIfAborted(signal);
    const unsupported = this.#unsupported.get(deletion.removes);
    if (unsupported) return this.#refuse(deletion, unsupported);
    if (this.#unclear) return { deletion, outcome: "unclear", error: this.#unclear };
    try {
      const because = await this.#findReason(deletion);
      if (because) return { deletion, outcome: "kept", because };
      return await this.#delete(deletion);
    } catch (error) {
      if (signal.aborted || !(error instanceof EngineError)) throw error;
      this.#unclear = error;
      return { deletion, outcome: "unclear", error };
    }
  }

  /** Why something stays after all. The tags are asked last: what follows is the deletion. */
  async #findReason(deletion: PlannedDeletion): Promise<KeepReason | null> {
    const { removes, digest, tags } = deletion;
    if (!this.#began) await this.#look([...this.#wanted, ...this.#loose.keys()]);
    this.#began = true;
    if (removes === "manifest") {
      const known = this.#kept.find(digest) ?? (await this.#findNewReferrer(digest));
      if (known) return this.#keep(digest, known);
    }
    // Walking along what has changed takes its time, in which more may change.
    for (let looks = 1; (await this.#look(tags)) && looks < maxLooks; looks++);
    const moved = tags.find((tag) => (this.#tags.find(tag) ?? digest) !== digest);
    const isMoved = moved === undefined ? null : ({ by: "moved-tag", tag: moved, through: null } as const);
    if (removes === "tag") return isMoved ?? this.#findTagReason(tags);
    const because = this.#kept.find(digest) ?? isMoved;
    return because && this.#keep(digest, because);
  }

  #findTagReason(tags: readonly Tag[]): KeepReason | null {
    const wanted = tags.find((tag) => this.#wanted.has(tag));
    if (wanted !== undefined) return { by: "kept-tag", tag: wanted, through: null };
    return tags.map((tag) => this.#kept.findTag(tag)).find((reason) => reason !== null) ?? null;
  }

  /** Reads the tags, and adds what is reached from those that have changed to what is kept. @returns whether any has */
  async #look(named: Iterable<Tag>): Promise<boolean> {
    const { keep } = this.#prune;
    const changed = new Set(await this.#tags.read(named, this.#maxTagAgeMs));
    const standing = this.#tags.list().filter(({ tag }) => changed.has(tag));
    const isLoose = (tag: Tag, digest: Digest) => this.#loose.get(tag) === digest;
    const unknown = this.#began ? "new-tag" : "unknown-tag";
    const reasonFor = (tag: Tag) =>
      ({ by: this.#loose.has(tag) ? "moved-tag" : unknown, tag, through: null }) as const;
    await this.#kept.add(listKeepRoots(standing, keep, { isLoose, reasonFor }));
    return changed.size > 0;
  }

  /** What stays must stay with all that belongs to it. */
  async #keep(digest: Digest, because: KeepReason): Promise<KeepReason> {
    await this.#kept.add([[digest, because]]);
    return because;
  }

  /** Who refers to something means it to stay. */
  async #findNewReferrer(digest: Digest): Promise<KeepReason | null> {
    for (const referrer of await this.#contents.listReferrers(digest)) {
      // A list that is kept by hand may name what has been deleted since.
      if (this.#manifests.has(referrer) || (await this.#contents.read(referrer)) === null) continue;
      return { by: "new-referrer", digest: referrer, through: null };
    }
    return null;
  }

  async #delete(deletion: PlannedDeletion): Promise<PruneOutcome> {
    const { client, retry, signal } = this.#context;
    const { repository } = this.#prune;
    const { removes, digest, tags } = deletion;
    const [tag = null] = removes === "tag" ? tags : [];
    if (tag !== null && this.#tags.find(tag) === null) return { deletion, outcome: "absent" };
    const reference = tag ?? digest;
    try {
      const answer = await retry(() => client.deleteManifest(repository, reference, signal));
      if (answer === "deleted") return { deletion, outcome: "deleted" };
      const standing = await retry(() => client.findManifest(repository, reference, signal));
      if (standing === null) return { deletion, outcome: "absent" };
      throw this.#explainDenial(reference);
    } catch (error) {
      if (signal.aborted || !(error instanceof EngineError)) throw error;
      if (error.code === "deletion-unsupported") this.#unsupported.set(removes, error);
      if (removes === "manifest") await this.#keepWhole(digest);
      return this.#refuse(deletion, error);
    }
  }

  async #keepWhole(digest: Digest): Promise<void> {
    try {
      await this.#keep(digest, { by: "not-deleted", digest, through: null });
    } catch (error) {
      if (this.#context.signal.aborted || !(error instanceof EngineError)) throw error;
      this.#unclear = error;
    }
  }

  #refuse(deletion: PlannedDeletion, error: EngineError): PruneOutcome {
    const isTag = deletion.removes === "tag" && error.code === "deletion-unsupported";
    return { deletion, outcome: isTag ? "cannot-delete-tag" : "refused", error };
  }

  /** "Not there" of what is there: something in between knows no deletion. */
  #explainDenial(reference: string): EngineError {
    return new EngineError("deletion-unsupported", {
      operation: "delete-manifest",
      side: "target",
      registry: this.#context.client.registry,
      repository: this.#prune.repository,
      reference,
      status: 404,
      retryable: false,
    });
  }
}
