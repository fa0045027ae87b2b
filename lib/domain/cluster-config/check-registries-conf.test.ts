import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { checkRegistriesConf, type RegistriesCheckOptions } from "./check-registries-conf.ts";
import { registriesRules } from "./registries-rule.ts";

const file = "registries.conf";
const told = new Set<string>();
function check(text: string, options: Partial<RegistriesCheckOptions> = {}) {
  const findings = checkRegistriesConf(text, { file, mayAskSource: true, ...options });
  for (const { rule } of findings) told.add(rule);
  return findings;
}
/** Without what is told of every table whose registry may be asked. */
const rules = (text: string, options?: Partial<RegistriesCheckOptions>) =>
  check(text, options)
    .filter(({ rule }) => rule !== "registry-asked")
    .map(({ rule, facts }) => [rule, facts]);

const table = (prefix: string, ...lines: readonly string[]) =>
  `[[registry]]\nprefix = "${prefix}"\n${[`location = "${prefix}"`, ...lines].join("\n")}\n`;
const moved = (prefix: string, location: string, ...lines: readonly string[]) =>
  `[[registry]]\nprefix = "${prefix}"\n${[`location = "${location}"`, ...lines].join("\n")}\n`;
const mirror = (location: string, ...lines: readonly string[]) =>
  `[[registry.mirror]]\nlocation = "${location}"\n${lines.join("\n")}\n`;

test("has nothing for what is right", () => {
  const text =
    'unqualified-search-registries = ["m.io:5000"]\n' +
    table("q.io", "blocked = true") +
    mirror("m.io:5000/base") +
    table("q.io/org/app", "blocked = true") +
    mirror("m.io:5000/base/org/app") +
    moved("r.io", "m.io:5000/r");
  const registry = parseRegistryBase("m.io:5000/base");
  expect(check(text, { mayAskSource: false, registry })).toEqual([]);
});

test("tells that all refuse what is no TOML, or has two things that exclude each other", () => {
  expect(check(`${table("q.io")}[x]\n[x]\n`)).toEqual([
    {
      rule: "registries-conf-refused",
      severity: "error",
      object: file,
      facts: { problem: "not-toml", detail: expect.stringContaining("Invalid TOML") as string },
    },
  ]);
  expect(
    rules(table("q.io", "mirror-by-digest-only = true") + mirror("m.io", 'pull-from-mirror = "all"')),
  ).toEqual([["registries-conf-refused", { problem: "pull-kind-twice", detail: "m.io" }]]);
});

test.each([
  ["# ".padEnd(2_000_000, "x")],
  [table("q.io").repeat(501)],
  [table("q.io") + mirror("m.io").repeat(51)],
])("does not look into what is too large", (text) => {
  expect(check(text).map(({ rule, severity }) => [rule, severity])).toEqual([["too-large", "error"]]);
});

test.each([
  ["registries.conf", "warning"],
  ["/etc/containers/registries.conf.d/a.conf", "error"],
])("tells of version 1 in %s", (path, severity) => {
  const text = '[registries.block]\nregistries = ["q.io"]\n';
  expect(check(text, { file: path })).toEqual([
    { rule: "registries-version-1", severity, object: path, facts: {} },
    { rule: "blocked-wholly", severity: "notice", object: `${path} q.io`, facts: { prefix: "q.io" } },
  ]);
});

