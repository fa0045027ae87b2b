import type { KeyObject, X509Certificate } from "node:crypto";
import type { Certificate } from "./certificate.ts";
import type { AlternativeNames, CertificateDetails } from "./certificate-details.ts";
import { derTags, hexOfContent, listDerChildren, readDerElement } from "./der-element.ts";
import type { NameDescription } from "./distinguished-name.ts";

/** A public key: its kind, and its size as far as that tells how strong it is. */
export type KeyDescription =
  | { readonly kind: "rsa" | "rsa-pss" | "dsa"; readonly bits: number }
  | {
      readonly kind: "ec";
      /** As OpenSSL calls it: `prime256v1`. */
      readonly curve: string;
      readonly bits: number | null;
      /** By its name, as RFC 5480 section 2.1.1 demands, instead of by all of its numbers. */
      readonly isNamed: boolean;
    }
  | { readonly kind: "ed25519" | "ed448" }
  /** By its object identifier. */
  | { readonly kind: "other"; readonly algorithm: string };

/** How a certificate was signed. */
export interface SignatureDescription {
  readonly scheme: "rsa" | "rsa-pss" | "ecdsa" | "dsa" | "eddsa" | "other";
  /** `sha256`; null when the scheme has none of its own, or its object identifier is not known. */
  readonly hash: string | null;
  readonly algorithm: string;
}

/** A certificate in plain data, which survives JSON: dates are ISO texts, bytes are hexadecimal digits. */
export interface CertificateDescription {
  readonly version: number;
  readonly subject: NameDescription;
  readonly issuer: NameDescription;
  /** `0A1B…`, as `openssl x509 -serial` prints it. */
  readonly serial: string;
  readonly names: AlternativeNames | null;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly key: KeyDescription;
  readonly signature: SignatureDescription;
  /** `AB:CD:…`, as `openssl x509 -fingerprint` prints them. */
  readonly sha256: string;
  readonly sha1: string;
  /** Proven by its own key, not only by its names. */
  readonly selfSigned: boolean;
  /** Whether others may be signed by it: by its basic constraints, or being a self-signed one of version 1. */
  readonly role: "ca" | "leaf";
  /** How many authorities may stand between it and a leaf; null without a limit. */
  readonly pathLength: number | null;
  readonly keyUsage: readonly string[] | null;
  /** `serverAuth`, or an object identifier. */
  readonly extendedKeyUsage: readonly string[] | null;
  readonly subjectKeyId: string | null;
  readonly authorityKeyId: CertificateDetails["authorityKeyId"];
  readonly issuerUrls: readonly string[];
  readonly nameConstraints: CertificateDetails["nameConstraints"];
}

/** RFC 5280 section 4.2.1.12 */
export const anyExtendedKeyUsageOid = "2.5.29.37.0";
export const serverAuthOid = "1.3.6.1.5.5.7.3.1";
const usageNames: Readonly<Record<string, string>> = {
  [anyExtendedKeyUsageOid]: "any",
  [serverAuthOid]: "serverAuth",
  "1.3.6.1.5.5.7.3.2": "clientAuth",
  "1.3.6.1.5.5.7.3.3": "codeSigning",
  "1.3.6.1.5.5.7.3.4": "emailProtection",
  "1.3.6.1.5.5.7.3.8": "timeStamping",
  "1.3.6.1.5.5.7.3.9": "OCSPSigning",
};

/** RFC 8017 appendix A.2, RFC 5758 section 3.2, RFC 8410 section 3 */
const signatures: Readonly<Record<string, Omit<SignatureDescription, "algorithm">>> = {
  "1.2.840.113549.1.1.2": { scheme: "rsa", hash: "md2" },
  "1.2.840.113549.1.1.4": { scheme: "rsa", hash: "md5" },
  "1.2.840.113549.1.1.5": { scheme: "rsa", hash: "sha1" },
  "1.2.840.113549.1.1.14": { scheme: "rsa", hash: "sha224" },
  "1.2.840.113549.1.1.11": { scheme: "rsa", hash: "sha256" },
  "1.2.840.113549.1.1.12": { scheme: "rsa", hash: "sha384" },
  "1.2.840.113549.1.1.13": { scheme: "rsa", hash: "sha512" },
  "1.2.840.113549.1.1.10": { scheme: "rsa-pss", hash: null },
  "1.2.840.10045.4.1": { scheme: "ecdsa", hash: "sha1" },
  "1.2.840.10045.4.3.1": { scheme: "ecdsa", hash: "sha224" },
  "1.2.840.10045.4.3.2": { scheme: "ecdsa", hash: "sha256" },
  "1.2.840.10045.4.3.3": { scheme: "ecdsa", hash: "sha384" },
  "1.2.840.10045.4.3.4": { scheme: "ecdsa", hash: "sha512" },
  "1.2.840.10040.4.3": { scheme: "dsa", hash: "sha1" },
  "2.16.840.1.101.3.4.3.2": { scheme: "dsa", hash: "sha256" },
  "1.3.101.112": { scheme: "eddsa", hash: null },
  "1.3.101.113": { scheme: "eddsa", hash: null },
};

