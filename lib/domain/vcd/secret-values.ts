import type { JsonPath } from "./json-tree.ts";

/** What stands in the place of a secret that is not shown. */
export const hiddenSecret = "***";

/** What the name of a secret has in it. */
export const secretKey = /token|passw|secret|passphrase|private_?key|credential|api_?key/i;

/** Whether what stands at a path is secret by the names on the way to it. */
export const isSecretPath = (path: JsonPath): boolean =>
  path.some((step) => typeof step === "string" && secretKey.test(step));

/** Whether `***` stands for the whole of a text, or for the account in an address. */
export const isHiddenText = (value: unknown): boolean =>
  typeof value === "string" && /^\*{3}$|(?:^|\s|\/\/)\*{3}@/u.test(value);

/** A text without private keys and without passwords in addresses. */
export function hideInText(text: string): string {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return hiddenSecret;
  return text.replace(/\S+/gu, hidePassword);
}

/**
 * `[http://]host[:port]/repository[:tag]@algorithm:hex`, or `name:tag@…`: what stands before a digest is no account, as none
 * of so many digits is a port. Whatever could be a password all the same makes it no such reference.
 */
const digestReference =
  /^(?:[^:@]*:\/\/[^/:@]+(?::\d{1,5})?\/|[^/:@]+:\d{1,5}\/)?[^:@]*(?::[\w.-]{1,128})?@[a-z\d]+(?:[+._-][a-z\d]+)*:[\da-f]{32,}$/i;

/**
 * `http://user:password@host`, with or without the scheme, becomes `http://***@host`. Users and passwords may have slashes,
 * passwords colons and `@` as well, so that all is hidden between the scheme and the last `@`.
 */
function hidePassword(word: string): string {
  if (digestReference.test(word)) return word;
  const at = word.lastIndexOf("@");
  const scheme = /^[^:@]*?:?\/\//.exec(word)?.[0] ?? "";
  const isAccount = scheme !== "" || word.slice(0, at).includes(":");
  return at !== -1 && isAccount ? `${scheme}${hiddenSecret}${word.slice(at)}` : word;
}
