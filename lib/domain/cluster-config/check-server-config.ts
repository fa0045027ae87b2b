import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { findOneSidedCertificates } from "#lib/domain/vcd/certificate-lists.ts";
import { type ConfigView, pathOfField, viewConfig } from "#lib/domain/vcd/config-document.ts";
import { configDefaults, type ConfigField } from "#lib/domain/vcd/config-fields.ts";
import { entityPathOf, findConfigProblems } from "#lib/domain/vcd/config-problems.ts";
import { checkContainerRegistryUrl, type UrlProblemCode } from "#lib/domain/vcd/container-registry-url.ts";
import { findFieldProblems } from "#lib/domain/vcd/field-rules.ts";
import { findNode } from "#lib/domain/vcd/json-tree.ts";
import { parseRegistryBase, parseRegistryHost, type RegistryHost } from "#lib/engine/oci/reference.ts";
import { isBypassed } from "#lib/engine/oci/registry-bypass.ts";
import { checkCertificates } from "./check-certificates.ts";
import { judgeRegistry, judgeRepository } from "./check-tkg-variables.ts";
import { listRepeated } from "./check-trust-list.ts";
import { formatBase } from "./cluster-input.ts";
import type { ConfigFinding } from "./config-finding.ts";
import { readServerConfig, type ServerConfig } from "./read-server-config.ts";
import { tellServerConfig } from "./server-config-rule.ts";
import { trustFinding } from "./trust-finding.ts";
import type { TrustQuestion } from "./trust-question.ts";

const kind = "VCDKEConfig";
const maxCertificates = 100;
const maxFindings = 500;
const objectOf = (field: ConfigField) => `${kind} ${entityPathOf(field)}`;

/** In the words of `parseRegistryBase`, where it has one; what is left out has a rule of its own. */
const formatProblems: Partial<Record<UrlProblemCode, string>> = {
  required: "empty",
  "too-long": "too-long",
  whitespace: "whitespace",
  credentials: "credentials",
  query: "query",
  "upper-case": "uppercase",
  tag: "tag",
  "ipv6-brackets": "ipv6-brackets",
  "international-host": "international-host",
  "host-format": "host-malformed",
  "port-format": "port-malformed",
  "path-format": "repository-malformed",
};

/**
 * Checks a VCDKEConfig of Container Service Extension, whole or in part: its container registry URL, the certificates in both
 * of its lists, and its proxy; of a whole one also whether Cloud Director takes it. Null where a text is none. Never throws.
 * No token, key or password is in a finding.
 */
export function checkServerConfig(text: string, question: TrustQuestion): readonly ConfigFinding[] | null {
  const reading = readServerConfig(text);
  if (reading === null) return null;
  if (!reading.ok) return [tellServerConfig("not-json", kind, { line: reading.line })];
  const { config } = reading;
  const view = viewConfig(config.document);
  const url = checkContainerRegistryUrl(view.containerRegistryUrl ?? "").url;
  const host = url === null ? null : parseRegistryHost(url.host);
  return [
    ...checkForm(config),
    ...checkUrl(config, view, question),
    ...checkLists(config, view, question.at),
    ...checkProxyFields(config, view, host),
    ...(view.hasGithubToken
      ? [tellServerConfig("secret-readable", objectOf("githubToken"), { field: "githubPersonalAccessToken" })]
      : []),
  ].slice(0, maxFindings);
}

/** What Cloud Director, or the CSE server, does not take. Of a part, what is missing may stand elsewhere. */
function checkForm({ document, isWhole }: ServerConfig): readonly ConfigFinding[] {
  const codes = isWhole ? ["wrong-type", "required"] : ["wrong-type"];
  const problems = findConfigProblems(document);
  const several = problems.find(({ code }) => code === "several-profiles");
  const fields = problems
    // It is told with what else may be wrong with it.
    .filter(
      ({ code, field }) =>
        codes.includes(code) && (field !== "containerRegistryUrl" || code === "wrong-type"),
    )
    .map(({ path }) => path);
  return [
    ...(several === undefined
      ? []
      : [tellServerConfig("several-profiles", `${kind} profiles`, { found: Number(several.value) })]),
    ...[...new Set(fields)].map((path) =>
      tellServerConfig("server-config-field", `${kind} ${path}`, { field: path }),
    ),
  ];
}

