import type { ConfigFinding, ConfigSeverity } from "./config-finding.ts";

/** What is amiss with a registries.conf, and how much that matters where nothing else is said. */
export const registriesRules = {
  /** Every pull fails as long as it is there. Facts: `problem` of RegistriesConfProblem, `detail` */
  "registries-conf-refused": "error",
  /** Version 1 has no mirrors; an error in `registries.conf.d`, where it is refused. */
  "registries-version-1": "warning",
  /** Facts: `key` */
  "key-ignored": "warning",
  /** The later table does not count. Facts: `prefix` */
  "prefix-twice": "warning",
  /** Facts: `prefix` */
  "prefix-matches-nothing": "warning",
  /** Names that are put together with it are none, so that all pulls of the table fail. Facts: `prefix`, `location` */
  "location-unusable": "error",
  /** What is blocked counts for mirrors, too. Facts: `mirror`, `blockedBy` (the prefix of the table that does it) */
  "mirror-blocked": "error",
  /** Images come from elsewhere, and that is not blocked. Facts: `prefix`, `location` */
  "block-without-effect": "error",
  /** Blocked, and no mirror. Facts: `prefix` */
  "blocked-wholly": "notice",
  /** Blocked, and its mirrors are for the other kind only. Facts: `prefix`, `by` ("tag" or "digest") */
  "kind-unserved": "warning",
  /** Its mirrors are for the other kind only. Facts: `prefix`, `by` ("tag" or "digest") */
  "kind-at-registry-only": "warning",
  /** An error where sources must not be asked. Facts: `location` */
  "registry-asked": "notice",
  /** No certificate is verified, and HTTP is taken. Facts: `location`, `host` */
  "insecure-allowed": "warning",
  /** The mirror does not end in the path of the prefix. Facts: `prefix`, `mirror`, `image`, `location` (where it is) */
  "path-not-kept": "notice",
  /** For names without a registry; an error where sources must not be asked. Facts: `host` */
  "search-registry-asked": "notice",
  /** Facts: `registries`, `mode` of `short-name-mode` */
  "short-name-ambiguous": "warning",
} as const satisfies Record<string, ConfigSeverity>;
export type RegistriesRule = keyof typeof registriesRules;
export type RegistriesFinding = ConfigFinding<RegistriesRule>;

/** A finding of the severity that its rule has, unless another is given. */
export function tellRegistries(
  rule: RegistriesRule,
  object: string,
  facts: RegistriesFinding["facts"],
  { url, severity = registriesRules[rule] }: { url?: string; severity?: ConfigSeverity } = {},
): RegistriesFinding {
  return { rule, severity, object, facts, ...(url !== undefined && { url }) };
}
