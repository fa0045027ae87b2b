import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { makeTrustedCertificates } from "#lib/testing/trusted-certificates.ts";
import { checkTrust } from "./check-trust.ts";
import { readDocuments } from "./read-documents.ts";
import { type TrustFinding, trustRules } from "./trust-finding.ts";
import type { TrustQuestion } from "./trust-question.ts";
import { formatYaml } from "./write-yaml.ts";

const { first, second, leaf } = makeTrustedCertificates();
const at = new Date();
const dayMs = 86_400_000;
const once = (text: string) => Buffer.from(text).toString("base64");
const twice = (text: string) => once(once(text));
const expired = issueCertificate({
  subject: "Old Root",
  ca: true,
  keyUsage: ["keyCertSign"],
  notBefore: new Date(at.getTime() - 30 * dayMs),
  notAfter: new Date(at.getTime() - 2 * dayMs),
});
const early = issueCertificate({
  subject: "New Root",
  ca: true,
  keyUsage: ["keyCertSign"],
  notBefore: new Date(at.getTime() + 2 * dayMs),
});

const old = issueCertificate({
  subject: "Old Root",
  ca: true,
  keyUsage: ["keyCertSign"],
  notAfter: new Date(at.getTime() + 5 * dayMs),
});
const own = issueCertificate({ subject: "harbor.example.com", names: ["harbor.example.com"] });
const weak = issueCertificate({ subject: "Weak Root", ca: true, keyUsage: ["keyCertSign"], key: "rsa1024" });

const service = (list: unknown, more: object = {}, version = "v1alpha3") =>
  formatYaml({
    apiVersion: `run.tanzu.vmware.com/${version}`,
    kind: "TkgServiceConfiguration",
    metadata: { name: "tkg-service-configuration" },
    spec: { defaultCNI: "antrea", trust: { additionalTrustedCAs: list }, ...more },
  });
const listOf = (data: unknown, name = "harbor") => [{ name, data }];
const trustSecret = (data: object, more: object = {}) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "prod-1-user-trusted-ca-secret", namespace: "team-a", ...more },
  type: "Opaque",
  data,
});
const cluster = (variables: unknown[]) => ({
  apiVersion: "cluster.x-k8s.io/v1beta1",
  kind: "Cluster",
  metadata: { name: "prod-1", namespace: "team-a" },
  spec: { topology: { class: "tanzukubernetescluster", variables } },
});
const references = (...names: string[]) => ({
  name: "trust",
  value: { additionalTrustedCAs: names.map((name) => ({ name })) },
});
const inline = (name: string, data: string) => ({
  name: "trust",
  value: { additionalTrustedCAs: [{ name, data }] },
});
/** With the registry's certificate, and those of a proxy. */
const both = (proxy: string) => ({
  name: "trust",
  value: {
    additionalTrustedCAs: [
      { name: "imageRepository", data: once(first.pem) },
      { name: "proxy", data: once(proxy) },
    ],
  },
});
const pullSecret = (config: unknown, more: object = {}) => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "pull", namespace: "team-a" },
  type: "kubernetes.io/dockerconfigjson",
  data: { ".dockerconfigjson": typeof config === "string" ? config : once(JSON.stringify(config)) },
  ...more,
});
const auths = (host: string, entry: object = { auth: once("user:word") }) => ({ auths: { [host]: entry } });
const pod = (namespace = "team-a", image = "harbor.example.com/library/app:1") => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "app", namespace },
  spec: {
    serviceAccountName: "builder",
    containers: [{ name: "app", image }],
    imagePullSecrets: [{ name: "pull" }],
  },
});

const provoked = new Set<string>();
function ask(text: string, question: Partial<TrustQuestion> = {}) {
  const findings = checkTrust(text, { at, ...question });
  for (const { rule } of findings) provoked.add(rule);
  return findings;
}
const rulesOf = (findings: readonly TrustFinding[]) => findings.map(({ rule }) => rule);

