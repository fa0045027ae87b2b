import fc from "fast-check";
import { expect, test } from "vitest";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRepository } from "#lib/engine/oci/reference.ts";
import { mapTargets, type MappingRule } from "./target-mapping.ts";
import { defaultMappingRules } from "./target-mapping-defaults.ts";
import { findMappingProblems } from "./target-mapping-problems.ts";

const rule = (fields: Partial<MappingRule> = {}, ...templates: string[]): MappingRule => ({
  id: "own",
  releaseKind: "list",
  match: "a/*",
  targets: (templates.length === 0 ? ["x/{path}"] : templates).map((template) => ({
    template,
    documented: false,
  })),
  ...fields,
});

test("finds nothing wrong with the defaults", () => {
  expect(findMappingProblems(defaultMappingRules)).toEqual([]);
});

test.each([
  ["id", "id-missing", rule({ id: "" })],
  ["match", "match-malformed", rule({ match: "" })],
  ["match", "match-malformed", rule({ match: "/a" })],
  ["match", "match-malformed", rule({ match: "a//b" })],
  ["match", "match-malformed", rule({ match: "A/*" })],
  ["match", "match-malformed", rule({ match: "a?" })],
  ["targets", "targets-missing", rule({ targets: [] })],
  ["targets", "targets-too-many", rule({}, "a", "b", "c", "d", "e", "f")],
  ["targets", "target-repeated", rule({}, "a", "a")],
  ["targets", "placeholder-misplaced", rule({}, "x/{path}/y")],
  ["targets", "placeholder-misplaced", rule({}, "x/{tag}")],
  ["targets", "placeholder-misplaced", rule({}, "x{path}")],
  ["targets", "empty", rule({}, "")],
  ["targets", "uppercase", rule({}, "X/{path}")],
  ["targets", "trailing-slash", rule({}, "x/")],
  ["targets", "repository-malformed", rule({}, "/x/{path}")],
  ["targets", "trailing-slash", rule({}, "x//{path}")],
  ["targets", "whitespace", rule({}, "x y/{name}")],
  ["targets", "too-long", rule({}, "x".repeat(256))],
])("%s: %s (%#)", (field, code, wrong) => {
  expect(findMappingProblems([wrong])).toEqual([expect.objectContaining({ index: 0, field, code })]);
});

test("finds rules that never take an image, and ids that stand twice", () => {
  const rules = [rule({ id: "1", match: "**" }), rule({ id: "1" }), rule({ id: "2", releaseKind: "tkg" })];
  expect(findMappingProblems(rules)).toEqual([
    { index: 1, field: "id", target: null, code: "id-taken", value: "1" },
    { index: 1, field: "match", target: null, code: "rule-unreached", value: "a/*" },
  ]);
});

test("lets through only what images can be mapped by", () => {
  const template = fc.oneof(
    fc.stringMatching(/^[a-zA-Z/{}]{0,9}$/),
    fc.stringMatching(/^[a-z]{0,3}\/?\{(path|name)\}$/),
  );
  const component = {
    releaseKind: "list",
    sourceRepository: parseRepository("a/b"),
    path: parseRepository("b"),
  } as const;
  fc.assert(
    fc.property(template, (text) => {
      const rules = [rule({ match: "**" }, text)];
      const isSound = findMappingProblems(rules).length === 0;
      let maps = true;
      try {
        expect(mapTargets(component, rules)).toHaveLength(1);
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
        maps = false;
      }
      expect(maps).toBe(isSound);
    }),
    { numRuns: 1_000 },
  );
});
