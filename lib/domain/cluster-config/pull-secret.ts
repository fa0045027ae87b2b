/** What the Windows Machine Config Operator knows of a pull secret: by its keys, base64 of `user:password`. */
export type PullSecretAuths = ReadonlyMap<string, string>;

export type PullSecretReading =
  | { readonly ok: true; readonly auths: PullSecretAuths }
  /** Then the operator makes no file at all, for any registry. */
  | { readonly ok: false; readonly problem: PullSecretProblem; readonly key: string };

type PullSecretProblem = "too-large" | "not-json" | "wrong-shape" | "auth-not-base64" | "auth-without-colon";

/** Of a pull secret that is read, or added to. */
export const maxPullSecretCharacters = 1_048_576;

/**
 * Reads `.dockerconfigjson` as `DockerConfigJSON` of k8s.io/kubernetes/pkg/credentialprovider does: `auth`, where it is not
 * empty, wins over `username` and `password`; what else an entry has, such as `identitytoken`, is passed over, so that an
 * entry of a token alone has an empty user and password. Never throws.
 */
export function readPullSecret(json: string): PullSecretReading {
  if (json.length > maxPullSecretCharacters) return { ok: false, problem: "too-large", key: "" };
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    return { ok: false, problem: "not-json", key: "" };
  }
  const wrong = (key: string) => ({ ok: false, problem: "wrong-shape", key }) as const;
  if (document === null) return { ok: true, auths: new Map() };
  if (!isMap(document)) return wrong("");
  const entries = document.auths ?? {};
  if (!isMap(entries)) return wrong("auths");
  const auths = new Map<string, string>();
  for (const [key, value] of Object.entries(entries)) {
    const entry = value ?? {};
    if (!isMap(entry)) return wrong(key);
    const fields = [entry.username, entry.password, entry.email, entry.auth].map((field) => field ?? "");
    if (!fields.every((field) => typeof field === "string")) return wrong(key);
    const [username = "", password = "", , auth = ""] = fields;
    const bytes = auth === "" ? Buffer.from(`${username}:${password}`) : decodeAuth(auth);
    if (bytes === null) return { ok: false, problem: "auth-not-base64", key };
    if (!bytes.includes(":")) return { ok: false, problem: "auth-without-colon", key };
    auths.set(key, bytes.toString("base64"));
  }
  return { ok: true, auths };
}

/** Whether JSON is an object. */
export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** As Go's `base64.StdEncoding`, or `RawStdEncoding` where no `=` is at the end; both pass over line ends only. */
function decodeAuth(auth: string): Buffer | null {
  const compact = auth.replace(/[\r\n]/g, "");
  const isPadded = auth.trim().endsWith("=");
  const isWhole = isPadded ? compact.length % 4 === 0 : compact.length % 4 !== 1;
  return isWhole && /^[A-Za-z0-9+/]*={0,2}$/.test(compact) ? Buffer.from(compact, "base64") : null;
}