describe("a TkgServiceConfiguration", () => {
  test.each<[string, string, string[]]>([
    ["is right", service(listOf(once(first.pem))), []],
    [
      "has two names for one certificate",
      service([...listOf(once(first.pem)), ...listOf(once(first.pem), "b")]),
      ["certificate-twice"],
    ],
    ["has PEM as it is", service(listOf(first.pem)), ["plain-pem"]],
    ["is encoded twice", service(listOf(twice(first.pem))), ["encoded-too-often"]],
    ["is encoded three times", service(listOf(once(twice(first.pem)))), ["encoded-too-often"]],
    ["has PEM in one line", service(listOf(once(first.pem.replaceAll("\n", " ")))), ["pem-lines-lost"]],
    [
      "has PEM with signs for its lines",
      service(listOf(once(first.pem.replaceAll("\n", "\\n")))),
      ["pem-lines-lost"],
    ],
    ["has PEM that is set in", service(listOf(once(first.pem.replaceAll(/^/gm, "  ")))), ["pem-lines-lost"]],
    ["has DER", service(listOf(Buffer.from(first.der).toString("base64"))), ["der-instead-of-pem"]],
    ["has lines of base64", service(listOf(once(first.pem).replace(/.{76}/g, "$&\n"))), ["base64-broken"]],
    [
      "has Windows' lines within",
      service(listOf(once(first.pem.replaceAll("\n", "\r\n")))),
      ["carriage-returns"],
    ],
    [
      "has what the documents have",
      service(listOf("base64-encoded string of a PEM encoded public cert 1")),
      ["value-placeholder"],
    ],
    ["has something else", service(listOf("c29tZXRoaW5n")), ["no-certificate"]],
    ["has half a certificate", service(listOf(once(first.pem.slice(0, 200)))), ["certificate-unreadable"]],
    ["has a server's certificate", service(listOf(once(leaf.pem))), ["leaf-instead-of-ca"]],
    ["has a server's certificate beside its authority's", service(listOf(once(leaf.pem + first.pem))), []],
    ["has a server's own", service(listOf(once(own.pem))), ["self-signed-leaf"]],
    ["has one that is nearly over", service(listOf(once(old.pem))), ["expires-soon"]],
    ["has one that nobody takes", service(listOf(once(weak.pem))), ["certificate-refused"]],
    ["has one that is over", service(listOf(once(expired.pem))), ["expired"]],
    ["has one that is not yet", service(listOf(once(early.pem))), ["not-yet-valid"]],
    ["breaks the rule for names", service(listOf(once(first.pem), "my ca")), ["name-rule"]],
    ["has the name of a template", service(listOf(once(first.pem), "cert.name")), ["name-placeholder"]],
    ["has a template's braces", service(listOf(once(first.pem), "{{ name }}")), ["name-placeholder"]],
    ["has a name twice", service([...listOf(once(first.pem)), ...listOf(once(second.pem))]), ["name-twice"]],
    ["has a field misspelt", service(listOf(once(first.pem)), { defaultCni: "antrea" }), ["field-unknown"]],
    [
      "has a field of a later version",
      service(listOf(once(first.pem)), { defaultNodeDrainTimeout: "1m" }, "v1alpha1"),
      ["field-unknown"],
    ],
    ["has a list that is none", service({ name: "a" }), ["field-wrong"]],
    ["is of no version", service(listOf(once(first.pem)), {}, "v1"), ["field-wrong"]],
    [
      "has half a proxy",
      service(listOf(once(first.pem)), { proxy: { httpProxy: "http://p:1" } }),
      ["proxy-incomplete"],
    ],
    [
      "has a proxy without scheme",
      service([], { proxy: { httpProxy: "p:1", httpsProxy: "http://p:1", noProxy: [] } }),
      ["proxy-format"],
    ],
    [
      "has blanks in noProxy",
      service([], { proxy: { httpProxy: "http://p:1", httpsProxy: "http://p:1", noProxy: [" a.example"] } }),
      ["no-proxy-blanks"],
    ],
    [
      "has noProxy as a text",
      service([], { proxy: { httpProxy: "http://p:1", httpsProxy: "http://p:1", noProxy: "a,b" } }),
      ["field-wrong", "proxy-incomplete"],
    ],
  ])("%s", (_, text, rules) => {
    expect(rulesOf(ask(text))).toEqual(rules);
  });

  test("is told of where it is the example of the documentation, as it stands there", () => {
    const text = `apiVersion: run.tanzu.vmware.com/v1alpha1
kind: TkgServiceConfiguration
metadata:
  name: tkg-service-configuration
spec:
  defaultCNI: antrea
  trust:
    additionalTrustedCAs:
      - name: first-cert-name
        data: base64-encoded string of a PEM encoded public cert 1
      - name: second-cert-name
        data: base64-encoded string of a PEM encoded public cert 2
`;
    expect(rulesOf(ask(text))).toEqual(["value-placeholder", "value-placeholder"]);
  });

  test("tells of what, where, and how", () => {
    expect(ask(service(listOf(twice(first.pem))))).toEqual([
      {
        rule: "encoded-too-often",
        severity: "error",
        object: "TkgServiceConfiguration/tkg-service-configuration spec.trust.additionalTrustedCAs[0].data",
        facts: { wanted: 1, found: 2 },
      },
    ]);
  });

  test("says which registry its proxy would be asked for", () => {
    const registry = parseRegistryBase("harbor.example.com:8443/airgap");
    const withRules = (...noProxy: string[]) =>
      ask(service([], { proxy: { httpProxy: "http://p:1", httpsProxy: "http://p:1", noProxy } }), {
        registry,
      });
    expect(withRules("10.0.0.0/8")).toMatchObject([
      { rule: "proxy-takes-registry", facts: { host: "harbor.example.com:8443" } },
    ]);
    for (const rule of ["harbor.example.com", ".example.com", "harbor.example.com:8443", "*"]) {
      expect(withRules(rule)).toEqual([]);
    }
    expect(rulesOf(withRules(" .example.com"))).toEqual(["no-proxy-blanks"]);
  });
});

