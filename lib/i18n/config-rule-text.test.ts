import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import { readingProblemSeverities } from "#lib/domain/certificates/reading-problem.ts";
import type { TrustNameProblem } from "#lib/domain/certificates/trust-name.ts";
import { findingSeverities } from "#lib/domain/certificates/review-certificate.ts";
import type { DockerMirrorProblem } from "#lib/domain/cluster-config/check-docker-daemon.ts";
import { hostsTomlRules, type HostsTomlRule } from "#lib/domain/cluster-config/check-hosts-toml.ts";
import { dockerRules, type DockerRule } from "#lib/domain/cluster-config/docker-rule.ts";
import type { HostsTomlProblem } from "#lib/domain/cluster-config/hosts-toml.ts";
import { mirrorRules, type MirrorRule } from "#lib/domain/cluster-config/mirror-rule.ts";
import { mirrorSetRules } from "#lib/domain/cluster-config/parse-mirror-sets.ts";
import type { DocumentProblem } from "#lib/domain/cluster-config/read-documents.ts";
import type { RegistriesConfProblem } from "#lib/domain/cluster-config/registries-conf.ts";
import { registriesRules, type RegistriesRule } from "#lib/domain/cluster-config/registries-rule.ts";
import { serverConfigRules, type ServerConfigRule } from "#lib/domain/cluster-config/server-config-rule.ts";
import { trustRules, type TrustFinding, type TrustRule } from "#lib/domain/cluster-config/trust-finding.ts";
import { listMessageArguments } from "#lib/testing/message-arguments.ts";
import { createConfigRuleText } from "./config-rule-text.ts";
import type { DynamicTranslator } from "./error-text.ts";
import { type Locale, locales } from "./locales.ts";
import { loadMessages } from "./messages.ts";

const certificate = { fingerprint: "ab12", subject: "CN=Lab CA" };
const places = { namespace: "default", expected: "tenant" };
const secret = "lab-user-trusted-ca-secret";

const trustSamples: { [Rule in TrustRule]: Extract<TrustFinding, { rule: Rule }>["facts"] } = {
  "too-large": {},
  "not-yaml": { line: 3 },
  "key-twice": { line: 4 },
  "nothing-recognized": {},
  "private-key": { form: "pkcs8", line: 7 },
  "carriage-returns": { line: 1 },
  "field-unknown": { field: "spec.trusts" },
  "field-wrong": { field: "spec.trust" },
  "plain-pem": { expected: "base64" },
  "encoded-too-often": { wanted: 1, found: 2 },
  "encoded-too-seldom": { wanted: 2, found: 1 },
  "encoding-by-version": {},
  "der-instead-of-pem": {},
  "pem-lines-lost": {},
  "base64-broken": {},
  "value-placeholder": {},
  "no-certificate": {},
  "certificate-unreadable": { problem: "block-unfinished" },
  "leaf-instead-of-ca": { ...certificate, issuer: "CN=Root" },
  "self-signed-leaf": certificate,
  expired: { ...certificate, notAfter: "2026-01-02T03:04:05.000Z", days: 12 },
  "not-yet-valid": { ...certificate, notBefore: "2026-01-02T03:04:05.000Z", days: 1 },
  "expires-soon": { ...certificate, notAfter: "2026-01-02T03:04:05.000Z", days: 30 },
  "certificate-refused": { ...certificate, finding: "weak-key" },
  "name-rule": { name: "a b", problem: "trust-name-characters" },
  "name-placeholder": { name: "cert.name" },
  "name-twice": { name: "lab" },
  "certificate-twice": { name: "lab", other: "lab-2" },
  "name-not-fixed": { name: "harbor" },
  "trust-secret-missing": { secret },
  "trust-secret-name-differs": { secret: "own-user-trusted-ca-secret", expected: secret },
  "trust-secret-namespace-differs": { secret, ...places },
  "trust-secret-key-missing": { secret, key: "lab" },
  "trust-secret-key-unused": { secret, key: "old" },
  "trust-secret-type": { type: "kubernetes.io/tls" },
  "trust-key-malformed": { key: "harbor.lab:8443", expected: "harbor.lab..8443" },
  "proxy-incomplete": { missing: "noProxy" },
  "proxy-format": { field: "httpProxy" },
  "no-proxy-blanks": {},
  "proxy-takes-registry": { host: "harbor.lab" },
  "repository-scheme": { variable: "TKG_CUSTOM_IMAGE_REPOSITORY" },
  "repository-trailing-slash": { variable: "TKG_CUSTOM_IMAGE_REPOSITORY" },
  "repository-format": { variable: "TKG_CUSTOM_IMAGE_REPOSITORY", problem: "uppercase" },
  "repository-other-registry": { host: "old.lab", expected: "harbor.lab" },
  "variable-unknown": { variable: "TKG_PROXY_CA", expected: "TKG_PROXY_CA_CERT" },
  "too-many-registries": { variable: "ADDITIONAL_IMAGE_REGISTRY_4", limit: 3 },
  "verification-off": { host: "harbor.lab" },
  "proxy-certificate-wins": { missing: 2 },
  "proxy-entry-wins": { missing: 1 },
  "registry-wants-credentials": { host: "harbor.lab" },
  "pull-secret-type": { type: "Opaque" },
  "pull-secret-malformed": { problem: "json" },
  "pull-secret-auth-differs": { host: "harbor.lab" },
  "pull-secret-other-registry": { host: "harbor.lab", found: "old.lab" },
  "pull-secret-missing": { secret: "pull", namespace: "default" },
  "pull-secret-namespace-differs": { secret: "pull", ...places },
  "service-account-namespace-differs": { account: "builder", ...places },
};

