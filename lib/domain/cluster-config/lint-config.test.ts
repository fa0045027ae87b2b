import { describe, expect, test } from "vitest";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { lintConfig, readMirrorSets } from "./lint-config.ts";
import { mirrorListFields, type MirrorSetKind } from "./mirror-set.ts";

const question = { at: new Date(), hasWindowsNodes: true, mayAskSource: true };
const lint = (path: string, text: string) => lintConfig(path, text, question);
const rulesOf = (path: string, text: string) => lint(path, text).map(({ rule }) => rule);

const sets = (entries: string, kind: MirrorSetKind = "ImageTagMirrorSet") =>
  `apiVersion: config.openshift.io/v1\nkind: ${kind}\nmetadata:\n  name: windows\nspec:\n  ${mirrorListFields[kind]}:\n${entries}`;
const entry = (mirror: string) => `  - source: quay.io/a/b\n    mirrors:\n    - ${JSON.stringify(mirror)}\n`;

describe("finds out what a text is", () => {
  test.each([
    ["mirror sets", "sets.yaml", sets(entry("harbor.example.com/b")), "windows-path-differs"],
    ["a hosts.toml", "quay.io/hosts.toml", 'server = "https://harbor.example.com"', "host-table-missing"],
    ["variables", "", "TKG_CUSTOM_IMAGE_REPOSITORY=https://harbor.example.com", "repository-scheme"],
    ["what is not known", "", "kind: ConfigMap\n", "nothing-recognized"],
  ])("%s", (_, path, text, rule) => {
    expect(rulesOf(path, text)).toContain(rule);
  });

  test("and says once what is wrong with the text as a whole", () => {
    expect(rulesOf("", "kind: ImageTagMirrorSet\na: [")).toEqual(["yaml-unreadable"]);
    expect(rulesOf("", `kind: ImageTagMirrorSet\n${"\n".repeat(30_000)}`)).toEqual(["yaml-unreadable"]);
    const twice = sets(entry("harbor.example.com/a/b")).replace("kind:", "kind: ImageTagMirrorSet\nkind:");
    expect(rulesOf("", twice).filter((rule) => rule === "key-twice")).toHaveLength(1);
  });
});

test("lets the registry itself be asked for its own images", () => {
  const registry = parseRegistryBase("harbor.example.com/mirror");
  const rulesFor = (host: string) => {
    const content = `server = "https://${host}"\ncapabilities = ["pull", "resolve"]\n\n[host]\n`;
    const strict = { ...question, registry, mayAskSource: false };
    return lintConfig(`certs.d/${host}/hosts.toml`, content, strict).map(({ rule }) => rule);
  };
  expect(rulesFor("harbor.example.com")).toEqual([]);
  expect(rulesFor("quay.io")).toEqual(["source-asked"]);
});

describe("tells no secret", () => {
  const { keyPem } = issueCertificate();
  const [, keyLine = ""] = keyPem.split("\n");
  test.each([
    ["a hosts.toml", "quay.io/hosts.toml", `server = """${keyPem}"""`],
    ["mirror sets", "sets.yaml", sets(entry(keyPem))],
    ["mirror sets, without its markers", "sets.yaml", sets(entry(Buffer.from(keyPem).toString("base64")))],
    ["variables", "", `TKG_PROXY_CA_CERT='${keyPem}'`],
  ])("of a private key in %s", (_, path, text) => {
    const told = lint(path, text);
    expect(told.map(({ rule }) => rule)).toEqual(["private-key"]);
    expect(JSON.stringify(told)).not.toContain(keyLine);
    expect(readMirrorSets(path, text)).toEqual([]);
  });

  test.each([
    ["a mirror with a scheme", "sets.yaml", sets(entry("https://robot:s3cr3t@harbor.example.com/b"))],
    ["a mirror", "sets.yaml", sets(entry("robot:s3cr3t@harbor.example.com/b"))],
    ["a source", "sets.yaml", sets(entry("m.io/b").replace("quay.io", "robot:s3cr3t@quay.io"))],
    ["a server", "quay.io/hosts.toml", 'server = "https://robot:s3cr3t@harbor.example.com:x y"'],
    ["a host", "quay.io/hosts.toml", '[host."https://robot:s3cr3t@harbor.example.com"]'],
    ["no host", "quay.io/hosts.toml", '[host."https://robot:s3cr3t@"]'],
    ["a header", "h.toml", '[host."https://a.io".header]\nauthorization = "Basic s3cr3t"'],
    ["a header that is none", "h.toml", '[host."https://a.io".header]\nauthorization = Basic s3cr3t'],
    ["a proxy", "", "TKG_HTTP_PROXY=robot:s3cr3t@proxy"],
  ])("of a password in %s", (_, path, text) => {
    const told = lint(path, text);
    expect(told.length).toBeGreaterThan(0);
    expect(JSON.stringify(told)).not.toContain("s3cr3t");
  });
});

const spread = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => write(index)).join("");
const images = Array.from({ length: 200 }, (_, index) => ({
  source: `quay.io/a/${index}`,
  targets: [`harbor.example.com/a/${index}`],
  ...{ tags: ["v1"], digests: [`sha256:${String(index).padStart(64, "0")}`] },
}));

test.each([
  [
    "entries of one host",
    "",
    sets(spread(4_000, (index) => entry(`harbor.example.com/${index}`).replace("a/b", `a/${index}`))),
  ],
  ["mirrors of one entry", "", sets(entry("a.io") + spread(15_000, (index) => `    - a.io/${index}\n`))],
  [
    "sets that want no source",
    "",
    spread(45, (set) =>
      `${sets(spread(70, (index) => `${entry(`a.io/${set}/${index}`)}    mirrorSourcePolicy: NeverContactSource\n`))}---\n`.replace(
        "name: windows",
        `name: windows-${set}`,
      ),
    ),
  ],
  [
    "aliases",
    "",
    `kind: ImageTagMirrorSet\na0: &a0 [x, x]\n${spread(190, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`)}`,
  ],
  ["lines", "", "a\n".repeat(100_000)],
  ["hosts", "hosts.toml", spread(6_000, (index) => `[host."https://a${index}.io/v2"]\n`)],
  ["digits", "hosts.toml", `dial_timeout = "${"1".repeat(200_000)}"`],
  ["dots", "hosts.toml", `server = "https://a.io/${"../".repeat(60_000)}"`],
])("answers soon for many %s", (_, path, text) => {
  const begin = performance.now();
  const told = lintConfig(path, text, { ...question, images });
  expect(performance.now() - begin).toBeLessThan(15_000);
  // And not at length.
  expect(JSON.stringify(told).length).toBeLessThan(1_000_000);
});
