import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkMirrorSets } from "./check-mirror-sets.ts";
import { makeMirrorSets } from "./openshift-mirrors.ts";
import { mirrorRules } from "./mirror-rule.ts";
import type { MirroredImage } from "./mirrored-image.ts";
import type { MirrorEntry, MirrorSet, MirrorSetKind, MirrorSourcePolicy } from "./mirror-set.ts";
import { parseMirrorSets } from "./parse-mirror-sets.ts";

const allow = "AllowContactingSource";
const never = "NeverContactSource";
const entry = (source: string, mirrors: string[], mirrorSourcePolicy?: MirrorSourcePolicy): MirrorEntry => ({
  source,
  mirrors,
  ...(mirrorSourcePolicy !== undefined && { mirrorSourcePolicy }),
});
const setOf = (kind: MirrorSetKind, name: string, ...entries: MirrorEntry[]): MirrorSet => ({
  kind,
  name,
  entries,
});
const idms = (...entries: MirrorEntry[]) => setOf("ImageDigestMirrorSet", "digests", ...entries);
const itms = (...entries: MirrorEntry[]) => setOf("ImageTagMirrorSet", "tags", ...entries);
const pause = entry("mcr.microsoft.com/oss/kubernetes/pause", ["m.io/oss/kubernetes/pause"]);
const digest = `sha256:${"a".repeat(64)}`;
const image = (source: string, targets: string[], rest: Partial<MirroredImage> = {}): MirroredImage => ({
  source,
  targets,
  tags: ["v1"],
  digests: [digest],
  ...rest,
});

const told = new Set<string>();
function check(sets: MirrorSet[], images?: MirroredImage[], hasWindowsNodes = true) {
  const findings = checkMirrorSets(sets, { hasWindowsNodes, images });
  for (const { rule } of findings) told.add(rule);
  return findings;
}
/** The findings of a rule, the pause image being cared for. */
const find = (rule: string, sets: MirrorSet[], images?: MirroredImage[]) =>
  check([...sets, itms(pause)], images).filter((each) => each.rule === rule);

test("has nothing but a notice for what is right", () => {
  const images = [
    image("mcr.microsoft.com/oss/kubernetes/pause", ["m.io/oss/kubernetes/pause"], { tags: ["3.9"] }),
    image("mcr.microsoft.com/windows/nanoserver", ["m.io/windows/nanoserver"]),
  ];
  expect(check([itms(entry("mcr.microsoft.com", ["m.io"]))], images)).toEqual([]);
  expect(check([itms(pause)]).map(({ rule }) => rule)).toEqual(["windows-whole-host"]);
  expect(check([], [], false)).toEqual([]);
});

describe("on any node", () => {
  test("an entry that mirrors itself", () => {
    const sets = [idms(entry("q.io/a", ["q.io/a"]), entry("q.io/b", ["q.io/b", "m.io/b"]))];
    expect(check(sets, undefined, false)).toEqual([
      {
        rule: "mirror-equals-source",
        severity: "warning",
        object: "ImageDigestMirrorSet/digests spec.imageDigestMirrors[0]",
        facts: { source: "q.io/a" },
      },
    ]);
  });

  test("entries without mirrors, with a policy and without", () => {
    const found = check([itms(entry("q.io/a", []), entry("q.io/b", [], never))], undefined, false);
    expect(found.map(({ rule, object, facts }) => [rule, object, facts])).toEqual([
      ["entry-without-mirrors", "ImageTagMirrorSet/tags spec.imageTagMirrors[0]", { source: "q.io/a" }],
      [
        "policy-without-mirrors",
        "ImageTagMirrorSet/tags spec.imageTagMirrors[1]",
        { source: "q.io/b", policy: never },
      ],
    ]);
  });

  test("one source with different policies, unset being Allow", () => {
    const sets = [idms(entry("q.io/a", ["m.io/a"], never)), itms(entry("q.io/a", ["m.io/a"]))];
    expect(check(sets, undefined, false)).toMatchObject([
      { rule: "policies-differ", facts: { source: "q.io/a", never: 1, allow: 1 } },
    ]);
    // Without a mirror the policy is passed over.
    const without = [idms(entry("q.io/a", [], never)), itms(entry("q.io/a", ["m.io/a"]))];
    expect(check(without, undefined, false).map(({ rule }) => rule)).toEqual(["policy-without-mirrors"]);
    const agreeing = [idms(entry("q.io/a", ["m.io/a"], allow)), itms(entry("q.io/a", ["m.io/a"]))];
    expect(check(agreeing, undefined, false)).toEqual([]);
  });
});

