import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { makeTrustedCertificates } from "#lib/testing/trusted-certificates.ts";
import { checkServerConfig } from "./check-server-config.ts";
import { csePatchInput, generateCsePatch } from "./cse-patch.ts";
import { lintConfig } from "./lint-config.ts";
import { serverConfigRules } from "./server-config-rule.ts";
import type { TrustQuestion } from "./trust-question.ts";

const { first, second, leaf } = makeTrustedCertificates();
const at = new Date();
const told = new Set<string>();
function check(config: unknown, question: Partial<TrustQuestion> = {}) {
  const text = typeof config === "string" ? config : JSON.stringify(config);
  const findings = checkServerConfig(text, { at, ...question });
  for (const { rule } of findings ?? []) told.add(rule);
  return findings;
}
const rules = (...args: Parameters<typeof check>) =>
  check(...args)?.map(({ rule, object, facts }) => [rule, object, facts]);

const lists = (bootstrap: unknown, cluster: unknown) => ({
  bootstrapClusterConfig: { certificateAuthorities: bootstrap },
  K8Config: { certificateAuthorities: cluster },
});
/** What Cloud Director takes, with as little in it as that allows. */
const whole = (more: object = {}, k8s: object = {}, bootstrap: object = {}) => ({
  profiles: [
    {
      name: "production",
      active: true,
      containerRegistryUrl: "harbor.example.com/airgap",
      bootstrapClusterConfig: { certificateAuthorities: [first.pem], ...bootstrap },
      K8Config: {
        csi: [{ name: "csi", version: "1.6.0" }],
        cpi: { name: "cpi", version: "1.6.0" },
        cni: { name: "antrea", version: "" },
        certificateAuthorities: [first.pem],
        ...k8s,
      },
      ...more,
    },
  ],
});
const urlObject = "VCDKEConfig profiles[0].containerRegistryUrl";
const bootstrapList = "VCDKEConfig profiles[0].bootstrapClusterConfig.certificateAuthorities";
const clusterList = "VCDKEConfig profiles[0].K8Config.certificateAuthorities";

describe("a VCDKEConfig in any form", () => {
  const entity = whole();
  test.each([
    ["whole", entity],
    ["as Cloud Director wraps it", { entityType: "urn:vcloud:type:vmware:VCDKEConfig:1.1.0", entity }],
    ["as a patch", { profiles: [lists([first.pem], [first.pem])] }],
    ["as a part", lists([first.pem], [first.pem])],
    ["with a byte order mark", `\uFEFF${JSON.stringify(entity)}`],
    [
      "as it is generated",
      generateCsePatch(
        csePatchInput.parse({
          registry: "harbor.example.com/airgap",
          certificates: [{ name: "lab", pem: first.pem }],
          document: JSON.stringify(whole({}, { certificateAuthorities: [] }, { certificateAuthorities: [] })),
        }),
      ).files[1]?.content ?? "",
    ],
  ])("%s", (_, config) => {
    const registry = parseRegistryBase("harbor.example.com/airgap");
    expect(check(config, { registry })).toEqual([]);
  });

  test.each([
    ["other JSON", { kind: "Secret" }],
    ["YAML", "containerRegistryUrl: a.example"],
    ["another type", { entityType: "urn:vcloud:type:vmware:capvcdCluster:1.1.0", entity: whole() }],
    ["a list", JSON.stringify([whole()])],
    ["a key twice", '{"K8Config": {}, "K8Config": {}}'],
  ])("and %s is none", (_, config) => {
    expect(check(config)).toBeNull();
  });

  test("that is no JSON is told so, with its line", () => {
    expect(rules('\n{\n  "containerRegistryUrl": "a.example",\n}\n')).toEqual([
      ["not-json", "VCDKEConfig", { line: 4 }],
    ]);
  });

  test("is found by the linter, where nothing but a private key comes first", () => {
    const lint = (text: string) =>
      lintConfig("", text, { at, hasWindowsNodes: false, mayAskSource: true }).map(({ rule }) => rule);
    expect(lint(JSON.stringify(lists([first.pem], [])))).toEqual(["certificate-one-sided"]);
    const key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\n";
    expect(lint(JSON.stringify(lists([key], [])))).toEqual(["private-key"]);
    expect(lint('{"a": 1}')).toEqual(["nothing-recognized"]);
  });
});

