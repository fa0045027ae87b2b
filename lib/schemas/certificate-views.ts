import type { TrustList } from "#lib/db/generated/enums.ts";
import type { AlternativeNames } from "#lib/domain/certificates/certificate-details.ts";
import type { ChainNote, ChainProblem } from "#lib/domain/certificates/chain-problem.ts";
import type {
  CertificateDescription,
  KeyDescription,
} from "#lib/domain/certificates/describe-certificate.ts";
import type { ReadingProblem } from "#lib/domain/certificates/reading-problem.ts";
import type { CertificateFinding } from "#lib/domain/certificates/review-certificate.ts";

export type { AlternativeNames, CertificateFinding, ChainNote, ChainProblem, KeyDescription, ReadingProblem };

/** A finding with how much it matters. */
export type FindingView = CertificateFinding & { severity: "error" | "warning" | "notice" };

/** A problem of a text that certificates were read from, with how much it matters. */
export type ReadingProblemView = ReadingProblem & { severity: "error" | "notice" };

/** A certificate as pages show it; nothing in it is secret. */
export interface CertificateView extends Pick<
  CertificateDescription,
  | "subject"
  | "issuer"
  | "serial"
  | "names"
  | "notBefore"
  | "notAfter"
  | "key"
  | "signature"
  | "selfSigned"
  | "role"
> {
  /** SHA-256, in hexadecimal digits. */
  fingerprint: string;
  /** Whole days until it ends, rounded down; negative once it has. */
  daysLeft: number;
  isYetToBegin: boolean;
  /** The worst first. */
  findings: FindingView[];
}

/** How near its end a certificate is: expired, or less than so many days away. */
export type ExpiryStage = "expired" | "week" | "month" | "soon";

/** Null while there is time. */
export function findExpiryStage(daysLeft: number): ExpiryStage | null {
  if (daysLeft < 0) return "expired";
  if (daysLeft < 7) return "week";
  if (daysLeft < 30) return "month";
  return daysLeft < 60 ? "soon" : null;
}

/** Where a certificate is shown or trusted. */
export type CertificatePlace =
  | { kind: "registry"; id: string; name: string }
  | { kind: "list"; list: TrustList }
  | { kind: "channel"; id: string; name: string };

/** A certificate as the overview names it. */
export interface ExpiringCertificate {
  fingerprint: string;
  subject: string;
  notAfter: string;
  daysLeft: number;
  places: CertificatePlace[];
  /** As it is stored, where it stands in a list. */
  stored: { id: string; name: string } | null;
}
