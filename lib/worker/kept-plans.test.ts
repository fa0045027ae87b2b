import { expect, test } from "vitest";
import type { ImagePlan } from "#lib/engine/mirror/index.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { ociImageManifest } from "#lib/engine/oci/media-types.ts";
import { parseReference } from "#lib/engine/oci/reference.ts";
import { KeptPlans, PlanMemory } from "./kept-plans.ts";

/** A plan whose manifests have so many bytes. */
function planOf(...sizes: number[]): ImagePlan {
  const reference = parseReference("vendor.example.com/a:v1");
  const root = { digest: digestBytes("root"), mediaType: ociImageManifest, sizeBytes: 1 };
  const manifests = sizes.map((size) => ({
    descriptor: root,
    raw: new Uint8Array(size),
    sourceRepository: reference.repository,
    kind: "image" as const,
  }));
  return {
    item: { source: reference, target: reference },
    kind: "image",
    root,
    manifests,
    blobs: [],
    platforms: [],
    platformsLeftOut: [],
    foreignLayers: [],
    referrers: new Map(),
    nestedImages: 0,
    totalBytes: 0,
  };
}

test("plans are kept while there is room for their manifests, over all sessions", () => {
  const memory = new PlanMemory(100);
  const [ours, theirs] = [new KeptPlans(memory), new KeptPlans(memory)];
  const small = planOf(20, 20);
  ours.keep("a", small);
  ours.keep("too large", planOf(30, 31));
  theirs.keep("b", planOf(60));
  theirs.keep("nothing left", planOf(1));
  expect(["a", "too large", "b"].map((id) => ours.get(id))).toEqual([small, undefined, undefined]);
  expect(["b", "nothing left"].map((id) => theirs.get(id)?.manifests.length)).toEqual([1, undefined]);
});

test("what is taken out, replaced or cleared makes room again", () => {
  const memory = new PlanMemory(100);
  const [ours, theirs] = [new KeptPlans(memory), new KeptPlans(memory)];
  ours.keep("a", planOf(100));
  ours.keep("a", planOf(90));
  ours.delete("a");
  ours.delete("a");
  theirs.keep("b", planOf(60));
  theirs.keep("c", planOf(40));
  ours.keep("d", planOf(1));
  expect(ours.get("d")).toBeUndefined();
  theirs.clear();
  expect(theirs.get("b")).toBeUndefined();
  ours.keep("d", planOf(100));
  expect(ours.get("d")).toBeDefined();
});
