import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { trustEncodings, type TrustField } from "#lib/domain/certificates/node-files.ts";
import { decodeBase64 } from "#lib/domain/certificates/pem-blocks.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { readingProblemSeverities } from "#lib/domain/certificates/reading-problem.ts";
import {
  type CertificateFinding,
  findingSeverities,
  reviewCertificate,
} from "#lib/domain/certificates/review-certificate.ts";
import { type TrustFinding, trustFinding } from "./trust-finding.ts";

/** How often each encoding wraps the PEM in base64. */
const layers = { pem: 0, base64: 1, "base64-twice": 2 } as const;
const maxLayers = 4;
const maxPlaceholder = 300;
/** What documents and templates have where a value belongs. */
const placeholder =
  /^\s*(?:<[^>]*>|\$?\{.*\}|.*\b(?:base64[- ]encoded|encoded string)\b.*|\w+\.(?:data|cert|value))\s*$/i;

const marker = /-----(?:BEGIN|END) [A-Z0-9 ]+-----/g;
const markerInLine = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----[ \t]*$/gm;

/** A value that holds certificates, and what is to be said of it. */
export interface CheckedValue {
  readonly certificates: readonly Certificate[];
  readonly findings: readonly TrustFinding[];
}

/**
 * Checks a value that is to hold certificates: how often it is encoded, by decoding it, and what the certificates are. No
 * part of the value is in a finding.
 */
export function checkCertificates(value: string, field: TrustField, object: string, at: Date): CheckedValue {
  const encoding = trustEncodings[field];
  const wanted = layers[encoding];
  const { pem, found } = unwrap(value);
  if (pem === null) return { certificates: [], findings: [judgeOther(value, object)] };
  const reading = readCertificates(pem);
  const findings: TrustFinding[] = [];
  if (found === 0 && wanted > 0) findings.push(trustFinding("plain-pem", object, { expected: encoding }));
  else if (found < wanted) findings.push(trustFinding("encoded-too-seldom", object, { wanted, found }));
  else if (found > wanted) findings.push(trustFinding("encoded-too-often", object, { wanted, found }));
  if (found > 0 && /\s/.test(value.trim())) findings.push(trustFinding("base64-broken", object, {}));
  // Go's encoding/pem and OpenSSL want them so.
  const count = (pattern: RegExp) => pem.match(pattern)?.length ?? 0;
  const hasLostLines = count(marker) > count(markerInLine) && reading.found.length > 0;
  if (hasLostLines) findings.push(trustFinding("pem-lines-lost", object, {}));
  // That there is none is said by what is in its place.
  const problems = reading.problems.filter(
    ({ code }, index) => index === 0 || code !== "no-certificate-found",
  );
  for (const problem of problems) {
    if (problem.code === "private-key") {
      return {
        certificates: [],
        findings: [trustFinding("private-key", object, { form: problem.form, line: 0 })],
      };
    }
    if (problem.code === "carriage-returns") {
      findings.push(trustFinding("carriage-returns", object, { line: 0 }));
    } else if (readingProblemSeverities[problem.code] === "error") {
      findings.push(trustFinding("certificate-unreadable", object, { problem: problem.code }));
    }
  }
  const certificates = reading.found.map(({ certificate }) => certificate);
  const subjects = new Set(certificates.map(({ details }) => details.subject.text));
  // With its authority beside it, a server's certificate does no harm.
  const isNeeded = ({ rule, facts }: TrustFinding) =>
    rule !== "leaf-instead-of-ca" || !subjects.has(facts.issuer);
  return {
    certificates,
    findings: [
      ...findings,
      ...certificates.flatMap((each) => judgeCertificate(each, object, at)).filter(isNeeded),
    ],
  };
}

/** The PEM in a value, and how many layers of base64 were around it; null where there is none. */
function unwrap(value: string): { pem: string | null; found: number } {
  let text = value;
  for (let found = 0; found <= maxLayers; found++) {
    if (text.includes("-----BEGIN ")) return { pem: text, found };
    const bytes = decodeBase64(text);
    if (bytes === null) break;
    text = Buffer.from(bytes).toString("latin1");
  }
  return { pem: null, found: 0 };
}

function judgeOther(value: string, object: string): TrustFinding {
  if (value.length <= maxPlaceholder && placeholder.test(value))
    return trustFinding("value-placeholder", object, {});
  const { found, problems } = readCertificates(value);
  const [first] = problems;
  if (first?.code === "private-key")
    return trustFinding("private-key", object, { form: first.form, line: 0 });
  return found.length > 0
    ? trustFinding("der-instead-of-pem", object, {})
    : trustFinding("no-certificate", object, {});
}

function judgeCertificate(certificate: Certificate, object: string, at: Date): TrustFinding[] {
  const facts = { fingerprint: certificate.fingerprint, subject: certificate.details.subject.text };
  return reviewCertificate(certificate, { at }).flatMap((each) => tellFinding(each, facts, object) ?? []);
}

function tellFinding(
  finding: CertificateFinding,
  facts: { readonly fingerprint: string; readonly subject: string },
  object: string,
): TrustFinding | null {
  switch (finding.code) {
    case "leaf-instead-of-ca":
      return trustFinding(finding.code, object, { ...facts, issuer: finding.issuer });
    case "self-signed-leaf":
      return trustFinding(finding.code, object, facts);
    case "expired":
    case "expires-soon":
      return trustFinding(finding.code, object, { ...facts, notAfter: finding.notAfter, days: finding.days });
    case "not-yet-valid":
      return trustFinding(finding.code, object, {
        ...facts,
        notBefore: finding.notBefore,
        days: finding.days,
      });
    default:
      return findingSeverities[finding.code] === "error"
        ? trustFinding("certificate-refused", object, { ...facts, finding: finding.code })
        : null;
  }
}
