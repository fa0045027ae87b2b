import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareVersions } from "./compare-versions.ts";

describe("versions", () => {
  test("are ordered as Semantic Versioning orders them", () => {
    // The example of its section 11, and what plug-ins are called.
    const ordered = [
      "nightly",
      "v0.9.0",
      "v0.10.0",
      "v1.0.0-alpha",
      "v1.0.0-alpha.1",
      "v1.0.0-alpha.beta",
      "v1.0.0-beta",
      "v1.0.0-beta.2",
      "v1.0.0-beta.11",
      "v1.0.0-rc.1",
      "v1.0.0",
      "v1.1",
      "v1.1.1",
      "v2.5.4+vmware.1",
      "v2.5.5",
      "3",
    ];
    for (const [seed, by] of [7, 11, 13].entries()) {
      const shuffled = ordered.toSorted(
        (a, b) => ((ordered.indexOf(a) * by + seed) % 16) - ((ordered.indexOf(b) * by + seed) % 16),
      );
      expect(shuffled.sort(compareVersions)).toEqual(ordered);
    }
  });

  test("have one order, whatever they are", () => {
    const identifier = fc.constantFrom("0", "1", "01", "10", "a", "-", "rc");
    const version = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc
        .tuple(
          fc.constantFrom("", "v"),
          fc.array(fc.nat(11), { minLength: 1, maxLength: 3 }),
          fc.array(identifier),
        )
        .map(([prefix, numbers, words]) =>
          [`${prefix}${numbers.join(".")}`, ...(words.length > 0 ? [words.join(".")] : [])].join("-"),
        ),
    );
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
        expect(compareVersions(a, b) === 0).toBe(a === b);
        if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) {
          expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});
