import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listPullPlaces } from "./list-pull-places.ts";
import {
  formatRegistriesConf,
  pullKinds,
  readRegistriesConf,
  type RegistriesConfRule,
} from "./registries-conf.ts";

function read(text: string) {
  const reading = readRegistriesConf(text);
  if (!reading.ok) throw new Error(`${reading.problem}: ${reading.detail}`);
  return reading.rules;
}

test("reads rules and mirrors in their order", () => {
  expect(
    read(`
unqualified-search-registries = ["docker.io"]
[[registry]]
prefix = "quay.io/a"
location = "internal.example.com/a/"
blocked = true
[[registry.mirror]]
location = "z.io/a"
pull-from-mirror = "digest-only"
[[registry.mirror]]
location = "a.io:5000"
insecure = true
[[registry]]
location = "docker.io"
mirror-by-digest-only = true
[[registry.mirror]]
location = "m.io"
[[registry]]
prefix = "*.example.com"
`),
  ).toEqual([
    {
      prefix: "quay.io/a",
      location: "internal.example.com/a",
      blocked: true,
      insecure: false,
      mirrors: [
        { location: "z.io/a", pullFromMirror: "digest-only", insecure: false },
        { location: "a.io:5000", pullFromMirror: "all", insecure: true },
      ],
    },
    {
      prefix: "docker.io",
      location: "docker.io",
      blocked: false,
      insecure: false,
      mirrors: [{ location: "m.io", pullFromMirror: "digest-only", insecure: false }],
    },
    { prefix: "*.example.com", location: "", blocked: false, insecure: false, mirrors: [] },
  ]);
});

test.each([
  ["too-large", "", `# ${"x".repeat(1_048_576)}`],
  ["not-toml", "Invalid TOML document: unexpected character: a", "[[registry]]\nlocation = a"],
  ["versions-mixed", "registries", '[registries.block]\nregistries = []\n[[registry]]\nlocation = "a.io"'],
  ["wildcard-malformed", "*.a.io/x", '[[registry]]\nprefix = "*.a.io/x"'],
  ["wildcard-malformed", "*.a.io:5000", '[[registry]]\nprefix = "*.a.io:5000"'],
  ["pull-kind-at-registry", "a.io", '[[registry]]\nlocation = "a.io"\npull-from-mirror = "all"'],
  ["search-registry-malformed", "a.io/b", 'unqualified-search-registries = ["a.io/b"]'],
  ["search-registry-malformed", "", 'unqualified-search-registries = [""]'],
  ["short-name-mode-unknown", "ask", 'short-name-mode = "ask"'],
  ["alias-malformed", "app", '[aliases]\napp = "library/app"'],
  ["alias-malformed", "app", '[aliases]\napp = "a.io/app:1"'],
  ["wrong-type", "unqualified-search-registries", 'unqualified-search-registries = "a.io"'],
  ["wrong-type", "credential-helpers", 'credential-helpers = "pass"'],
  ["wrong-type", "search", "[registries]\nsearch = 1"],
  ["wrong-type", "registry", "registry = 1"],
  ["wrong-type", "blocked", '[[registry]]\nlocation = "a.io"\nblocked = "yes"'],
  ["wrong-type", "location", "[[registry]]\nlocation = 1"],
  ["location-missing", "registry", "[[registry]]\nblocked = true"],
  [
    "location-missing",
    "registry.mirror",
    '[[registry]]\nlocation = "a.io"\n[[registry.mirror]]\ninsecure = true',
  ],
  ["location-malformed", "https://a.io", '[[registry]]\nlocation = "https://a.io"'],
  [
    "pull-kind-unknown",
    "digest",
    '[[registry]]\nlocation = "a.io"\n[[registry.mirror]]\nlocation = "m.io"\npull-from-mirror = "digest"',
  ],
  [
    "pull-kind-twice",
    "m.io",
    '[[registry]]\nlocation = "a.io"\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = "m.io"\npull-from-mirror = "all"',
  ],
  ["location-missing", "a.io", '[[registry]]\nprefix = "a.io"'],
  [
    "rules-conflict",
    "b.io",
    '[[registry]]\nlocation = "b.io"\n[[registry]]\nprefix = "a.io"\nlocation = "b.io"\nblocked = true',
  ],
])("tells %s %s", (problem, detail, text) => {
  const reading = readRegistriesConf(text);
  expect(reading).toMatchObject({ ok: false, problem });
  if (!reading.ok && problem !== "not-toml") expect(reading.detail).toBe(detail);
});

test("reads the lists of version 1, and what stands beside them in no version", () => {
  const text = `[registries.search]
registries = ["docker.io", "a.io:5000"]
[registries.block]
registries = ["bad.io/"]
[registries.insecure]
registries = ["bad.io", "plain.io"]
`;
  const rule = (location: string, blocked: boolean) => ({
    ...{ prefix: location, location, blocked, insecure: true, mirrors: [] },
  });
  expect(readRegistriesConf(text)).toEqual({
    ok: true,
    version: 1,
    rules: [rule("bad.io", true), rule("plain.io", false)],
    searchRegistries: ["docker.io", "a.io:5000"],
    shortNameMode: "permissive",
    ignoredKeys: [],
  });
  expect(readRegistriesConf("[registries]\n[registries.search]\n")).toMatchObject({ ok: true, version: 2 });
});

