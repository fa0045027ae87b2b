import { isMap, maxPullSecretCharacters } from "./pull-secret.ts";

/** Who may pull from a registry. */
export interface RegistryCredentials {
  /** `host[:port]` */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

export type MergedPullSecret =
  | { readonly ok: true; readonly json: string; readonly replaced: readonly string[] }
  | { readonly ok: false; readonly problem: MergeProblem };

/** `no-entries`: a cluster has some, and what is made without them would take them away. */
type MergeProblem = "too-large" | "not-json" | "wrong-shape" | "no-entries" | "user-with-colon";

/**
 * Adds registries to a `.dockerconfigjson`, keyed by `host[:port]` alone, as the Windows Machine Config Operator looks for
 * no other. All else in it, other entries' fields that are not known here included, stays as it is.
 *
 * @param existing the secret's present text
 * @returns `replaced`: the registries that had an entry. Never throws
 */
export function mergePullSecret(
  existing: string,
  credentials: readonly RegistryCredentials[],
): MergedPullSecret {
  if (existing.length > maxPullSecretCharacters) return { ok: false, problem: "too-large" };
  // RFC 7617 section 2: a user-id with a colon cannot be told from its password.
  if (credentials.some(({ username }) => username.includes(":")))
    return { ok: false, problem: "user-with-colon" };
  let document: unknown;
  try {
    document = existing.trim() === "" ? {} : (JSON.parse(existing) ?? {});
  } catch {
    return { ok: false, problem: "not-json" };
  }
  const auths = isMap(document) ? (document.auths ?? {}) : null;
  if (!isMap(document) || !isMap(auths)) return { ok: false, problem: "wrong-shape" };
  if (Object.keys(auths).length === 0) return { ok: false, problem: "no-entries" };
  const added = credentials.map(({ registry, username, password }) => {
    const auth = Buffer.from(`${username}:${password}`).toString("base64");
    return [registry, { auth }] as const;
  });
  const replaced = added.map(([registry]) => registry).filter((registry) => Object.hasOwn(auths, registry));
  const merged = { ...document, auths: { ...auths, ...Object.fromEntries(added) } };
  return { ok: true, json: JSON.stringify(merged), replaced };
}
