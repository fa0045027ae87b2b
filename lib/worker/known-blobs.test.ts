import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { parseRepository } from "#lib/engine/oci/reference.ts";
import { KnownBlobs } from "./known-blobs.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const [app, other] = [parseRepository("tkg/app"), parseRepository("tkg/other")];

test("each place is believed for its own time, from when it was last seen", () => {
  const known = new KnownBlobs(10);
  expect(known.find("a")).toBeNull();
  known.add("a", app, 1_000);
  known.add("a", other, 2_000);
  expect(known.find("a")).toEqual([app, other]);
  vi.advanceTimersByTime(1_500);
  expect(known.find("a")).toEqual([other]);
  known.add("a", other, 2_000);
  // A shorter belief, such as a row's that is about to end, takes nothing from a longer one.
  known.add("a", other, 100);
  vi.advanceTimersByTime(1_500);
  expect(known.find("a")).toEqual([other]);
  vi.advanceTimersByTime(1_500);
  expect(known.find("a")).toBeNull();
});

test("what is taken back is not known, and the other places are", () => {
  const known = new KnownBlobs(10);
  known.add("a", app, 1_000);
  known.add("a", other, 1_000);
  known.remove("a", app);
  known.remove("b", app);
  expect(known.find("a")).toEqual([other]);
  known.remove("a", other);
  expect(known.find("a")).toBeNull();
});

test("only so many places are kept; those go first that were longest not seen", () => {
  const known = new KnownBlobs(3);
  for (const id of ["a", "b", "c"]) known.add(id, app, 1_000);
  known.add("a", other, 1_000);
  expect(["a", "b", "c"].map((id) => known.find(id)?.length ?? 0)).toEqual([2, 0, 1]);
  for (let each = 0; each < 100; each++) known.add("a", parseRepository(`tkg/app-${each}`), 1_000);
  expect(known.find("a")?.length ?? 0).toBeLessThanOrEqual(3);
});