/** Object identifiers of NIST's hashes (RFC 5754 section 2), and of SHA-1, as the octets that they are encoded in. */
const pssHashes: Readonly<Record<string, string>> = {
  "2b0e03021a": "sha1",
  "608648016503040204": "sha224",
  "608648016503040201": "sha256",
  "608648016503040202": "sha384",
  "608648016503040203": "sha512",
};

/** Tells what a certificate is, without judging it: that is `reviewCertificate`. */
export function describeCertificate(certificate: Certificate): CertificateDescription {
  const { details, x509 } = certificate;
  return {
    version: details.version,
    subject: details.subject,
    issuer: details.issuer,
    serial: x509.serialNumber,
    names: details.names,
    notBefore: details.notBefore.toISOString(),
    notAfter: details.notAfter.toISOString(),
    key: describeKey(certificate),
    signature: describeSignature(certificate),
    sha256: x509.fingerprint256,
    sha1: x509.fingerprint,
    selfSigned: certificate.isSelfSigned,
    role: isAuthority(certificate) ? "ca" : "leaf",
    pathLength: details.basicConstraints?.pathLength ?? null,
    keyUsage: details.keyUsage,
    extendedKeyUsage: details.extendedKeyUsage?.map((id) => usageNames[id] ?? id) ?? null,
    subjectKeyId: details.subjectKeyId,
    authorityKeyId: details.authorityKeyId,
    issuerUrls: details.issuerUrls,
    nameConstraints: details.nameConstraints,
  };
}

/** Whether a certificate is meant to sign others; version 1 (RFC 5280 section 6.1.4 (k)) has no way to say so. */
export function isAuthority(certificate: Certificate): boolean {
  const { version, basicConstraints } = certificate.details;
  return basicConstraints?.ca ?? (version < 3 && certificate.isSelfSigned);
}

export function describeSignature({ details }: Certificate): SignatureDescription {
  const { signatureAlgorithm: algorithm, signatureParameters: parameters } = details;
  const known = signatures[algorithm] ?? { scheme: "other", hash: null };
  const hash = known.scheme === "rsa-pss" ? readPssHash(parameters) : known.hash;
  return { ...known, hash, algorithm };
}

/** RFC 4055 section 3.1: [0] holds the algorithm of the hash, which is SHA-1 when nothing is said. */
function readPssHash(parameters: Uint8Array | null): string | null {
  const outer = parameters && readDerElement(parameters);
  const parts = (outer && listDerChildren(parameters, outer)) ?? [];
  const tagged = parts.find(({ tag }) => tag === derTags.context0);
  if (tagged === undefined || parameters === null) return "sha1";
  const algorithm = readDerElement(parameters, tagged.contentStart, tagged.end);
  const [id] = (algorithm && listDerChildren(parameters, algorithm)) ?? [];
  return id === undefined ? null : (pssHashes[hexOfContent(parameters, id)] ?? null);
}

export function describeKey({ details, x509 }: Certificate): KeyDescription {
  const other = { kind: "other", algorithm: details.keyAlgorithm } as const;
  const key = readKey(x509);
  if (key === null) return other;
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case "rsa":
    case "rsa-pss":
    case "dsa":
      return { kind: key.asymmetricKeyType, bits: modulusLength };
    case "ec":
      return namedCurve === undefined
        ? other
        : { kind: "ec", curve: namedCurve, bits: findCurveBits(namedCurve), isNamed: details.keyIsNamed };
    case "ed25519":
    case "ed448":
      return { kind: key.asymmetricKeyType };
    default:
      return other;
  }
}

/** Names of curves tell their bits, except those of WTLS, which nobody uses. */
function findCurveBits(curve: string): number | null {
  const [digits] = /\d{3}/.exec(curve) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** Null for a kind of key that OpenSSL does not know, or a damaged one. */
function readKey(x509: X509Certificate): KeyObject | null {
  try {
    return x509.publicKey;
  } catch {
    return null;
  }
}