describe("a TanzuKubernetesCluster", () => {
  const tkc = (trust: object) =>
    formatYaml({
      apiVersion: "run.tanzu.vmware.com/v1alpha3",
      kind: "TanzuKubernetesCluster",
      metadata: { name: "tkc", namespace: "team-a" },
      spec: { topology: {}, settings: { network: { trust } } },
    });
  test.each<[string, object, string[]]>([
    ["is right", { additionalTrustedCAs: listOf(once(first.pem)) }, []],
    [
      "is encoded twice, as old pages say",
      { additionalTrustedCAs: listOf(twice(first.pem)) },
      ["encoding-by-version"],
    ],
    ["has a field misspelt", { additionalTrustedCas: [] }, ["field-wrong", "field-unknown"]],
  ])("%s", (_, trust, rules) => {
    expect(rulesOf(ask(tkc(trust)))).toEqual(rules);
  });
});

describe("a Supervisor's cluster and its Secret", () => {
  const both = (secret: object, ...names: string[]) => formatYaml(secret, cluster([references(...names)]));
  const good = { "ca-1": twice(first.pem) };
  test.each<[string, string, string[]]>([
    ["agree", both(trustSecret(good), "ca-1"), []],
    ["have no Secret", formatYaml(cluster([references("ca-1")])), ["trust-secret-missing"]],
    [
      "have another's Secret",
      both(trustSecret(good, { name: "prod-2-user-trusted-ca-secret" }), "ca-1"),
      ["trust-secret-name-differs"],
    ],
    [
      "are apart",
      both(trustSecret(good, { namespace: "team-b" }), "ca-1"),
      ["trust-secret-namespace-differs"],
    ],
    [
      "have different names",
      both(trustSecret(good), "ca-2"),
      ["trust-secret-key-missing", "trust-secret-key-unused"],
    ],
    ["are encoded once", both(trustSecret({ "ca-1": once(first.pem) }), "ca-1"), ["encoded-too-seldom"]],
    [
      "are of another type",
      both({ ...trustSecret(good), type: "kubernetes.io/tls" }, "ca-1"),
      ["trust-secret-type"],
    ],
    [
      "have a literal slip",
      both(trustSecret({ "cert.name": twice(first.pem) }), "cert.name"),
      ["name-placeholder", "name-placeholder"],
    ],
    [
      "let the server encode",
      both({ ...trustSecret({}), stringData: { "ca-1": once(first.pem) } }, "ca-1"),
      [],
    ],
    [
      "let it encode what is PEM",
      both({ ...trustSecret({}), stringData: { "ca-1": first.pem } }, "ca-1"),
      ["plain-pem"],
    ],
  ])("%s", (_, text, rules) => {
    expect(rulesOf(ask(text))).toEqual(rules);
  });
});

