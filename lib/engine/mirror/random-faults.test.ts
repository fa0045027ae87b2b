import { expect, test } from "vitest";
import { putSampleIndex, startCopyBench, type CopyBench } from "#lib/testing/contract/copy-bench.ts";
import type { FaultAction } from "#lib/testing/memory-registry/fault-actions.ts";
import type { RequestKind } from "#lib/testing/memory-registry/route.ts";

const images = 40;
const seed = "first";
const credentials = { username: "robot", password: "s3cret" };
const attempts = 12;

/** Of each request, how likely it is that this befalls it. Together, about one in twelve meets some fault. */
const misfortunes: readonly {
  on: "source" | "target";
  kind?: RequestKind;
  action: FaultAction;
  odds: number;
}[] = [
  ...(["source", "target"] as const).flatMap((on) => [
    { on, action: { kind: "reset" } as const, odds: 0.01 },
    { on, action: { kind: "cut-answer" } as const, odds: 0.01 },
    { on, action: { kind: "rate-limit", retryAfter: 0 } as const, odds: 0.01 },
    { on, action: { kind: "status", status: 500 } as const, odds: 0.01 },
    { on, action: { kind: "status", status: 503, code: "UNAVAILABLE" } as const, odds: 0.01 },
    { on, action: { kind: "delay", ms: 20 } as const, odds: 0.01 },
    { on, action: { kind: "without-length" } as const, odds: 0.01 },
    { on, action: { kind: "expire-tokens" } as const, odds: 0.003 },
  ]),
  ...(["length-of-whole", "length-of-part", "chunked-open", "chunked-ended"] as const).flatMap((framing) => [
    {
      on: "source" as const,
      kind: "get-blob" as const,
      action: { kind: "truncate", afterBytes: 4_000, framing } as const,
      odds: 0.02,
    },
    {
      on: "source" as const,
      kind: "get-manifest" as const,
      action: { kind: "truncate", afterBytes: 30, framing } as const,
      odds: 0.01,
    },
  ]),
  { on: "source", kind: "get-blob", action: { kind: "reset-download", afterBytes: 6_000 }, odds: 0.05 },
  { on: "source", kind: "get-blob", action: { kind: "wrong-bytes" }, odds: 0.02 },
  { on: "source", kind: "get-blob", action: { kind: "redirect" }, odds: 0.1 },
  { on: "source", kind: "get-manifest", action: { kind: "wrong-bytes" }, odds: 0.02 },
  { on: "source", kind: "get-blob", action: { kind: "wrong-range", answer: "whole" }, odds: 0.2 },
  { on: "source", kind: "get-blob", action: { kind: "wrong-range", answer: "shifted" }, odds: 0.2 },
  { on: "target", kind: "put-blob", action: { kind: "reset-upload", afterBytes: 6_000 }, odds: 0.05 },
  { on: "target", kind: "put-blob", action: { kind: "lose-upload" }, odds: 0.03 },
  {
    on: "target",
    kind: "put-blob",
    action: { kind: "status", status: 400, code: "DIGEST_INVALID" },
    odds: 0.02,
  },
  { on: "target", kind: "start-upload", action: { kind: "location", form: "query" }, odds: 0.2 },
];

function strike(bench: CopyBench) {
  return misfortunes.map(({ on, kind, action, odds }, index) =>
    bench[on].faults.add({
      ...(kind === undefined ? {} : { match: { kind } }),
      action,
      probability: odds,
      seed: `${seed}/${index}`,
    }),
  );
}

test("40 images arrive whole through faults of every kind, on either side", async () => {
  const auth = { scheme: "bearer", ...credentials } as const;
  const bench = await startCopyBench({
    source: { auth },
    target: { auth },
    limits: { attempts, backoffMs: 1 },
  });
  try {
    const paths = Array.from({ length: images }, (_, index) => `team-${index % 5}/app-${index}`);
    // Every second image is another's copy under another name, so that blobs are mounted, too.
    const samples = await Promise.all(
      paths.map((path, index) =>
        putSampleIndex(bench.source, path, { seed: `${seed}/${index >> 1}`, layerBytes: 40_000 }),
      ),
    );
    const faults = strike(bench);
    const results = await Promise.all(paths.map((path) => bench.session.copy(bench.itemOf(`${path}:v1`))));
    expect(results.map(({ rootDigest }) => rootDigest)).toEqual(samples.map(({ root }) => root));

    const hits = faults.reduce((sum, fault) => sum + fault.hits, 0);
    const requests = bench.source.requests().length + bench.target.requests().length;
    expect(hits / requests).toBeGreaterThan(0.05);
    const unused = misfortunes.filter((_, index) => faults[index]?.hits === 0);
    expect(unused.length).toBeLessThan(misfortunes.length / 4);
    bench.source.faults.clear();
    bench.target.faults.clear();

    for (const [index, { repository, root }] of samples.entries()) {
      expect(bench.target.findTag(repository, "v1"), paths[index]).toBe(root);
    }
    const { problems, checked } = await bench.target.verifyAll();
    expect(problems).toEqual([]);
    expect(checked).toBe((images / 2) * 8);
    expectBounded(bench, hits);
    expectMonotonic(bench);
    // Only what was cut between an upload's beginning and its address is left, which nobody can end.
    const orphans = bench.target
      .requests()
      .filter(
        ({ kind, faults: befell }) =>
          (kind === "start-upload" || kind === "mount") && befell.includes("cut-answer"),
      );
    expect(bench.target.uploadCount()).toBeLessThanOrEqual(orphans.length);
    // Unchanged, and nothing moves.
    const again = await Promise.all(paths.map((path) => bench.session.copy(bench.itemOf(`${path}:v1`))));
    expect(again.every(({ outcome }) => outcome === "skipped")).toBe(true);
  } finally {
    await bench.stop();
  }
}, 30_000);

/** No more attempts than there were faults, and of no single thing more than it may have. */
function expectBounded(bench: CopyBench, hits: number): void {
  const retries = bench.events.flatMap((event) => (event.type === "retrying" ? [event] : []));
  expect(retries.length).toBeGreaterThan(20);
  // A revoked token is met by all that were on their way.
  expect(retries.length).toBeLessThan(hits * 2);
  expect(Math.max(...retries.map(({ attempt }) => attempt))).toBeLessThan(attempts);
  const reads = Map.groupBy(bench.source.requests({ kind: "get-blob" }), ({ digest }) => digest);
  for (const asked of reads.values()) {
    const unhindered = asked.filter(({ faults, status }) => faults.length === 0 && status === 200);
    expect(unhindered.length).toBeLessThan(attempts);
  }
}

/** Progress of a blob falls back only after something of it has failed, and ends at its size. */
function expectMonotonic({ events }: CopyBench): void {
  const reached = new Map<string, number>();
  const failed = new Set<string>();
  for (const event of events) {
    if (event.type === "retrying" && event.digest !== undefined) failed.add(event.digest);
    if (event.type === "blob-transferred") expect(reached.get(event.digest)).toBe(event.sizeBytes);
    if (event.type !== "blob-progress") continue;
    const { digest, bytes, sizeBytes, addedBytes } = event;
    expect(bytes).toBeLessThanOrEqual(sizeBytes);
    expect(addedBytes).toBeGreaterThanOrEqual(0);
    const furthest = reached.get(digest) ?? 0;
    if (bytes < furthest) expect(failed.delete(digest)).toBe(true);
    reached.set(digest, Math.max(furthest, bytes));
  }
  expect(reached.size).toBeGreaterThan(0);
}
