import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatMirrorSets, mirrorSetKinds, mirrorSourcePolicies, type MirrorSet } from "./mirror-set.ts";
import { mirrorSetRules, parseMirrorSets } from "./parse-mirror-sets.ts";

const windows: MirrorSet = {
  kind: "ImageTagMirrorSet",
  name: "windows",
  entries: [
    {
      source: "mcr.microsoft.com/oss/kubernetes/pause",
      mirrors: [
        "harbor.example.com:5000/tkg/oss/kubernetes/pause",
        "second.example.com/oss/kubernetes/pause",
      ],
      mirrorSourcePolicy: "NeverContactSource",
    },
    { source: "*.example.net", mirrors: [] },
  ],
};
const digests: MirrorSet = {
  kind: "ImageDigestMirrorSet",
  name: "releases",
  entries: [{ source: "quay.io:443/a__b/c-d.e", mirrors: ["harbor.example.com"] }],
};

/** One ITMS with this entry, in YAML. */
const withEntry = (...lines: string[]) =>
  [
    "apiVersion: config.openshift.io/v1",
    "kind: ImageTagMirrorSet",
    "metadata:",
    "  name: own",
    "spec:",
    "  imageTagMirrors:",
    ...lines.map((line, index) => `${index === 0 ? "  - " : "    "}${line}`),
  ].join("\n");
const told = new Set<string>();
const rulesOf = (text: string) =>
  parseMirrorSets(text).findings.map(({ rule, object, facts }) => {
    told.add(rule);
    return [rule, object, facts];
  });

describe("what is written is read", () => {
  test("as documents of one text", () => {
    const text = formatMirrorSets([windows, digests]);
    expect(text).toMatch(/^apiVersion: config\.openshift\.io\/v1\nkind: ImageTagMirrorSet\n/);
    expect(text).toContain("\n---\n");
    expect(parseMirrorSets(text)).toEqual({ sets: [windows, digests], findings: [] });
  });

  test("whatever sets the API takes", () => {
    const component = fc.stringMatching(/^[a-z0-9]{1,8}(?:(?:[._]|__|-)[a-z0-9]{1,4})?$/);
    const host = fc.stringMatching(/^[a-z0-9]{1,8}(?:\.[a-z0-9]{1,5}){0,2}(?::[0-9]{1,5})?$/);
    const location = fc
      .tuple(host, fc.array(component, { maxLength: 3 }))
      .map(([first, rest]) => [first, ...rest].join("/"));
    const entry = fc.record(
      {
        source: fc.oneof(
          location,
          host.map((each) => `*.${each.split(":")[0] ?? ""}`),
        ),
        mirrors: fc.uniqueArray(location, { maxLength: 3 }),
        mirrorSourcePolicy: fc.constantFrom(...mirrorSourcePolicies),
      },
      { requiredKeys: ["source", "mirrors"] },
    );
    const set = fc.record({
      kind: fc.constantFrom(...mirrorSetKinds),
      name: fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/),
      entries: fc.array(entry, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(set, { minLength: 1, maxLength: 3 }), (sets) => {
        expect(parseMirrorSets(formatMirrorSets(sets))).toEqual({ sets, findings: [] });
      }),
    );
  });
});

