import type { NamedCertificates } from "./cluster-input.ts";
import { listCertificates } from "./trust-entries.ts";
import { formatYaml } from "./write-yaml.ts";

/** Where OpenShift looks for the ConfigMap that `additionalTrustedCA` names. */
export const openShiftConfigNamespace = "openshift-config";

/** The key of a registry in the ConfigMap: `host`, or `host..port`, as `:` is not allowed in keys. */
export function formatTrustKey(registry: string): string {
  return registry.replace(/:(\d+)$/, "..$1");
}

/** `host[:port]` of such a key, as nodes read it. */
export function parseTrustKey(key: string): string {
  return key.replace(/\.\.(\d+)$/, ":$1");
}

/**
 * The ConfigMap for `additionalTrustedCA` (`image.config.openshift.io/cluster`): for each registry its certificates in
 * plain PEM, one after another.
 */
export function formatTrustConfigMap(
  name: string,
  registries: readonly { readonly registry: string; readonly certificates: readonly NamedCertificates[] }[],
): string {
  const byKey = Map.groupBy(registries, ({ registry }) => formatTrustKey(registry));
  return formatYaml({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: openShiftConfigNamespace },
    data: Object.fromEntries(
      [...byKey].map(([key, group]) => [
        key,
        listCertificates(...group.map(({ certificates }) => certificates))
          .map(({ pem }) => pem)
          .join(""),
      ]),
    ),
  });
}

/** What makes the cluster use it, for `oc patch --type merge`. */
export function formatTrustPatch(name: string): string {
  return formatYaml({ spec: { additionalTrustedCA: { name } } });
}
