import type { ConfigFinding, ConfigSeverity } from "./config-finding.ts";

/** What is amiss with a VCDKEConfig beside what trust, registries and proxies have rules for everywhere. */
export const serverConfigRules = {
  /** It looks like one. Facts: `line` */
  "not-json": "error",
  /** Clusters cannot be made with more than one. Facts: `found`, how many */
  "several-profiles": "error",
  /** Missing, empty or of another type than the schema wants. Facts: `field` */
  "server-config-field": "error",
  /** Clusters add the folder themselves. Facts: `variable`, `path` (the folder) */
  "repository-ends-in-folder": "error",
  /** A public registry that answers no more. Facts: `host`, `expected` (what took its place) */
  "repository-retired": "error",
  /** One file on a node, of which some programs read the first certificate only. Facts: `found`, how many */
  "several-in-entry": "warning",
  /** The registry's belongs in both lists. Facts: `fingerprint`, `subject`, `missing` (the list that lacks it) */
  "certificate-one-sided": "warning",
  /** Tenants can read the entity. Facts: `field` */
  "secret-readable": "warning",
  /** Taken for http. Facts: `field` */
  "proxy-scheme-missing": "warning",
  /** What is inside the cluster is looked for at the proxy. Facts: `missing` */
  "no-proxy-incomplete": "warning",
} as const satisfies Record<string, ConfigSeverity>;
export type ServerConfigRule = keyof typeof serverConfigRules;

/** A finding of a rule. @param object `VCDKEConfig`, and what in it */
export function tellServerConfig(
  rule: ServerConfigRule,
  object: string,
  facts: ConfigFinding["facts"],
): ConfigFinding<ServerConfigRule> {
  return { rule, severity: serverConfigRules[rule], object, facts };
}