describe("a cluster of TKG's classes", () => {
  test.each<[string, unknown[], string[]]>([
    ["is right", [inline("imageRepository", once(first.pem))], []],
    ["has a name that nobody looks for", [inline("harbor", once(first.pem))], ["name-not-fixed"]],
    ["is encoded twice", [inline("proxy", twice(first.pem))], ["encoded-too-often"]],
    ["loses the registry's certificate", [both(second.pem)], ["proxy-entry-wins"]],
    ["has both in the entry that wins", [both(second.pem + first.pem)], []],
    [
      "has a scheme",
      [{ name: "imageRepository", value: { host: "https://a.example/tkg" } }],
      ["repository-scheme"],
    ],
    [
      "checks nobody",
      [{ name: "imageRepository", value: { host: "a.example/tkg", tlsCertificateValidation: false } }],
      ["verification-off"],
    ],
    [
      "has a proxy before its registries",
      [
        { name: "imageRepository", value: { host: "a.example/tkg" } },
        { name: "additionalImageRegistries", value: [{ host: "b.example" }, { host: "c.example" }] },
        {
          name: "proxy",
          value: { httpProxy: "http://p:1", httpsProxy: "http://p:1", noProxy: ["b.example"] },
        },
      ],
      ["proxy-takes-registry", "proxy-takes-registry"],
    ],
    [
      "has PEM in caCert",
      [{ name: "additionalImageRegistries", value: [{ host: "a.example", caCert: first.pem }] }],
      ["plain-pem"],
    ],
    [
      "has a text for a boolean",
      [{ name: "additionalImageRegistries", value: [{ host: "a.example", skipTlsVerify: "no" }] }],
      ["field-wrong"],
    ],
  ])("%s", (_, variables, rules) => {
    expect(rulesOf(ask(formatYaml(cluster(variables))))).toEqual(rules);
  });
});