describe("who is asked", () => {
  test.each([
    [true, "notice"],
    [false, "error"],
  ] as const)("the registry itself, allowed: %s", (mayAskSource, severity) => {
    const finding = { rule: "registry-asked", severity, object: `${file} registry[0]` };
    expect(check(table("docker.io") + mirror("m.io"), { mayAskSource })).toEqual([
      {
        ...finding,
        facts: { location: "docker.io" },
        url: "https://registry-1.docker.io/v2/<repository>/manifests/<tag>",
      },
    ]);
    // Many hosts have no one address.
    expect(check('[[registry]]\nprefix = "*.q.io"\n', { mayAskSource })).toEqual([
      { ...finding, facts: { location: "*.q.io" } },
    ]);
  });

  test("nobody but the mirrors' own host, which is no source", () => {
    const text = table("q.io", "blocked = true") + mirror("m.io") + table("m.io");
    expect(check(text, { mayAskSource: false })).toEqual([]);
  });

  test.each([
    [true, "notice"],
    [false, "error"],
  ] as const)("for names without a registry, sources allowed: %s", (mayAskSource, severity) => {
    const text =
      'unqualified-search-registries = ["docker.io", "m.io", "q.io"]\nshort-name-mode = "enforcing"\n' +
      table("q.io", "blocked = true") +
      mirror("m.io");
    const object = `${file} unqualified-search-registries`;
    expect(check(text, { mayAskSource })).toEqual([
      { rule: "search-registry-asked", severity, object, facts: { host: "docker.io" } },
      {
        ...{ rule: "short-name-ambiguous", severity: "warning", object },
        facts: { registries: "docker.io, m.io, q.io", mode: "enforcing" },
      },
    ]);
  });
});

test.each<[string, unknown[]]>([
  ["mirrors = 1\n", ["key-ignored", { key: "mirrors" }]],
  [table("q.io") + mirror("m.io") + table("q.io"), ["prefix-twice", { prefix: "q.io" }]],
  [table("q.*.io"), ["prefix-matches-nothing", { prefix: "q.*.io" }]],
  [table("library"), ["prefix-matches-nothing", { prefix: "library" }]],
  // Tags and digests are taken off before a table is looked for.
  [table("q.io/app:1"), ["prefix-matches-nothing", { prefix: "q.io/app:1" }]],
  [table("q.io/Org"), ["prefix-matches-nothing", { prefix: "q.io/Org" }]],
  [table("q.io") + mirror("harbor/base"), ["location-unusable", { prefix: "q.io", location: "harbor/base" }]],
  [table("q.io") + mirror("m.io/Base"), ["location-unusable", { prefix: "q.io", location: "m.io/Base" }]],
  [
    table("q.io") + mirror("docker://m.io"),
    ["location-unusable", { prefix: "q.io", location: "docker://m.io" }],
  ],
  [moved("q.io", "m.io/a:1"), ["location-unusable", { prefix: "q.io", location: "m.io/a:1" }]],
  [
    table("q.io") + mirror("m.io:5000/base") + table("m.io", "blocked = true") + mirror("n.io"),
    ["mirror-blocked", { mirror: "m.io:5000/base", blockedBy: "m.io" }],
  ],
  [table("*.q.io"), ["location-unusable", { prefix: "*.q.io", location: "*.q.io" }]],
  [
    table("q.io", "blocked = true") + mirror("q.io/copies"),
    ["mirror-blocked", { mirror: "q.io/copies", blockedBy: "q.io" }],
  ],
  [
    moved("q.io", "m.io/q", "blocked = true"),
    ["block-without-effect", { prefix: "q.io", location: "m.io/q" }],
  ],
  [table("q.io", "blocked = true"), ["blocked-wholly", { prefix: "q.io" }]],
  [
    table("q.io", "blocked = true", "mirror-by-digest-only = true") + mirror("m.io"),
    ["kind-unserved", { prefix: "q.io", by: "tag" }],
  ],
  [
    table("q.io") + mirror("m.io", 'pull-from-mirror = "tag-only"'),
    ["kind-at-registry-only", { prefix: "q.io", by: "digest" }],
  ],
  [table("m.io:5000", "insecure = true"), ["insecure-allowed", { location: "m.io:5000", host: "m.io:5000" }]],
  [
    table("q.io") + mirror("m.io/base", "insecure = true"),
    ["insecure-allowed", { location: "m.io/base", host: "m.io" }],
  ],
  [
    table("q.io/org") + mirror("m.io/base"),
    [
      "path-not-kept",
      {
        ...{ prefix: "q.io/org", mirror: "m.io/base" },
        ...{ image: "q.io/org/<repository>", location: "m.io/base/<repository>" },
      },
    ],
  ],
])("tells of %j", (text, finding) => {
  expect(rules(text)).toEqual([finding]);
});

