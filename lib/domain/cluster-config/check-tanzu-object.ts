import type { RegistryBase } from "#lib/engine/oci/reference.ts";
import { checkProxy, type FoundProxy } from "./check-proxy.ts";
import { checkShape } from "./check-shape.ts";
import { checkTrustList } from "./check-trust-list.ts";
import type { FoundObject } from "./found-object.ts";
import { asMap, asText, findBelow, type YamlValue } from "./read-documents.ts";
import { proxyConfiguration, tkgServiceConfigurations, trustConfiguration } from "./tanzu-objects.ts";
import type { TrustQuestion } from "./trust-question.ts";
import { type TrustFinding, trustFinding } from "./trust-finding.ts";

const proxyNames = { http: "httpProxy", https: "httpsProxy", noProxy: "noProxy" };

/** Checks a TkgServiceConfiguration: its fields by its version, its trust, its proxy. */
export function checkTkgService(object: FoundObject, question: TrustQuestion): TrustFinding[] {
  const { body, label, apiVersion } = object;
  const version = /^run\.tanzu\.vmware\.com\/(v1alpha[123])$/.exec(apiVersion)?.[1];
  const schema = tkgServiceConfigurations[version as keyof typeof tkgServiceConfigurations] as
    (typeof tkgServiceConfigurations)["v1alpha1"] | undefined;
  // What the server adds does not count.
  const { status: _status, ...written } = body;
  const shape =
    schema === undefined
      ? [trustFinding("field-wrong", label, { field: "apiVersion" })]
      : checkShape(written, schema, label);
  const spec = asMap(body.spec);
  const list = findBelow(spec ?? undefined, "trust", "additionalTrustedCAs");
  const place = `${label} spec.trust.additionalTrustedCAs`;
  return [
    ...shape,
    ...checkTrustList(list, "tkg-service-configuration", place, question.at),
    ...checkObjectProxy(spec?.proxy, listExpected(question), `${label} spec.proxy`),
  ];
}

/**
 * Checks what a TanzuKubernetesCluster says of trust and proxy. Its certificates are in base64 once; some older pages of the
 * documentation say twice, so that this alone is no error.
 */
export function checkTanzuKubernetesCluster(object: FoundObject, question: TrustQuestion): TrustFinding[] {
  const network = findBelow(object.body, "spec", "settings", "network");
  const path = "spec.settings.network";
  const [trust, proxy] = [findBelow(network, "trust"), findBelow(network, "proxy")];
  const list = findBelow(trust, "additionalTrustedCAs");
  const place = `${object.label} ${path}.trust.additionalTrustedCAs`;
  return [
    ...(trust === undefined ? [] : checkShape(trust, trustConfiguration, object.label, `${path}.trust.`)),
    ...(proxy === undefined ? [] : checkShape(proxy, proxyConfiguration, object.label, `${path}.proxy.`)),
    ...checkTrustList(list, "tanzu-kubernetes-cluster", place, question.at).map(tellByVersion),
    ...checkObjectProxy(proxy, listExpected(question), `${object.label} ${path}.proxy`),
  ];
}

const tellByVersion = (finding: TrustFinding): TrustFinding =>
  finding.rule === "encoded-too-often" && finding.facts.found === 2
    ? trustFinding("encoding-by-version", finding.object, {})
    : finding;

/** The registry that is meant, where that is known. */
export const listExpected = ({ registry }: TrustQuestion): readonly RegistryBase[] =>
  registry === undefined ? [] : [registry];

/** Checks `httpProxy`, `httpsProxy` and `noProxy` of an object. @param object where they stand */
export function checkObjectProxy(
  proxy: YamlValue | undefined,
  registries: readonly RegistryBase[],
  object: string,
): TrustFinding[] {
  const map = asMap(proxy);
  if (map === null) return [];
  const { noProxy } = map;
  const found: FoundProxy = {
    http: asText(map.httpProxy),
    https: asText(map.httpsProxy),
    noProxy: Array.isArray(noProxy) ? noProxy.filter((entry) => typeof entry === "string") : null,
  };
  return checkProxy(found, proxyNames, registries, object);
}