test("reads what names without a registry mean, keys in any case, and which nobody reads", () => {
  const text = `Unqualified-Search-Registries = ["m.io"]
short-name-mode = "enforcing"
mirrors = 1
[[registry]]
LOCATION = "a.io"
url = "x"
[[registry.mirror]]
location = "m.io"
blocked = true
[aliases]
app = "a.io/app"
gone = ""
`;
  expect(readRegistriesConf(text)).toMatchObject({
    rules: [{ prefix: "a.io", mirrors: [{ location: "m.io" }] }],
    searchRegistries: ["m.io"],
    shortNameMode: "enforcing",
    ignoredKeys: ["mirrors", "registry.url", "registry.mirror.blocked"],
  });
});

test("reads what is written", () => {
  const location = fc.stringMatching(/^[a-z]{1,6}\.[a-z]{2,3}(?::[1-9][0-9]{1,3})?(?:\/[a-z]{1,5}){0,2}$/);
  const mirror = fc.record({
    location,
    pullFromMirror: fc.constantFrom(...pullKinds),
    insecure: fc.boolean(),
  });
  const rule = fc.record({
    prefix: location,
    location,
    blocked: fc.boolean(),
    insecure: fc.boolean(),
    mirrors: fc.array(mirror, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(rule, { selector: (each) => each.location, maxLength: 4 }), (rules) => {
      expect(read(formatRegistriesConf(rules))).toEqual(rules);
    }),
  );
});

test("takes tables of any depth", () => {
  const deep = Array.from({ length: 50_000 }, () => "a").join(".");
  expect(readRegistriesConf(`${deep} = 1`)).toMatchObject({ ok: true, ignoredKeys: ["a"] });
});

test("never throws", () => {
  const piece = fc.constantFrom(
    ...["[[registry]]", "[[registry.mirror]]", "\n", "location = ", '"a.io"', "true"],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 30 }).map((all) => all.join("")),
      ),
      (text) => {
        expect(typeof readRegistriesConf(text).ok).toBe("boolean");
      },
    ),
  );
});

describe("where an image is looked for", () => {
  const rule = (prefix: string, rest: Partial<RegistriesConfRule> = {}): RegistriesConfRule => ({
    prefix,
    location: prefix.startsWith("*.") ? "" : prefix,
    blocked: false,
    insecure: false,
    mirrors: [],
    ...rest,
  });
  const mirror = (location: string, pullFromMirror: (typeof pullKinds)[number] = "all") => ({
    location,
    pullFromMirror,
    insecure: false,
  });
  const rules = [
    rule("q.io", { mirrors: [mirror("m.io/q")] }),
    rule("q.io/a", {
      mirrors: [mirror("d.io/a", "digest-only"), mirror("t.io/a", "tag-only")],
      blocked: true,
    }),
    rule("*.example.com", { mirrors: [mirror("m.io/wild")] }),
    rule("r.io", { location: "s.io/r" }),
    rule("q.io", { mirrors: [mirror("second.io")] }),
    rule("moved.io", { location: "d.io", blocked: true }),
    rule("e.io", { mirrors: [mirror("shut.io:5000/e"), mirror("m.io/e")] }),
    rule("shut.io", { blocked: true }),
  ];

  test.each([
    ["q.io/b/c", "tag", ["m.io/q/b/c", "q.io/b/c"]],
    ["q.io/ab", "tag", ["m.io/q/ab", "q.io/ab"]],
    ["q.io/a/b", "digest", ["d.io/a/b"]],
    ["q.io/a", "tag", ["t.io/a"]],
    ["x.example.com/a", "tag", ["m.io/wild/a", "x.example.com/a"]],
    // As containers/image puts it together, which is no name; it fails then.
    ["x.example.com:5000/a", "tag", ["m.io/wild:5000/a", "x.example.com:5000/a"]],
    ["a.io/x.example.com/b", "tag", ["a.io/x.example.com/b"]],
    ["x.example.community/b", "tag", ["x.example.community/b"]],
    ["r.io/a", "tag", ["s.io/r/a"]],
    ["other.io/a", "digest", ["other.io/a"]],
    // What is blocked is asked of the rule for the place.
    ["moved.io/a", "tag", ["d.io/a"]],
    ["e.io/a", "tag", ["m.io/e/a", "e.io/a"]],
    ["shut.io:5000/a", "tag", []],
    ["q.io:5000/a", "tag", ["m.io/q:5000/a", "q.io:5000/a"]],
  ] as const)("%s by %s", (image, by, expected) => {
    expect(listPullPlaces(rules, image, by).map(({ location }) => location)).toEqual(expected);
  });
});
