import { decodeBase64 } from "./pem-blocks.ts";

/** PEM that stands as base64 in one line of a text. */
export interface EmbeddedText {
  readonly text: string;
  readonly lineOffset: number;
  /** How many layers of base64 were around it. */
  readonly times: number;
}

/** `-----BEGIN` in base64, and that in base64 again, as far as both do not depend on what follows. */
const once = /LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,}={0,2}/;
const twice = /TFMwdExTMUNSVWRKVG[A-Za-z0-9+/]{20,}={0,2}/;

/**
 * Finds certificates as Kubernetes' objects have them: `data` of `additionalTrustedCAs` and of Secrets, `caBundle`,
 * `certificate-authority-data`; one in each line.
 */
export function* listEmbeddedTexts(text: string): Generator<EmbeddedText, void, undefined> {
  for (const [lineOffset, line] of text.split(/\r\n|\n|\r/).entries()) {
    const inner = decode(once.exec(line)?.[0]);
    if (inner !== null) yield { text: inner, lineOffset, times: 1 };
    const innermost = decode(decode(twice.exec(line)?.[0])?.trim());
    if (innermost !== null) yield { text: innermost, lineOffset, times: 2 };
  }
}

function decode(base64: string | undefined): string | null {
  const bytes = base64 === undefined ? null : decodeBase64(base64);
  return bytes === null ? null : Buffer.from(bytes).toString("latin1");
}
