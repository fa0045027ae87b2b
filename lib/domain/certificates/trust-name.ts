import type { Certificate } from "./certificate.ts";

/**
 * What is wrong with the name of a certificate in `additionalTrustedCAs` of vSphere with Tanzu, where it becomes part of a
 * file's name on each node, and with Kubernetes Secrets also a key.
 */
export type TrustNameProblem =
  | { readonly code: "trust-name-empty" }
  /** Only letters and digits of ASCII, `_`, `.` and `-` are allowed. */
  | { readonly code: "trust-name-characters"; readonly characters: string }
  | { readonly code: "trust-name-too-long"; readonly limit: number }
  | { readonly code: "trust-name-taken" };

/** A file's name has at most 255 octets, of which `tkg-` and `.pem` take eight. */
const maxLength = 247;
const foreign = /[^A-Za-z0-9_.-]/gu;

/**
 * Checks a name against the rule of vSphere with Tanzu (Using Private Registries with Tanzu Kubernetes clusters: names of
 * `additionalTrustedCAs`) and the names that the others have; letter case counts. Null when it can be used.
 */
export function findTrustNameProblem(name: string, taken: Iterable<string> = []): TrustNameProblem | null {
  if (name === "") return { code: "trust-name-empty" };
  const characters = [...new Set(name.match(foreign))].join("");
  if (characters !== "") return { code: "trust-name-characters", characters };
  if (name.length > maxLength) return { code: "trust-name-too-long", limit: maxLength };
  return [...taken].includes(name) ? { code: "trust-name-taken" } : null;
}

/** A name for a certificate that passes the rule: of its common name or organization, with a number when that is taken. */
export function suggestTrustName(
  { details, fingerprint }: Certificate,
  taken: Iterable<string> = [],
): string {
  const { commonName, organization } = details.subject;
  const base = [commonName, organization].map(simplify).find((name) => name !== "");
  // Names in other scripts leave nothing.
  const name = (base ?? `ca-${fingerprint.slice(0, 12)}`).slice(0, maxLength - 5);
  const others = new Set(taken);
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!others.has(candidate)) return candidate;
  }
}

function simplify(text: string | null): string {
  const plain = (text ?? "").normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
  return plain.replace(/[^a-z0-9_.-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "");
}
