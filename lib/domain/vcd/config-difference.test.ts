import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { config40, config41, config42, wrapConfig } from "#lib/testing/vcdke-configs.ts";
import { compareConfigs } from "./config-difference.ts";
import { editConfig, parseConfigDocument } from "./config-document.ts";
import { mergeConfigs } from "./merge-configs.ts";

const base = parseConfigDocument(config42);
const withText = (from: string, to: string) => parseConfigDocument(config42.replace(from, to));

describe("compareConfigs", () => {
  test("tells of an object that was empty what it has now", () => {
    const [empty, filled] = ['{"profiles": [{}]}', '{"profiles": [{"a": {"b": 1, "c": {}}}]}'].map(
      parseConfigDocument,
    );
    const paths = ["profiles[0].a.b", "profiles[0].a.c"];
    expect(empty && filled && compareConfigs(empty, filled)).toMatchObject(
      paths.map((path) => ({ path, kind: "added" })),
    );
    expect(empty && filled && compareConfigs(filled, empty)).toMatchObject(
      paths.map((path) => ({ path, kind: "removed" })),
    );
  });

  test("tells what was edited, in the order of the document", () => {
    const edited = editConfig(base, {
      containerRegistryUrl: "registry.example.com",
      bootstrapCertificates: ["pem"],
      nodeStartupTimeout: 60,
      csiVersion: "1.6.1",
    });
    expect(compareConfigs(base, edited)).toEqual([
      {
        path: "profiles[0].K8Config.csi[0].version",
        field: "csiVersion",
        kind: "changed",
        before: "1.6.0",
        after: "1.6.1",
        isSecret: false,
      },
      {
        path: "profiles[0].K8Config.mhc.nodeStartupTimeout",
        field: "nodeStartupTimeout",
        kind: "changed",
        before: "900",
        after: "60",
        isSecret: false,
      },
      {
        path: "profiles[0].bootstrapClusterConfig.certificateAuthorities",
        field: "bootstrapCertificates",
        kind: "changed",
        before: [],
        after: ["pem"],
        isSecret: false,
      },
      {
        path: "profiles[0].containerRegistryUrl",
        field: "containerRegistryUrl",
        kind: "changed",
        before: "harbor.example.com/air-gap",
        after: "registry.example.com",
        isSecret: false,
      },
    ]);
  });

  test("looks at the entity alone, and not at order and layout", () => {
    const sorted = JSON.stringify(JSON.parse(config42), (_key, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    );
    expect(compareConfigs(base, parseConfigDocument(wrapConfig(sorted)))).toEqual([]);
  });

  test("tells of unknown fields, of what came and went, and of digits", () => {
    const more = withText(
      '"active": true,',
      '"active": true, "own": {"id": 9007199254740993, "list": [{"a": 1}]},',
    );
    expect(compareConfigs(base, more).map(({ path, kind, after }) => [path, kind, after])).toEqual([
      ["profiles[0].own.id", "added", "9007199254740993"],
      ["profiles[0].own.list[0].a", "added", 1],
    ]);
    expect(compareConfigs(more, base).map(({ path, kind, before }) => [path, kind, before])).toEqual([
      ["profiles[0].own.id", "removed", "9007199254740993"],
      ["profiles[0].own.list[0].a", "removed", 1],
    ]);
    const other = parseConfigDocument(more.text.replace("740993", "740992"));
    expect(compareConfigs(more, other).map(({ path }) => path)).toEqual(["profiles[0].own.id"]);
    expect(compareConfigs(base, withText('"sysLogger": {', '"sysLogger": 1, "x": {}, "y": {'))).toMatchObject(
      [
        {
          path: "profiles[0].vcdConfig.sysLogger",
          kind: "changed",
          before: { host: "", port: "" },
          after: 1,
        },
        { path: "profiles[0].vcdConfig.x", kind: "added", after: {} },
        { path: "profiles[0].vcdConfig.y.host", kind: "added", after: "" },
        { path: "profiles[0].vcdConfig.y.port", kind: "added", after: "" },
      ],
    );
  });

  const withToken = (githubToken: string) => editConfig(base, { githubToken });
  test.each([
    [base, withToken("s3cret"), "added"],
    [withToken("s3cret"), base, "removed"],
    [withToken("s3cret"), withToken("0ther-s3cret"), "changed"],
    [base, withText('"githubPersonalAccessToken": ""', '"x": 1'), "removed"],
  ] as const)("tells that a token has changed and not what it is", (before, after, kind) => {
    const [difference] = compareConfigs(before, after);
    expect(difference).toEqual({
      path: "profiles[0].githubConfig.githubPersonalAccessToken",
      field: "githubToken",
      kind,
      isSecret: true,
    });
  });

  test("shows no password of a proxy and no key", () => {
    const proxies = [
      "http://u:s3cret@proxy:3128",
      "http://u:s3/cr@et@proxy:3128",
      "u:s3cret@proxy",
      "//s3cret@proxy",
    ];
    for (const httpProxy of proxies) {
      const [difference] = compareConfigs(base, editConfig(base, { httpProxy }));
      expect(difference?.after).toMatch(/^(?:http:\/\/|\/\/)?\*\*\*@proxy(:3128)?$/);
    }
    const digest = `sha256:${"0".repeat(64)}`;
    const plain = ["oci://registry/a:b", `registry:5000/a:b@${digest}`, "admin@example.com", "a:b /c@d"];
    for (const sizingPolicy of plain) {
      expect(compareConfigs(base, editConfig(base, { sizingPolicy }))[0]?.after).toBe(sizingPolicy);
    }
    const long = editConfig(base, { sizingPolicy: `${"/".repeat(500_000)}:${"@".repeat(500)}` });
    expect(compareConfigs(base, long)).toHaveLength(1);
    const [before, after] = ["one", "two"].map((word) =>
      editConfig(base, { httpProxy: `http://u:${word}@proxy` }),
    );
    if (!before || !after) throw new Error("no documents");
    expect(compareConfigs(before, after)).toMatchObject([
      { before: "http://***@proxy", after: "http://***@proxy", isSecret: true },
    ]);
    const key = "-----BEGIN RSA PRIVATE KEY-----\ns3cret";
    const odd = withText('"host": ""', `"host": ["x", ${JSON.stringify(key)}]`);
    expect(compareConfigs(base, odd)).toMatchObject([{ after: ["x", "***"] }]);
    const nested = withText(
      '"sysLogger": {',
      '"apiKeys": {"a": "s3cret", "b": ["s3cret"]}, "sysLogger": {"auth": {"password": "s3cret"},',
    );
    const scalar = withText('"sysLogger": {', '"sysLogger": 1, "x": {');
    for (const differences of [compareConfigs(base, nested), compareConfigs(nested, scalar)]) {
      expect(differences).not.toEqual([]);
      expect(JSON.stringify(differences)).not.toContain("s3cret");
    }
  });

  test("is empty for equal documents, and turns round with its sides", () => {
    const documents = [config40, config41, config42, wrapConfig(config41)].map(parseConfigDocument);
    const document = fc.constantFrom(...documents);
    const turned = { added: "removed", removed: "added", changed: "changed" };
    fc.assert(
      fc.property(document, document, (one, other) => {
        expect(compareConfigs(one, one)).toEqual([]);
        const there = compareConfigs(one, other).map(({ path, kind }) => `${path} ${kind}`);
        const back = compareConfigs(other, one).map(({ path, kind }) => `${path} ${turned[kind]}`);
        expect(there.toSorted()).toEqual(back.toSorted());
      }),
    );
  });
});

describe("mergeConfigs", () => {
  test("keeps the changes of both", () => {
    const mine = editConfig(base, { containerRegistryUrl: "mine.example.com", nodeStartupTimeout: 60 });
    const theirs = editConfig(base, { httpProxy: "http://proxy", nodeStartupTimeout: 60 });
    const { document, conflicts, unmerged } = mergeConfigs(base, mine, theirs);
    expect([conflicts, unmerged]).toEqual([[], []]);
    expect(document.text).toBe(editConfig(mine, { httpProxy: "http://proxy" }).text);
  });

  test("lets theirs stand where both have changed a field, and says so", () => {
    const mine = editConfig(base, { containerRegistryUrl: "mine.example.com", sizingPolicy: "TKG large" });
    const theirs = editConfig(base, { containerRegistryUrl: "theirs.example.com" });
    const { document, conflicts, unmerged } = mergeConfigs(base, mine, theirs);
    expect(conflicts).toEqual(["containerRegistryUrl"]);
    expect(unmerged).toEqual([]);
    expect(document.text).toBe(editConfig(theirs, { sizingPolicy: "TKG large" }).text);
  });

  test("says what it cannot carry over", () => {
    const mine = withText('"active": true', '"active": false');
    const theirs = editConfig(base, { sizingPolicy: "TKG large" });
    const merged = mergeConfigs(base, mine, theirs);
    expect(merged.unmerged).toEqual(["profiles[0].active"]);
    expect(merged.document.text).toBe(theirs.text);
    const without = withText('"sizingPolicy": "TKG small"', '"x": 1');
    expect(mergeConfigs(base, without, base).unmerged).toEqual([
      "profiles[0].bootstrapClusterConfig.sizingPolicy",
      "profiles[0].bootstrapClusterConfig.x",
    ]);
  });
});