type Samples<Rule extends string> = Record<Rule, Record<string, string | number>>;

const image = "quay.io/org/app";
const hosts = { host: "quay.io", sources: "quay.io/org, quay.io/other" };

const mirrorSetSamples: Samples<keyof typeof mirrorSetRules> = {
  "yaml-unreadable": { problem: "not-yaml", line: 3 },
  "key-twice": { line: 4 },
  "mirror-sets-missing": {},
  "mirror-sets-too-many": { limit: 500 },
  "kind-foreign": { kind: "Deployment", apiVersion: "apps/v1" },
  "policy-kind-old": { kind: "ImageContentSourcePolicy" },
  "field-missing": { field: "source" },
  "field-type": { field: "mirrors", expected: "array" },
  "field-unknown": { field: "imageTagMirrors", expected: "imageDigestMirrors" },
  "source-malformed": { value: "https://quay.io" },
  "mirror-malformed": { value: "https://harbor.lab" },
  "mirror-repeated": { value: "harbor.lab/org" },
  "policy-unknown": { value: "Never", allowed: "NeverContactSource, AllowContactingSource" },
  "api-version-wrong": { value: "v1", expected: "config.openshift.io/v1" },
  "name-malformed": { value: "My_Set" },
};

const mirrorSamples: Samples<MirrorRule> = {
  "mirror-equals-source": { source: image },
  "entry-without-mirrors": { source: image },
  "policy-without-mirrors": { source: image, policy: "NeverContactSource" },
  "entry-hidden": { image, source: "quay.io", hiddenBy: "quay.io/org", by: "tag" },
  "policies-differ": { source: image, never: 1, allow: 2 },
  "mirror-holds-nothing": { image, location: "harbor.lab/a/app", stands: "harbor.lab/org/app" },
  "image-not-mirrored": { image },
  "image-without-entry": { image, stands: "harbor.lab/org/app" },
  "entry-without-image": { source: "quay.io/org" },
  "windows-path-differs": {
    source: image,
    mirror: "harbor.lab/my/app",
    asked: "harbor.lab/my/org/app",
    path: "org/app",
  },
  "windows-source-host-dropped": {
    source: image,
    mirror: `harbor.lab/${image}`,
    asked: "harbor.lab/org/app",
  },
  "windows-mirror-empty": { source: image, mirror: "org/app" },
  "windows-wildcard": { source: "*.quay.io" },
  "windows-port-in-directory": { host: "q.io:5000", directory: "q.io:5000", expected: "q.io_5000_" },
  "windows-duplicate-table": {
    host: "quay.io",
    table: '[host."https://m.io/v2"]',
    mirrors: "m.io/a, m.io/b",
  },
  "windows-order-lost": { host: "quay.io", written: "z.io, a.io", asked: "a.io, z.io" },
  "windows-spill-over": { ...hosts, source: "quay.io/other", mirror: "harbor.lab/org" },
  "windows-whole-host": hosts,
  "windows-never-whole-host": hosts,
  "windows-policy-lost": { host: "quay.io", source: image },
  "windows-policy-by-chance": { host: "quay.io", source: image },
  "windows-empty-file": { host: "quay.io" },
  "windows-docker-server": { server: "https://docker.io/v2" },
  "windows-tag-unresolved": { image: `${image}:v1`, host: "quay.io" },
  "windows-tag-at-server": { image: `${image}:v1`, host: "quay.io" },
  "windows-pause-without-entry": { image: "mcr.microsoft.com/oss/kubernetes/pause:3.9" },
  "windows-image-elsewhere": { image, asked: "harbor.lab/org/app", stands: "harbor.lab/my/app" },
  "findings-too-many": { limit: 1000 },
};

