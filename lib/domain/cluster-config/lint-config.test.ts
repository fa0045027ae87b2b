import { describe, expect, test } from "vitest";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { lintConfig, readMirrorSets } from "./lint-config.ts";
import { mirrorListFields, type MirrorSetKind } from "./mirror-set.ts";

const question = { at: new Date(), hasWindowsNodes: true, mayAskSource: true };
const lint = (path: string, text: string) => lintConfig(path, text, question);
const rulesOf = (path: string, text: string) => lint(path, text).map(({ rule }) => rule);

const leaf = issueCertificate({
  subject: "harbor.lab",
  issuer: issueCertificate({ subject: "CA", ca: true }),
});
const sets = (entries: string, kind: MirrorSetKind = "ImageTagMirrorSet") =>
  `apiVersion: config.openshift.io/v1\nkind: ${kind}\nmetadata:\n  name: windows\nspec:\n  ${mirrorListFields[kind]}:\n${entries}`;
const entry = (mirror: string) => `  - source: quay.io/a/b\n    mirrors:\n    - ${JSON.stringify(mirror)}\n`;

describe("finds out what a text is", () => {
  test.each([
    ["mirror sets", "sets.yaml", sets(entry("harbor.example.com/b")), "windows-path-differs"],
    ["a hosts.toml", "quay.io/hosts.toml", 'server = "https://harbor.example.com"', "host-table-missing"],
    ["variables", "", "TKG_CUSTOM_IMAGE_REPOSITORY=https://harbor.example.com", "repository-scheme"],
    ["a daemon.json", "daemon.json", "{", "daemon-json-unreadable"],
    ["one that was pasted", "", '{"insecure-registries": ["harbor.lab"]}', "daemon-insecure"],
    ["a file of certificates", "ca.crt", "harbor.lab", "no-certificate"],
    ["certificates that were pasted", "", leaf.pem, "leaf-instead-of-ca"],
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

test("tells the kind that mirror sets have taken the place of, which Windows nodes know nothing of", () => {
  const old =
    "apiVersion: operator.openshift.io/v1alpha1\nkind: ImageContentSourcePolicy\nmetadata: {name: old}\n";
  const told = (hasWindowsNodes: boolean) =>
    lintConfig("", old, { ...question, hasWindowsNodes }).map(({ rule, severity }) => [rule, severity]);
  expect(told(true)).toEqual([["policy-kind-old", "error"]]);
  expect(told(false)).toEqual([["policy-kind-old", "warning"]]);
});

test("does not take a text for checked that merely speaks of mirror sets", () => {
  expect(rulesOf("", "# as in the ImageTagMirrorSet\nkind: ConfigMap\n")).toEqual(["nothing-recognized"]);
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
    ["a pull location", "registries.conf", '[[registry]]\nlocation = "robot:s3cr3t@harbor.example.com"'],
    ["a refused location", "registries.conf", '[[registry]]\nlocation = "https://robot:s3cr3t@a.io"'],
    ["a proxy", "", "TKG_HTTP_PROXY=robot:s3cr3t@proxy"],
  ])("of a password in %s", (_, path, text) => {
    const told = lint(path, text);
    expect(told.length).toBeGreaterThan(0);
    expect(JSON.stringify(told)).not.toContain("s3cr3t");
  });
});

test("shows a place by digest as it was written", () => {
  const reference = `harbor.example.com:5000/a/b@sha256:${"a".repeat(64)}`;
  expect(JSON.stringify(lint("sets.yaml", sets(entry(reference))))).toContain(reference);
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
  ["tables", "registries.conf", spread(6_000, (index) => `[[registry]]\nlocation = "a${index}.io"\n`)],
  [
    "tables with many mirrors",
    "registries.conf",
    spread(
      500,
      (index) =>
        `[[registry]]\nlocation = "quay.io/a/${index}"\nblocked = true\n${spread(20, (mirror) => `[[registry.mirror]]\nlocation = "quay.io/b/${mirror}"\n`)}`,
    ),
  ],
  ["slashes", "registries.conf", `[[registry]]\nlocation = "a.io${"/".repeat(400_000)}b"\n`],
  ["keys", "registries.conf", spread(30_000, (index) => `k${index} = 1\n`)],
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

const hosts = '[host."https://m.io"]\ncapabilities = ["pull", "resolve"]\n';
const registries = '[[registry]]\nlocation = "q.io"\n';

describe("tells what a text is by its name, or else by its lines", () => {
  test.each<[string, string, string[]]>([
    ["q.io/hosts.toml", hosts, ["source-asked"]],
    ["certs.d/q.io_5000_/hosts.toml", "", ["hosts-toml-ignored"]],
    ["other.toml", hosts, ["source-asked"]],
    ["-", hosts, ["source-asked"]],
    ["-", 'server = "https://m.io"\n', ["host-table-missing", "capabilities-missing"]],
    // Whatever stands in it, containerd reads what has this name.
    ["q.io/hosts.toml", registries, ["host-table-missing", "source-asked"]],
    ["registries.conf", "", []],
    ["registries.conf.d/50-mirrors.conf", registries, ["registry-asked"]],
    ["-", registries, ["registry-asked"]],
    ["pasted.toml", registries, ["registry-asked"]],
    ["-", 'unqualified-search-registries = ["docker.io"]\n', ["search-registry-asked"]],
    [
      "-",
      '[registries.search]\nregistries = ["docker.io"]\n',
      ["registries-version-1", "search-registry-asked"],
    ],
    [
      "-",
      "kind: ImageTagMirrorSet\n",
      ["api-version-wrong", "field-missing", "field-missing", "windows-pause-without-entry"],
    ],
    ["-", "TKG_CUSTOM_IMAGE_REPOSITORY=https://a.example\n", ["repository-scheme"]],
    ["-", "kind: Deployment\nspec: {}\n", []],
    ["-", "a: 1\n", ["nothing-recognized"]],
    ["config.toml", 'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry]\n', ["nothing-recognized"]],
    // Files within an object are not looked into.
    [
      "-",
      `kind: ConfigMap\ndata:\n  a: |\n    [[registry]]\n    location = "q.io"\n`,
      ["nothing-recognized"],
    ],
    ["-", `apiVersion: v1\ndata:\n  a: |\n    server = "https://q.io"\n`, ["nothing-recognized"]],
  ])("%s: %j", (path, text, rules) => {
    expect(rulesOf(path, text)).toEqual(rules);
  });

  test("of a hosts.toml the folder says which registry it is for", () => {
    const ofLinux = { ...question, hasWindowsNodes: false };
    const hostOf = (path: string) => lintConfig(path, hosts, ofLinux)[0]?.facts.host;
    expect(
      ["q.io", "q.io_5000_", "q.io:5000"].map((folder) => hostOf(`certs.d/${folder}/hosts.toml`)),
    ).toEqual(["q.io", "q.io:5000", "q.io:5000"]);
    expect(["hosts.toml", "certs.d/_default/hosts.toml", "-"].map(hostOf)).toEqual(Array(3).fill("<source>"));
  });

  test.each<[string, boolean, string[]]>([
    ["certs.d/q.io_5000/hosts.toml", false, ["q.io:5000", "q.io_5000", "q.io_5000_, q.io:5000, _default"]],
    ["q.io_5000/hosts.toml", true, ["q.io:5000", "q.io_5000", "q.io_5000_, q.io5000, _default"]],
    ["q.io:5000/hosts.toml", true, ["q.io:5000", "q.io:5000", "q.io_5000_, q.io5000, _default"]],
    ["/etc/containerd/certs.d/q.io/org/hosts.toml", false, ["q.io", "q.io/org", "q.io, _default"]],
    ["certs.d/hosts.toml", false, ["<source>", "certs.d", "<source>, _default"]],
  ])(
    "and that containerd does not look there: %s, Windows: %s",
    (path, hasWindowsNodes, [host, ...names]) => {
      const [found, asked] = lintConfig(path, hosts, { ...question, hasWindowsNodes });
      expect(found).toMatchObject({ rule: "directory-not-looked-in", severity: "error", object: path });
      expect([asked?.facts.host, found?.facts.directory, found?.facts.expected]).toEqual([host, ...names]);
    },
  );

  test.each([
    "q.io",
    "q.io_5000_",
    "q.io5000",
    "_default",
    "certs.d/q.io",
    "certs.d/_default",
    "certs.d/x/certs.d/q.io",
  ])("and nothing of the folder %s, where containerd may look", (folder) => {
    for (const hasWindowsNodes of [false, true]) {
      const found = lintConfig(`${folder}/hosts.toml`, hosts, { ...question, hasWindowsNodes });
      expect(found.map(({ rule }) => rule)).toEqual(["source-asked"]);
    }
  });

  test("and nothing of folders where a file does not have the name that containerd reads", () => {
    expect(rulesOf("certs.d/q.io/old/other.toml", hosts)).toEqual(["source-asked"]);
  });
});

test("hands on what is known: whether sources may be asked", () => {
  for (const [path, text] of [
    ["q.io/hosts.toml", hosts],
    ["registries.conf", registries],
  ] as const) {
    expect(
      lintConfig(path, text, { ...question, mayAskSource: false }).map(({ severity }) => severity),
    ).toEqual(["error"]);
  }
});
