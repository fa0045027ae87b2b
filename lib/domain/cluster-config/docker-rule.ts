import type { ConfigFinding, ConfigSeverity } from "./config-finding.ts";

/** What is amiss with Docker's `daemon.json`, or with a file of certificates, beside what they have rules for everywhere. */
export const dockerRules = {
  /** Docker does not start with it. Facts: `line` */
  "daemon-json-unreadable": "error",
  /** Docker does not start with it. Facts: `key`, `expected` (the one that is meant) */
  "daemon-key-unknown": "error",
  /** Not a list of texts: Docker does not start with it. Facts: `key` */
  "daemon-list-wrong": "error",
  /** Facts: `mirror`, `problem` of DockerMirrorProblem */
  "daemon-mirror-refused": "error",
  /** Docker 20.10 does not start with it; others ask below the path. Facts: `mirror` */
  "daemon-mirror-path": "warning",
  /** Facts: `host` */
  "daemon-mirror-plain": "warning",
  /** Docker Hub is asked for what no mirror has, where sources must not be asked. */
  "daemon-asks-hub": "warning",
  /** No certificate is verified, and HTTP is taken. Facts: `host` */
  "daemon-insecure": "warning",
  /** Docker does not start with it. Facts: `value` */
  "daemon-insecure-refused": "error",
  /** Docker, Podman and Skopeo look for the key beside a `*.cert`, and fail without. Facts: `name`, `expected` */
  "authority-as-client": "error",
} as const satisfies Record<string, ConfigSeverity>;
export type DockerRule = keyof typeof dockerRules;

/** A finding of a rule. @param object a key of `daemon.json` and where in it, or "" */
export function tellDocker(
  rule: DockerRule,
  object: string,
  facts: ConfigFinding["facts"],
): ConfigFinding<DockerRule> {
  return { rule, severity: dockerRules[rule], object, facts };
}