const hostsTomlSamples: Samples<HostsTomlRule> = {
  "too-large": {},
  "hosts-toml-ignored": { problem: "wrong-type", detail: "override_path" },
  "host-table-missing": { host: "quay.io" },
  "referrers-not-known": { host: "quay.io" },
  "directory-not-looked-in": { directory: "q.io", expected: "q.io_5000_, _default", system: "windows" },
  "source-asked": { host: "quay.io" },
  "tags-at-source-only": { host: "quay.io" },
  "tags-unresolved": {},
  "capabilities-missing": { host: "harbor.lab" },
  "host-empty": { name: "https:///v2" },
  "plain-http": { host: "harbor.lab" },
  "http-with-tls-settings": { host: "harbor.lab" },
  "verification-skipped": { host: "harbor.lab" },
  "version-behind-path": { host: "harbor.lab", path: "/org/v2" },
  "version-missing": { host: "harbor.lab", path: "/org" },
  "credentials-in-file": { host: "harbor.lab", header: "Authorization" },
  "server-without-header": { host: "harbor.lab" },
};

const registriesSamples: Samples<RegistriesRule> = {
  "registries-conf-refused": { problem: "pull-kind-twice", detail: "m.io" },
  "registries-version-1": {},
  "key-ignored": { key: "registry.url" },
  "prefix-twice": { prefix: "quay.io" },
  "prefix-matches-nothing": { prefix: "a.*.io" },
  "location-unusable": { prefix: "quay.io", location: "harbor/base" },
  "mirror-blocked": { mirror: "harbor.lab:5000", blockedBy: "harbor.lab" },
  "block-without-effect": { prefix: "quay.io", location: "harbor.lab/quay" },
  "blocked-wholly": { prefix: "quay.io" },
  "kind-unserved": { prefix: "quay.io", by: "tag" },
  "kind-at-registry-only": { prefix: "quay.io", by: "digest" },
  "registry-asked": { location: "quay.io" },
  "insecure-allowed": { location: "harbor.lab/base", host: "harbor.lab" },
  "path-not-kept": {
    prefix: "quay.io/org",
    mirror: "harbor.lab/base",
    image: "quay.io/org/<repository>",
    location: "harbor.lab/base/<repository>",
  },
  "search-registry-asked": { host: "docker.io" },
  "short-name-ambiguous": { registries: "docker.io, quay.io", mode: "permissive" },
};

const serverConfigSamples: Samples<ServerConfigRule> = {
  "not-json": { line: 4 },
  "several-profiles": { found: 2 },
  "server-config-field": { field: "profiles[0].K8Config.cpi.version" },
  "repository-ends-in-folder": { variable: "containerRegistryUrl", path: "tkg" },
  "repository-retired": { host: "projects.registry.vmware.com", expected: "projects.packages.broadcom.com" },
  "several-in-entry": { found: 2 },
  "certificate-one-sided": { ...certificate, missing: "profiles[0].K8Config.certificateAuthorities" },
  "secret-readable": { field: "httpProxy" },
  "proxy-scheme-missing": { field: "httpProxy" },
  "no-proxy-incomplete": { missing: "localhost, .svc" },
};

