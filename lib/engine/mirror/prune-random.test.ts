import fc from "fast-check";
import { expect, test } from "vitest";
import { buildBundle } from "#lib/demo/imgpkg-bundles.ts";
import type { SampleManifest } from "#lib/demo/sample-image.ts";
import { executeOne, findBroken, planOne } from "#lib/testing/contract/prune-bench.ts";
import { sampleImage, sampleIndex, signatureTag } from "#lib/testing/contract/prune-scenarios.ts";
import { putSample } from "#lib/testing/contract/put-sample.ts";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { buildReferrer } from "#lib/testing/sample-referrer.ts";
import type { Digest } from "../oci/digest.ts";
import { parseRegistryHost, parseRepository, parseTag, type Tag } from "../oci/reference.ts";
import { createRegistryClient } from "../oci/registry-client.ts";
import { findCompanionBase } from "./prune-contents.ts";
import type { PublishedImage } from "./prune-plan.ts";

const repository = parseRepository("any/thing");

/** A manifest over those before it, and what becomes of it. */
interface Growth {
  readonly shape: "image" | "index" | "bundle" | "referrer" | "signature";
  /** Which of those before it, as fractions of their number. */
  readonly over: readonly number[];
  readonly tags: readonly ("kept" | "unwanted" | "unknown")[];
  readonly byDigest: "kept" | "unwanted" | "nobody's";
}

const growth = fc.record({
  shape: fc.constantFrom<Growth["shape"][]>(
    "image",
    "image",
    "index",
    "index",
    "bundle",
    "referrer",
    "signature",
  ),
  over: fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 3 }),
  tags: fc.array(fc.constantFrom<Growth["tags"][number][]>("kept", "unwanted", "unwanted", "unknown"), {
    maxLength: 2,
  }),
  byDigest: fc.constantFrom<Growth["byDigest"][]>("kept", "unwanted", "nobody's", "nobody's", "nobody's"),
});

interface Grown {
  readonly manifest: SampleManifest;
  readonly parts: readonly Digest[];
  readonly subject: Digest | null;
  readonly signs: Digest | null;
  readonly tags: readonly (readonly [Tag, Growth["tags"][number]])[];
  readonly byDigest: Growth["byDigest"];
}

const digestOf = ({ descriptor }: SampleManifest) => descriptor.digest;

function grow(growths: readonly Growth[]): Grown[] {
  const grown: Grown[] = [];
  for (const [at, { shape, over, tags, byDigest }] of growths.entries()) {
    const below = [...new Set(over.map((part) => grown[Math.floor(part * grown.length)]))].flatMap((each) =>
      each ? [each.manifest] : [],
    );
    const [first] = below;
    const images = below.map((manifest, n) => ({ origin: `registry.example.com/${at}/${n}`, manifest }));
    const manifest =
      first === undefined || shape === "image" || shape === "signature"
        ? sampleImage(`image ${at}`)
        : shape === "index"
          ? sampleIndex(...below)
          : shape === "bundle"
            ? buildBundle(`bundle ${at}`, [], images)
            : buildReferrer(first.descriptor, `referrer ${at}`);
    const isOver = shape === "index" || shape === "bundle";
    grown.push({
      manifest,
      parts: isOver ? below.map(digestOf) : [],
      subject: shape === "referrer" && first ? digestOf(first) : null,
      signs: shape === "signature" && first ? digestOf(first) : null,
      tags: [
        ...tags.map((wish, n) => [parseTag(`t${at}-${n}`), wish] as const),
        // A second signature takes the tag of the first.
        ...(shape === "signature" && first ? [[signatureTag(first), "companion"] as never] : []),
      ],
      byDigest,
    });
  }
  return grown;
}

/** All that follows from `roots`. */
function close(roots: Iterable<Digest>, follow: (digest: Digest) => readonly Digest[]): Set<Digest> {
  const reached = new Set<Digest>(roots);
  for (const digest of reached) for (const next of follow(digest)) reached.add(next);
  return reached;
}

