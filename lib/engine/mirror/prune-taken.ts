import type { Digest } from "../oci/digest.ts";
import { companionTags, type PruneContents, type PruneManifest } from "./prune-contents.ts";
import type { PrunedKind } from "./prune-plan.ts";
import type { StandingTags } from "./prune-tags.ts";

/** A manifest that is to go, or would go with one. */
export interface TakenManifest {
  readonly digest: Digest;
  readonly kind: PrunedKind;
  readonly belongsTo: Digest | null;
}

interface Step {
  readonly digest: Digest;
  /** Null for what it is by itself. */
  readonly as: PrunedKind | null;
  readonly from: Digest | null;
}

/**
 * What goes with `roots`, themselves included, as far as it is there: the images of an index or bundle, what refers to
 * them, and what stands under tags that are named after them. What a referrer refers to does not go with it.
 *
 * @returns what takes something along before what it takes
 * @throws EngineError when it cannot be told
 */
export async function walkTaken(
  contents: PruneContents,
  tags: StandingTags,
  roots: Iterable<Digest>,
): Promise<TakenManifest[]> {
  const taken = new Map<Digest, TakenManifest>();
  const edges = new Map<Digest, readonly Digest[]>();
  const seen = new Set<Digest>();
  let wave: Step[] = [...roots].map((digest) => ({ digest, as: null, from: null }));
  while (wave.length > 0) {
    const fresh = wave.filter(({ digest }) => !seen.has(digest) && seen.add(digest));
    const found = await Promise.all(
      fresh.map(async (step) => ({ ...step, manifest: await contents.read(step.digest) })),
    );
    wave = found.flatMap(({ digest, as, from, manifest }) => {
      if (manifest === null) {
        tags.assertNoneAt(digest);
        return [];
      }
      taken.set(digest, { digest, kind: as ?? manifest.kind, belongsTo: from });
      const steps = listSteps(digest, manifest, tags);
      edges.set(
        digest,
        steps.map((step) => step.digest),
      );
      return steps;
    });
  }
  return sortTaken(taken, edges);
}

function listSteps(digest: Digest, manifest: PruneManifest, tags: StandingTags): Step[] {
  const step = (as: PrunedKind | null) => (reached: Digest) => ({ digest: reached, as, from: digest });
  return [
    ...manifest.children.map(step(null)),
    ...manifest.images.map(step("bundle-image")),
    ...manifest.referrers.map(step("referrer")),
    ...companionTags(digest)
      .flatMap((tag) => tags.find(tag) ?? [])
      .map(step("companion")),
  ];
}

/**
 * Depth first, from the last to be left to the first; siblings keep their order. A tag may lead back to what it is named
 * after.
 */
function sortTaken(
  taken: ReadonlyMap<Digest, TakenManifest>,
  edges: ReadonlyMap<Digest, readonly Digest[]>,
): TakenManifest[] {
  const left: TakenManifest[] = [];
  const entered = new Set<Digest>();
  const enter = (digest: Digest) => ({ digest, rest: [...(edges.get(digest) ?? [])] });
  for (const root of [...taken.keys()].reverse()) {
    const path = [enter(root)];
    if (entered.has(root)) continue;
    entered.add(root);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const reached = at.rest.pop();
      if (reached === undefined) {
        const manifest = taken.get(at.digest);
        if (manifest) left.push(manifest);
        path.pop();
      } else if (taken.has(reached) && !entered.has(reached)) {
        entered.add(reached);
        path.push(enter(reached));
      }
    }
  }
  return left.reverse();
}