describe("against what was mirrored", () => {
  const rules = (sets: MirrorSet[], images: MirroredImage[]) =>
    check(sets, images, false).map(({ rule, object, facts }) => [rule, object, facts]);
  const first = "ImageDigestMirrorSet/digests spec.imageDigestMirrors[0]";

  test("a mirror that holds nothing for the source", () => {
    expect(
      rules([idms(entry("q.io/a", ["m.io/a", "m.io/wrong/a"]))], [image("q.io/a/b", ["m.io/a/b"])]),
    ).toEqual([
      [
        "mirror-holds-nothing",
        `${first}.mirrors[1]`,
        { image: "q.io/a/b", location: "m.io/wrong/a/b", stands: "m.io/a/b" },
      ],
    ]);
  });

  test("an image that is not mirrored yet", () => {
    expect(rules([idms(entry("q.io/a", ["m.io/a"]))], [image("q.io/a", [])])).toEqual([
      ["image-not-mirrored", first, { image: "q.io/a" }],
    ]);
  });

  test("an image to which no entry leads: by digest only, where only tags have one", () => {
    const images = [image("q.io/a", ["m.io/a"], { tags: [] })];
    expect(rules([itms(entry("q.io/a", ["m.io/a"]))], images)).toEqual([
      ["image-without-entry", "q.io/a", { image: "q.io/a", stands: "m.io/a" }],
    ]);
  });

  test("an entry for which nothing was mirrored, a name being more than its beginning", () => {
    expect(rules([idms(entry("q.io/a", ["m.io/a"]))], [image("q.io/ab", [])])).toEqual([
      ["entry-without-image", first, { source: "q.io/a" }],
    ]);
  });

  test("an entry that a more specific one of the other kind hides on Linux nodes", () => {
    const sets = [idms(entry("q.io/a/b", ["m.io/a/b"])), itms(entry("q.io/a", ["m.io/a"]))];
    expect(rules(sets, [image("q.io/a/b", ["m.io/a/b"])])).toEqual([
      [
        "entry-hidden",
        "ImageTagMirrorSet/tags spec.imageTagMirrors[0]",
        { image: "q.io/a/b", source: "q.io/a", hiddenBy: "q.io/a/b", by: "tag" },
      ],
    ]);
    expect(rules(sets, [image("q.io/a/b", ["m.io/a/b"], { tags: [] })])).toEqual([]);
  });

  test("the most specific source and wildcards, as on Linux nodes", () => {
    const sets = [
      idms(
        entry("q.io", ["m.io/all"]),
        entry("q.io/a/b", ["m.io/one"]),
        entry("*.example.com", ["m.io/wild"]),
      ),
    ];
    expect(
      rules(sets, [
        image("q.io/a/b", ["m.io/one"]),
        image("q.io/c", ["m.io/all/c"]),
        image("x.y.example.com/d", ["m.io/wild/d"]),
      ]),
    ).toEqual([]);
  });
});

