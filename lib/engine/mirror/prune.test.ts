import { afterEach, describe, expect, test, vi } from "vitest";
import { executeOne, findBroken, findWrong, planOne } from "#lib/testing/contract/prune-bench.ts";
import {
  fillRepository,
  pruneScenarios,
  sampleImage,
  sampleIndex,
  signatureTag,
} from "#lib/testing/contract/prune-scenarios.ts";
import {
  startMemoryRegistry,
  type MemoryRegistry,
  type MemoryRegistryOptions,
} from "#lib/testing/memory-registry/memory-registry.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { buildReferrer } from "#lib/testing/sample-referrer.ts";
import type { SampleManifest } from "#lib/demo/sample-image.ts";
import { ociImageManifest } from "../oci/media-types.ts";
import { parseRegistryHost, parseRepository, parseTag } from "../oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "../oci/registry-client.ts";
import { executePrune, type PruneOutcome } from "./prune-executor.ts";
import { planPrune } from "./prune-planner.ts";

// Each deletion is checked by reading all that is left.
vi.setConfig({ testTimeout: 60_000 });

const repository = parseRepository("team/app");
const [v1, v2] = [parseTag("v1"), parseTag("v2")];
const nothing = { tags: [], digests: [] };
const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function start(
  options: MemoryRegistryOptions = {},
): Promise<{ registry: MemoryRegistry; client: RegistryClient }> {
  const registry = await startMemoryRegistry(options);
  const client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    plainHttp: true,
    access: "pull,push",
  });
  ends.push(
    () => registry.stop(),
    () => client.close(),
  );
  return { registry, client };
}

/** An index of two images under v1, of which the second stands under v2, too, and is to stay. */
async function startWithIndex(options: MemoryRegistryOptions = {}) {
  const bench = await start(options);
  const [own, shared] = [sampleImage("own"), sampleImage("shared")];
  const index = sampleIndex(own, shared);
  await pushSample(bench.client, repository, v1, index);
  await pushSample(bench.client, repository, v2, shared);
  const keep = { tags: [v2], digests: [] };
  const remove = [{ tag: v1, digest: index.descriptor.digest }];
  const plan = await planOne(bench.client, repository, { keep, remove });
  const execute = (options?: Parameters<typeof executeOne>[3]) =>
    executeOne(bench.client, plan, { keep }, options);
  return { ...bench, own, shared, index, keep, remove, plan, execute };
}

const digestOf = ({ descriptor }: SampleManifest) => descriptor.digest;
const told = (outcomes: readonly PruneOutcome[]) =>
  outcomes.map(({ deletion, outcome }) => [deletion.digest, outcome]);

const kinds = [
  { name: "that deletes all and lists referrers", options: {}, deletesTags: true, listsReferrers: true },
  {
    name: "like distribution",
    options: { deletion: "by-digest", referrersApi: false },
    deletesTags: false,
    listsReferrers: false,
  },
] as const;

describe.each(kinds)("a registry $name", ({ options, deletesTags, listsReferrers }) => {
  test.each(pruneScenarios)("after: $name", async (scenario) => {
    const { client } = await start(options);
    await fillRepository(client, repository, scenario, { listsReferrers });
    const plan = await planOne(client, repository, scenario);
    expect(plan).toMatchObject({ problem: null, absent: [] });
    const outcomes = await executeOne(client, plan, scenario);
    for (const { deletion, outcome } of outcomes) {
      expect(outcome).toBe(deletion.removes === "manifest" || deletesTags ? "deleted" : "cannot-delete-tag");
    }
    expect(await findWrong(client, repository, scenario, { deletesTags })).toEqual([]);
    expect(await findBroken(client, repository)).toEqual([]);

    const again = await planOne(client, repository, scenario);
    expect(again.deletions.filter(({ removes }) => removes === "manifest")).toEqual([]);
  });

  test.each(pruneScenarios)("cut short anywhere, then run again, after: $name", async (scenario) => {
    const { client } = await start(options);
    await fillRepository(client, repository, scenario, { listsReferrers });
    const plan = await planOne(client, repository, scenario);
    for (let runs = 0; ; runs++) {
      const controller = new AbortController();
      const outcomes: PruneOutcome[] = [];
      const run = executeOne(client, plan, scenario, {
        signal: controller.signal,
        onOutcome: (outcome) => {
          outcomes.push(outcome);
          if (outcome.outcome === "deleted") controller.abort();
        },
      });
      const isDone = await run.then(
        () => true,
        (error: unknown) => {
          expect(error).toMatchObject({ name: "AbortError" });
          return false;
        },
      );
      expect(await findBroken(client, repository)).toEqual([]);
      if (isDone) break;
      expect(runs).toBeLessThanOrEqual(plan.deletions.length);
    }
    expect(await findWrong(client, repository, scenario, { deletesTags })).toEqual([]);
  });
});