test.each([
  // Nobody is asked there, so nobody is believed.
  [table("q.io", "blocked = true", "insecure = true") + mirror("m.io")],
  ['[[registry]]\nprefix = "*.q.io"\nblocked = true\n' + mirror("m.io/base")],
  [table("localhost:5000") + mirror("[::1]:5000/a")],
  [table("Q.io") + mirror("M.io")],
])("tells nothing of %j", (text) => {
  expect(rules(text)).toEqual([]);
});

test("tells which registry images would come from", () => {
  const registry = parseRegistryBase("m.io/base");
  const expected = (host: string) => [["repository-other-registry", { host, expected: "m.io" }]];
  expect(rules(table("q.io") + mirror("old.io"), { registry })).toEqual(expected("old.io"));
  expect(rules(moved("q.io", "old.io/q"), { registry })).toEqual(expected("old.io"));
  expect(rules(table("q.io") + mirror("old.io") + mirror("m.io/base"), { registry })).toEqual([]);
  expect(rules(table("q.io"), { registry })).toEqual([]);
});

test("tells what of the mirrored images is not where the tables lead to", () => {
  const digests = [`sha256:${"a".repeat(64)}`];
  const image = (source: string, targets: readonly string[], tags: readonly string[] = ["1"]) => ({
    ...{ source, targets, tags, digests: tags.length === 0 ? digests : [] },
  });
  const images = [
    image("q.io/org/app", ["m.io/base/org/app"]),
    image("q.io/org/tool", ["m.io/tool"]),
    image("q.io/org/new", []),
    image("r.io/x", ["m.io/base/x"]),
    image("s.io/x", []),
    image("t.io/x", ["m.io/base/x"]),
    image("t.io/y", ["m.io/base/y"], []),
  ];
  const text =
    table("q.io") +
    mirror("m.io/base") +
    table("t.io") +
    mirror("m.io/base", 'pull-from-mirror = "digest-only"');
  const found = check(text, { images }).filter(({ rule }) => /image|holds/.test(rule));
  expect(found.map(({ rule, object, facts }) => [rule, object, facts])).toEqual([
    [
      "mirror-holds-nothing",
      `${file} registry[0]`,
      { image: "q.io/org/tool", location: "m.io/base/org/tool", stands: "m.io/tool" },
    ],
    ["image-not-mirrored", `${file} registry[0]`, { image: "q.io/org/new" }],
    ["image-without-entry", "r.io/x", { image: "r.io/x", stands: "m.io/base/x" }],
    ["image-without-entry", "t.io/x", { image: "t.io/x", stands: "m.io/base/x" }],
  ]);
});

test("says when there is more than is shown", () => {
  const text = Array.from({ length: 1_100 }, (_, index) => `key-${index} = 1\n`).join("");
  const found = check(text);
  expect([found.length, found.at(-1)?.rule]).toEqual([1_001, "findings-too-many"]);
});

test("never throws", () => {
  const piece = fc.constantFrom(
    ...["[[registry]]", "[[registry.mirror]]", "\n", "location = ", 'prefix = "*.a.io"', '"a.io"', "true"],
    ...["blocked = true", 'location = "a.io/b"\n', "unqualified-search-registries = ", '["a.io"]'],
  );
  const registry = parseRegistryBase("a.io");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece, { maxLength: 30 }).map((all) => all.join("")),
      ),
      (text) => {
        expect(Array.isArray(check(text, { registry, mayAskSource: false }))).toBe(true);
      },
    ),
  );
});

test("has told all of its rules above", () => {
  expect(Object.keys(registriesRules).filter((rule) => !told.has(rule))).toEqual([]);
});