describe("on Windows nodes", () => {
  test.each([
    // What README and seed 004 say would work.
    ["quay.io/remote-org/image", "quay.io/my-org/image", "quay.io/my-org/remote-org/image"],
    [
      "registry.access.redhat.com/ubi9/ubi-minimal",
      "example.io/example/ubi-minimal",
      "example.io/example/ubi9/ubi-minimal",
    ],
    ["q.io/a/b", "m.io/else", "m.io/else/a/b"],
    ["q.io/a/b", "m.io", "m.io/a/b"],
  ])("a mirror of %s that does not end in its path: %s", (source, mirror, asked) => {
    const [host = "", ...path] = source.split("/");
    const [mirrorHost = ""] = asked.split("/");
    const [found] = find("windows-path-differs", [idms(entry(source, [mirror]))]);
    expect(found).toEqual({
      rule: "windows-path-differs",
      severity: "error",
      object: "ImageDigestMirrorSet/digests spec.imageDigestMirrors[0].mirrors[0]",
      facts: { source, mirror, asked, path: path.join("/") },
      url: `https://${mirrorHost}/v2/${asked.slice(mirrorHost.length + 1)}/manifests/<digest>?ns=${host}`,
    });
    // What it says is right, is.
    expect(find("windows-path-differs", [idms(entry(source, [asked]))])).toEqual([]);
  });

  test.each([
    ["q.io", "m.io"],
    ["q.io", "m.io/org"],
    ["q.io/a/b", "m.io:5000/a/b"],
    ["q.io/a/b", "m.io/x/y/a/b"],
    ["q.io/a/b", "q.io/a/b"],
  ])("nothing of a mirror of %s that does: %s", (source, mirror) => {
    const rules = check([idms(entry(source, [mirror])), itms(pause)], []).map(({ rule }) => rule);
    expect(rules.filter((rule) => /path|dropped|empty/.test(rule))).toEqual([]);
  });

  test.each([
    ["q.io", "m.io/q.io", "m.io"],
    ["q.io/a", "m.io/q.io/a", "m.io/a"],
  ])("a mirror of %s whose path has the source's host: %s", (source, mirror, asked) => {
    expect(find("windows-source-host-dropped", [idms(entry(source, [mirror]))])).toMatchObject([
      { severity: "error", facts: { source, mirror, asked } },
    ]);
  });

  test("a mirror of which nothing remains", () => {
    expect(find("windows-mirror-empty", [idms(entry("a.io/b.io/c", ["b.io/c"]))])).toMatchObject([
      { facts: { source: "a.io/b.io/c", mirror: "b.io/c" } },
    ]);
  });

  test("a wildcard, of which no more is said", () => {
    const found = check([idms(entry("*.q.io", ["m.io/x"], never)), itms(pause)]);
    expect(found.filter(({ rule }) => rule !== "windows-whole-host")).toMatchObject([
      { rule: "windows-wildcard", facts: { source: "*.q.io" } },
    ]);
  });

  test("a port, which no directory of Windows can have in its name", () => {
    expect(find("windows-port-in-directory", [idms(entry("q.io:5000/a", ["m.io/a"]))])).toMatchObject([
      { facts: { host: "q.io:5000", directory: "q.io:5000", expected: "q.io_5000_" } },
    ]);
  });

  test("a table twice, with which the source is asked", () => {
    expect(find("windows-duplicate-table", [idms(entry("q.io/a/b", ["m.io/a/b", "m.io/b"], never))])).toEqual(
      [
        {
          rule: "windows-duplicate-table",
          severity: "error",
          object: "q.io/hosts.toml",
          facts: { host: "q.io", table: '[host."https://m.io/v2"]', mirrors: "m.io/a/b, m.io/b" },
          url: "https://q.io/v2/a/b/manifests/<digest>",
        },
      ],
    );
  });

  test("an order that is lost", () => {
    const sets = [idms(entry("q.io/a", ["z.io/a", "b.io/a"]))];
    expect(find("windows-order-lost", sets)).toMatchObject([
      { facts: { host: "q.io", written: "z.io, b.io", asked: "b.io, z.io" } },
    ]);
    expect(find("windows-order-lost", [idms(entry("q.io/a", ["b.io/a", "z.io/a"]))])).toEqual([]);
  });

  test("two entries on one host, each asked for the other's images", () => {
    const sets = [itms(entry("q.io/a", ["z.io/a"]), entry("q.io/b", ["m.io/org/b"]))];
    expect(find("windows-spill-over", sets)).toMatchObject([
      {
        severity: "warning",
        object: "q.io/hosts.toml",
        facts: { host: "q.io", sources: "q.io/a, q.io/b", source: "q.io/a", mirror: "m.io/org" },
        url: "https://m.io/v2/org/a/manifests/<tag>?ns=q.io",
      },
    ]);
    expect(
      find("windows-spill-over", [itms(entry("q.io/a", ["m.io/a"]), entry("q.io/b", ["m.io/b"]))]),
    ).toEqual([]);
  });

  test.each([
    [allow, "windows-whole-host"],
    [undefined, "windows-whole-host"],
    [never, "windows-never-whole-host"],
  ] as const)("a source that becomes the whole host under %s", (policy, rule) => {
    expect(find(rule, [idms(entry("q.io/a", ["m.io/org/a"], policy))])).toContainEqual(
      expect.objectContaining({
        facts: { host: "q.io", sources: "q.io/a" },
        url: "https://m.io/v2/org/<repository>/manifests/<digest>?ns=q.io",
      }),
    );
    const ofHost = find(rule, [idms(entry("q.io", ["m.io"], policy))]);
    expect(ofHost.filter(({ facts }) => facts.host === "q.io")).toEqual([]);
  });

  test("NeverContactSource that an unset policy outlasts", () => {
    const sets = [idms(entry("q.io/a", ["m.io/a"]), entry("q.io/b", ["m.io/b"], never))];
    expect(find("windows-policy-lost", sets)).toEqual([
      {
        rule: "windows-policy-lost",
        severity: "error",
        object: "q.io/hosts.toml",
        facts: { host: "q.io", source: "q.io/b" },
        url: "https://q.io/v2/b/manifests/<digest>",
      },
    ]);
    expect(
      find("windows-policy-lost", [
        idms(entry("q.io/a", ["m.io/a"], allow), entry("q.io/b", ["m.io/b"], never)),
      ]),
    ).toEqual([]);
  });

  test("NeverContactSource that depends on the order of objects", () => {
    const one = setOf("ImageDigestMirrorSet", "one", entry("q.io/a", ["m.io/a"], never));
    const two = setOf("ImageDigestMirrorSet", "two", entry("q.io/b", ["m.io/b"]));
    expect(find("windows-policy-by-chance", [one, two])).toMatchObject([
      { facts: { host: "q.io", source: "q.io/a" } },
    ]);
    // The kinds have an order.
    const tags = setOf("ImageTagMirrorSet", "two", entry("q.io/b", ["m.io/b"]));
    expect(find("windows-policy-by-chance", [one, tags])).toEqual([]);
  });

  test.each([
    [undefined, "warning"],
    [never, "error"],
  ] as const)("an empty file, with which the source is asked, policy %s", (policy, severity) => {
    expect(find("windows-empty-file", [itms(entry("q.io/a", [], policy))])).toMatchObject([
      { severity, facts: { host: "q.io" }, url: "https://q.io/v2/a/manifests/<tag>" },
    ]);
  });

  test("docker.io as the server", () => {
    expect(find("windows-docker-server", [itms(entry("docker.io/library", ["m.io/library"]))])).toMatchObject(
      [
        {
          facts: { server: "https://docker.io/v2" },
          url: "https://docker.io/v2/library/manifests/<tag>",
        },
      ],
    );
  });

  test("a pause image of which nothing is said", () => {
    expect(check([])).toEqual([
      {
        rule: "windows-pause-without-entry",
        severity: "error",
        object: "mcr.microsoft.com/hosts.toml",
        facts: { image: "mcr.microsoft.com/oss/kubernetes/pause:3.9" },
        url: "https://mcr.microsoft.com/v2/oss/kubernetes/pause/manifests/3.9",
      },
    ]);
  });

  test.each([
    [
      undefined,
      "windows-tag-unresolved",
      "error",
      "https://mcr.microsoft.com/v2/oss/kubernetes/pause/manifests/3.9",
    ],
    [
      never,
      "windows-tag-at-server",
      "warning",
      "https://m.io/v2/oss/kubernetes/pause/manifests/3.9?ns=mcr.microsoft.com",
    ],
  ] as const)("its tag under rules for digests only, policy %s", (policy, rule, severity, url) => {
    const found = check([idms({ ...pause, mirrorSourcePolicy: policy })]).filter(
      (each) => each.rule === rule,
    );
    expect(found).toEqual([
      {
        rule,
        severity,
        object: "mcr.microsoft.com/hosts.toml",
        facts: { image: "mcr.microsoft.com/oss/kubernetes/pause:3.9", host: "mcr.microsoft.com" },
        url,
      },
    ]);
  });

  test("other tags under rules for digests only", () => {
    const images = [image("q.io/a", ["m.io/a"])];
    expect(find("windows-tag-unresolved", [idms(entry("q.io/a", ["m.io/a"]))], images)).toMatchObject([
      { facts: { image: "q.io/a:v1", host: "q.io" }, url: "https://q.io/v2/a/manifests/v1" },
    ]);
  });

  test("an image that stands elsewhere than where nodes ask", () => {
    const images = [image("q.io/org/a", ["m.io/mine/a"])];
    const sets = [idms(entry("q.io/org/a", ["m.io/mine/a"]))];
    expect(find("windows-image-elsewhere", sets, images)).toMatchObject([
      {
        facts: { image: "q.io/org/a", asked: "m.io/mine/org/a", stands: "m.io/mine/a" },
        url: `https://m.io/v2/mine/org/a/manifests/${digest}?ns=q.io`,
      },
    ]);
    expect(find("windows-image-elsewhere", sets, [image("q.io/org/a", ["m.io/mine/org/a"])])).toEqual([]);
  });
});

