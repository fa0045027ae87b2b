import { checkCertificates } from "./check-certificates.ts";
import { checkShape } from "./check-shape.ts";
import { checkObjectProxy, listExpected } from "./check-tanzu-object.ts";
import { judgeRegistry, judgeRepository } from "./check-tkg-variables.ts";
import { checkTrustList, checkTrustNames, listNames } from "./check-trust-list.ts";
import { registryBase } from "./cluster-input.ts";
import type { FoundObject } from "./found-object.ts";
import { asList, asMap, asText, findBelow, type YamlValue } from "./read-documents.ts";
import { clusterClassVariables, trustReferences } from "./tanzu-objects.ts";
import { parseCertificates } from "./trust-entries.ts";
import type { TrustQuestion } from "./trust-question.ts";
import { shorten, type TrustFinding, trustFinding } from "./trust-finding.ts";

/** The names that the ClusterClasses of Tanzu Kubernetes Grid know (config_variable_association.star of tanzu-framework). */
const fixedNames = new Set(["imageRepository", "proxy"]);

/** The value of a variable of a Cluster's class; undefined where it has none of that name. */
function findVariable({ body }: FoundObject, name: string): YamlValue | undefined {
  const variables = asList(findBelow(body, "spec", "topology", "variables")).map(asMap);
  return variables.find((each) => each?.name === name)?.value;
}

/** The names of a Supervisor's `trust`, whose certificates are in a Secret; null for any other cluster. */
export function findReferences(object: FoundObject): readonly string[] | null {
  const list = findBelow(findVariable(object, "trust"), "additionalTrustedCAs");
  const isInline = asList(list).some((entry) => asMap(entry)?.data !== undefined);
  return list === undefined || isInline ? null : listNames(list);
}

/** Checks the variables of a Cluster v1beta1; whether the Secret of a Supervisor's fits is not asked here. */
export function checkCluster(object: FoundObject, question: TrustQuestion): TrustFinding[] {
  const { label } = object;
  const trust = findVariable(object, "trust");
  const place = `${label} spec.topology.variables[trust]`;
  const references = findReferences(object);
  if (references !== null && trust !== undefined) {
    return [
      ...checkShape(trust, trustReferences, place),
      ...checkTrustNames(references, `${place}.additionalTrustedCAs`),
      ...checkRegistries(object, question),
    ];
  }
  const list = findBelow(trust, "additionalTrustedCAs");
  const strange = listNames(list).filter((name) => !fixedNames.has(name));
  return [
    ...(trust === undefined ? [] : checkShape(trust, clusterClassVariables.trust, place)),
    ...checkTrustList(list, "tkg-variable", `${place}.additionalTrustedCAs`, question.at).filter(isNoPair),
    ...strange.map((name) => trustFinding("name-not-fixed", place, { name: shorten(name) })),
    ...judgeWinner(list, `${place}.additionalTrustedCAs`),
    ...checkRegistries(object, question),
  ];
}

/** That the one entry has what the other has is as it should be. */
const isNoPair = ({ rule, facts }: TrustFinding): boolean =>
  rule !== "certificate-twice" || !fixedNames.has(facts.name) || !fixedNames.has(facts.other);

/** Nodes take `proxy` for the registry, too, where it is there: `or $proxy $image` of packages/tkg-clusterclass-vsphere. */
function judgeWinner(list: YamlValue | undefined, object: string): TrustFinding[] {
  const read = (name: string) =>
    asList(list)
      .map(asMap)
      .filter((entry) => entry?.name === name)
      .flatMap((entry) => parseCertificates(asText(entry?.data) ?? undefined));
  const has = new Set(read("proxy").map(({ fingerprint }) => fingerprint));
  const missing = read("imageRepository").filter(({ fingerprint }) => !has.has(fingerprint)).length;
  return has.size === 0 || missing === 0 ? [] : [trustFinding("proxy-entry-wins", object, { missing })];
}

function checkRegistries(object: FoundObject, question: TrustQuestion): TrustFinding[] {
  const at = (name: string) => `${object.label} spec.topology.variables[${name}]`;
  const repository = findVariable(object, "imageRepository");
  const others = findVariable(object, "additionalImageRegistries");
  const findings: TrustFinding[] = [];
  const registries = [...listExpected(question)];
  for (const [name, value] of [
    ["imageRepository", repository],
    ["additionalImageRegistries", others],
  ] as const) {
    if (value !== undefined) findings.push(...checkShape(value, clusterClassVariables[name], at(name)));
  }
  const entries: [YamlValue | undefined, string][] = [
    [repository, at("imageRepository")],
    ...asList(others).map((each, index): [YamlValue, string] => [
      each,
      `${at("additionalImageRegistries")}[${index}]`,
    ]),
  ];
  for (const [entry, place] of entries) {
    const map = asMap(entry);
    const host = asText(map?.host);
    if (map === null || host === null) continue;
    const { data: base, error } = registryBase.safeParse(host);
    if (base !== undefined) registries.push(base);
    if (base === undefined) findings.push(judgeRepository("host", error.issues[0]?.message ?? "", place));
    else if (entry === repository) findings.push(...judgeRegistry(base, question, place));
    if (map.tlsCertificateValidation === false || map.skipTlsVerify === true) {
      findings.push(trustFinding("verification-off", place, { host: base?.registry ?? "" }));
    }
    const authority = asText(map.caCert);
    if (authority !== null && authority !== "") {
      findings.push(...checkCertificates(authority, "tkg-variable", `${place}.caCert`, question.at).findings);
    }
  }
  const proxy = findVariable(object, "proxy");
  return [...findings, ...checkObjectProxy(proxy, registries, at("proxy"))];
}
