import { clusterBase, isProxyUrl, registryBase } from "./cluster-input.ts";
import type { TkgManagementInput } from "./tkg-management.ts";
import { nameCertificates, parseCertificates } from "./trust-entries.ts";
import { maxAdditionalRegistries, readTkgVariables, signatureSkipVariable } from "./tkg-variables.ts";

/**
 * What variables of Tanzu Kubernetes Grid say, in any of the three ways to set them; null where no registry is set, or none
 * that `generateTkgManagement` would set. Names of certificates are not in them: they get new ones.
 */
export function parseTkgManagement(text: string): TkgManagementInput | null {
  const variables = new Map(readTkgVariables(text).map(({ name, value }) => [name, value]));
  const read = (name: string) => ({
    certificates: nameCertificates(parseCertificates(variables.get(`${name}_CA_CERTIFICATE`))),
    skipTlsVerify: variables.get(`${name}_SKIP_TLS_VERIFY`) === "true",
  });
  const repository = variables.get("TKG_CUSTOM_IMAGE_REPOSITORY") ?? "";
  const { data: registry } = clusterBase.safeParse(repository.replace(/\/tkg$/, ""));
  if (registry === undefined || !repository.endsWith("/tkg")) return null;
  const additionalRegistries = Array.from({ length: maxAdditionalRegistries }, (_, index) => {
    const name = `ADDITIONAL_IMAGE_REGISTRY_${index + 1}`;
    const { data } = registryBase.safeParse(variables.get(name));
    return data === undefined ? [] : [{ registry: data, ...read(name) }];
  }).flat();
  const own = read("TKG_CUSTOM_IMAGE_REPOSITORY");
  const known = new Set(
    own.certificates.flatMap(({ certificates }) => certificates.map((each) => each.fingerprint)),
  );
  const proxyCertificates = parseCertificates(variables.get("TKG_PROXY_CA_CERT")).filter(
    ({ fingerprint }) => !known.has(fingerprint),
  );
  return {
    registry,
    ...own,
    additionalRegistries,
    proxy: readProxy(variables),
    proxyCertificates: nameCertificates(proxyCertificates),
    skipPluginSignature: variables.has(signatureSkipVariable),
  };
}

function readProxy(variables: ReadonlyMap<string, string>): TkgManagementInput["proxy"] {
  const [http, https] = [variables.get("TKG_HTTP_PROXY"), variables.get("TKG_HTTPS_PROXY")];
  if (http === undefined || https === undefined || !isProxyUrl(http) || !isProxyUrl(https)) return null;
  const noProxy = (variables.get("TKG_NO_PROXY") ?? "").split(",").filter((entry) => entry !== "");
  return { http, https, noProxy };
}
