import type { PruneDeletion, PruneImage, PruneKept } from "#lib/db/generated/client.ts";
import { PruneRemoves, PruneResult, PruneState } from "#lib/db/generated/enums.ts";
import type { RepositoryKeep } from "#lib/services/pruning/find-keep.ts";

type Deletion = Pick<PruneDeletion, "removes" | "digest" | "tags" | "state" | "keptBy" | "keptName">;
type Kept = Pick<PruneKept, "digest" | "keptBy" | "keptName">;

/** A repository of a prune, when all of its deletions are over. */
export interface PrunedRepository {
  deletions: readonly Deletion[];
  /** By the plan. */
  kept: readonly Kept[];
  /** What had to stay when it was carried out. */
  keep: RepositoryKeep;
  /** Whether nothing leads to an image now. */
  isRemovable: (image: Pick<PruneImage, "tag" | "digest">) => boolean;
}

/**
 * What became of an image that was to go. It is its organization's no longer when it is gone, or stays only because others
 * have it there. It is left where it still may be removed by another plan: what kept it wants it no more, or something
 * came between; else nobody would ever look at it again.
 */
export function judgeImage(
  { tag, digest }: Pick<PruneImage, "tag" | "digest">,
  { deletions, kept, keep, isRemovable }: PrunedRepository,
): PruneResult {
  // Parts of what is gone may be left; their trace is what was published.
  if (deletions.some(({ state }) => unfinished.has(state))) return PruneResult.left;
  if (!isRemovable({ tag, digest })) return PruneResult.left;
  const isStillWanted = ({ keptBy, keptName }: Pick<Deletion, "keptBy" | "keptName">) =>
    (keptBy === "kept_tag" && keep.tags.has(keptName ?? "")) ||
    (keptBy === "kept_digest" && keep.digests.has(keptName ?? ""));
  const ofManifest = deletions.find(
    (each) => each.removes === PruneRemoves.manifest && each.digest === digest,
  );
  const ofTag = deletions.find(
    (each) => each.removes === PruneRemoves.tag && each.digest === digest && each.tags.includes(tag),
  );
  const deletion = ofManifest ?? ofTag;
  if (deletion) {
    // It goes with the manifest, whoever is the last to let go of that.
    if (deletion.state === PruneState.tag_stays) return PruneResult.released;
    if (gone.has(deletion.state)) return deletion === ofTag ? PruneResult.released : PruneResult.removed;
    return isStillWanted(deletion) ? PruneResult.released : PruneResult.left;
  }
  const reason = kept.find((each) => each.digest === digest);
  // It was gone when it was planned, or its tag stood at something else.
  if (!reason) return PruneResult.removed;
  const isSomebodys = reason.keptBy === "unknown_tag" || reason.keptBy === "moved_tag";
  return isSomebodys || isStillWanted(reason) ? PruneResult.released : PruneResult.left;
}

const gone: ReadonlySet<PruneState> = new Set([PruneState.deleted, PruneState.absent]);
const unfinished: ReadonlySet<PruneState> = new Set([
  PruneState.planned,
  PruneState.refused,
  PruneState.unclear,
]);
