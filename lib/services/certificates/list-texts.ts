import "server-only";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";

// A list is a sequence of PEM texts, as the configuration has it; a text may hold several certificates. Texts that are not
// meant stay as they are.

type Texts = readonly string[];

const read = (text: string): Certificate[] =>
  readCertificates(text).found.map(({ certificate }) => certificate);

const holds = (text: string, fingerprint: string): boolean =>
  read(text).some((each) => each.fingerprint === fingerprint);

/** The list with these at its end, except those that it has. */
export function appendCertificates(texts: Texts, certificates: readonly Certificate[]): Texts {
  const missing = certificates.filter(({ fingerprint }) => !texts.some((text) => holds(text, fingerprint)));
  return [...texts, ...missing.map(({ pem }) => pem)];
}

/** The list with a certificate right after the text that has the other; unchanged where neither is the case. */
export function insertAfter(texts: Texts, fingerprint: string, certificate: Certificate): Texts {
  const at = texts.findIndex((text) => holds(text, fingerprint));
  if (at === -1 || texts.some((text) => holds(text, certificate.fingerprint))) return texts;
  return texts.toSpliced(at + 1, 0, certificate.pem);
}

/** The list without a certificate; what stands in one text with it stays. */
export function removeCertificate(texts: Texts, fingerprint: string): Texts {
  return texts.flatMap((text) => {
    if (!holds(text, fingerprint)) return [text];
    const rest = read(text).filter((each) => each.fingerprint !== fingerprint);
    return rest.length === 0 ? [] : [rest.map(({ pem }) => pem).join("")];
  });
}

/** The list with the text that has a certificate one place further up or down, unless it is the outermost. */
export function moveCertificate(texts: Texts, fingerprint: string, direction: "up" | "down"): Texts {
  const from = texts.findIndex((text) => holds(text, fingerprint));
  const to = direction === "up" ? from - 1 : from + 1;
  const moved = texts[from];
  if (moved === undefined || to < 0 || to >= texts.length) return texts;
  return texts.toSpliced(from, 1).toSpliced(to, 0, moved);
}
