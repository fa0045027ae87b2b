const secretWords = [
  "password",
  "passwd",
  "passphrase",
  "secret",
  "token",
  "authorization",
  "cookie",
  "credential",
  "privatekey",
  "apikey",
];

/** True for field and header names whose value must reach neither a log nor the audit trail. */
export function isSecretField(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, "");
  return secretWords.some((word) => plain.includes(word));
}

export const redacted = "[redacted]";
// Logs are for people: what lies deeper than this is no longer read, and a cycle must end.
const maxDepth = 8;

const credentialsInUrl = /(\w:\/\/)[^/?#\s@]*:[^/?#\s]*@/g;
// One-time links are such addresses.
const secretInQuery = /([?&](?:[\w-]*token|password|secret|signature|sig)=)[^&#\s"']+/gi;
const authorizationScheme = /\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi;

/** Takes credentials out of a text that may hold an address or a header. */
export function redactText(text: string): string {
  return text
    .replace(credentialsInUrl, `$1${redacted}@`)
    .replace(secretInQuery, `$1${redacted}`)
    .replace(authorizationScheme, `$1 ${redacted}`);
}

/** A copy of what is to be logged, without the values of secret fields at any depth. */
export function redactValue(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (depth > maxDepth) return "[too deep]";
  if (Array.isArray(value)) return value.map((each) => redactValue(each, depth + 1));
  if (value instanceof Error) return redactError(value, depth);
  return redactFields(value, depth);
}

function redactFields(value: object, depth: number): Record<string, unknown> {
  const entries =
    value instanceof Headers || value instanceof Map ? [...value.entries()] : Object.entries(value);
  const result: Record<string, unknown> = {};
  for (const [name, field] of entries as [unknown, unknown][]) {
    const key = String(name);
    result[key] = isSecretField(key) ? redacted : redactValue(field, depth + 1);
  }
  return result;
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  return {
    type: error.name,
    message: redactText(error.message),
    stack: redactText(error.stack ?? ""),
    ...redactFields(error, depth),
    ...(error.cause !== undefined && { cause: redactValue(error.cause, depth + 1) }),
  };
}
