import { X509Certificate } from "node:crypto";
import { readDetails, type CertificateDetails } from "./certificate-details.ts";
import { derTags, listDerChildren, readDerElement, sliceDer } from "./der-element.ts";

/** 64 characters a line, as RFC 7468 section 2 wants them. */
const pemLine = /.{1,64}/g;

/** A certificate that can be read; what it says is told by `describeCertificate`. */
export class Certificate {
  readonly der: Uint8Array;
  /** SHA-256 of the DER in lower-case hexadecimal digits: what identifies it. */
  readonly fingerprint: string;
  readonly x509: X509Certificate;
  readonly details: CertificateDetails;
  /** The names as they are encoded, to compare them as RFC 5280 section 7.1 allows at least. */
  readonly rawSubject: string;
  readonly rawIssuer: string;
  #selfSigned: boolean | undefined;

  private constructor(
    der: Uint8Array,
    x509: X509Certificate,
    details: CertificateDetails,
    names: { subject: string; issuer: string },
  ) {
    this.der = der;
    this.x509 = x509;
    this.details = details;
    this.fingerprint = x509.fingerprint256.replaceAll(":", "").toLowerCase();
    this.rawSubject = names.subject;
    this.rawIssuer = names.issuer;
  }

  /** @param der exactly one certificate @returns null when it is none */
  static parse(der: Uint8Array): Certificate | null {
    const outer = readDerElement(der);
    if (outer?.end !== der.byteLength) return null;
    const own = Uint8Array.from(der);
    const x509 = readX509(own);
    // Encodings that OpenSSL reads but would write otherwise have two fingerprints.
    if (!x509?.raw.equals(own)) return null;
    const [names, details] = [readNames(own), readDetails(own)];
    return names === null || details === null ? null : new Certificate(own, x509, details, names);
  }

  /** As PEM (RFC 7468 section 5), nothing else in it, with LF at the end of each line. */
  get pem(): string {
    const lines = Buffer.from(this.der).toString("base64").match(pemLine) ?? [];
    return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
  }

  /** Whether it names itself as its issuer and its own key has signed it. */
  get isSelfSigned(): boolean {
    this.#selfSigned ??= this.rawSubject === this.rawIssuer && this.isSignedBy(this);
    return this.#selfSigned;
  }

  /** Whether the other's key has signed this one; dates, names and rights are not looked at. */
  isSignedBy(issuer: Certificate): boolean {
    try {
      return this.x509.verify(issuer.x509.publicKey);
    } catch {
      // A kind of key that OpenSSL does not know.
      return false;
    }
  }
}

function readX509(der: Uint8Array): X509Certificate | null {
  try {
    return new X509Certificate(der);
  } catch {
    return null;
  }
}

/** TBSCertificate (RFC 5280 section 4.1): [0] version?, serial, algorithm, issuer, validity, subject. */
function readNames(der: Uint8Array): { subject: string; issuer: string } | null {
  const outer = readDerElement(der);
  const [signed] = (outer && listDerChildren(der, outer)) ?? [];
  const parts = (signed && listDerChildren(der, signed)) ?? [];
  const offset = parts[0]?.tag === derTags.context0 ? 1 : 0;
  const [issuer, subject] = [parts[offset + 2], parts[offset + 4]];
  if (issuer === undefined || subject === undefined) return null;
  const encode = (element: typeof issuer) => Buffer.from(sliceDer(der, element)).toString("base64");
  return { issuer: encode(issuer), subject: encode(subject) };
}
