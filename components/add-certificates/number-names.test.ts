import fc from "fast-check";
import { expect, test } from "vitest";
import { numberNames } from "./number-names.ts";

test("files of one name are told apart by a number", () => {
  expect(numberNames(["ca.pem", "ca.pem", "other.pem", "ca.pem"])).toEqual([
    "ca.pem",
    "ca.pem (2)",
    "other.pem",
    "ca.pem (3)",
  ]);
  expect(numberNames(["ca.pem", "ca.pem", "ca.pem (2)"])).toEqual(["ca.pem", "ca.pem (3)", "ca.pem (2)"]);
});

test("whatever files are called, no two look alike, and the first of a name keeps it", () => {
  const name = fc.constantFrom("a", "a (2)", "a (3)", "a (2) (2)", "b");
  fc.assert(
    fc.property(fc.array(name, { maxLength: 12 }), (names) => {
      const numbered = numberNames(names);
      expect(new Set(numbered).size).toBe(names.length);
      for (const each of new Set(names)) expect(numbered[names.indexOf(each)]).toBe(each);
    }),
  );
});
