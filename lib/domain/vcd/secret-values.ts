import type { JsonPath, JsonValue } from "./json-tree.ts";

/** What stands in the place of a secret that is not shown. */
export const hiddenSecret = "***";

const secretKey = /token|passw|secret|passphrase|private_?key|credential|api_?key/i;

/** Whether what stands at a path is secret by the names on the way to it. */
export const isSecretPath = (path: JsonPath): boolean =>
  path.some((step) => typeof step === "string" && secretKey.test(step));

/** A value without private keys, without passwords in addresses, and without what its keys call secret. */
export function hideSecrets(value: JsonValue): JsonValue {
  if (typeof value === "string") return hideInText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(hideSecrets);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, secretKey.test(key) ? hiddenSecret : hideSecrets(item)]),
  );
}

/** A text without private keys and without passwords in addresses. */
export function hideInText(text: string): string {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return hiddenSecret;
  return text.replace(/\S+/gu, hidePassword);
}

/** `http://user:password@host`, with or without the scheme, becomes `http://***@host`. */
function hidePassword(word: string): string {
  const at = word.lastIndexOf("@");
  const [slashes, slash, colon] = [word.indexOf("//"), word.indexOf("/"), word.indexOf(":")];
  if (slashes !== -1 && slashes < at) return `${word.slice(0, slashes)}//${hiddenSecret}${word.slice(at)}`;
  const isAccount = colon !== -1 && colon < at && (slash === -1 || slash > colon);
  return isAccount ? `${hiddenSecret}${word.slice(at)}` : word;
}
