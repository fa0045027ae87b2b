import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  formatReference,
  parseReference,
  parseRegistryBase,
  parseRegistryHost,
  parseRepository,
} from "#lib/engine/oci/reference.ts";
import {
  defaultSourceRewrites,
  rewriteBase,
  rewriteReference,
  rewriteSource,
  type SourceRewrite,
} from "./source-rewrites.ts";
import { findRewriteProblems } from "./source-rewrites-problems.ts";

const rule = (from: string, to: string, enabled = true): SourceRewrite => ({ id: from, from, to, enabled });

function rewrite(name: string, rules: readonly SourceRewrite[]): string {
  const slash = name.indexOf("/");
  const { host, repository, ruleId } = rewriteSource(
    { host: parseRegistryHost(name.slice(0, slash)), repository: parseRepository(name.slice(slash + 1)) },
    rules,
  );
  return `${host}/${repository}${ruleId === null ? "" : ` by ${ruleId}`}`;
}

describe("rewriteSource", () => {
  it("follows VMware's registry to where it has moved", () => {
    expect(rewrite("projects.registry.vmware.com/tkg/etcd", defaultSourceRewrites)).toBe(
      "projects.packages.broadcom.com/tkg/etcd by broadcom",
    );
    expect(rewrite("registry.k8s.io/pause", defaultSourceRewrites)).toBe("registry.k8s.io/pause");
  });

  test.each([
    ["a.io/tkg/etcd", [rule("a.io", "b.io")], "b.io/tkg/etcd by a.io"],
    ["a.io/tkg/etcd", [rule("a.io", "b.io/mirror/a")], "b.io/mirror/a/tkg/etcd by a.io"],
    ["a.io/tkg/etcd", [rule("a.io/tkg", "b.io")], "b.io/etcd by a.io/tkg"],
    ["a.io:5000/x", [rule("a.io", "b.io")], "a.io:5000/x"],
    ["a.io/tkg2/etcd", [rule("a.io/tkg", "b.io")], "a.io/tkg2/etcd"],
    ["a.io.evil/tkg", [rule("a.io", "b.io")], "a.io.evil/tkg"],
    ["a.io/tkg/etcd", [rule("a.io", "b.io"), rule("a.io/tkg", "c.io/t")], "c.io/t/etcd by a.io/tkg"],
    ["a.io/tkg/etcd", [rule("a.io", "b.io"), rule("a.io/tkg", "c.io/t", false)], "b.io/tkg/etcd by a.io"],
    ["a.io/x/y", [rule("a.io/x/y", "b.io/z")], "b.io/z by a.io/x/y"],
    // Once only: neither on to the next rule nor round in a circle.
    ["a.io/x", [rule("a.io", "b.io"), rule("b.io", "c.io")], "b.io/x by a.io"],
    ["a.io/x", [rule("a.io", "b.io"), rule("b.io", "a.io")], "b.io/x by a.io"],
    ["a.io/x", [rule("a.io", "a.io/x")], "a.io/x/x by a.io"],
    // A repository cannot become the root of a registry, so that a shorter rule holds.
    ["a.io/x", [rule("a.io/x", "b.io"), rule("a.io", "c.io")], "c.io/x by a.io"],
  ])("%s, %j", (name, rules, expected) => expect(rewrite(name, rules)).toBe(expected));

  const component = fc.stringMatching(/^[a-z]{1,2}$/);
  const host = fc.constantFrom("a.io", "b.io:5000", "c.example.com");
  const base = fc
    .tuple(host, fc.array(component, { maxLength: 2 }))
    .map(([name, path]) => [name, ...path].join("/"));
  const rules = fc.array(fc.record({ id: fc.uuid(), from: base, to: base, enabled: fc.boolean() }), {
    maxLength: 5,
  });
  const digest = `sha256:${"a".repeat(64)}`;
  const version = fc.constantFrom(":v1", `@${digest}`, `:v1@${digest}`);
  const reference = fc
    .tuple(host, fc.array(component, { minLength: 1, maxLength: 3 }), version)
    .map(([name, path, suffix]) => parseReference(`${name}/${path.join("/")}${suffix}`));

  it("leaves tag and digest alone, and all of what no rule is for", () => {
    fc.assert(
      fc.property(reference, rules, (before, table) => {
        const { reference: after, ruleId } = rewriteReference(before, table);
        expect([after.tag, after.digest]).toEqual([before.tag, before.digest]);
        const name = `${before.registry}/${before.repository}`;
        const fitting = table.filter(
          ({ from, to, enabled }) =>
            enabled && (name.startsWith(`${from}/`) || (name === from && to.includes("/"))),
        );
        if (fitting.length === 0)
          expect([formatReference(after), ruleId]).toEqual([formatReference(before), null]);
        const used = table.find(({ id }) => id === ruleId);
        const longest = Math.max(0, ...fitting.map(({ from }) => from.length));
        expect(used?.from.length ?? 0).toBe(longest);
        if (used)
          expect(`${after.registry}/${after.repository}`).toBe(`${used.to}${name.slice(used.from.length)}`);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("findRewriteProblems", () => {
  it("finds nothing wrong with the defaults", () => {
    expect(findRewriteProblems(defaultSourceRewrites)).toEqual([]);
  });

  test.each([
    ["https://a.io", "b.io", "from", "scheme"],
    ["a.io/", "b.io", "from", "trailing-slash"],
    ["A.io", "b.io", "from", "uppercase"],
    ["tkg", "b.io", "from", "host-missing"],
    ["", "b.io", "from", "empty"],
    ["a.io", "b.io/X", "to", "uppercase"],
    ["a.io", "b.io:99999", "to", "port-malformed"],
    ["a.io", "b_io.com", "to", "host-malformed"],
    ["a.io", "b.io/x:v1", "to", "repository-malformed"],
    ["a.io", "a.io", "to", "to-same"],
  ])("%s to %s: %s %s", (from, to, field, code) => {
    expect(findRewriteProblems([{ ...rule(from, to), id: "1" }])).toEqual([
      { index: 0, field, code, value: field === "from" ? from : to },
    ]);
  });

  it("refuses two rules that are on for one name", () => {
    const rules = [
      rule("a.io", "b.io"),
      { ...rule("a.io", "c.io"), id: "2" },
      { ...rule("a.io", "d.io", false), id: "" },
    ];
    expect(findRewriteProblems(rules)).toEqual([
      { index: 1, field: "from", code: "from-taken", value: "a.io" },
      { index: 2, field: "id", code: "id-missing", value: "" },
    ]);
  });
});

test.each([
  ["a.io", [rule("a.io", "b.io")], "b.io/"],
  ["a.io", [rule("a.io", "b.io/mirror")], "b.io/mirror"],
  ["a.io/tkg", [rule("a.io", "b.io/mirror")], "b.io/mirror/tkg"],
  ["a.io/tkg", [rule("a.io/tkg", "b.io")], "b.io/"],
  // What is further down than the base is no matter of the base.
  ["a.io", [rule("a.io/tkg", "b.io")], "a.io/"],
])("rewriteBase reads %s elsewhere", (name, rules, expected) => {
  const { base } = rewriteBase(parseRegistryBase(name), rules);
  expect(`${base.registry}/${base.base}`).toBe(expected);
});