describe("variables of TKG", () => {
  const own = "TKG_CUSTOM_IMAGE_REPOSITORY";
  test.each<[string, Record<string, string>, string[]]>([
    ["are right", { [own]: "a.example/tkg", [`${own}_CA_CERTIFICATE`]: once(first.pem) }, []],
    ["have a scheme", { [own]: "https://a.example/tkg" }, ["repository-scheme"]],
    ["end in a slash", { [own]: "a.example/tkg/" }, ["repository-trailing-slash"]],
    ["name no host", { [own]: "a b" }, ["repository-format"]],
    ["have PEM as it is", { [`${own}_CA_CERTIFICATE`]: first.pem }, ["plain-pem"]],
    ["are encoded twice", { TKG_PROXY_CA_CERT: twice(first.pem) }, ["encoded-too-often"]],
    [
      "have a name that is almost one",
      {
        [`${own}_CA_CERT`]: once(first.pem),
        TKG_PROXY_CA_CERTIFICATE: once(first.pem),
        ADDITIONAL_IMAGE_REGISTRY_CA_CERTIFICATE: once(first.pem),
        ADDITIONAL_IMAGE_REGISTRY_1_SKIP_TLS: "true",
        TKG_IP_FAMILY: "ipv4",
      },
      ["variable-unknown", "variable-unknown", "variable-unknown", "variable-unknown"],
    ],
    ["have a fourth registry", { ADDITIONAL_IMAGE_REGISTRY_4: "a.example" }, ["too-many-registries"]],
    ["check nobody", { [own]: "a.example/tkg", [`${own}_SKIP_TLS_VERIFY`]: "true" }, ["verification-off"]],
    [
      "lose the registry's certificate",
      { [`${own}_CA_CERTIFICATE`]: once(first.pem), TKG_PROXY_CA_CERT: once(second.pem) },
      ["proxy-certificate-wins"],
    ],
    [
      "have both in the one that wins",
      { [`${own}_CA_CERTIFICATE`]: once(first.pem), TKG_PROXY_CA_CERT: once(second.pem + first.pem) },
      [],
    ],
    ["have half a proxy", { TKG_HTTP_PROXY: "http://p:1" }, ["proxy-incomplete"]],
    [
      "have a proxy before the registry",
      {
        [own]: "a.example/tkg",
        TKG_HTTP_PROXY: "http://p:1",
        TKG_HTTPS_PROXY: "http://p:1",
        TKG_NO_PROXY: "b.example",
      },
      ["proxy-takes-registry"],
    ],
    [
      "have blanks in noProxy, which are taken out",
      {
        [own]: "a.example/tkg",
        TKG_HTTP_PROXY: "http://p:1",
        TKG_HTTPS_PROXY: "http://p:1",
        TKG_NO_PROXY: "b.example, a.example",
      },
      [],
    ],
    [
      "have no noProxy, which gets what the cluster needs",
      { TKG_HTTP_PROXY: "http://p:1", TKG_HTTPS_PROXY: "http://p:1" },
      [],
    ],
  ])("%s", (_, variables, rules) => {
    const entries = Object.entries(variables);
    const quoted = entries.map(([name, value]) => [name, `'${value}'`] as const);
    const texts = [
      formatYaml(variables),
      quoted.map(([name, value]) => `export ${name}=${value}\n`).join(""),
      quoted.map(([name, value]) => `tanzu config set env.${name} ${value}\n`).join(""),
    ];
    for (const text of texts) expect(rulesOf(ask(text))).toEqual(rules);
  });

  test.each([
    ["a command", "export TKG_CUSTOM_IMAGE_REPOSITORY_CA_CERTIFICATE=$(base64 -w0 ca.crt)"],
    ["a command in quotes", 'tanzu config set env.TKG_PROXY_CA_CERT "$(base64 -w0 < ca.crt)"'],
    ["an old command", "TKG_PROXY_CA_CERT=`base64 -w0 ca.crt`"],
    ["another variable", 'export TKG_CUSTOM_IMAGE_REPOSITORY="${REGISTRY}/tkg"'],
    ["a proxy of another variable", "export TKG_HTTP_PROXY=$http_proxy TKG_HTTPS_PROXY=http://p:1"],
  ])("are not judged where a shell makes them of %s", (_, text) => {
    expect(ask(`${text}\n`)).toEqual([]);
  });

  test("are for another registry, or one that wants a password", () => {
    const registry = parseRegistryBase("a.example");
    const askFor = (host: string) =>
      ask(`${own}=${host}/tkg`, { registry, wantsCredentials: true }).map(({ rule, facts }) => [rule, facts]);
    expect(askFor("b.example")).toEqual([
      ["repository-other-registry", { host: "b.example", expected: "a.example" }],
    ]);
    expect(askFor("a.example")).toEqual([["registry-wants-credentials", { host: "a.example" }]]);
    const variable = { name: "imageRepository", value: { host: "a.example/tkg" } };
    const findings = ask(formatYaml(cluster([variable])), { registry, wantsCredentials: true });
    expect(rulesOf(findings)).toEqual(["registry-wants-credentials"]);
  });
});

describe("what OpenShift trusts registries by", () => {
  const configMap = (data: Record<string, string>, namespace = "openshift-config") => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "registry-cas", namespace },
    data,
  });
  const image = {
    apiVersion: "config.openshift.io/v1",
    kind: "Image",
    metadata: { name: "cluster" },
    spec: { additionalTrustedCA: { name: "registry-cas" } },
  };
  const right = {
    "harbor.example.com": first.pem,
    "harbor.example.com..8443": first.pem + second.pem,
    "10.1.2.3..5000": first.pem,
    "10.1.2.3": first.pem,
    "updateservice-registry": first.pem,
  };
  test.each<[string, object[], string[]]>([
    ["is right", [configMap(right)], []],
    ["is encoded", [configMap({ "a.example": once(first.pem) })], ["encoded-too-often"]],
    ["is named by the cluster", [image, configMap({ "a.example": "" })], ["no-certificate"]],
    ["is the proxy's", [configMap({ "ca-bundle.crt": once(first.pem) })], ["nothing-recognized"]],
    ["is somewhere else", [configMap({ "a.example": once(first.pem) }, "team")], ["nothing-recognized"]],
  ])("%s", (_, objects, rules) => {
    expect(rulesOf(ask(formatYaml(...objects)))).toEqual(rules);
  });

  test.each([
    ["a.example:8443", "a.example..8443"],
    ["a.example.8443", "a.example..8443"],
    ["10.1.2.3.5000", "10.1.2.3..5000"],
    ["https://a.example", ""],
    ["a.example/tkg", ""],
  ])("has the key %s", (key, expected) => {
    expect(ask(formatYaml(configMap({ [key]: first.pem })))).toEqual([
      {
        rule: "trust-key-malformed",
        severity: "error",
        object: `ConfigMap/registry-cas data[${key}]`,
        facts: { key, expected },
      },
    ]);
  });
});

