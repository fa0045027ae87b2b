import type { Certificate } from "./certificate.ts";
import type { KeyDescription } from "./describe-certificate.ts";

/** Which certificate is meant. */
export interface CertificateRef {
  readonly fingerprint: string;
  readonly subject: string;
}

export const referTo = ({ fingerprint, details }: Certificate): CertificateRef => ({
  fingerprint,
  subject: details.subject.text,
});

/** What is known of an authority whose certificate is not there, from one that it has signed. */
export interface MissingIssuer {
  /** The one that it has signed: the last that was found on the way up. */
  readonly of: CertificateRef;
  readonly issuer: string;
  /** The issuer's subject key identifier, in hexadecimal digits. */
  readonly keyId: string | null;
  /** Where its certificate can be had, as the one that it has signed tells. */
  readonly urls: readonly string[];
  /** Certificates with the issuer's name that did not sign: most likely an earlier or later one of it. */
  readonly namesakes: readonly CertificateRef[];
}

/** Why a chain is not trusted: each stands alone, so all have to be mended. */
export type ChainProblem =
  | { readonly code: "no-certificate" }
  /** The server's own certificate is signed by itself and not stored. */
  | { readonly code: "self-signed-leaf"; readonly certificate: CertificateRef }
  /** The way up ends at an authority that is not stored; `root` when the server has sent it. */
  | {
      readonly code: "unknown-authority";
      readonly root: CertificateRef | null;
      readonly missing: MissingIssuer | null;
    }
  /** The way up ends below an authority that is not the topmost, which the server should have sent. */
  | {
      readonly code: "missing-intermediate";
      readonly missing: MissingIssuer;
      readonly evidence: IntermediateEvidence;
    }
  | {
      readonly code: "expired";
      readonly certificate: CertificateRef;
      readonly position: ChainPosition;
      readonly notAfter: string;
    }
  | {
      readonly code: "not-yet-valid";
      readonly certificate: CertificateRef;
      readonly position: ChainPosition;
      readonly notBefore: string;
    }
  | { readonly code: "name-mismatch"; readonly host: string; readonly names: readonly string[] }
  /** It has no names but the common name, which nobody looks at any more. */
  | { readonly code: "name-missing"; readonly host: string; readonly commonName: string | null }
  /** Signs others without being an authority. */
  | { readonly code: "not-a-ca"; readonly certificate: CertificateRef }
  | { readonly code: "ca-may-not-sign"; readonly certificate: CertificateRef }
  | { readonly code: "path-too-long"; readonly certificate: CertificateRef; readonly pathLength: number }
  | { readonly code: "name-not-permitted"; readonly certificate: CertificateRef; readonly name: string }
  /** Its extended key usage is not that of a server. */
  | { readonly code: "not-for-servers"; readonly certificate: CertificateRef }
  | { readonly code: "weak-key"; readonly certificate: CertificateRef; readonly key: KeyDescription }
  | { readonly code: "unsupported-key"; readonly certificate: CertificateRef; readonly key: KeyDescription }
  | { readonly code: "weak-hash"; readonly certificate: CertificateRef; readonly hash: string }
  | {
      readonly code: "unknown-critical-extension";
      readonly certificate: CertificateRef;
      readonly extensions: readonly string[];
    };

export type ChainPosition = "leaf" | "intermediate" | "anchor";

/**
 * From what it follows that the missing issuer is an intermediate authority: its certificate is known from elsewhere;
 * the key identifier names its own issuer; the server has sent its certificate alone, and that tells where the
 * issuer's can be had; or a trusted authority belongs to the same organization.
 */
export type IntermediateEvidence =
  "known-certificate" | "key-identifier" | "issuer-url" | "same-organization";

/** What does not stand against trust, and is worth saying. */
export type ChainNote =
  /** Another verifier decides otherwise: it wants the way to end at a self-signed certificate. */
  | { readonly code: "anchor-is-intermediate"; readonly certificate: CertificateRef }
  /** What is trusted is the server's own certificate: it has to be replaced with the server's. */
  | { readonly code: "anchor-is-leaf"; readonly certificate: CertificateRef }
  /** It was stored, so that the way was found; who has not stored it does not find it. */
  | { readonly code: "intermediate-not-sent"; readonly certificate: CertificateRef }
  /** RFC 8446 section 4.4.2 wants each to be followed by the one that signed it; most clients do without. */
  | { readonly code: "out-of-order" }
  | { readonly code: "not-needed"; readonly certificate: CertificateRef }
  | { readonly code: "sent-twice"; readonly certificate: CertificateRef }
  /** Clients take it from their own store or not at all. */
  | { readonly code: "root-sent"; readonly certificate: CertificateRef };