describe("the container registry URL", () => {
  const variable = "containerRegistryUrl";
  test.each<[string, string, object]>([
    ["https://harbor.example.com", "repository-scheme", { variable }],
    ["harbor.example.com/", "repository-trailing-slash", { variable }],
    ["harbor.example.com/a/tkg", "repository-ends-in-folder", { variable, path: "tkg" }],
    [
      "projects.registry.vmware.com",
      "repository-retired",
      { host: "projects.registry.vmware.com", expected: "projects.packages.broadcom.com" },
    ],
    ["", "repository-format", { variable, problem: "empty" }],
    ["robot:s3cr3t@harbor.example.com", "repository-format", { variable, problem: "credentials" }],
    ["harbor.example.com/a?b", "repository-format", { variable, problem: "query" }],
    ["harbor.example.com/a:1", "repository-format", { variable, problem: "tag" }],
    ["Harbor.example.com", "repository-format", { variable, problem: "uppercase" }],
    ["harbor.example.com:x", "repository-format", { variable, problem: "port-malformed" }],
    ["2001:db8::1", "repository-format", { variable, problem: "ipv6-brackets" }],
    ["übung.example", "repository-format", { variable, problem: "international-host" }],
  ])("%s", (containerRegistryUrl, rule, facts) => {
    expect(rules({ containerRegistryUrl })).toEqual([[rule, urlObject, facts]]);
  });

  test("is missed in a whole configuration of a version that has it", () => {
    const empty = [["repository-format", urlObject, { variable, problem: "empty" }]];
    expect(rules(whole({ containerRegistryUrl: undefined }))).toEqual(empty);
    expect(rules(lists([], []))).toEqual([]);
    const old = { entityType: "urn:vcloud:type:vmware:VCDKEConfig:1.0.0" };
    expect(rules({ ...old, entity: whole({ containerRegistryUrl: undefined }) })).toEqual([]);
  });

  test.each([
    ["harbor.example.com", []],
    ["harbor.example.com/airgap", []],
    ["harbor.example.com/other", ["harbor.example.com/airgap", "harbor.example.com/other"]],
    ["old.example.com/airgap", ["harbor.example.com", "old.example.com"]],
  ])("against %s", (wanted, [host, expected]: string[]) => {
    const found = rules(whole(), { registry: parseRegistryBase(wanted) });
    expect(found).toEqual(
      host === undefined ? [] : [["repository-other-registry", urlObject, { host, expected }]],
    );
  });

  test("leads nowhere where a password is wanted", () => {
    const registry = parseRegistryBase("harbor.example.com");
    expect(check(whole(), { registry, wantsCredentials: true })?.map(({ rule }) => rule)).toEqual([
      "registry-wants-credentials",
    ]);
  });
});

describe("the lists of certificates", () => {
  const sided = (object: string, subject: string, missing: string): unknown[] => [
    "certificate-one-sided",
    object,
    expect.objectContaining<object>({
      subject,
      missing: missing.replace("VCDKEConfig ", ""),
    }),
  ];

  test("tell what only one of them has", () => {
    expect(rules(lists([first.pem], [second.pem]))).toEqual([
      sided(bootstrapList, "CN=Harbor Root", clusterList),
      sided(clusterList, "CN=Proxy Root", bootstrapList),
    ]);
    expect(rules(whole({}, { certificateAuthorities: undefined }))).toEqual([
      sided(bootstrapList, "CN=Harbor Root", clusterList),
    ]);
  });

  test("count certificates, not texts", () => {
    const crlf = first.pem.replaceAll("\n", "\r\n");
    expect(check(lists([`# Lab\n${crlf}`], [first.pem]))?.map(({ rule }) => rule)).toEqual([
      "carriage-returns",
    ]);
    expect(rules(lists([first.pem + second.pem], [second.pem, first.pem]))).toEqual([
      ["several-in-entry", `${bootstrapList}[0]`, { found: 2 }],
    ]);
  });

  test("of a part with one of them are not compared", () => {
    expect(rules({ K8Config: { certificateAuthorities: [first.pem] } })).toEqual([]);
  });

  test.each<[string, unknown[], string[]]>([
    ["in base64", [Buffer.from(first.pem).toString("base64")], ["encoded-too-often"]],
    ["of a server", [leaf.pem], ["leaf-instead-of-ca"]],
    ["twice", [first.pem, first.pem], ["certificate-twice"]],
    ["that is none", ["harbor"], ["no-certificate"]],
    ["of another type", [5], ["server-config-field"]],
  ])("have one %s", (_, list, expected) => {
    expect(check(lists(list, list))?.map(({ rule }) => rule)).toEqual([...expected, ...expected]);
  });
});

