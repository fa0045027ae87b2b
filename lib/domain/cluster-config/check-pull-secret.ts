import { decodeBase64 } from "#lib/domain/certificates/pem-blocks.ts";
import { type FoundObject, listSecretTexts } from "./found-object.ts";
import { asMap, asText, type YamlMap, type YamlValue } from "./read-documents.ts";
import { shorten, type TrustFinding, trustFinding } from "./trust-finding.ts";

const dataKey = ".dockerconfigjson";
const secretType = "kubernetes.io/dockerconfigjson";
const maxLength = 256 * 1024;

/** What an image pull Secret is for, and what is to be said of it. */
export interface CheckedPullSecret {
  /** `host[:port]` of the registries that it signs in to, perhaps with `*`; null where it cannot be read. */
  readonly hosts: readonly string[] | null;
  readonly findings: readonly TrustFinding[];
}

/** What `docker login` wrote before version 1.7: the kubelet takes it, and no more is said of it here. */
const isOldForm = (secret: FoundObject): boolean =>
  secret.body.type === "kubernetes.io/dockercfg" &&
  listSecretTexts(secret).some(({ key }) => key === ".dockercfg");

/** Whether a Secret is meant for pulling images, by its type or what is in it. */
export const isPullSecret = (object: FoundObject): boolean =>
  object.kind === "Secret" &&
  (object.body.type === secretType ||
    isOldForm(object) ||
    listSecretTexts(object).some(({ key }) => key === dataKey));

/**
 * Checks an image pull Secret ("Pull an Image from a Private Registry" of Kubernetes): its type, and its `auths`. No user
 * and no password is in a finding.
 */
export function checkPullSecret(secret: FoundObject): CheckedPullSecret {
  const { body, label } = secret;
  if (isOldForm(secret)) return { hosts: null, findings: [] };
  const findings: TrustFinding[] = [];
  if (body.type !== secretType) {
    const type = typeof body.type === "string" ? shorten(body.type) : "";
    findings.push(trustFinding("pull-secret-type", label, { type }));
  }
  const place = `${label} data[${dataKey}]`;
  const { auths, problem } = readAuths(secret);
  if (auths === null) {
    return {
      hosts: null,
      findings: [...findings, trustFinding("pull-secret-malformed", place, { problem })],
    };
  }
  for (const [key, entry] of Object.entries(auths)) {
    const judged = judgeEntry(asMap(entry), normalizeHost(key), place);
    if (judged !== null) findings.push(judged);
  }
  return { hosts: Object.keys(auths).map(normalizeHost), findings };
}

function readAuths(secret: FoundObject): { auths: YamlMap | null; problem: string } {
  const entry = listSecretTexts(secret).find(({ key }) => key === dataKey);
  if (entry === undefined || entry.text === "") return { auths: null, problem: "missing" };
  const text = entry.isPlain ? entry.text : decode(entry.text);
  if (text === null || text.length > maxLength) return { auths: null, problem: "base64" };
  const config = parseJson(text);
  if (config === undefined) {
    const inner = decode(text);
    const isTwice = inner !== null && parseJson(inner) !== undefined;
    return { auths: null, problem: isTwice ? "encoded-twice" : "json" };
  }
  const auths = asMap(asMap(config)?.auths);
  return auths === null || Object.keys(auths).length === 0
    ? { auths: null, problem: "auths" }
    : { auths, problem: "" };
}

function judgeEntry(entry: YamlMap | null, host: string, object: string): TrustFinding | null {
  const malformed = () => trustFinding("pull-secret-malformed", object, { problem: "auth" });
  const [username, password, auth] = [entry?.username, entry?.password, entry?.auth].map(asText);
  // Kubelet takes the two where there is no `auth`, or an empty one.
  if (!auth) return username && password ? null : malformed();
  const decoded = decode(auth);
  const colon = decoded?.indexOf(":") ?? -1;
  if (decoded === null || colon < 1 || colon === decoded.length - 1) return malformed();
  const [first, second] = [decoded.slice(0, colon), decoded.slice(colon + 1)];
  const differs = (other: string | null | undefined, mine: string) =>
    typeof other === "string" && other !== mine;
  return differs(username, first) || differs(password, second)
    ? trustFinding("pull-secret-auth-differs", object, { host: shorten(host) })
    : null;
}

/**
 * Whether the kubelet takes an entry for a registry (`Lookup` and `URLsMatch` of pkg/credentialprovider/keyring.go): `*`
 * stands for anything within one label, and Docker Hub has two names.
 *
 * @param key `host[:port]`, as `hosts` of CheckedPullSecret has it
 */
export function isForHost(key: string, host: string): boolean {
  const parts = (name: string) => nameHub(name).split(/[.:]/);
  const [labels, wanted] = [parts(key), parts(host)];
  return labels.length === wanted.length && labels.every((label, index) => fits(label, wanted[index] ?? ""));
}

function fits(pattern: string, label: string): boolean {
  const [start = "", ...pieces] = pattern.split("*");
  const end = pieces.pop();
  if (end === undefined) return label === pattern;
  if (!label.startsWith(start) || !label.slice(start.length).endsWith(end)) return false;
  let at = start.length;
  for (const piece of pieces) {
    const found = label.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= label.length - end.length;
}

const nameHub = (host: string) => (host === "docker.io" ? "index.docker.io" : host);

/** Keys may be written as URLs, and have a path: `https://index.docker.io/v1/`. */
const normalizeHost = (key: string): string =>
  (key.replace(/^[a-z]+:\/\//i, "").split("/")[0] ?? "").toLowerCase();

function decode(base64: string): string | null {
  const bytes = decodeBase64(base64);
  return bytes === null ? null : Buffer.from(bytes).toString("utf8");
}

function parseJson(text: string): YamlValue | undefined {
  try {
    return JSON.parse(text) as YamlValue;
  } catch {
    return undefined;
  }
}
