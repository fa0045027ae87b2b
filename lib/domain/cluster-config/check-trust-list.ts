import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import type { TrustField } from "#lib/domain/certificates/node-files.ts";
import { findTrustNameProblem } from "#lib/domain/certificates/trust-name.ts";
import { checkCertificates } from "./check-certificates.ts";
import { asList, asMap, asText, type YamlValue } from "./read-documents.ts";
import { shorten, type TrustFinding, trustFinding } from "./trust-finding.ts";

/** Names that a template was to replace, as `deploy_tkgs_v1beta1_cluster.yaml.j2` of service-installer leaves one. */
const placeholder = /^(?:(?:cert|certificate|ca|item)\.(?:name|data)|.*\{\{.*|\$\{?\w+\}?|<.*>)$/;

/** Names of a list of certificates: the rule for them, placeholders, and that each is there once. */
export function checkTrustNames(names: readonly string[], object: string): TrustFinding[] {
  const seen = new Set<string>();
  return names.flatMap((name, index) => {
    const at = `${object}[${index}]`;
    const isTwice = seen.has(name);
    seen.add(name);
    if (placeholder.test(name)) return [trustFinding("name-placeholder", at, { name: shorten(name) })];
    const problem = findTrustNameProblem(name)?.code;
    if (problem !== undefined) return [trustFinding("name-rule", at, { name: shorten(name), problem })];
    return isTwice ? [trustFinding("name-twice", at, { name: shorten(name) })] : [];
  });
}

/** The texts under `name` of a list's entries. */
export const listNames = (list: YamlValue | undefined): string[] =>
  asList(list).flatMap((entry) => asText(asMap(entry)?.name) ?? []);

/** `additionalTrustedCAs` with `name` and `data`. @param object where the list stands */
export function checkTrustList(
  list: YamlValue | undefined,
  field: TrustField,
  object: string,
  at: Date,
): TrustFinding[] {
  const seen = new Map<string, string>();
  return [
    ...checkTrustNames(listNames(list), object),
    ...asList(list).flatMap((entry, index) => {
      const [name, data] = [asText(asMap(entry)?.name) ?? "", asText(asMap(entry)?.data)];
      if (data === null) return [];
      const place = `${object}[${index}].data`;
      const { certificates, findings } = checkCertificates(data, field, place, at);
      return [...findings, ...listRepeated(certificates, name, seen, place)];
    }),
  ];
}

/** Certificates that an earlier name has already. @param seen names by fingerprints; added to */
export function listRepeated(
  certificates: readonly Certificate[],
  name: string,
  seen: Map<string, string>,
  object: string,
): TrustFinding[] {
  return certificates.flatMap(({ fingerprint }) => {
    const other = seen.get(fingerprint);
    seen.set(fingerprint, other ?? name);
    return other === undefined || other === name
      ? []
      : [trustFinding("certificate-twice", object, { name: shorten(name), other: shorten(other) })];
  });
}