test("a plan says what goes with what, in which order, and what keeps the rest", async () => {
  const { plan, index, own, shared } = await startWithIndex();
  expect(plan).toEqual({
    repository,
    deletions: [
      {
        repository,
        removes: "manifest",
        digest: digestOf(index),
        tags: ["v1"],
        kind: "index",
        belongsTo: null,
      },
      {
        repository,
        removes: "manifest",
        digest: digestOf(own),
        tags: [],
        kind: "image",
        belongsTo: digestOf(index),
      },
    ],
    kept: [{ digest: digestOf(shared), tags: ["v2"], because: { by: "kept-tag", tag: "v2", through: null } }],
    absent: [],
    problem: null,
  });
});

test("what is gone already is absent, what was moved is somebody else's, and a foreign tag keeps what it reaches", async () => {
  const { client, own, shared, index } = await startWithIndex();
  const [moved, gone] = [sampleImage("moved"), sampleImage("gone")];
  await pushSample(client, repository, parseTag("moved"), moved);
  await pushSample(client, repository, parseTag("theirs"), sampleIndex(own));
  const remove = [
    { tag: v1, digest: digestOf(index) },
    { tag: parseTag("moved"), digest: digestOf(gone) },
    { tag: parseTag("gone"), digest: digestOf(gone) },
    { digest: digestOf(gone) },
  ];
  const plan = await planOne(client, repository, { keep: nothing, remove });
  expect(plan.deletions.map(({ digest }) => digest)).toEqual([digestOf(index)]);
  expect(plan.absent).toEqual([remove[2], remove[3]]);
  expect(plan.kept).toEqual([
    { digest: digestOf(moved), tags: ["moved"], because: { by: "moved-tag", tag: "moved", through: null } },
    {
      digest: digestOf(own),
      tags: [],
      because: { by: "unknown-tag", tag: "theirs", through: digestOf(sampleIndex(own)), as: "index" },
    },
    {
      digest: digestOf(shared),
      tags: ["v2"],
      because: { by: "unknown-tag", tag: "v2", through: null },
    },
  ]);
});

describe("nothing is deleted in a repository", () => {
  test.each([
    ["whose kept manifest cannot be had", "get-manifest", { kind: "status", status: 500 }, "registry-failed"],
    ["whose kept manifest is damaged", "get-manifest", { kind: "wrong-bytes" }, "digest-mismatch"],
    ["whose kept configuration is gone", "get-blob", { kind: "status", status: 404 }, "blob-not-found"],
    ["whose referrers are not told", "list-referrers", { kind: "status", status: 503 }, "registry-failed"],
  ] as const)("%s", async (_name, kind, action, code) => {
    const { registry, client, keep, remove, plan, shared, execute } = await startWithIndex();
    const digest = kind === "get-blob" ? shared.blobs[0]?.descriptor.digest : digestOf(shared);
    registry.faults.add({ match: { kind, ...(digest && { digest }) }, action, times: Infinity });
    const blocked = await planOne(client, repository, { keep, remove });
    expect(blocked).toMatchObject({
      deletions: [],
      kept: [],
      problem: { code, facts: { side: "target", registry: registry.host, repository } },
    });
    const outcomes = await execute();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(plan.deletions.map(() => "unclear"));
    expect(outcomes[0]).toMatchObject({ error: { code } });
    registry.faults.clear();
    expect(registry.requests({ kind: "delete-manifest" })).toEqual([]);
    expect(told(await execute())).toEqual(plan.deletions.map((each) => [each.digest, "deleted"]));
  });

  test("where a foreign tag stands at what is no image", async () => {
    const { registry, client, keep, remove } = await startWithIndex();
    await registry.putManifest(repository, Buffer.from("<html>"), ociImageManifest, { tag: "theirs" });
    expect(await planOne(client, repository, { keep, remove })).toMatchObject({
      deletions: [],
      problem: { code: "manifest-invalid" },
    });
  });

  test("whose tags are not listed, although they are there", async () => {
    const { registry, client, keep, remove, execute } = await startWithIndex();
    registry.faults.add({
      match: { kind: "list-tags" },
      action: { kind: "status", status: 404 },
      times: Infinity,
    });
    expect(await planOne(client, repository, { keep, remove })).toMatchObject({
      deletions: [],
      problem: { code: "tag-list-incomplete", facts: { operation: "list-tags", repository } },
    });
    expect((await execute()).map(({ outcome }) => outcome)).toEqual(["unclear", "unclear"]);
  });

  test("while others go on", async () => {
    const { registry, client, keep, remove, index } = await startWithIndex();
    const other = parseRepository("team/other");
    await pushSample(client, other, v1, index);
    registry.faults.add({
      match: { kind: "list-tags", repository },
      action: { kind: "status", status: 500 },
      times: Infinity,
    });
    const requests = [
      { repository, keep, remove },
      { repository: other, keep: nothing, remove },
    ];
    const heard: string[] = [];
    const plans = await planPrune(client, requests, {
      limits: { attempts: 1, backoffMs: 1, longestWaitMs: 1 },
      onRepository: (plan) => void heard.push(plan.repository),
    });
    expect(plans.map((plan) => [plan.problem?.code, plan.deletions.length])).toEqual([
      ["registry-failed", 0],
      [undefined, 3],
    ]);
    expect(heard.toSorted()).toEqual([repository, other]);
  });
});

