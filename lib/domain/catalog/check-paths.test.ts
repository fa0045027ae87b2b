import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { checkPaths, formatImageName, type CopyPath, type ImageName } from "./check-paths.ts";

function name(text: string): ImageName {
  const [, registry = "", repository = "", reference = ""] = /^([^/]*)\/([^:@]*)(.*)$/.exec(text) ?? [];
  return { registry, repository, reference };
}

const row = (source: string, target: string): CopyPath => ({
  component: `${source} > ${target}`,
  source: name(source),
  target: name(target),
});

function check(rows: readonly (readonly [string, string])[], trees: readonly string[] = []) {
  const { collisions, overlaps } = checkPaths(
    rows.map(([source, target]) => row(source, target)),
    trees.map((tree) => ({
      registry: tree.split("/")[0] ?? "",
      basePath: tree.split("/").slice(1).join("/"),
    })),
  );
  return [
    ...collisions.map(
      ({ target, first, second }) =>
        `${formatImageName(target)}: ${formatImageName(first.source)}, ${formatImageName(second.source)}`,
    ),
    ...overlaps.map((overlap) => {
      if (overlap.kind === "same-image") return `same-image ${formatImageName(overlap.row.target)}`;
      const written = formatImageName(overlap.written.target);
      return overlap.kind === "same-repository"
        ? `same-repository ${written}, ${formatImageName(overlap.read.source)}`
        : `source-tree ${written}, ${overlap.tree.registry}/${overlap.tree.basePath}`;
    }),
  ];
}

const digest = `@sha256:${"a".repeat(64)}`;

describe("collisions", () => {
  test("name both sources of a target", () => {
    expect(
      check([
        ["a.io/x:v1", "t.io/x:v1"],
        ["b.io/x:v1", "t.io/x:v1"],
        ["c.io/x:v1", "t.io/x:v1"],
      ]),
    ).toEqual(["t.io/x:v1: a.io/x:v1, b.io/x:v1", "t.io/x:v1: a.io/x:v1, c.io/x:v1"]);
  });

  test.each([
    ["one source said twice", "a.io/x:v1", "t.io/x:v1"],
    ["one source, its port said", "a.io:443/x:v1", "t.io/x:v1"],
    ["another tag", "b.io/x:v2", "t.io/x:v2"],
    ["another target", "b.io/x:v1", "t.io/y:v1"],
  ])("are none of %s", (_name, source, target) => {
    expect(
      check([
        ["a.io/x:v1", "t.io/x:v1"],
        [source, target],
      ]),
    ).toEqual([]);
  });

  test("are none of one content from two sources", () => {
    expect(
      check([
        [`a.io/x${digest}`, `t.io/x${digest}`],
        [`b.io/x${digest}`, `t.io/x${digest}`],
      ]),
    ).toEqual([]);
  });
});

describe("overlaps", () => {
  test.each([
    ["onto itself", [["a.io/x:v1", "a.io/x:v1"]], [], ["same-image a.io/x:v1"]],
    ["onto itself, its port said", [["a.io/x:v1", "A.io:443/x:v1"]], [], ["same-image A.io:443/x:v1"]],
    [
      "into what another reads",
      [
        ["a.io/x:v1", "t.io/y:v1"],
        ["t.io/y:v2", "t.io/z:v2"],
      ],
      [],
      ["same-repository t.io/y:v1, t.io/y:v2"],
    ],
    [
      "beside what another reads",
      [
        ["a.io/x:v1", "t.io/y/z:v1"],
        ["t.io/y:v2", "t.io/q:v2"],
      ],
      [],
      [],
    ],
    [
      "into a tree",
      [["a.io/tkg/x:v1", "a.io/tkg/mirror/x:v1"]],
      ["a.io/tkg"],
      ["source-tree a.io/tkg/mirror/x:v1, a.io/tkg"],
    ],
    [
      "into a whole registry",
      [["a.io/x:v1", "a.io/mirror/x:v1"]],
      ["a.io"],
      ["source-tree a.io/mirror/x:v1, a.io/"],
    ],
    ["beside a tree", [["a.io/tkg/x:v1", "a.io/tkg2/x:v1"]], ["a.io/tkg"], []],
    ["into the tree of another registry", [["a.io/tkg/x:v1", "b.io/tkg/x:v1"]], ["a.io/tkg"], []],
  ] as const)("%s", (_name, rows, trees, expected) => expect(check(rows, trees)).toEqual(expected));
});

it("finds what comparing all pairs finds", () => {
  const place = fc
    .tuple(fc.constantFrom("a.io", "b.io"), fc.constantFrom("x", "y", "x/y"))
    .map((parts) => parts.join("/"));
  const reference = fc.constantFrom(":v1", ":v2", digest);
  const rows = fc.array(
    fc
      .tuple(place, place, reference)
      .map(([from, to, version]) => row(`${from}${version}`, `${to}${version}`)),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(rows, (table) => {
      const { collisions, overlaps } = checkPaths(table);
      const collides = table.some((one) =>
        table.some(
          (other) =>
            formatImageName(one.target) === formatImageName(other.target) &&
            formatImageName(one.source) !== formatImageName(other.source) &&
            one.target.reference !== digest,
        ),
      );
      const [written, read] = [
        table.map(({ target }) => `${target.registry}/${target.repository}`),
        table.map(({ source }) => `${source.registry}/${source.repository}`),
      ];
      expect(collisions.length > 0).toBe(collides);
      expect(overlaps.length > 0).toBe(written.some((each) => read.includes(each)));
    }),
    { numRuns: 1_000 },
  );
});

it("is quick with as many rows as a list may have, whatever is wrong with them", () => {
  const rows = Array.from({ length: 20_000 }, (_each, index) =>
    row(`a.io/tkg/${index}:v1`, `t.io/${index % 2 === 0 ? "same" : index}:v1`),
  );
  const startedAt = performance.now();
  const { collisions } = checkPaths(rows, [{ registry: "t.io", basePath: "none" }]);
  expect(collisions).toHaveLength(9_999);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
