import type { UrlProblemCode } from "./container-registry-url.ts";

/**
 * What is wrong with a value, besides the codes of container registry URLs. `wrong-type`, `required`, `out-of-range`,
 * `not-whole`, `seconds-format`: as the schema has it. `empty-entry`, `duplicate`: in a list. `scheme-missing`,
 * `address-format`: of a proxy. `version-prefix`: CSE wants a `v` in front, or none. `private-key`: instead of a
 * certificate. `not-longer`: CSE gives up on a heartbeat before its watcher does. `several-profiles`: clusters cannot be
 * made with more than one. `later-type`: this version of the entity type has no such field. `password-hidden`: `***`, as
 * the panel shows it, instead of a password.
 *
 * Warnings: `several-certificates` in one text, of which a node may read the first only; `sizing-policy-unknown`;
 * `scheme-missing`; `default-missing`: what has to be reached without a proxy is not said; `readable-by-tenants`: all
 * organizations can read this entity, and so this secret; `secret-hidden`: `***` in a field that the panel does not know;
 * `profile-inactive`; `retired-host`.
 */
export const configProblemCodes = [
  "wrong-type",
  "out-of-range",
  "not-whole",
  "seconds-format",
  "empty-entry",
  "duplicate",
  "too-many",
  "scheme-missing",
  "address-format",
  "version-prefix",
  "version-format",
  "pem-format",
  "private-key",
  "several-certificates",
  "sizing-policy-unknown",
  "not-longer",
  "default-missing",
  "readable-by-tenants",
  "several-profiles",
  "profile-inactive",
  "later-type",
  "password-hidden",
  "secret-hidden",
] as const;

type ConfigProblemCode = (typeof configProblemCodes)[number] | UrlProblemCode;

const warnings: ReadonlySet<ConfigProblemCode> = new Set([
  "retired-host",
  "scheme-missing",
  "several-certificates",
  "sizing-policy-unknown",
  "default-missing",
  "readable-by-tenants",
  "secret-hidden",
  "profile-inactive",
]);

/** Whether a configuration works in spite of it, and can be saved. */
export const isWarning = (code: ConfigProblemCode): boolean => warnings.has(code);

export interface FieldProblem {
  readonly code: ConfigProblemCode;
  /** The part that is meant; never a secret. */
  readonly value?: string;
  /** What was most likely meant, for the whole field. */
  readonly proposal?: string;
  /** Of an entry in a list, from 0, and of the one that is the same. */
  readonly index?: number;
  readonly other?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** What is expected: `string`, `number`, ...; names that are known or missing, comma-separated. */
  readonly expected?: string;
}
