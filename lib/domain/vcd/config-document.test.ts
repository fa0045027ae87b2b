import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultCseVersions } from "#lib/domain/catalog/cse-versions.ts";
import { config40, config41, config42, wrapConfig } from "#lib/testing/vcdke-configs.ts";
import { changeToRelease, findReleases } from "./component-versions.ts";
import {
  type ConfigChange,
  ConfigDocumentError,
  documentErrorCodes,
  editConfig,
  parseConfigDocument,
  pathOfField,
  readField,
  viewConfig,
} from "./config-document.ts";
import { type ConfigField, configFieldNames, placeOf } from "./config-fields.ts";
import { formatEntity } from "./format-entity.ts";
import { findNode, type JsonNode, type JsonPath, toJsonValue } from "./json-tree.ts";
import { createConfigDocument } from "./new-config.ts";

function errorOf(act: () => unknown): ConfigDocumentError {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigDocumentError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const documents = [
  ["4.0", config40],
  ["4.1", config41],
  ["4.2", config42],
  ["4.0 wrapped", wrapConfig(config40, "1.0.0")],
  ["4.2 wrapped", wrapConfig(config42)],
  ["4.2 on one line", JSON.stringify(JSON.parse(config42))],
  ["4.2 with tabs and CRLF", JSON.stringify(JSON.parse(config42), null, "\t").replaceAll("\n", "\r\n")],
  ["4.2 behind a byte order mark", `\uFEFF${config42}`],
] as const;

/** All that a document holds: paths with their texts, objects and lists as such. */
function listLeaves(text: string, node: JsonNode, path: JsonPath = []): [string, string][] {
  if (node.kind === "scalar") return [[JSON.stringify(path), text.slice(node.start, node.end)]];
  const own: [string, string] = [JSON.stringify(path), node.kind];
  if (node.kind === "array") {
    return [own, ...node.items.flatMap((item, at) => listLeaves(text, item, [...path, at]))];
  }
  return [own, ...node.members.flatMap(({ key, value }) => listLeaves(text, value, [...path, key]))];
}

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const valueOf: Record<ReturnType<typeof placeOf>["kind"], fc.Arbitrary<unknown>> = {
  text,
  secret: text,
  texts: fc.array(text, { maxLength: 3 }),
  seconds: fc.integer({ min: 0, max: 999_999_999 }),
  number: fc.integer({ min: -5, max: 200 }),
};
const field = fc.constantFrom(...configFieldNames);
const fieldAndValue = field.chain((name) =>
  valueOf[placeOf(name).kind].map((value) => [name, value] as const),
);
const changeOf = (name: ConfigField, value: unknown) => ({ [name]: value }) as ConfigChange;

/** Adds members to every object, some of them with names that JavaScript sorts or takes for something else. */
function addUnknown(node: JsonNode, extra: readonly [string, string][]): string {
  if (node.kind === "scalar") return JSON.stringify(node.value);
  if (node.kind === "array") return `[${node.items.map((item) => addUnknown(item, extra)).join(" , ")}]`;
  const known = node.members.map(({ key, value }) => `${JSON.stringify(key)} :${addUnknown(value, extra)}`);
  const added = extra.map(([key, value]) => `${JSON.stringify(key)}:  ${value}`);
  const half = Math.ceil(known.length / 2);
  return `{${[...known.slice(0, half), ...added, ...known.slice(half)].join(",\n")}}`;
}
const extraKey = fc.constantFrom("x", "10", "9", "__proto__", "constructor", "ключ", "a b", "");
const extraValue = fc.oneof(
  fc.constantFrom(
    "1.0",
    "9007199254740993",
    "1e400",
    "-0",
    '"\\u00e9\\/"',
    "[ ]",
    "{}",
    "null",
    '{"profiles":[1]}',
  ),
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
);
const extras = fc.uniqueArray(fc.tuple(extraKey, extraValue), { maxLength: 4, selector: ([key]) => key });

describe.each(documents)("a document of %s", (_name, source) => {
  const document = parseConfigDocument(source);

  test("is written as it was read", () => {
    expect(document.text).toBe(source);
    expect(editConfig(document, {}).text).toBe(source);
  });

  test("is not touched by the values that it has", () => {
    const { hasGithubToken, ...view } = viewConfig(document);
    expect(hasGithubToken).toBe(document.typeVersion === "1.0.0");
    const same = Object.fromEntries(
      Object.entries(view).filter(([, value]) => value !== null),
    ) as ConfigChange;
    expect(editConfig(document, same).text).toBe(source);
  });

  test("keeps unknown fields on every level, and all others, when one is edited", () => {
    const root = document.root;
    fc.assert(
      fc.property(extras, fieldAndValue, (added, [name, value]) => {
        const before = parseConfigDocument(addUnknown(root, added));
        const after = editConfig(before, changeOf(name, value));
        expect(readField(after, name)).toEqual(value);
        const path = JSON.stringify(pathOfField(before, name)).slice(0, -1);
        const rest = listLeaves(before.text, before.root).filter(([at]) => !at.startsWith(path));
        const kept = listLeaves(after.text, after.root);
        const names = new Set(rest.map(([at]) => at));
        // In their order, to the last digit.
        expect(kept.filter(([at]) => names.has(at))).toEqual(rest);
        // Where the field's place was there, nothing has come but the field.
        const parent = findNode(before.root, pathOfField(before, name).slice(0, -1));
        if (parent) expect(kept.filter(([at]) => !names.has(at) && !at.startsWith(path))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test("takes several edits in any order", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fieldAndValue, { selector: ([name]) => name, maxLength: 6 }), (edits) => {
        const all = editConfig(document, Object.fromEntries(edits));
        const each = edits.reduce(
          (edited, [name, value]) => editConfig(edited, changeOf(name, value)),
          document,
        );
        expect(toJsonValue(all.root)).toEqual(toJsonValue(each.root));
        for (const [name, value] of edits) expect(readField(all, name)).toEqual(value);
      }),
      { numRuns: 50 },
    );
  });
});

describe("the view", () => {
  test("has the fields of a configuration of 4.2", () => {
    expect(viewConfig(parseConfigDocument(config42))).toMatchObject({
      containerRegistryUrl: "harbor.example.com/air-gap",
      bootstrapCertificates: [],
      clusterCertificates: ["-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n"],
      noProxy: "localhost,127.0.0.1,cluster.local,.svc",
      syslogPort: "",
      maxUnhealthyNodes: 100,
      nodeStartupTimeout: 900,
      nodeNotReadyTimeout: 300,
      capvcdVersion: "v1.3.2",
      clusterTypeVersion: "1.3.0",
      csiVersion: "1.6.0",
      staleHeartbeatMinutes: 30,
    });
  });

  test("has no token", () => {
    const edited = editConfig(parseConfigDocument(config42), { githubToken: "ghp_example" });
    expect(edited.text).toContain("ghp_example");
    expect(JSON.stringify(viewConfig(edited))).not.toContain("ghp_example");
    expect(viewConfig(edited).hasGithubToken).toBe(true);
    expect(editConfig(edited, { githubToken: "" }).text).toBe(config42);
  });

  test("has nothing where something else stands than belongs there", () => {
    const odd = config42
      .replace('"harbor.example.com/air-gap"', "7")
      .replace('"900"', '"15m"')
      .replace('"300s"', "300")
      .replace('"maxUnhealthyNodes": 100', '"maxUnhealthyNodes": "100"')
      .replace(/"-----BEGIN[^"]*"/, "7");
    expect(viewConfig(parseConfigDocument(odd))).toMatchObject({
      containerRegistryUrl: null,
      nodeStartupTimeout: null,
      nodeNotReadyTimeout: 300,
      maxUnhealthyNodes: null,
      clusterCertificates: null,
    });
  });
});

describe("seconds", () => {
  const document = parseConfigDocument(config42);

  test("are written as they were written", () => {
    const { text } = editConfig(document, { nodeStartupTimeout: 1200, nodeNotReadyTimeout: 600 });
    expect(text).toBe(config42.replace('"900"', '"1200"').replace('"300s"', '"600s"'));
  });

  test("stay where they are the same", () => {
    expect(editConfig(document, { nodeStartupTimeout: 900, nodeNotReadyTimeout: 300 })).toBe(document);
  });

  test("become the text that the schema wants", () => {
    const bare = parseConfigDocument(config42.replace('"300s"', "300"));
    expect(editConfig(bare, { nodeNotReadyTimeout: 300 }).text).toBe(config42);
  });

  test("come with all that the schema requires beside them", () => {
    const { root, entityPath } = editConfig(parseConfigDocument(config40), { nodeStartupTimeout: 60 });
    const mhc = findNode(root, [...entityPath, "profiles", 0, "K8Config", "mhc"]);
    expect(mhc && toJsonValue(mhc)).toEqual({
      maxUnhealthyNodes: 100,
      nodeStartupTimeout: "60s",
      nodeNotReadyTimeout: "300s",
      nodeUnknownTimeout: "300s",
    });
  });
});

describe("parseConfigDocument", () => {
  test.each([
    ["4.0", config40, "1.0.0"],
    ["4.1", config41, "1.1.0"],
    ["one of 4.0 that says so", wrapConfig(config40, "1.0.0"), "1.0.0"],
    ["one of 4.0 on its way to 4.1", wrapConfig(config40, "1.1.0"), "1.1.0"],
    ["a later one", wrapConfig(config42, "1.2.0"), "1.2.0"],
  ])("knows the type of %s", (_name, source, version) => {
    const document = parseConfigDocument(source);
    expect(document.typeVersion).toBe(version);
    expect(editConfig(document, { containerRegistryUrl: "a" }).typeVersion).toBe(version);
  });

  test.each([
    ["not JSON", '{\n  "profiles": [,]\n}', { code: "not-json", facts: { line: 2, column: 16 } }],
    ["a template that was not filled", config42.replace("100,", "${max},"), { code: "not-json" }],
    [
      "a key that stands twice",
      '{"profiles":[{"a":1,"a":2}]}',
      { code: "key-twice", facts: { line: 1, column: 21 } },
    ],
    ["too much", JSON.stringify("x".repeat(2 ** 20)), { code: "too-large", facts: { limit: 2 ** 20 } }],
    ["too much of one kind", `{"profiles":[${"1,".repeat(10_000)}1]}`, { code: "too-complex" }],
    ["no object", "[]", { code: "profile-missing" }],
    ["another document", '{"kind":"Cluster"}', { code: "profile-missing", facts: { path: "profiles[0]" } }],
    ["no profile", '{"profiles":[]}', { code: "profile-missing" }],
    ["an empty entity", wrapConfig("{}"), { code: "profile-missing", facts: { path: "entity.profiles[0]" } }],
    [
      "another entity",
      wrapConfig(config42).replace("VCDKEConfig:1.1.0", "capvcdCluster:1.3.0"),
      { code: "other-type", facts: { value: "urn:vcloud:type:vmware:capvcdCluster:1.3.0" } },
    ],
  ])("refuses %s", (_name, source, error) => {
    expect(errorOf(() => parseConfigDocument(source))).toMatchObject(error);
  });

  test("has each of its reasons", () => {
    const reached = ["{", '{"a":1,"a":1}', "[".repeat(70), "x".repeat(2 ** 21), "{}"].map(
      (source) => errorOf(() => parseConfigDocument(source)).code,
    );
    const blocked = parseConfigDocument(config42.replace('"proxyConfig": {', '"proxyConfig": 7, "x": {'));
    const blocking = errorOf(() => editConfig(blocked, { httpProxy: "http://proxy" }));
    expect(blocking.facts.path).toBe("profiles[0].bootstrapClusterConfig.proxyConfig");
    expect(new Set([...reached, blocking.code, "other-type"])).toEqual(new Set(documentErrorCodes));
  });
});

describe("component versions", () => {
  test.each(defaultCseVersions.map((release) => [release.version, release] as const))(
    "of %s are put in and recognized",
    (version, { components }) => {
      const document = editConfig(parseConfigDocument(config41), changeToRelease(components));
      const found = findReleases(viewConfig(document), defaultCseVersions);
      expect(found.map((release) => release.version)).toEqual([version]);
      expect(viewConfig(document).capvcdVersion).toBe(`v${components.capvcd}`);
    },
  );

  test("are recognized in configurations as they stand", () => {
    const versionsOf = (source: string) =>
      findReleases(viewConfig(parseConfigDocument(source)), defaultCseVersions).map(({ version }) => version);
    expect(versionsOf(config42)).toEqual(["4.2.3"]);
    expect(versionsOf(config41)).toEqual(["4.1"]);
    expect(versionsOf(config40)).toEqual([]);
  });

  test("that nobody knows change nothing and prove nothing", () => {
    const nothing = {
      capvcd: null,
      cloudProvider: null,
      csiDriver: null,
      rdeProjector: null,
      clusterType: null,
    };
    const document = parseConfigDocument(config42);
    expect(editConfig(document, changeToRelease(nothing))).toBe(document);
    expect(findReleases(viewConfig(document), [{ components: nothing }])).toEqual([]);
  });
});

describe("formatEntity", () => {
  test("takes the entity out of what Cloud Director answers, and lays it out", () => {
    const wrapped = parseConfigDocument(wrapConfig(JSON.stringify(JSON.parse(config42))));
    expect(formatEntity(wrapped)).toBe(`${JSON.stringify(JSON.parse(config42), null, 2)}\n`);
  });

  test("keeps every text, digit and key in its place", () => {
    const { root } = parseConfigDocument(config42);
    fc.assert(
      fc.property(extras, (added) => {
        const document = parseConfigDocument(addUnknown(root, added));
        const formatted = parseConfigDocument(formatEntity(document));
        expect(listLeaves(formatted.text, formatted.root)).toEqual(listLeaves(document.text, document.root));
        expect(formatEntity(formatted)).toBe(formatted.text);
      }),
      { numRuns: 50 },
    );
  });
});

describe("createConfigDocument", () => {
  test("makes what the template of 4.2 is", () => {
    const release = defaultCseVersions.find(({ version }) => version === "4.2.3");
    if (!release) throw new Error("no such release");
    const document = createConfigDocument(release.components);
    expect(document.text).toBe(`${JSON.stringify(toJsonValue(document.root), null, 2)}\n`);
    const like42 = editConfig(document, {
      containerRegistryUrl: "harbor.example.com/air-gap",
      clusterCertificates: readField(parseConfigDocument(config42), "clusterCertificates") ?? [],
    });
    const inSeconds = config42.replace('"900"', '"900s"').replace('"300"', '"300s"');
    expect(toJsonValue(like42.root)).toEqual(JSON.parse(inSeconds));
  });
});
