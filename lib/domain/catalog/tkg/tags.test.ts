import fc from "fast-check";
import { expect, test } from "vitest";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { findNewestTag, isReleaseVersion, tagVersion, versionTag } from "./tags.ts";

test.each([
  [["v1", "v10", "v9"], "v10"],
  [["v10", "latest", "v2-rc.1", "sha256-ab.sig", "v", "", "v1.2", "vv3", "v-4", "v3 "], "v10"],
  [["11", "v9"], "11"],
  [["7", "v7", "v07"], "v7"],
  [["v07", "v7"], "v7"],
  [["v0"], "v0"],
  [["v99999999999999999999", "v3"], "v3"],
  [["x", "V3"], null],
  [[], null],
])("of %j the newest is %s", (tags, newest) => {
  expect(findNewestTag(tags)).toBe(newest);
});

test("the newest is the highest number, in whatever order and among whatever else", () => {
  const numbers = fc.uniqueArray(fc.nat(100_000), { minLength: 1, maxLength: 30 });
  const junk = fc.array(fc.string().filter((text) => !/^v?\d+$/.test(text)));
  fc.assert(
    fc.property(numbers, junk, fc.infiniteStream(fc.boolean()), (some, others, coins) => {
      const tags = [...some.map((number) => `v${number}`), ...others];
      const shuffled = tags.sort(() => (coins.next().value ? 1 : -1));
      expect(findNewestTag(shuffled)).toBe(`v${Math.max(...some)}`);
    }),
  );
});

test("a version and its tag make each other", () => {
  expect(versionTag("v1.24.10+vmware.1-tkg.2")).toBe("v1.24.10_vmware.1-tkg.2");
  const part = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,9}$/);
  fc.assert(
    fc.property(part, part, (core, build) => {
      expect(tagVersion(versionTag(`v${core}+${build}`))).toBe(`v${core}+${build}`);
    }),
  );
  expect(() => versionTag("not a tag")).toThrow(EngineError);
});

test.each([
  ["v2.1.1", true],
  ["2.1.1", true],
  ["v2.1", false],
  ["v2.1.1-rc.1", false],
  ["v2.1.1+vmware.1", false],
  ["v2.1.x", false],
])("%s is a release to the public: %s", (version, isRelease) => {
  expect(isReleaseVersion(version)).toBe(isRelease);
});