describe("between the plan and the deletion", () => {
  test("a tag that is moved away keeps what it stood at, and its parts", async () => {
    const { client, plan, own, index, execute } = await startWithIndex();
    await pushSample(client, repository, v1, sampleImage("newer"));
    const outcomes = await execute();
    expect(outcomes).toMatchObject([
      { outcome: "kept", because: { by: "moved-tag", tag: "v1", through: null } },
      { outcome: "kept", because: { by: "moved-tag", tag: "v1", through: digestOf(index) } },
    ]);
    expect(plan.deletions[1]?.digest).toBe(digestOf(own));
    expect(await client.findManifest(repository, digestOf(own))).not.toBeNull();
  });

  test.each([
    ["the same manifest", (index: SampleManifest) => index, 2],
    ["an index above a part of it", (_: SampleManifest, own: SampleManifest) => sampleIndex(own), 1],
  ] as const)("a new tag at %s keeps that", async (_name, build, count) => {
    const { client, own, index, execute } = await startWithIndex();
    await pushSample(client, repository, parseTag("new"), build(index, own));
    const outcomes = await execute();
    expect(outcomes.filter(({ outcome }) => outcome === "kept")).toHaveLength(count);
    expect(outcomes.at(-1)).toMatchObject({ outcome: "kept", because: { by: "unknown-tag", tag: "new" } });
    expect(await findBroken(client, repository)).toEqual([]);
  });

  test("a tag that comes or is moved while things are deleted keeps what it reaches", async () => {
    for (const [tag, age] of [
      ["new", 60_000],
      ["v2", 0],
    ] as const) {
      const { client, plan, keep, own } = await startWithIndex();
      const outcomes: PruneOutcome[] = [];
      await executePrune(client, [{ repository, deletions: plan.deletions, keep }], {
        maxTagAgeMs: age,
        onOutcome: async (outcome) => {
          outcomes.push(outcome);
          await pushSample(client, repository, parseTag(tag), sampleIndex(own));
        },
      });
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(["deleted", "kept"]);
      expect(await findBroken(client, repository)).toEqual([]);
    }
  });

  test("a new signature keeps what it is about", async () => {
    for (const isTagged of [true, false]) {
      const { client, index, own, execute } = await startWithIndex();
      if (isTagged) await pushSample(client, repository, signatureTag(index), sampleImage("signature"));
      const referrer = buildReferrer(index.descriptor, "signature");
      if (!isTagged) await pushSample(client, repository, digestOf(referrer), referrer);
      expect(await execute()).toMatchObject([
        {
          outcome: "kept",
          because: isTagged
            ? { by: "unknown-tag", tag: signatureTag(index) }
            : { by: "new-referrer", digest: digestOf(referrer) },
        },
        { outcome: "kept" },
      ]);
      expect(await client.findManifest(repository, digestOf(own))).not.toBeNull();
    }
  });

  test("more may be wanted than when it was planned", async () => {
    const { client, plan, own, index } = await startWithIndex();
    const keep = { tags: [v2], digests: [digestOf(own)] };
    expect(told(await executeOne(client, plan, { keep }))).toEqual([
      [digestOf(index), "deleted"],
      [digestOf(own), "kept"],
    ]);
    const wanted = await startWithIndex();
    const outcomes = await executeOne(wanted.client, wanted.plan, { keep: { tags: [v1, v2], digests: [] } });
    expect(outcomes).toMatchObject([
      { outcome: "kept", because: { by: "kept-tag", tag: "v1", through: null } },
      { outcome: "kept", because: { by: "kept-tag", tag: "v1", through: digestOf(wanted.index) } },
    ]);
  });
});

