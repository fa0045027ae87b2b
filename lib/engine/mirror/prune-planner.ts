import type { Digest } from "../oci/digest.ts";
import { EngineError } from "../oci/errors.ts";
import type { Tag } from "../oci/reference.ts";
import type { RegistryClient } from "../oci/registry-client.ts";
import { companionTags, PruneContents } from "./prune-contents.ts";
import { forEachRepository, type PruneContext, type PruneOptions } from "./prune-context.ts";
import { KeptManifests, listKeepRoots } from "./prune-kept.ts";
import type {
  PlannedDeletion,
  PruneKept,
  PruneRequest,
  PublishedImage,
  RepositoryPrune,
} from "./prune-plan.ts";
import { StandingTags } from "./prune-tags.ts";
import { walkTaken, type TakenManifest } from "./prune-taken.ts";

export interface PlanPruneOptions extends PruneOptions {
  /** Told of each repository as soon as it is planned; the next ones wait for it. */
  readonly onRepository?: (planned: RepositoryPrune) => Promise<void> | void;
}

/**
 * Decides by reachability what can be deleted of what is not wanted any more; nothing is written.
 *
 * A manifest goes with what belongs to it unless something that stays in its repository reaches it: a wanted tag or
 * digest, a tag of somebody else, an index that lists it, an imgpkg bundle that lists it, what it refers to or what refers
 * to it, a tag named after it. Where one manifest of a repository that matters cannot be read, nothing goes there.
 *
 * What a registry does not list cannot be seen: manifests that others have pushed by digest alone, and references from
 * other repositories. The plan is to be kept until it is carried out: once an index is gone, nothing else tells of its
 * images.
 *
 * @param client reads tags and manifests; the right to pull is enough
 * @returns in the order of the requests
 * @throws an Error named `AbortError` or EngineError `cancelled` once the signal fires; what `onRepository` throws;
 * RangeError when a repository is named twice
 */
export async function planPrune(
  client: RegistryClient,
  requests: readonly PruneRequest[],
  options: PlanPruneOptions = {},
): Promise<RepositoryPrune[]> {
  const planned = new Map<PruneRequest, RepositoryPrune>();
  await forEachRepository(client, requests, options, async (context, request) => {
    const plan = await planRepository(context, request);
    planned.set(request, plan);
    await options.onRepository?.(plan);
  });
  return requests.flatMap((request) => planned.get(request) ?? []);
}

async function planRepository(context: PruneContext, request: PruneRequest): Promise<RepositoryPrune> {
  const { repository } = request;
  try {
    return { repository, ...(await decide(context, request)), problem: null };
  } catch (error) {
    if (context.signal.aborted || !(error instanceof EngineError)) throw error;
    const { code, facts } = error;
    return { repository, deletions: [], kept: [], absent: [], problem: { code, facts } };
  }
}

async function decide(context: PruneContext, { repository, keep, remove }: PruneRequest) {
  const tags = new StandingTags(context, repository);
  const unwanted = groupByTag(remove);
  const wanted = new Set(keep.tags);
  await tags.read([...wanted, ...unwanted.keys()]);
  const contents = new PruneContents(context, repository);
  const taken = await walkTaken(
    contents,
    tags,
    remove.map(({ digest }) => digest),
  );
  const companions = new Set(taken.flatMap(({ digest }) => companionTags(digest)));
  const isLoose = (tag: Tag, digest: Digest) =>
    !wanted.has(tag) && (companions.has(tag) || unwanted.get(tag)?.has(digest) === true);
  const kept = new KeptManifests(contents, tags);
  if (taken.length > 0) {
    const reasonFor = (tag: Tag) =>
      ({ by: unwanted.has(tag) ? "moved-tag" : "unknown-tag", tag, through: null }) as const;
    await kept.add(listKeepRoots(tags.list(), keep, { isLoose, reasonFor }));
  }
  const standing = new Set(taken.map(({ digest }) => digest));
  return {
    deletions: listDeletions(repository, tags, taken, kept, isLoose),
    kept: [...listMoved(tags, unwanted, wanted), ...listKept(tags, taken, kept)],
    absent: remove.filter(
      ({ tag, digest }) => !standing.has(digest) && (tag === undefined || tags.find(tag) === null),
    ),
  };
}

/** What was published under each tag. */
function groupByTag(remove: readonly PublishedImage[]): Map<Tag, Set<Digest>> {
  const byTag = new Map<Tag, Set<Digest>>();
  for (const { tag, digest } of remove) {
    if (tag !== undefined) byTag.set(tag, (byTag.get(tag) ?? new Set<Digest>()).add(digest));
  }
  return byTag;
}

function listDeletions(
  repository: PruneRequest["repository"],
  tags: StandingTags,
  taken: readonly TakenManifest[],
  kept: KeptManifests,
  isLoose: (tag: Tag, digest: Digest) => boolean,
): PlannedDeletion[] {
  const deleteTags = (names: readonly Tag[], manifest: Pick<TakenManifest, "kind" | "belongsTo">) =>
    names.flatMap((tag): PlannedDeletion[] => {
      const digest = tags.find(tag);
      // The tag of what goes itself goes with it.
      if (digest === null || kept.find(digest) === null || !isLoose(tag, digest)) return [];
      if (kept.findTag(tag) !== null) return [];
      const { kind, belongsTo } = manifest;
      return [{ repository, removes: "tag", digest, tags: [tag], kind, belongsTo }];
    });
  const companions = new Set(taken.flatMap(({ digest }) => companionTags(digest)));
  const ofKept = taken.flatMap((manifest) => {
    if (kept.find(manifest.digest) === null) return [];
    const own = tags.listAt(manifest.digest).filter((tag) => !companions.has(tag));
    return deleteTags(own, manifest);
  });
  const whole = taken.flatMap((manifest): PlannedDeletion[] => {
    const { digest, kind, belongsTo } = manifest;
    if (kept.find(digest) !== null) return [];
    return [
      { repository, removes: "manifest", digest, tags: tags.listAt(digest), kind, belongsTo },
      ...deleteTags(companionTags(digest), { kind: "companion", belongsTo: digest }),
    ];
  });
  return [...ofKept, ...whole];
}

function listMoved(
  tags: StandingTags,
  unwanted: ReadonlyMap<Tag, ReadonlySet<Digest>>,
  wanted: ReadonlySet<Tag>,
): PruneKept[] {
  return [...unwanted].flatMap(([tag, published]) => {
    const digest = tags.find(tag);
    if (digest === null || published.has(digest) || wanted.has(tag)) return [];
    return [{ digest, tags: [tag], because: { by: "moved-tag", tag, through: null } }];
  });
}

function listKept(tags: StandingTags, taken: readonly TakenManifest[], kept: KeptManifests): PruneKept[] {
  return taken.flatMap(({ digest }) => {
    const because = kept.find(digest);
    return because === null ? [] : [{ digest, tags: tags.listAt(digest), because }];
  });
}