test("says so much and no more", () => {
  const entries = Array.from({ length: 2_000 }, (_, index) => entry(`q.io/${index}`, []));
  expect(check([idms(...entries)]).at(-1)).toMatchObject({
    rule: "findings-too-many",
    facts: { limit: 1_000 },
  });
});

test("never throws, whatever stands in sets", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom("q.io", "q.io/a", "*.q.io", "q.io:5000/a", "https://x", "/", "docker.io"),
  );
  const entries = fc.array(
    fc.record({
      source: text,
      mirrors: fc.array(text, { maxLength: 3 }),
      mirrorSourcePolicy: fc.constantFrom(allow, never, undefined),
    }),
    { maxLength: 4 },
  );
  const sets = fc.array(
    fc.record({
      kind: fc.constantFrom("ImageDigestMirrorSet", "ImageTagMirrorSet"),
      name: text,
      entries,
    }),
    { maxLength: 3 },
  );
  const images = fc.array(
    fc.record({
      source: text,
      targets: fc.array(text, { maxLength: 2 }),
      tags: fc.array(text, { maxLength: 1 }),
      digests: fc.array(text, { maxLength: 1 }),
    }),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(sets, images, (some, known) => {
      expect(Array.isArray(checkMirrorSets(some, { hasWindowsNodes: true, images: known }))).toBe(true);
    }),
  );
});

