import type { DoctorStep } from "./doctor-step.ts";
import type { FindingFacts } from "./finding-facts.ts";

/**
 * `ok`: as it should be. `notice`: good to know. `warning`: works, or works for some, and will hurt. `error`: has to be
 * mended before clusters pull, or this panel pushes. `skipped`: not looked at.
 */
export const findingSeverityLevels = ["ok", "skipped", "notice", "warning", "error"] as const;

export type FindingSeverity = (typeof findingSeverityLevels)[number];

export type FindingCode = keyof FindingFacts;

/** How bad each finding is. */
export const findingSeverities: Readonly<Record<FindingCode, FindingSeverity>> = {
  skipped: "skipped",
  "time-over": "error",

  "dns-resolved": "ok",
  "dns-literal": "ok",
  "dns-ipv6-only": "warning",
  "dns-loopback": "notice",
  "dns-local-domain": "warning",
  "dns-left-to-proxy": "notice",
  "dns-not-found": "error",
  "dns-no-address": "error",
  "dns-server-unreachable": "error",
  "dns-timeout": "error",
  "dns-server-failed": "error",
  "dns-address-refused": "error",

  "reach-connected": "ok",
  "reach-partly": "warning",
  "reach-refused": "error",
  "reach-no-route": "error",
  "reach-timeout": "error",
  "reach-failed": "error",

  "proxy-none": "ok",
  "proxy-bypassed": "ok",
  "proxy-tunnel-opened": "ok",
  "proxy-invalid": "error",
  "proxy-unreachable": "error",
  "proxy-tls-failed": "error",
  "proxy-unauthorized": "error",
  "proxy-refused": "error",

  "protocol-tls": "ok",
  "protocol-plain-http": "error",
  "protocol-plain-http-wanted": "warning",
  "protocol-tls-instead": "error",
  "protocol-other": "error",
  "protocol-silent": "error",
  "protocol-closed": "error",

  "tls-agreed": "ok",
  "tls-slow": "warning",
  "tls-protocol-too-old": "error",
  "tls-client-certificate-wanted": "error",
  "tls-ended": "error",
  "tls-certificates-unreadable": "warning",

  "trust-accepted": "ok",
  "trust-refused": "error",
  "trust-lists-differ": "warning",
  "chain-no-certificate": "error",
  "chain-self-signed-leaf": "error",
  "chain-unknown-authority": "error",
  "chain-missing-intermediate": "error",
  "chain-expired": "error",
  "chain-not-yet-valid": "error",
  "chain-name-mismatch": "error",
  "chain-name-missing": "error",
  "chain-not-a-ca": "error",
  "chain-ca-may-not-sign": "error",
  "chain-path-too-long": "error",
  "chain-name-not-permitted": "error",
  "chain-not-for-servers": "error",
  "chain-weak-key": "error",
  "chain-unsupported-key": "error",
  "chain-weak-hash": "error",
  "chain-unknown-critical-extension": "error",

  "remedy-stored": "notice",
  "remedy-presented": "notice",
  "remedy-none": "notice",

  "api-unverified": "notice",
  "api-answered": "ok",
  "api-slow": "warning",
  "api-not-a-registry": "error",
  "api-redirected": "warning",
  "api-failed": "error",
  "api-refused": "error",
  "api-rate-limited": "warning",
  "api-unreachable": "error",

  "clock-agrees": "ok",
  "clock-skewed": "warning",
  "clock-unknown": "notice",

  "authentication-none": "ok",
  "authentication-anonymous-token": "ok",
  "authentication-token-refused": "error",
  "authentication-token-unreachable": "error",
  "authentication-basic-wanted": "error",
  "authentication-other-wanted": "error",

  "harbor-none": "ok",
  "harbor-projects-public": "ok",
  "harbor-project-missing": "error",
  "harbor-project-private": "error",
  "harbor-project-hidden": "error",
  "harbor-project-name-refused": "error",
  "harbor-project-proxy-cache": "warning",
  "harbor-failed": "warning",

  "image-pulled": "ok",
  "image-missing": "error",
  "images-none": "warning",
  "image-wants-credentials": "error",
  "image-forbidden": "error",
  "image-damaged": "error",
  "image-different": "warning",
  "image-rate-limited": "warning",
  "image-failed": "error",

  "inventory-found": "ok",
  "inventory-missing": "warning",
  "inventory-other-tags": "warning",
  "inventory-failed": "warning",

  "push-allowed": "ok",
  "push-credentials-refused": "error",
  "push-forbidden": "error",
  "push-read-only": "error",
  "push-failed": "error",

  "disk-enough": "ok",
  "disk-short": "warning",
  "disk-unknown": "notice",

  "vcd-answered": "ok",
  "vcd-version-unsupported": "warning",
  "vcd-not-cloud-director": "error",
  "vcd-failed": "error",
};

/** Every code that a finding can have: what is stored and put into words. */
export const findingCodes = Object.keys(findingSeverities) as readonly FindingCode[];

/** One thing that was seen in a step: a code and typed facts; the sentence is made by whoever shows it. */
export type Finding = {
  readonly [Code in FindingCode]: {
    readonly step: DoctorStep;
    readonly code: Code;
    readonly severity: FindingSeverity;
    readonly facts: FindingFacts[Code];
  };
}[FindingCode];

/** A finding of one code. */
export type FindingOf<Code extends FindingCode> = Extract<Finding, { readonly code: Code }>;

/** The worst severity among the findings; `ok` for none. */
export function worstOf(findings: Iterable<Pick<Finding, "severity">>): FindingSeverity {
  let worst = 0;
  for (const { severity } of findings) worst = Math.max(worst, findingSeverityLevels.indexOf(severity));
  return findingSeverityLevels[worst] ?? "ok";
}