test("reads a List as oc prints it, and JSON", () => {
  const item = {
    apiVersion: "config.openshift.io/v1",
    kind: "ImageDigestMirrorSet",
    metadata: { name: "a", uid: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: { imageDigestMirrors: [{ source: "quay.io" }] },
    status: {},
  };
  const expected = [{ kind: item.kind, name: "a", entries: [{ source: "quay.io", mirrors: [] }] }];
  for (const kind of ["List", "ImageDigestMirrorSetList"]) {
    const list = { apiVersion: "v1", kind, items: [item] };
    expect(parseMirrorSets(JSON.stringify(list))).toEqual({ sets: expected, findings: [] });
  }
});

test.each<[string, string, unknown[]]>([
  ["nothing", "", ["mirror-sets-missing", "input", {}]],
  ["a comment", "# only\n---\n", ["mirror-sets-missing", "input", {}]],
  ["an alias", "a: &x 1\nb: *x", ["yaml-unreadable", "input", { problem: "not-yaml", line: 2 }]],
  ["too much", "#".repeat(600_000), ["yaml-unreadable", "input", { problem: "too-large" }]],
  ["a map as a key", "? {a: b}\n: c", ["yaml-unreadable", "input", { problem: "not-yaml", line: 1 }]],
  [
    "a set with a wrong policy",
    withEntry("source: quay.io", "mirrorSourcePolicy: Never"),
    [
      "policy-unknown",
      "ImageTagMirrorSet/own spec.imageTagMirrors[0].mirrorSourcePolicy",
      { value: "Never", allowed: "AllowContactingSource, NeverContactSource" },
    ],
  ],
  [
    "a URL as the source",
    withEntry("source: https://quay.io/a"),
    [
      "source-malformed",
      "ImageTagMirrorSet/own spec.imageTagMirrors[0].source",
      { value: "https://quay.io/a" },
    ],
  ],
  [
    "a tag at the source",
    withEntry("source: quay.io/a:v1"),
    ["source-malformed", "ImageTagMirrorSet/own spec.imageTagMirrors[0].source", { value: "quay.io/a:v1" }],
  ],
  [
    "a wildcard as a mirror",
    withEntry("source: quay.io", 'mirrors: ["*.quay.io"]'),
    ["mirror-malformed", "ImageTagMirrorSet/own spec.imageTagMirrors[0].mirrors[0]", { value: "*.quay.io" }],
  ],
  [
    "a mirror twice",
    withEntry("source: quay.io", "mirrors: [a.io/b, c.io, a.io/b]"),
    ["mirror-repeated", "ImageTagMirrorSet/own spec.imageTagMirrors[0].mirrors[2]", { value: "a.io/b" }],
  ],
  [
    "no source",
    withEntry("mirrors: [a.io]"),
    ["field-missing", "ImageTagMirrorSet/own spec.imageTagMirrors[0].source", { field: "source" }],
  ],
  [
    "mirrors that are no list",
    withEntry("source: quay.io", "mirrors: a.io"),
    [
      "field-type",
      "ImageTagMirrorSet/own spec.imageTagMirrors[0].mirrors",
      { field: "mirrors", expected: "array" },
    ],
  ],
  [
    "a field misspelt",
    withEntry("source: quay.io", "mirror: [a.io]"),
    ["field-unknown", "ImageTagMirrorSet/own spec.imageTagMirrors[0]", { field: "mirror" }],
  ],
  [
    "the list of the other kind",
    withEntry("source: a.io").replace("imageTagMirrors", "imageDigestMirrors"),
    [
      "field-unknown",
      "ImageTagMirrorSet/own spec",
      { field: "imageDigestMirrors", expected: "imageTagMirrors" },
    ],
  ],
  [
    "another version",
    withEntry("source: a.io").replace("io/v1", "io/v1alpha1"),
    [
      "api-version-wrong",
      "ImageTagMirrorSet/own apiVersion",
      { value: "config.openshift.io/v1alpha1", expected: "config.openshift.io/v1" },
    ],
  ],
  [
    "a name that is none",
    withEntry("source: a.io").replace("name: own", "name: Own_set"),
    ["name-malformed", "ImageTagMirrorSet/Own_set metadata.name", { value: "Own_set" }],
  ],
  [
    "what came before mirror sets",
    "kind: ImageContentSourcePolicy\nmetadata: {name: old}",
    ["policy-kind-old", "ImageContentSourcePolicy/old", { kind: "ImageContentSourcePolicy" }],
  ],
])("tells %s", (_what, text, finding) => {
  expect(rulesOf(text)).toContainEqual(finding);
});

test("tells a key that stands twice, and reads the later one", () => {
  const text = withEntry("source: quay.io", "source: quay.io/a");
  expect(rulesOf(text)).toEqual([["key-twice", "input", { line: 8 }]]);
  expect(parseMirrorSets(text).sets[0]?.entries).toEqual([{ source: "quay.io/a", mirrors: [] }]);
});

test("tells too many entries", () => {
  const lines = Array.from({ length: 5_001 }, () => "  - source: quay.io");
  const text = [withEntry("source: quay.io"), ...lines].join("\n");
  expect(rulesOf(text)).toEqual([["mirror-sets-too-many", "input", { limit: 5_000 }]]);
});

test("tells a number where a text belongs, as the API does", () => {
  expect(rulesOf(withEntry("source: 5"))).toContainEqual([
    "field-type",
    "ImageTagMirrorSet/own spec.imageTagMirrors[0].source",
    { field: "source", expected: "string" },
  ]);
});

test("passes other kinds over and tells them", () => {
  const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n---\n${formatMirrorSets([digests])}`;
  const { sets, findings } = parseMirrorSets(text);
  expect(rulesOf(text)).toHaveLength(1);
  expect(sets).toEqual([digests]);
  expect(findings).toEqual([
    {
      rule: "kind-foreign",
      severity: "notice",
      object: "ConfigMap/other",
      facts: { kind: "ConfigMap", apiVersion: "v1" },
    },
  ]);
});

test("keeps what the API refuses for a text in it, so that more can be said", () => {
  const { sets } = parseMirrorSets(withEntry("source: docker://quay.io/a", "mirrors: [b.io/a]"));
  expect(sets[0]?.entries).toEqual([{ source: "docker://quay.io/a", mirrors: ["b.io/a"] }]);
});

test("never throws", () => {
  const piece = fc.constantFrom(
    ...[
      "kind: ",
      "ImageTagMirrorSet",
      "\n",
      "spec:",
      "- ",
      "source: ",
      "[",
      "{",
      "*x",
      "&x ",
      "? ",
      ": ",
      "---\n",
    ],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 40 }).map((all) => all.join("")),
      ),
      (text) => {
        expect(parseMirrorSets(text).findings.length).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});

test.each([
  ["brackets", "[".repeat(2_000)],
  ["dashes", "- ".repeat(100_000)],
  ["keys", "a: \n".repeat(19_000)],
  ["documents", "---\n".repeat(19_000)],
  ["long words as a source", withEntry(`source: ${"a-".repeat(200)}!`)],
])("answers soon for many %s", (_what, text) => {
  const begin = performance.now();
  parseMirrorSets(text);
  expect(performance.now() - begin).toBeLessThan(15_000);
});

test("has told all of its rules above", () => {
  expect([...told].sort()).toEqual(Object.keys(mirrorSetRules).sort());
});
