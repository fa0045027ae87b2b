import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import type { RegistryBase } from "#lib/engine/oci/reference.ts";
import { checkCertificates } from "./check-certificates.ts";
import { checkProxy } from "./check-proxy.ts";
import { registryBase } from "./cluster-input.ts";
import {
  isLeftToShell,
  listVariableFamily,
  maxAdditionalRegistries,
  type TkgVariable,
} from "./tkg-variables.ts";
import type { TrustQuestion } from "./trust-question.ts";
import { shorten, type TrustFinding, trustFinding } from "./trust-finding.ts";

const ownRepository = "TKG_CUSTOM_IMAGE_REPOSITORY";
const proxyNames = { http: "TKG_HTTP_PROXY", https: "TKG_HTTPS_PROXY", noProxy: "TKG_NO_PROXY" };

/** Checks variables of Tanzu Kubernetes Grid: registries, their certificates, and the proxy before them. */
export function checkTkgVariables(
  variables: readonly TkgVariable[],
  question: TrustQuestion,
): TrustFinding[] {
  const { at } = question;
  const values = new Map(variables.map(({ name, value }) => [name, value]));
  const findings: TrustFinding[] = [];
  const bases: RegistryBase[] = [];
  const authorities = new Map<string, readonly Certificate[]>();
  for (const { name, value } of variables.filter((each) => !isLeftToShell(each))) {
    if (/^(?:.*_CA_CERTIFICATE|TKG_PROXY_CA_CERT)$/.test(name) && value !== "") {
      const checked = checkCertificates(value, "tkg-variable", name, at);
      findings.push(...checked.findings);
      authorities.set(name, checked.certificates);
    }
    const position = /^ADDITIONAL_IMAGE_REGISTRY_(\d+)$/.exec(name)?.[1];
    if (position !== undefined && (Number(position) > maxAdditionalRegistries || Number(position) < 1)) {
      findings.push(
        trustFinding("too-many-registries", name, { variable: name, limit: maxAdditionalRegistries }),
      );
    }
    if ((position === undefined && name !== ownRepository) || value === "") continue;
    const { data: base, error } = registryBase.safeParse(value);
    if (base === undefined) findings.push(judgeRepository(name, error.issues[0]?.message ?? ""));
    else bases.push(base);
    if (values.get(`${name}_SKIP_TLS_VERIFY`)?.toLowerCase() === "true") {
      const host = base?.registry ?? name;
      findings.push(trustFinding("verification-off", `${name}_SKIP_TLS_VERIFY`, { host }));
    }
    if (name === ownRepository && base !== undefined) findings.push(...judgeRegistry(base, question, name));
  }
  const proxyVariables: readonly string[] = Object.values(proxyNames);
  const isProxyKnown = !variables.some((each) => proxyVariables.includes(each.name) && isLeftToShell(each));
  return [
    ...variables.flatMap(judgeName),
    ...findings,
    ...judgeWinner(authorities),
    ...(isProxyKnown ? checkVariablesProxy(values, bases) : []),
  ];
}

/** Whether anything reads a variable; of most nothing is known here. */
function judgeName({ name }: TkgVariable): TrustFinding[] {
  const family = listVariableFamily(name);
  if (family === null || family.includes(name)) return [];
  return [trustFinding("variable-unknown", name, { variable: shorten(name), expected: family.join(", ") })];
}

/**
 * Whether the images of Tanzu Kubernetes Grid come from the registry that is meant, and without signing in, as they must
 * ("Prepare an Internet-Restricted Environment": no user authentication).
 */
export function judgeRegistry(
  { registry: host }: RegistryBase,
  { registry, wantsCredentials }: TrustQuestion,
  object: string,
): TrustFinding[] {
  if (registry === undefined) return [];
  const expected = registry.registry;
  if (host !== expected) return [trustFinding("repository-other-registry", object, { host, expected })];
  return wantsCredentials === true ? [trustFinding("registry-wants-credentials", object, { host })] : [];
}

/** What is wrong with a repository. @param variable its name @param object where it stands */
export function judgeRepository(variable: string, problem: string, object = variable): TrustFinding {
  if (problem === "scheme") return trustFinding("repository-scheme", object, { variable });
  if (problem === "trailing-slash") return trustFinding("repository-trailing-slash", object, { variable });
  return trustFinding("repository-format", object, { variable, problem });
}

/** `TKG_PROXY_CA_CERT` takes the place of the repository's (providers/ytt of tanzu-framework 0.29). */
function judgeWinner(authorities: ReadonlyMap<string, readonly Certificate[]>): TrustFinding[] {
  const winner = authorities.get("TKG_PROXY_CA_CERT");
  if (winner === undefined) return [];
  const has = new Set(winner.map(({ fingerprint }) => fingerprint));
  const own = authorities.get(`${ownRepository}_CA_CERTIFICATE`) ?? [];
  const missing = own.filter(({ fingerprint }) => !has.has(fingerprint)).length;
  return missing === 0 ? [] : [trustFinding("proxy-certificate-wins", "TKG_PROXY_CA_CERT", { missing })];
}

function checkVariablesProxy(
  values: ReadonlyMap<string, string>,
  registries: readonly RegistryBase[],
): TrustFinding[] {
  const find = (name: string) => {
    const value = values.get(name);
    return value === undefined || value === "" ? null : value;
  };
  // Blanks are taken out, and what is inside the cluster is put in, where it is left out altogether, too
  // (`getFullTKGNoProxy` of tkg/client/validate.go of tanzu-framework 0.29).
  const noProxy = (find(proxyNames.noProxy) ?? "").replace(/\s/g, "").split(",").filter(Boolean);
  const [http, https] = [find(proxyNames.http), find(proxyNames.https)];
  // What is reached without a proxy does not matter where there is none.
  if (http === null && https === null) return [];
  return checkProxy({ http, https, noProxy }, proxyNames, registries, proxyNames.http);
}
