import { checkContainerRegistryUrl } from "./container-registry-url.ts";
import type { ConfigField, ConfigValue, ConfigValues } from "./config-fields.ts";
import type { FieldProblem } from "./field-problem.ts";
import {
  findAddressProblems,
  findHostProblems,
  findNoProxyProblems,
  findPortProblems,
} from "./address-rules.ts";

type Rule<Value> = (value: Value) => FieldProblem[];

const maxTextLength = 4096;
const maxCertificates = 100;
const maxPemLength = 65_536;
const minutes = { minimum: 1, maximum: 1440 };
const seconds = { minimum: 1, maximum: 999_999_999 };
// Kubernetes takes a percentage of digits only, the schema 1 to 100.
const percentage = { minimum: 1, maximum: 100 };
/** The policies that Container Service Extension brings along. */
export const sizingPolicies = ["TKG small", "TKG medium", "TKG large", "TKG extra-large"] as const;

const rules: { readonly [Field in ConfigField]: Rule<ConfigValues[Field]> } = {
  containerRegistryUrl: findUrlProblems,
  bootstrapCertificates: findCertificateProblems,
  clusterCertificates: findCertificateProblems,
  githubToken: findTokenProblems,
  httpProxy: findAddressProblems,
  httpsProxy: findAddressProblems,
  noProxy: findNoProxyProblems,
  syslogHost: findHostProblems,
  syslogPort: findPortProblems,
  maxUnhealthyNodes: (value) => findNumberProblems(value, percentage),
  nodeStartupTimeout: (value) => findNumberProblems(value, seconds),
  nodeNotReadyTimeout: (value) => findNumberProblems(value, seconds),
  nodeUnknownTimeout: (value) => findNumberProblems(value, seconds),
  sizingPolicy: findSizingProblems,
  capvcdVersion: (value) => findVersionProblems(value, "v"),
  clusterTypeVersion: (value) => findVersionProblems(value, ""),
  cpiVersion: (value) => findVersionProblems(value, ""),
  csiVersion: (value) => findVersionProblems(value, ""),
  cniVersion: findTextProblems,
  rdeProjectorVersion: (value) => findVersionProblems(value, ""),
  coreCapiVersion: (value) => findVersionProblems(value, "v"),
  controlPlaneProviderVersion: (value) => findVersionProblems(value, "v"),
  bootstrapProviderVersion: (value) => findVersionProblems(value, "v"),
  certManagerVersion: (value) => findVersionProblems(value, "v"),
  clusterctlVersion: (value) => findVersionProblems(value, "v"),
  kindVersion: (value) => findVersionProblems(value, "v"),
  kindestNodeVersion: (value) => findVersionProblems(value, "v"),
  dockerVersion: findTextProblems,
  kubectlVersion: findTextProblems,
  pollIntervalMinutes: (value) => findNumberProblems(value, minutes),
  heartbeatTimeoutMinutes: (value) => findNumberProblems(value, minutes),
  staleHeartbeatMinutes: (value) => findNumberProblems(value, minutes),
};

/**
 * What is wrong with the value of one field, in a document or a form; none when all is well. Runs in a browser as well.
 *
 * Types, ranges and what is required: `vcdkeconfig-type-schema-v1.1.0.json`; how versions and lists are written: the
 * template and `variables.tf`; all of `examples/container-service-extension` in
 * https://github.com/vmware/terraform-provider-vcd
 */
export function findFieldProblems<Field extends ConfigField>(
  field: Field,
  value: ConfigValues[Field],
): FieldProblem[] {
  if (typeof value === "string" && value.length > maxTextLength) {
    return [{ code: "too-long", maximum: maxTextLength }];
  }
  return (rules[field] as Rule<ConfigValue>)(value);
}

function findUrlProblems(text: string): FieldProblem[] {
  const { problems, proposal } = checkContainerRegistryUrl(text);
  return problems.map((problem) => (proposal === null ? problem : { ...problem, proposal }));
}

/** A token is never repeated, not even in a proposal. */
function findTokenProblems(token: string): FieldProblem[] {
  if (token === "") return [];
  return /^[\x21-\x7e]+$/.test(token) ? [{ code: "readable-by-tenants" }] : [{ code: "whitespace" }];
}

function findTextProblems(text: string): FieldProblem[] {
  return /\s/u.test(text) ? [{ code: "whitespace", value: text }] : [];
}

function findNumberProblems(value: number, range: { minimum: number; maximum: number }): FieldProblem[] {
  if (!Number.isInteger(value)) return [{ code: "not-whole", value: String(value) }];
  const isInside = value >= range.minimum && value <= range.maximum;
  return isInside ? [] : [{ code: "out-of-range", value: String(value), ...range }];
}

/** A provider can have policies of its own, so another name is worth a look only. */
function findSizingProblems(policy: string): FieldProblem[] {
  if (policy.trim() === "") return [{ code: "required" }];
  if ((sizingPolicies as readonly string[]).includes(policy)) return [];
  const proposal = sizingPolicies.find((name) => name.toLowerCase() === policy.trim().toLowerCase());
  const known = { value: policy, expected: sizingPolicies.join(", ") };
  return [{ code: "sizing-policy-unknown", ...known, ...(proposal && { proposal }) }];
}

/** CAPVCD and the tools of Cluster API have a `v` in front, the components of Cloud Director none. */
function findVersionProblems(version: string, prefix: "v" | ""): FieldProblem[] {
  if (version === "") return [{ code: "required" }];
  const number = /^v?(?<number>\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)$/.exec(version)?.groups?.number;
  if (number === undefined) return [{ code: "version-format", value: version, expected: `${prefix}1.2.3` }];
  const proposal = `${prefix}${number}`;
  return proposal === version ? [] : [{ code: "version-prefix", value: version, proposal }];
}

/** Only what the list as such must not have; what a certificate is worth is another matter. */
function findCertificateProblems(list: readonly string[]): FieldProblem[] {
  const seen = new Map<string, number>();
  const problems = list.slice(0, maxCertificates).flatMap((pem, index): FieldProblem[] => {
    if (pem.length > maxPemLength) return [{ code: "too-long", index, maximum: maxPemLength }];
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return [{ code: "private-key", index }];
    const certificates =
      pem.match(/-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g) ?? [];
    if (certificates.length === 0 || (pem.match(/-----BEGIN /g) ?? []).length > certificates.length) {
      return [{ code: "pem-format", index }];
    }
    const content = certificates.join("").replace(/\s/g, "");
    const other = seen.get(content);
    seen.set(content, other ?? index);
    return [
      ...(other === undefined ? [] : [{ code: "duplicate" as const, index, other }]),
      ...(certificates.length > 1 ? [{ code: "several-certificates" as const, index }] : []),
    ];
  });
  return list.length > maxCertificates
    ? [{ code: "too-many", maximum: maxCertificates }, ...problems]
    : problems;
}
