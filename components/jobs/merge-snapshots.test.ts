import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { JobState } from "#lib/db/generated/enums.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";
import { mergeSnapshots } from "./merge-snapshots.ts";

const noTasks = {
  queued: 0,
  running: 0,
  retrying: 0,
  waiting: 0,
  succeeded: 0,
  skipped: 0,
  failed: 0,
  cancelled: 0,
};

function makeSnapshot(change: {
  state: JobState;
  run?: number;
  done?: number;
  resolved?: number;
}): JobSnapshot {
  const { state, run = 1, done = 0, resolved = 0 } = change;
  return {
    id: "1",
    state,
    run,
    cancelling: false,
    plan: { total: 10, resolved },
    tasks: noTasks,
    bytes: { total: 100, done, received: done },
    blobs: { present: 0, mounted: 0, transferred: 0 },
    bytesPerSecond: 0,
    secondsLeft: null,
    kind: "mirror",
    bundle: null,
    waitsForStore: null,
    proof: null,
    verdicts: { same: 0, missing: 0, different: 0, damaged: 0 },
    extras: { found: 0, listed: 0, unlisted: 0 },
    deletions: { total: 0, ended: 0 },
    limited: null,
    leftOut: { foreignLayers: 0, foreignBytes: 0, foreignImages: 0, platforms: [] },
    notices: [],
    startedAt: null,
    finishedAt: null,
    error: null,
  };
}

const anySnapshot = fc
  .record({
    state: fc.constantFrom(...Object.values(JobState)),
    run: fc.integer({ min: 1, max: 3 }),
    done: fc.integer({ min: 0, max: 100 }),
    resolved: fc.integer({ min: 0, max: 10 }),
  })
  .map(makeSnapshot);

describe("mergeSnapshots", () => {
  it("takes what is newer", () => {
    const heard = makeSnapshot({ state: "running", done: 20 });
    expect(mergeSnapshots(makeSnapshot({ state: "planning" }), heard)).toEqual(heard);
  });

  it("does not go back to a state before", () => {
    const shown = makeSnapshot({ state: "failed", done: 90 });
    expect(mergeSnapshots(shown, makeSnapshot({ state: "running", done: 95 }))).toBe(shown);
  });

  it("keeps what was done when an answer was overtaken", () => {
    const merged = mergeSnapshots(
      makeSnapshot({ state: "running", done: 50 }),
      makeSnapshot({ state: "running", done: 40 }),
    );
    expect(merged.bytes.done).toBe(50);
  });

  it("starts anew with a retry and ignores what is still heard of the run before", () => {
    const retried = makeSnapshot({ state: "queued", run: 2 });
    const before = makeSnapshot({ state: "failed", done: 90 });
    expect(mergeSnapshots(before, retried)).toBe(retried);
    expect(mergeSnapshots(retried, before)).toBe(retried);
  });

  it("never lets a run go back, whatever is heard in whatever order", () => {
    fc.assert(
      fc.property(fc.array(anySnapshot, { minLength: 2 }), (heard) => {
        const [first, ...rest] = heard;
        if (!first) return;
        let shown = first;
        for (const next of rest) {
          const merged = mergeSnapshots(shown, next);
          expect(merged.run).toBeGreaterThanOrEqual(shown.run);
          if (merged.run === shown.run) {
            expect(merged.bytes.done).toBeGreaterThanOrEqual(shown.bytes.done);
            expect(merged.plan.resolved).toBeGreaterThanOrEqual(shown.plan.resolved);
          }
          shown = merged;
        }
      }),
    );
  });
});
