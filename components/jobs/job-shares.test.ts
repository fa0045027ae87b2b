import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JobSnapshot, TaskView } from "#lib/services/jobs/index.ts";
import { activeProof, jobShare, roundTimeLeft, taskShare } from "./job-shares.ts";

const tasks = {
  queued: 2,
  running: 1,
  retrying: 0,
  waiting: 0,
  succeeded: 3,
  skipped: 3,
  failed: 1,
  cancelled: 0,
};

function makeSnapshot(change: Partial<JobSnapshot>): JobSnapshot {
  return {
    id: "1",
    state: "running",
    run: 1,
    cancelling: false,
    plan: { total: 0, resolved: 0 },
    tasks,
    bytes: { total: 0, done: 0, received: 0 },
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
    ...change,
  };
}

const bytes = { total: 200, done: 50, received: 90 };

describe("jobShare", () => {
  it.each<[string, Partial<JobSnapshot>, number | null]>([
    ["a queued job", { state: "queued" }, null],
    ["planning by images", { state: "planning", plan: { total: 8, resolved: 2 } }, 0.25],
    ["comparing by images, whatever was found", { kind: "verify" }, 0.7],
    ["a clean-up by its deletions", { kind: "prune", deletions: { total: 4, ended: 1 } }, 0.25],
    ["planning before its images are counted", { state: "planning" }, null],
    ["a plan that waits", { state: "planned", bytes: { total: 9, done: 0, received: 0 } }, 0],
    ["copying by bytes", { bytes }, 0.25],
    ["copying by images where no byte is lacking", {}, 0.6],
    ["the proof of a bundle by bytes, whatever was copied", { bytes, proof: { done: 30, total: 40 } }, 0.75],
    ["copying before anything is proven", { bytes, proof: null }, 0.25],
    ["copying after a bundle was checked", { bytes, proof: { done: 40, total: 40 } }, 0.25],
    ["a job that is done", { state: "succeeded", bytes: { total: 200, done: 199, received: 0 } }, 1],
    ["a failed job, as far as it came", { state: "failed", bytes: { total: 4, done: 3, received: 3 } }, 0.75],
  ])("knows %s", (_name, change, share) => {
    expect(jobShare(makeSnapshot(change))).toBe(share);
  });
});

describe("activeProof", () => {
  const proof = { done: 1, total: 9 };

  it.each(["planning", "running"] as const)("is told while a job is %s", (state) => {
    expect(activeProof(makeSnapshot({ state, proof }))).toBe(proof);
  });

  it.each(["queued", "planned", "succeeded", "failed", "cancelled"] as const)(
    "is none of a job that is %s",
    (state) => {
      expect(activeProof(makeSnapshot({ state, proof }))).toBeNull();
    },
  );
});

function makeTask(change: Partial<TaskView>): TaskView {
  return {
    id: "1",
    position: 1,
    kind: "image",
    name: "a:1",
    source: "a/a:1",
    target: "b/a:1",
    plannedDigest: null,
    finalDigest: null,
    verdict: null,
    targetDigest: null,
    mediaType: null,
    platforms: [],
    platformsLeftOut: [],
    foreignLayers: 0,
    foreignBytes: 0,
    sizeBytes: 1000,
    state: "running",
    attempt: 1,
    retries: 0,
    nextAttemptAt: null,
    blobs: { total: 4, present: 0, mounted: 0, transferred: 0 },
    receivedBytes: 0,
    startedAt: null,
    finishedAt: null,
    error: null,
    ...change,
  };
}

describe("taskShare", () => {
  it("is unknown before an image is planned", () => {
    const blobs = { total: 0, present: 0, mounted: 0, transferred: 0 };
    expect(taskShare(makeTask({ blobs, sizeBytes: null }))).toBeNull();
  });

  it("counts complete layers however they came", () => {
    expect(taskShare(makeTask({ blobs: { total: 4, present: 1, mounted: 1, transferred: 1 } }))).toBe(0.75);
  });

  it("moves within a large layer", () => {
    expect(taskShare(makeTask({ receivedBytes: 300 }))).toBe(0.3);
  });

  it("is not complete by bytes alone, which may be repeated", () => {
    expect(taskShare(makeTask({ receivedBytes: 5000 }))).toBeLessThan(1);
  });
});

describe("roundTimeLeft", () => {
  it.each([
    [0, 0],
    [0.2, 1],
    [59, 59],
    [61, 70],
    [599, 600],
    [601, 660],
    [7_201, 7_260],
  ])("says of %d seconds %d", (seconds, rounded) => {
    expect(roundTimeLeft(seconds)).toBe(rounded);
  });

  it("never promises less than is left, nor a minute more", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (seconds) => {
        const rounded = roundTimeLeft(seconds);
        expect(rounded).toBeGreaterThanOrEqual(seconds);
        expect(rounded - seconds).toBeLessThan(60);
      }),
    );
  });
});
