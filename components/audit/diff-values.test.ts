import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffValues } from "./diff-values.ts";

describe("diffValues", () => {
  test("names what changed, also inside", () => {
    const before = { name: "a", limits: { rate: 1, burst: 2 }, tags: ["x"], same: null };
    const after = { name: "b", limits: { rate: 1, burst: 3 }, tags: ["x", "y"], same: null, added: false };
    expect(diffValues(before, after)).toEqual([
      { path: "name", before: "a", after: "b" },
      { path: "limits.burst", before: 2, after: 3 },
      { path: "tags", before: ["x"], after: ["x", "y"] },
      { path: "added", before: undefined, after: false },
    ]);
  });

  test("shows all of what was made or removed", () => {
    expect(diffValues(null, { name: "a", note: {} })).toEqual([
      { path: "name", before: undefined, after: "a" },
      { path: "note", before: undefined, after: {} },
    ]);
    expect(diffValues({ name: "a" }, null)).toEqual([{ path: "name", before: "a", after: undefined }]);
    expect(diffValues(null, null)).toEqual([]);
  });

  test("nothing differs from itself, and what differs is found", () => {
    // Fields as our own objects name them.
    const names = fc.stringMatching(/^[a-z]\w{0,9}$/);
    const values = fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue()));
    const objects = fc.dictionary(names, values);
    fc.assert(
      fc.property(objects, (value) => {
        expect(diffValues(value, structuredClone(value))).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(objects, names, (value, name) => {
        const changed = { ...value, [name]: `${JSON.stringify(value[name])} changed` };
        expect(diffValues(value, changed)).not.toEqual([]);
      }),
    );
  });
});