function checkUrl(
  { document, isWhole }: ServerConfig,
  { containerRegistryUrl: text }: ConfigView,
  question: TrustQuestion,
): readonly ConfigFinding[] {
  const [object, variable] = [objectOf("containerRegistryUrl"), "containerRegistryUrl"];
  // Version 4.0 has no such field; of something else than a text it is told already.
  const isThere = findNode(document.root, pathOfField(document, "containerRegistryUrl")) !== null;
  if (text === null && (isThere || !isWhole || document.typeVersion === "1.0.0")) return [];
  const { url, problems, proposal } = checkContainerRegistryUrl(text ?? "");
  const findings = problems.map(({ code, value = "" }): ConfigFinding => {
    if (code === "ends-in-folder") {
      return tellServerConfig("repository-ends-in-folder", object, { variable, path: value });
    }
    if (code === "retired-host") {
      return tellServerConfig("repository-retired", object, { host: value, expected: proposal ?? "" });
    }
    return judgeRepository(variable, formatProblems[code] ?? code, object);
  });
  if (url === null) return findings;
  const found = parseRegistryBase(text ?? "");
  const judged = [...findings, ...judgeRegistry(found, question, object)];
  const expected = question.registry ?? found;
  const isElsewhere = expected.registry === found.registry && !["", found.base].includes(expected.base);
  if (!isElsewhere) return judged;
  const places = { host: formatBase(found), expected: formatBase(expected) };
  return [...judged, trustFinding("repository-other-registry", object, places)];
}

const lists = ["bootstrapCertificates", "clusterCertificates"] as const;

function checkLists({ isWhole }: ServerConfig, view: ConfigView, at: Date): readonly ConfigFinding[] {
  const findings: ConfigFinding[] = [];
  const read = lists.map((list) => {
    const seen = new Map<string, string>();
    return (view[list] ?? []).slice(0, maxCertificates).flatMap((pem, index): Certificate[] => {
      const object = `${objectOf(list)}[${index}]`;
      const checked = checkCertificates(pem, "cse", object, at);
      const found = checked.certificates.length;
      findings.push(
        ...checked.findings,
        ...listRepeated(checked.certificates, `certificateAuthorities[${index}]`, seen, object),
        ...(found > 1 ? [tellServerConfig("several-in-entry", object, { found })] : []),
      );
      return [...checked.certificates];
    });
  });
  // Of a part that has one list only, the other may have them, too.
  if (!isWhole && lists.some((list) => view[list] === null)) return findings;
  const [bootstrap = [], cluster = []] = read;
  const pems = (certificates: readonly Certificate[]) => certificates.map(({ pem }) => pem);
  const sided = findOneSidedCertificates({
    bootstrapCertificates: pems(bootstrap),
    clusterCertificates: pems(cluster),
  });
  const told = sided.flatMap(({ list, index, missingIn }) => {
    const certificate = (list === "bootstrapCertificates" ? bootstrap : cluster)[index];
    if (certificate === undefined) return [];
    const { fingerprint, details } = certificate;
    const facts = { fingerprint, subject: details.subject.text, missing: entityPathOf(missingIn) };
    return [tellServerConfig("certificate-one-sided", objectOf(list), facts)];
  });
  return [...findings, ...told];
}

function checkProxyFields(
  { isWhole }: ServerConfig,
  view: ConfigView,
  host: RegistryHost | null,
): readonly ConfigFinding[] {
  const findings = (["httpProxy", "httpsProxy"] as const).flatMap((field) =>
    findFieldProblems(field, view[field] ?? "").map(({ code }) => {
      if (code === "readable-by-tenants")
        return tellServerConfig("secret-readable", objectOf(field), { field });
      if (code === "scheme-missing")
        return tellServerConfig("proxy-scheme-missing", objectOf(field), { field });
      return trustFinding("proxy-format", objectOf(field), { field });
    }),
  );
  const hasProxy = Boolean(view.httpProxy ?? "") || Boolean(view.httpsProxy ?? "");
  if (!hasProxy || (view.noProxy === null && !isWhole)) return findings;
  const written = (view.noProxy ?? "").split(",");
  const entries = written.map((entry) => entry.trim()).filter(Boolean);
  const missing = configDefaults.noProxy.split(",").filter((entry) => !entries.includes(entry));
  const object = objectOf("noProxy");
  return [
    ...findings,
    ...(written.some((entry) => /\s/.test(entry)) ? [trustFinding("no-proxy-blanks", object, {})] : []),
    ...(missing.length > 0
      ? [tellServerConfig("no-proxy-incomplete", object, { missing: missing.join(", ") })]
      : []),
    ...(host === null || isBypassed(host, entries)
      ? []
      : [trustFinding("proxy-takes-registry", object, { host })]),
  ];
}