test(
  "whatever stands, whatever is unwanted and whenever it is cut short: what is kept is whole, and nothing else is left",
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(growth, { minLength: 3, maxLength: 10 }),
        fc.array(fc.nat({ max: 40 }), { maxLength: 2 }),
        async (growths, cuts) => {
          const grown = grow(growths);
          const registry = await startMemoryRegistry();
          const client = createRegistryClient({
            registry: parseRegistryHost(registry.host),
            plainHttp: true,
          });
          try {
            const standing = new Map<Tag, { digest: Digest; wish: string }>();
            for (const { manifest, tags } of grown) {
              await putSample(registry, repository, manifest);
              for (const [tag, wish] of tags) {
                await registry.moveTag(repository, tag, digestOf(manifest));
                standing.set(tag, { digest: digestOf(manifest), wish });
              }
            }
            const tagged = [...standing].map(([tag, at]) => ({ tag, ...at }));
            const byWish = (wish: string) => tagged.filter((each) => each.wish === wish);
            const named = (wish: string) =>
              grown.filter(({ byDigest }) => byDigest === wish).map(({ manifest }) => digestOf(manifest));
            const keep = { tags: byWish("kept").map(({ tag }) => tag), digests: named("kept") };
            const remove: PublishedImage[] = [
              ...byWish("unwanted").map(({ tag, digest }) => ({ tag, digest })),
              ...named("unwanted").map((digest) => ({ digest })),
            ];

            // The same by sets: what goes with what, and what is kept by what.
            const signatures = (digest: Digest) =>
              grown.flatMap(({ signs, manifest, tags }) => {
                const [tag] = tags.at(-1) ?? [];
                const isStanding = tag !== undefined && standing.get(tag)?.digest === digestOf(manifest);
                return signs === digest && isStanding ? [digestOf(manifest)] : [];
              });
            const takes = (digest: Digest) => [
              ...grown.flatMap(({ manifest, parts }) => (digestOf(manifest) === digest ? parts : [])),
              ...grown.flatMap(({ manifest, subject }) => (subject === digest ? [digestOf(manifest)] : [])),
              ...signatures(digest),
            ];
            const needs = (digest: Digest) => [
              ...takes(digest),
              ...grown.flatMap(({ manifest, subject }) =>
                digestOf(manifest) === digest && subject ? [subject] : [],
              ),
            ];
            const taken = close(
              remove.map(({ digest }) => digest),
              takes,
            );
            const signed = grown.flatMap(({ manifest, signs }) =>
              signs !== null && signatures(signs).includes(digestOf(manifest)) && !taken.has(signs)
                ? [signs, digestOf(manifest)]
                : [],
            );
            const kept = close(
              [
                ...keep.digests,
                ...byWish("kept").map(({ digest }) => digest),
                ...byWish("unknown").map(({ digest }) => digest),
                ...signed,
              ],
              needs,
            );

            const plan = await planOne(client, repository, { keep, remove });
            expect(plan.problem).toBeNull();
            for (const cutMs of cuts) {
              const controller = new AbortController();
              const timer = setTimeout(() => controller.abort(), cutMs);
              await executeOne(client, plan, { keep }, { signal: controller.signal }).catch(
                (error: unknown) => {
                  if (!controller.signal.aborted) throw error;
                },
              );
              clearTimeout(timer);
              expect(await findBroken(client, repository)).toEqual([]);
            }
            const outcomes = await executeOne(client, plan, { keep });
            expect(outcomes.filter(({ outcome }) => outcome !== "deleted" && outcome !== "absent")).toEqual(
              [],
            );

            expect(await findBroken(client, repository)).toEqual([]);
            const isGone = (digest: Digest) => taken.has(digest) && !kept.has(digest);
            for (const { manifest } of grown) {
              const digest = digestOf(manifest);
              expect([digest, registry.hasManifest(repository, digest)]).toEqual([digest, !isGone(digest)]);
            }
            const left = tagged.filter(({ tag }) => registry.findTag(repository, tag) !== null);
            const expected = tagged.filter(({ tag, digest, wish }) => {
              const named = findCompanionBase(tag) ?? digest;
              return wish !== "unwanted" && !isGone(digest) && !isGone(named);
            });
            expect(left).toEqual(expected);
          } finally {
            await client.close();
            await registry.stop();
          }
        },
      ),
      { numRuns: 15 },
    );
  },
);