describe("image pull Secrets", () => {
  const good = pullSecret(auths("harbor.example.com"));
  test.each<[string, object[], string[]]>([
    ["are right", [good, pod()], []],
    ["are of another type", [{ ...good, type: "Opaque" }], ["pull-secret-type"]],
    ["are no base64", [pullSecret("{}")], ["pull-secret-malformed"]],
    ["are encoded twice", [pullSecret(twice(JSON.stringify(auths("a.example"))))], ["pull-secret-malformed"]],
    ["have no auths", [pullSecret({ "harbor.example.com": {} })], ["pull-secret-malformed"]],
    ["have no colon", [pullSecret(auths("a.example", { auth: once("user") }))], ["pull-secret-malformed"]],
    [
      "have users that differ",
      [pullSecret(auths("a.example", { username: "you", auth: once("me:word") }))],
      ["pull-secret-auth-differs"],
    ],
    [
      "have user and password only",
      [pullSecret(auths("a.example", { username: "you", password: "word" }))],
      [],
    ],
    [
      "have an empty auth beside user and password",
      [pullSecret(auths("a.example", { username: "you", password: "word", auth: "" }))],
      [],
    ],
    [
      "are for another registry",
      [pullSecret(auths("https://other.example/v1/")), pod()],
      ["pull-secret-other-registry"],
    ],
    [
      "are for Docker Hub by its other name",
      [pullSecret(auths("https://index.docker.io/v1/")), pod("team-a", "docker.io/library/app:1")],
      [],
    ],
    ["are for a whole domain", [pullSecret(auths("*.example.com")), pod()], []],
    ["are for a part of names", [pullSecret(auths("h*r*r.ex*.com")), pod()], []],
    [
      "are for parts that names have not",
      [pullSecret(auths("h*rb*arbor.example.com")), pod()],
      ["pull-secret-other-registry"],
    ],
    [
      "are for a domain further down",
      [pullSecret(auths("*.*.example.com")), pod()],
      ["pull-secret-other-registry"],
    ],
    [
      "are for another port",
      [pullSecret(auths("harbor.example.com:8443")), pod()],
      ["pull-secret-other-registry"],
    ],
    ["are not there", [pod()], ["pull-secret-missing"]],
    [
      "have the form before this one, which the kubelet takes as well",
      [
        pullSecret("", {
          type: "kubernetes.io/dockercfg",
          data: { ".dockercfg": once(JSON.stringify(auths("harbor.example.com").auths)) },
        }),
        pod(),
      ],
      [],
    ],
    ["are in another namespace", [good, pod("team-b")], ["pull-secret-namespace-differs"]],
    [
      "belong to an account elsewhere",
      [
        good,
        {
          apiVersion: "v1",
          kind: "ServiceAccount",
          metadata: { name: "builder", namespace: "team-b" },
          imagePullSecrets: [{ name: "pull" }],
        },
        pod(),
      ],
      ["pull-secret-namespace-differs", "service-account-namespace-differs"],
    ],
  ])("%s", (_, objects, rules) => {
    expect(rulesOf(ask(formatYaml(...objects)))).toEqual(rules);
    expect(rulesOf(ask(formatYaml({ apiVersion: "v1", kind: "List", items: objects })))).toEqual(rules);
  });

  test("are looked for by Deployments as well", () => {
    const { spec, ...rest } = pod("team-b");
    const deployment = { ...rest, apiVersion: "apps/v1", kind: "Deployment", spec: { template: { spec } } };
    expect(rulesOf(ask(formatYaml(good, deployment)))).toEqual(["pull-secret-namespace-differs"]);
  });
});