describe("the proxy", () => {
  const noProxy = "localhost,127.0.0.1,cluster.local,.svc,harbor.example.com";
  const of = (proxyConfig: object) => whole({}, {}, { proxyConfig });
  const at = (field: string) => `VCDKEConfig profiles[0].bootstrapClusterConfig.proxyConfig.${field}`;
  test.each<[object, unknown[]]>([
    [{ httpProxy: "http://p.example:3128", httpsProxy: "http://p.example:3128", noProxy }, []],
    [{ httpProxy: "", httpsProxy: "", noProxy: "" }, []],
    [{ httpProxy: "ftp://p.example", noProxy }, [["proxy-format", at("httpProxy"), { field: "httpProxy" }]]],
    [
      { httpsProxy: "p.example:3128", noProxy },
      [["proxy-scheme-missing", at("httpsProxy"), { field: "httpsProxy" }]],
    ],
    [
      { httpProxy: "http://u:s3cr3t@p.example", noProxy },
      [["secret-readable", at("httpProxy"), { field: "httpProxy" }]],
    ],
    [
      { httpProxy: "http://p.example", noProxy: noProxy.replaceAll(",", ", ") },
      [["no-proxy-blanks", at("noProxy"), {}]],
    ],
    [
      { httpProxy: "http://p.example", noProxy: "localhost,.svc" },
      [
        ["no-proxy-incomplete", at("noProxy"), { missing: "127.0.0.1, cluster.local" }],
        ["proxy-takes-registry", at("noProxy"), { host: "harbor.example.com" }],
      ],
    ],
  ])("%j", (proxyConfig, expected) => {
    expect(rules(of(proxyConfig))).toEqual(expected);
  });

  test("of a part that does not say what is reached without it is not judged by that", () => {
    expect(rules({ bootstrapClusterConfig: { proxyConfig: { httpProxy: "http://p.example" } } })).toEqual([]);
  });
});

test("tells what Cloud Director or the CSE server does not take", () => {
  const [profile] = whole().profiles;
  expect(rules({ profiles: [profile, profile] })).toEqual([
    ["several-profiles", "VCDKEConfig profiles", { found: 2 }],
  ]);
  const fields = (config: unknown) => check(config)?.map(({ facts }) => facts.field);
  expect(fields(whole({ name: undefined }, { cpi: { name: "cpi" } }))).toEqual([
    "profiles[0].name",
    "profiles[0].K8Config.cpi.version",
  ]);
  expect(fields(whole({ containerRegistryUrl: 5 }))).toEqual(["profiles[0].containerRegistryUrl"]);
});

test("tells that tenants can read the token, and nobody in a finding", () => {
  const config = whole({ githubConfig: { githubPersonalAccessToken: "s3cr3t" } });
  expect(rules(config)).toEqual([
    [
      "secret-readable",
      "VCDKEConfig profiles[0].githubConfig.githubPersonalAccessToken",
      { field: "githubPersonalAccessToken" },
    ],
  ]);
  expect(JSON.stringify(check(config))).not.toContain("s3cr3t");
});

test("never throws", () => {
  const value = fc.oneof(fc.constantFrom("a.example", first.pem, 5, null, [], {}), fc.string());
  const part = fc.dictionary(
    fc.constantFrom("certificateAuthorities", "proxyConfig", "httpProxy", "noProxy", "cpi", "csi"),
    fc.oneof(value, fc.array(value), fc.dictionary(fc.constantFrom("httpProxy", "noProxy"), value)),
  );
  const profile = fc.dictionary(
    fc.constantFrom("name", "containerRegistryUrl", "K8Config", "bootstrapClusterConfig", "githubConfig"),
    fc.oneof(value, part),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        profile,
        fc.array(profile).map((profiles) => ({ profiles })),
      ),
      (config) => {
        const findings = check(config, {
          registry: parseRegistryBase("a.example/b"),
          wantsCredentials: true,
        });
        expect(findings === null || Array.isArray(findings)).toBe(true);
      },
    ),
  );
});

test("has told all of its rules above", () => {
  expect(Object.keys(serverConfigRules).filter((rule) => !told.has(rule))).toEqual([]);
});
