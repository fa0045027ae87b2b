import { decodeBase64 } from "./pem-blocks.ts";
import { recognizeDer, type PrivateKeyForm } from "./recognize-der.ts";

/** By the label of a PEM block; `PRIVATE KEY` with anything before it is one, too. */
const formsByLabel: Readonly<Record<string, PrivateKeyForm>> = {
  "PRIVATE KEY": "pkcs8",
  "ENCRYPTED PRIVATE KEY": "pkcs8-encrypted",
  "RSA PRIVATE KEY": "pkcs1",
  "EC PRIVATE KEY": "ec",
  "DSA PRIVATE KEY": "dsa",
  "OPENSSH PRIVATE KEY": "openssh",
  "PGP PRIVATE KEY BLOCK": "pgp",
  PKCS12: "pkcs12",
};

/** Traces of a key in a text, also of one whose markers are damaged. */
const traces: readonly (readonly [RegExp, PrivateKeyForm])[] = [
  [/PuTTY-User-Key-File-\d/i, "putty"],
  [/BEGIN PGP PRIVATE KEY/i, "pgp"],
  [/(?:BEGIN|END)[^\r\n]{0,60}PRIVATE[^\r\n]{0,20}KEY/i, "other"],
];

/** RFC 7517 section 4.1, and what is private in RFC 7518 sections 6.2.2, 6.3.2 and 6.4. */
const jwkType = /"kty"\s{0,20}:/;
const jwkSecret = /"[dk]"\s{0,20}:/;

/** As much base64 at the end of a line, perhaps in quotes, may be a key without its markers, or the start of one. */
const base64AtEnd = /(?:^|[\s"':,])([A-Za-z0-9+/]{16,}={0,2})["',]{0,3}$/;
const base64Line = /^[A-Za-z0-9+/]+={0,2}$/;
const keyStoreMagics = ["feedfeed", "cececece"];

/** What kind of key the label of a PEM block announces, or null. */
export function findKeyInLabel(label: string): PrivateKeyForm | null {
  const words = label.trim().toUpperCase();
  return formsByLabel[words] ?? (/PRIVATE|SECRET KEY/.test(words) ? "other" : null);
}

/** What kind of key one decoded block or binary file is, or null. */
export function findKeyInBytes(bytes: Uint8Array): PrivateKeyForm | null {
  if (keyStoreMagics.includes(Buffer.from(bytes.subarray(0, 4)).toString("hex"))) return "java-keystore";
  const head = Buffer.from(bytes.subarray(0, 15)).toString("latin1");
  if (head === "openssh-key-v1\0") return "openssh";
  const found = recognizeDer(bytes);
  return found.kind === "private-key" ? found.form : null;
}

/**
 * What kind of key stands in a text that is no sound PEM block, or null: by its markers, or by what its lines of base64
 * decode to.
 *
 * @returns the form, and how many lines into the text it was found
 */
export function findKeyInText(text: string): { form: PrivateKeyForm; lineOffset: number } | null {
  for (const [trace, form] of traces) {
    const at = text.search(trace);
    if (at !== -1) return { form, lineOffset: countLines(text.slice(0, at)) };
  }
  const jwk = text.search(jwkType);
  if (jwk !== -1 && jwkSecret.test(text)) return { form: "jwk", lineOffset: countLines(text.slice(0, jwk)) };
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim());
  for (let start = 0; start < lines.length; start++) {
    const [, first] = base64AtEnd.exec(lines[start] ?? "") ?? [];
    if (first === undefined) continue;
    let end = start + 1;
    while (base64Line.test(lines[end] ?? "")) end++;
    const form = findKeyInBase64([first, ...lines.slice(start + 1, end)].join(""));
    if (form !== null) return { form, lineOffset: start };
    start = end - 1;
  }
  return null;
}

const countLines = (text: string) => text.split(/\r\n|\n|\r/).length - 1;

/** @param layers how often the text may be base64: in Kubernetes' objects twice */
function findKeyInBase64(text: string, layers = 2): PrivateKeyForm | null {
  // The end may be cut off, or be followed by a short word.
  const bytes = decodeBase64(text.slice(0, text.length - (text.length % 4))) ?? Buffer.from(text, "base64");
  const form = findKeyInBytes(bytes);
  if (form !== null) return form;
  const inner = Buffer.from(bytes).toString("latin1");
  const trace = traces.find(([expression]) => expression.test(inner));
  if (trace !== undefined) return trace[1];
  return layers > 1 && base64Line.test(inner.trim()) ? findKeyInBase64(inner.trim(), layers - 1) : null;
}