const dockerSamples: Samples<DockerRule> = {
  "daemon-json-unreadable": { line: 3 },
  "daemon-key-unknown": { key: "registry-mirror", expected: "registry-mirrors" },
  "daemon-list-wrong": { key: "registry-mirrors" },
  "daemon-mirror-refused": { mirror: "harbor.lab:8443", problem: "scheme" },
  "daemon-mirror-path": { mirror: "https://harbor.lab/mirror" },
  "daemon-mirror-plain": { host: "harbor.lab" },
  "daemon-asks-hub": {},
  "daemon-insecure": { host: "harbor.lab" },
  "daemon-insecure-refused": { value: "harbor.lab/base" },
  "authority-as-client": { name: "ca.cert", expected: "ca.crt" },
};

const samples: Samples<string> = {
  ...(trustSamples as Samples<TrustRule>),
  // Of a field that is unknown the mirror sets say more.
  ...mirrorSetSamples,
  ...mirrorSamples,
  ...hostsTomlSamples,
  ...registriesSamples,
  ...serverConfigSamples,
  ...dockerSamples,
};

const rules = new Set<string>([
  ...trustRules,
  ...Object.keys(mirrorSetRules),
  ...Object.keys(mirrorRules),
  ...Object.keys(hostsTomlRules),
  ...Object.keys(registriesRules),
  ...Object.keys(serverConfigRules),
  ...Object.keys(dockerRules),
]);

/** The codes of a union, which the compiler keeps complete. */
const codesOf = <Code extends string>(codes: Record<Code, true>) => Object.keys(codes);

/** Each rule whose fact `problem` is a code, with all codes that it may be. */
const problems: Readonly<Record<string, readonly string[]>> = {
  "name-rule": codesOf<TrustNameProblem["code"]>({
    ...{ "trust-name-empty": true, "trust-name-characters": true },
    ...{ "trust-name-too-long": true, "trust-name-taken": true },
  }),
  "certificate-unreadable": Object.entries(readingProblemSeverities)
    .filter(([code, severity]) => severity === "error" && code !== "private-key")
    .map(([code]) => code),
  // What `parseRegistryBase` and `checkContainerRegistryUrl` say beside what has a rule of its own.
  "repository-format": [
    ...["empty", "whitespace", "uppercase", "too-long", "host-malformed", "port-malformed"],
    ...["host-missing", "repository-malformed"],
    ...["credentials", "query", "tag", "ipv6-brackets", "international-host"],
  ],
  "pull-secret-malformed": ["missing", "base64", "encoded-twice", "json", "auths", "auth"],
  "daemon-mirror-refused": codesOf<DockerMirrorProblem>({
    ...{ scheme: true, address: true, account: true, query: true },
  }),
  "yaml-unreadable": codesOf<Exclude<DocumentProblem["code"], "key-twice">>({
    ...{ "too-large": true, "not-yaml": true },
  }),
  "hosts-toml-ignored": codesOf<Exclude<HostsTomlProblem, "too-large">>({
    ...{ empty: true, "not-toml": true, "wrong-type": true },
    ...{ "capability-unknown": true, "server-malformed": true },
  }),
  "registries-conf-refused": [
    ...["not-toml", "wrong-type"],
    ...codesOf<RegistriesConfProblem>({
      ...{ "versions-mixed": true, "location-missing": true, "location-malformed": true },
      ...{ "wildcard-malformed": true, "pull-kind-unknown": true, "pull-kind-twice": true },
      ...{ "pull-kind-at-registry": true, "rules-conflict": true, "search-registry-malformed": true },
      ...{ "short-name-mode-unknown": true, "alias-malformed": true },
    }),
  ],
};

/** They have rules of their own. */
const toldApart: readonly string[] = ["expired", "not-yet-valid"];
const refusals = Object.entries(findingSeverities)
  .filter(([code, severity]) => severity === "error" && !toldApart.includes(code))
  .map(([code]) => code);

async function open(locale: Locale) {
  const messages = (await loadMessages(locale)).configRules;
  const failures: string[] = [];
  const translate = createTranslator({
    locale,
    messages: await loadMessages(locale),
    namespace: "configRules",
    onError: (error) => failures.push(error.message),
  }) as unknown as DynamicTranslator;
  return { messages, failures, textOf: createConfigRuleText(translate) };
}

