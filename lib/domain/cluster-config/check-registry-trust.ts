import { z } from "zod";
import { checkCertificates } from "./check-certificates.ts";
import type { FoundObject } from "./found-object.ts";
import { formatTrustKey, openShiftConfigNamespace, parseTrustKey } from "./openshift-trust.ts";
import { asMap, asText, findBelow } from "./read-documents.ts";
import { registryHost } from "./registry-fields.ts";
import { shorten, type TrustFinding, trustFinding } from "./trust-finding.ts";
import { parseCertificates } from "./trust-entries.ts";

/** The registry of the update service has a key of its own ("Configuring access to a secured registry" of OpenShift). */
const updateServiceKey = "updateservice-registry";
/** What other ConfigMaps with certificates there have their bundles under. */
const bundleKey = /\.(?:crt|pem)$/;

/** The ConfigMaps of a text that nodes of OpenShift trust registries by: named as such, or with nothing but such in them. */
export function listRegistryTrust(objects: readonly FoundObject[]): readonly FoundObject[] {
  const named = objects
    .filter(({ kind, apiVersion }) => kind === "Image" && apiVersion.startsWith("config.openshift.io/"))
    .map(({ body }) => asText(findBelow(body, "spec", "additionalTrustedCA", "name")));
  return objects.filter((object) => {
    if (object.kind !== "ConfigMap") return false;
    if (named.includes(object.name)) return true;
    const entries = listEntries(object);
    return (
      object.namespace === openShiftConfigNamespace &&
      entries.some(({ text }) => parseCertificates(text).length > 0) &&
      !entries.some(({ key }) => bundleKey.test(key))
    );
  });
}

/** Checks such a ConfigMap: keys by registry, certificates in PEM as they are. */
export function checkRegistryTrust(object: FoundObject, at: Date): TrustFinding[] {
  return listEntries(object).flatMap(({ key, text }) => {
    const place = `${object.label} data[${shorten(key)}]`;
    const expected = findKey(key);
    return [
      ...(expected === key
        ? []
        : [trustFinding("trust-key-malformed", place, { key: shorten(key), expected: expected ?? "" })]),
      ...checkCertificates(text, "openshift-trust", place, at).findings,
    ];
  });
}

const listEntries = ({ body }: FoundObject) =>
  Object.entries(asMap(body.data) ?? {}).map(([key, value]) => ({ key, text: asText(value) ?? "" }));

/** The key that is meant; null where no registry can be made out. */
function findKey(key: string): string | null {
  if (key === updateServiceKey) return key;
  const host = parseTrustKey(key);
  // No name ends in a number: with a single dot, the port was taken for part of it.
  const [, name, port] = z.ipv4().safeParse(host).success ? [] : (/^([^:]+)\.(\d+)$/.exec(host) ?? []);
  const registry = name === undefined || port === undefined ? host : `${name}:${port}`;
  return registryHost.safeParse(registry).success ? formatTrustKey(registry) : null;
}
