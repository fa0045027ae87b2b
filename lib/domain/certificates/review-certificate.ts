import type { Certificate } from "./certificate.ts";
import type { AlternativeNames } from "./certificate-details.ts";
import { describeKey, isAuthority, type KeyDescription } from "./describe-certificate.ts";
import { listServerNames } from "./match-host.ts";
import { findNeededBits, findWeakHash, supportsKey } from "./strength.ts";

/** What is to be said about one certificate before it is trusted. */
export type CertificateFinding =
  /** Vouches for one server only, and an authority has signed it: that authority is what to trust. */
  | { readonly code: "leaf-instead-of-ca"; readonly issuer: string; readonly issuerUrls: readonly string[] }
  /** Vouches for itself only; it must be replaced everywhere whenever the server gets a new one. */
  | { readonly code: "self-signed-leaf" }
  | { readonly code: "expired"; readonly notAfter: string; readonly days: number }
  | { readonly code: "not-yet-valid"; readonly notBefore: string; readonly days: number }
  | { readonly code: "expires-soon"; readonly notAfter: string; readonly days: number }
  /** Names a server in its subject only, where nobody looks any more (RFC 9525 section 2). */
  | { readonly code: "missing-san"; readonly commonName: string | null }
  | { readonly code: "weak-key"; readonly key: KeyDescription; readonly neededBits: number }
  /** Nodes cannot read such a key. */
  | { readonly code: "unsupported-key"; readonly key: KeyDescription }
  | { readonly code: "weak-hash"; readonly hash: string }
  /** An authority that leaves out what RFC 5280 section 4.2.1.3 asks of it. */
  | { readonly code: "ca-without-key-usage" }
  /** An authority whose key usage forbids it to sign certificates. */
  | { readonly code: "ca-may-not-sign"; readonly keyUsage: readonly string[] }
  /** How many authorities it lets stand below itself. */
  | { readonly code: "path-length"; readonly pathLength: number }
  | {
      readonly code: "name-constraints";
      readonly permitted: AlternativeNames | null;
      readonly excluded: AlternativeNames | null;
    }
  /** X.509 version 1 cannot say that it is an authority: some clients believe it, others do not. */
  | { readonly code: "version-1" }
  | { readonly code: "unknown-critical-extension"; readonly extensions: readonly string[] }
  | { readonly code: "extension-damaged"; readonly extensions: readonly string[] };

export type CertificateFindingCode = CertificateFinding["code"];

/** `error`: it will not work. `warning`: it works, and will hurt. `notice`: good to know. */
export const findingSeverities: Readonly<Record<CertificateFindingCode, "error" | "warning" | "notice">> = {
  "leaf-instead-of-ca": "warning",
  "self-signed-leaf": "warning",
  expired: "error",
  "not-yet-valid": "error",
  "expires-soon": "warning",
  "missing-san": "error",
  "weak-key": "error",
  "unsupported-key": "error",
  "weak-hash": "error",
  "ca-without-key-usage": "notice",
  "ca-may-not-sign": "error",
  "path-length": "notice",
  "name-constraints": "notice",
  "version-1": "warning",
  "unknown-critical-extension": "error",
  "extension-damaged": "error",
};

export interface ReviewOptions {
  readonly at: Date;
  /** What it is for: to be `trusted` by clients, unless given, or `presented`, as a server has sent it for itself. */
  readonly use?: "trusted" | "presented";
  /** From how many days before its end a certificate is said to expire soon: 60 unless given. */
  readonly expiresSoonDays?: number;
}

const dayMs = 86_400_000;
const defaultExpiresSoonDays = 60;

/** What stands against using a certificate, or is good to know before, in a fixed order: what it is, dates, strength. */
export function reviewCertificate(
  certificate: Certificate,
  { at, use = "trusted", expiresSoonDays = defaultExpiresSoonDays }: ReviewOptions,
): readonly CertificateFinding[] {
  return [
    ...(use === "trusted" ? reviewTrusted(certificate) : reviewPresented(certificate)),
    ...reviewDates(certificate, at, expiresSoonDays),
    ...reviewStrength(certificate),
    ...reviewExtensions(certificate),
  ];
}

/** Whole days until a certificate ends, rounded down; negative once it has. */
export function countDaysLeft({ details }: Certificate, at: Date): number {
  return Math.floor((details.notAfter.getTime() - at.getTime()) / dayMs);
}

function* reviewTrusted(certificate: Certificate): Generator<CertificateFinding> {
  const { details } = certificate;
  if (!isAuthority(certificate)) {
    const { issuerUrls, issuer } = details;
    if (!certificate.isSelfSigned) yield { code: "leaf-instead-of-ca", issuer: issuer.text, issuerUrls };
    yield* reviewPresented(certificate);
    return;
  }
  const { keyUsage } = details;
  if (details.version < 3) yield { code: "version-1" };
  else if (keyUsage === null) yield { code: "ca-without-key-usage" };
  else if (!keyUsage.includes("keyCertSign")) yield { code: "ca-may-not-sign", keyUsage };
}

function* reviewPresented(certificate: Certificate): Generator<CertificateFinding> {
  if (certificate.isSelfSigned) yield { code: "self-signed-leaf" };
  if (listServerNames(certificate).length === 0) {
    yield { code: "missing-san", commonName: certificate.details.subject.commonName };
  }
}

function* reviewDates(certificate: Certificate, at: Date, soonDays: number): Generator<CertificateFinding> {
  const { notBefore, notAfter } = certificate.details;
  const [start, end] = [notBefore.toISOString(), notAfter.toISOString()];
  const days = countDaysLeft(certificate, at);
  if (at < notBefore) {
    const wait = Math.ceil((notBefore.getTime() - at.getTime()) / dayMs);
    yield { code: "not-yet-valid", notBefore: start, days: wait };
  }
  if (at > notAfter) yield { code: "expired", notAfter: end, days: -days };
  else if (days < soonDays) yield { code: "expires-soon", notAfter: end, days };
}

function* reviewStrength(certificate: Certificate): Generator<CertificateFinding> {
  const key = describeKey(certificate);
  const neededBits = findNeededBits(key, "openssl");
  if (neededBits !== null) yield { code: "weak-key", key, neededBits };
  if (!supportsKey(key, "go")) yield { code: "unsupported-key", key };
  const hash = findWeakHash(certificate);
  // Nobody checks the signature of what is trusted as it is (RFC 5280 section 6.1).
  if (hash !== null && !certificate.isSelfSigned) yield { code: "weak-hash", hash };
}

function* reviewExtensions({ details }: Certificate): Generator<CertificateFinding> {
  const { basicConstraints, nameConstraints, unknownCritical, unreadable } = details;
  const pathLength = basicConstraints?.ca ? basicConstraints.pathLength : null;
  if (pathLength !== null) yield { code: "path-length", pathLength };
  if (nameConstraints !== null) yield { code: "name-constraints", ...nameConstraints };
  if (unknownCritical.length > 0) {
    yield { code: "unknown-critical-extension", extensions: unknownCritical };
  }
  if (unreadable.length > 0) yield { code: "extension-damaged", extensions: unreadable };
}