const isRaw = (text: string) => /undefined|configRules|\{\w/.test(text);

describe.each(locales)("the rules of cluster configuration in %s", (locale) => {
  it("have their sentences, and there are no others", async () => {
    const { messages } = await open(locale);
    expect(Object.keys(messages.rules).toSorted()).toEqual([...rules].toSorted());
    expect(Object.keys(samples).toSorted()).toEqual([...rules].toSorted());
  });

  it("name facts that they have, and nothing else", async () => {
    const { messages } = await open(locale);
    const capitalize = (name: string) => `has${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    for (const [rule, text] of Object.entries<{ title: string; hint?: string }>(messages.rules)) {
      const facts = Object.keys(samples[rule] ?? {});
      const allowed = [...facts, ...facts.map(capitalize)];
      const named = [text.title, text.hint ?? ""].flatMap(listMessageArguments);
      expect([rule, named.filter((name) => !allowed.includes(name))]).toEqual([rule, []]);
    }
    for (const [rule, words] of Object.entries(messages.problems)) {
      if (typeof words === "string") continue;
      const facts = Object.keys(samples[rule] ?? {});
      const named = Object.values<string>(words).flatMap(listMessageArguments);
      expect(named.filter((name) => ![...facts, ...facts.map(capitalize)].includes(name))).toEqual([]);
    }
  });

  it("are told with their facts and without them", async () => {
    const { textOf, failures } = await open(locale);
    for (const [rule, facts] of Object.entries(samples)) {
      for (const given of [facts, {}]) {
        const { title, hint, message } = textOf({ rule, facts: given });
        expect([rule, title, hint, isRaw(`${title} ${hint ?? ""}`)]).toEqual([rule, title, hint, false]);
        expect(title).not.toMatch(/[.。]$/);
        // Of a run of two sentences nobody sees where the first ends.
        const whole = [`${title}. ${hint}`, `${title}。${hint}`, ...(hint === null ? [title] : [])];
        expect(whole).toContain(message);
      }
    }
    expect(failures).toEqual([]);
  });

  it("have a word for each code among the facts", async () => {
    const { messages, textOf, failures } = await open(locale);
    const groups = Object.entries(messages.problems).filter(([rule]) => rule !== "other");
    expect(Object.fromEntries(groups.map(([rule, words]) => [rule, Object.keys(words).toSorted()]))).toEqual(
      Object.fromEntries(Object.entries(problems).map(([rule, codes]) => [rule, codes.toSorted()])),
    );
    expect(Object.keys(messages.refusals).toSorted()).toEqual(refusals.toSorted());
    const forms = (await loadMessages(locale)).certificateFindings.keyForms;
    expect(messages.keyForms).toEqual(forms);
    for (const [rule, codes] of Object.entries(problems)) {
      for (const problem of codes) {
        const { hint } = textOf({ rule, facts: { ...samples[rule], problem } });
        expect(isRaw(hint ?? "")).toBe(false);
      }
    }
    expect(failures).toEqual([]);
  });
});

describe("a rule's text", () => {
  it("names what the facts name", async () => {
    const { textOf } = await open("en");
    expect(textOf({ rule: "encoded-too-seldom", facts: { wanted: 2, found: 1 } }).title).toBe(
      "The certificate is in base64 once, where twice is wanted",
    );
    const expired = textOf({ rule: "expired", facts: trustSamples.expired });
    expect(expired.title).toBe("CN=Lab CA has expired");
    expect(expired.hint).toContain("valid until 2026-01-02, 12 days ago");
    const facts = { ...trustSamples.expired, subject: "" };
    expect(textOf({ rule: "expired", facts }).title).toBe("ab12 has expired");
  });

  it("has words for codes, and leaves out what is not known", async () => {
    const { textOf } = await open("en");
    const hintOf = (rule: string, facts: Record<string, string | number>) => textOf({ rule, facts }).hint;
    expect(hintOf("private-key", { form: "ec", line: 0 })).toContain("It is inside this value (EC).");
    expect(hintOf("private-key", { form: "ec", line: 12 })).toContain("It begins in line 12 (EC).");
    expect(hintOf("pull-secret-malformed", { problem: "from-the-future" })).toContain("It has not the form");
    expect(hintOf("field-unknown", { field: "x" })).not.toContain("instead");
  });

  it("admits what it does not know", async () => {
    const { textOf } = await open("en");
    expect(textOf({ rule: "from-the-future", facts: {} })).toEqual({
      title: "from-the-future: this version does not know what that means.",
      message: "from-the-future: this version does not know what that means.",
      hint: null,
    });
  });
});