describe("a deletion", () => {
  test("that the registry refuses keeps the parts of what stays", async () => {
    const { registry, client, index, execute } = await startWithIndex();
    const refusal = { kind: "status", status: 412, code: "DENIED" } as const;
    registry.faults.add({ match: { kind: "delete-manifest", digest: digestOf(index) }, action: refusal });
    expect(await execute()).toMatchObject([
      { outcome: "refused", error: { code: "forbidden", facts: { side: "target", status: 412 } } },
      { outcome: "kept", because: { by: "not-deleted", digest: digestOf(index), through: digestOf(index) } },
    ]);
    expect(await findBroken(client, repository)).toEqual([]);
    expect(told(await execute()).map(([, outcome]) => outcome)).toEqual(["deleted", "deleted"]);
  });

  test("whose answer is lost is asked for again, and found to be done", async () => {
    const { registry, execute } = await startWithIndex();
    registry.faults.add({ match: { kind: "delete-manifest" }, action: { kind: "cut-answer" } });
    expect((await execute()).map(({ outcome }) => outcome)).toEqual(["absent", "deleted"]);
  });

  test("that something in between says not to know is none", async () => {
    const { registry, execute } = await startWithIndex();
    registry.faults.add({
      match: { kind: "delete-manifest" },
      action: { kind: "status", status: 404 },
      times: Infinity,
    });
    expect((await execute())[0]).toMatchObject({
      outcome: "refused",
      error: { code: "deletion-unsupported", facts: { status: 404 } },
    });
    expect(registry.requests({ kind: "delete-manifest" })).toHaveLength(1);
  });

  test("is asked for once where deletion is off", async () => {
    const { registry, execute } = await startWithIndex({ deletion: "none" });
    const outcomes = await execute();
    expect(outcomes).toMatchObject([
      { outcome: "refused", error: { code: "deletion-unsupported" } },
      { outcome: "refused", error: { code: "deletion-unsupported" } },
    ]);
    expect(registry.requests({ kind: "delete-manifest" })).toHaveLength(1);
  });
});

test("a tag that leads from an image back to its index ends nowhere", async () => {
  const { client, keep, remove, own, index } = await startWithIndex();
  await pushSample(client, repository, signatureTag(own), index);
  const plan = await planOne(client, repository, { keep, remove });
  expect(plan.deletions.map(({ digest, tags }) => [digest, tags])).toEqual([
    [digestOf(index), [signatureTag(own), "v1"]],
    [digestOf(own), []],
  ]);
  expect((await executeOne(client, plan, { keep })).map(({ outcome }) => outcome)).toEqual([
    "deleted",
    "deleted",
  ]);
});

test("a registry that fails now and then, at anything, loses nothing that is kept", async () => {
  for (const scenario of pruneScenarios) {
    const { registry, client } = await start();
    await fillRepository(client, repository, scenario, { listsReferrers: true });
    const plan = await planOne(client, repository, scenario);
    let open = plan.deletions.length;
    for (let run = 1; open > 0 && run < 20; run++) {
      for (const action of [
        { kind: "status", status: 500 },
        { kind: "status", status: 403, code: "DENIED" },
        { kind: "cut-answer" },
        { kind: "wrong-bytes" },
      ] as const) {
        registry.faults.add({ action, probability: 0.04, seed: `${scenario.name}/${run}/${action.kind}` });
      }
      const outcomes = await executeOne(client, plan, scenario);
      registry.faults.clear();
      expect(await findBroken(client, repository)).toEqual([]);
      open = outcomes.filter(({ outcome }) => outcome !== "deleted" && outcome !== "absent").length;
    }
    expect(await findWrong(client, repository, scenario, { deletesTags: true })).toEqual([]);
  }
});

test("a repository that is named twice is refused", async () => {
  const { client, keep, remove, plan } = await startWithIndex();
  const twice = [0, 1].map(() => ({ repository, keep, remove, deletions: plan.deletions }));
  await expect(planPrune(client, twice)).rejects.toThrow(RangeError);
  await expect(executePrune(client, twice, { onOutcome: () => undefined })).rejects.toThrow(RangeError);
});
