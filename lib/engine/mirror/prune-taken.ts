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
  const edges = new Map<Digest, readonly Step[]>();
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
      edges.set(digest, steps);
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
      // imgpkg tags an image after itself.
      .filter((reached) => reached !== digest)
      .map(step("companion")),
  ];
}

/**
 * An index or bundle before its parts, whatever else; what refers to something after it as far as that can be: only parts
 * can have no circle.
 */
function sortTaken(
  taken: ReadonlyMap<Digest, TakenManifest>,
  edges: ReadonlyMap<Digest, readonly Step[]>,
): TakenManifest[] {
  const before = new Map([...taken.keys()].map((digest) => [digest, { wholes: 0, others: 0 }]));
  const count = (step: Step, by: 1 | -1) => {
    const counts = before.get(step.digest);
    if (counts) counts[isPart(step) ? "wholes" : "others"] += by;
  };
  for (const steps of edges.values()) for (const step of steps) count(step, 1);
  const isFree = (digest: Digest) => {
    const { wholes = 0, others = 0 } = before.get(digest) ?? {};
    return wholes + others === 0;
  };
  const waiting = new Set(taken.keys());
  const free = [...waiting].filter(isFree);
  const sorted: TakenManifest[] = [];
  while (waiting.size > 0) {
    const next = free.shift() ?? [...waiting].find((digest) => before.get(digest)?.wholes === 0);
    const manifest = next && taken.get(next);
    if (manifest === undefined) throw new Error("a manifest is a part of itself");
    waiting.delete(manifest.digest);
    sorted.push(manifest);
    for (const step of edges.get(manifest.digest) ?? []) {
      count(step, -1);
      if (waiting.has(step.digest) && isFree(step.digest)) free.push(step.digest);
    }
  }
  return sorted;
}

function isPart({ as }: Step): boolean {
  return as === null || as === "bundle-image";
}
