import { describe, expect, it } from "vitest";
import { parseRange } from "./byte-range.ts";

describe("parseRange", () => {
  it.each([
    ["bytes=0-0", { start: 0, end: 1 }],
    ["bytes=10-", { start: 10, end: 100 }],
    ["bytes=10-19", { start: 10, end: 20 }],
    ["bytes=90-500", { start: 90, end: 100 }],
    ["bytes=-5", { start: 95, end: 100 }],
    ["bytes=-500", { start: 0, end: 100 }],
  ])("%s of a hundred bytes", (range, expected) => {
    expect(parseRange(range, 100)).toEqual(expected);
  });

  it.each([[null], [""], ["bytes=-"], ["bytes=5-4"], ["bytes=0-1,3-4"], ["items=0-1"], ["bytes=a-b"]])(
    "%s is answered with the whole",
    (range) => {
      expect(parseRange(range, 100)).toBeNull();
    },
  );

  it.each([["bytes=100-"], ["bytes=100-200"], ["bytes=-0"]])("%s cannot be had", (range) => {
    expect(parseRange(range, 100)).toBe("unsatisfiable");
  });

  it("of nothing, nothing can be had", () => {
    expect(parseRange("bytes=0-", 0)).toBe("unsatisfiable");
    expect(parseRange("bytes=-1", 0)).toBe("unsatisfiable");
  });
});