test("checks what was pasted", () => {
  const { sets, findings } = parseMirrorSets(`
apiVersion: config.openshift.io/v1
kind: ImageTagMirrorSet
metadata:
  name: tag-mirror
spec:
  imageTagMirrors:
  - mirrors:
    - example.io/example/ubi-minimal
    source: registry.access.redhat.com/ubi9/ubi-minimal
    mirrorSourcePolicy: AllowContactingSource
`);
  expect(findings).toEqual([]);
  expect(check([...sets]).map(({ rule }) => rule)).toEqual([
    "windows-path-differs",
    "windows-whole-host",
    "windows-pause-without-entry",
  ]);
});

test("has told all of its rules above", () => {
  expect([...told].sort()).toEqual(Object.keys(mirrorRules).sort());
});

test("compares thousands of images with as many entries in no time", () => {
  const images = Array.from({ length: 5_000 }, (_, index) => ({
    source: `quay.io/team/app-${index}`,
    targets: [`harbor.example.com/mirror/team/app-${index}`],
    ...{ tags: ["v1"], digests: [`sha256:${String(index).padStart(64, "0")}`] },
  }));
  const sets = makeMirrorSets(images, { name: "many", includesTags: true });
  const begin = performance.now();
  expect(checkMirrorSets(sets, { hasWindowsNodes: false, images })).toEqual([]);
  // One by one it takes half a minute.
  expect(performance.now() - begin).toBeLessThan(3_000);
});