describe("a text", () => {
  test.each([
    ["as it is", leaf.keyPem],
    ["in base64", `data: ${once(leaf.keyPem)}`],
    ["in a Secret", formatYaml(trustSecret({ key: twice(leaf.keyPem) }))],
    ["with a certificate", service(listOf(once(leaf.pem + leaf.keyPem)))],
    ["for a shell", `export TKG_PROXY_CA_CERT='${leaf.pem}${leaf.keyPem}'`],
  ])("with a private key %s is not looked at, and none of it is told", (_, text) => {
    const findings = ask(text);
    expect(rulesOf(findings)).toEqual(["private-key"]);
    expect(JSON.stringify(findings)).not.toContain(leaf.keyPem.slice(40, 60));
  });

  test.each(["List", "TkgServiceConfigurationList"])("has the objects of a %s", (kind) => {
    const [item] = readDocuments(service(listOf(first.pem))).documents;
    expect(rulesOf(ask(formatYaml({ apiVersion: "v1", kind, items: [item] })))).toEqual(["plain-pem"]);
  });

  test.each<[string, string, string[]]>([
    // YAML knows both ends of lines; a shell puts the one of Windows into its values.
    ["of Windows", service(listOf(once(first.pem))).replaceAll("\n", "\r\n"), []],
    ["of Windows for a shell", "export TKG_NO_PROXY=a.example.com\r\n", ["carriage-returns"]],
    ["that is no YAML", "kind: [", ["not-yaml"]],
    ["with a key twice", "kind: Pod\nkind: Pod\nmetadata: {name: a}\n", ["key-twice"]],
    ["of other things", "apiVersion: v1\nkind: ConfigMap\n", ["nothing-recognized"]],
    ["of nothing", "", ["nothing-recognized"]],
    ["beyond all bounds", "a".repeat(600_000), ["too-large"]],
    ["of many lines", "\n".repeat(30_000), ["too-large"]],
  ])("%s", (_, text, rules) => {
    expect(rulesOf(ask(text))).toEqual(rules);
  });

  test("never breaks it, whatever stands in it", () => {
    const word = fc.constantFrom(
      "kind: TkgServiceConfiguration",
      "apiVersion: run.tanzu.vmware.com/v1alpha1",
      "spec:",
      " trust:",
      "  additionalTrustedCAs:",
      "  - name: a",
      "    data: b",
      "export TKG_PROXY_CA_CERT=",
      "---",
      "kind: Secret",
      "type: kubernetes.io/dockerconfigjson",
      "data: {.dockerconfigjson: e30=}",
      "__proto__: {a: 1}",
      "constructor: 1",
      "&a *a",
      "'",
      '"',
      "- [",
      "? {",
      "TKG_HTTP_PROXY: 5",
    );
    const text = fc.array(fc.oneof(word, fc.string({ maxLength: 20 }))).map((lines) => lines.join("\n"));
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: "grapheme" })), (pasted) => {
        expect(Array.isArray(ask(pasted, { registry: parseRegistryBase("a.example") }))).toBe(true);
      }),
    );
  });

  test("has no password in what is told of it", () => {
    const word = "s3cr3t-w0rd";
    const texts = [
      formatYaml(
        pullSecret(auths("a.example", { username: "u", password: "other", auth: once(`u:${word}`) })),
      ),
      `TKG_HTTP_PROXY=user:${word}@proxy`,
      `TKG_CUSTOM_IMAGE_REPOSITORY=https://user:${word}@a.example/\nTKG_CUSTOM_IMAGE_REPOSITORY_SKIP_TLS_VERIFY=true`,
      service([], { proxy: { httpProxy: `http://u:${word}@p /`, httpsProxy: `u:${word}@p` } }),
    ];
    for (const text of texts) {
      const told = ask(text);
      expect(told.length).toBeGreaterThan(0);
      expect(JSON.stringify(told)).not.toContain(word);
    }
  });
});

test("each rule has been provoked here", () => {
  expect(trustRules.filter((rule) => !provoked.has(rule))).toEqual([]);
});
