import "server-only";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { describeCertificate } from "#lib/domain/certificates/describe-certificate.ts";
import { type ReadingProblem, readingProblemSeverities } from "#lib/domain/certificates/reading-problem.ts";
import {
  countDaysLeft,
  findingSeverities,
  reviewCertificate,
  type ReviewOptions,
} from "#lib/domain/certificates/review-certificate.ts";
import type { CertificateView, ReadingProblemView } from "#lib/schemas/certificate-views.ts";

const ranks = { error: 0, warning: 1, notice: 2 } as const;

/** What pages show of a certificate: what it is, and what stands against it. */
export function viewCertificate(certificate: Certificate, review: ReviewOptions): CertificateView {
  const { subject, issuer, serial, names, notBefore, notAfter, key, signature, selfSigned, role } =
    describeCertificate(certificate);
  const findings = reviewCertificate(certificate, review).map((finding) => ({
    ...finding,
    severity: findingSeverities[finding.code],
  }));
  return {
    ...{ fingerprint: certificate.fingerprint, subject, issuer, serial, names, notBefore, notAfter },
    ...{ key, signature, selfSigned, role },
    daysLeft: countDaysLeft(certificate, review.at),
    isYetToBegin: review.at < certificate.details.notBefore,
    findings: findings.toSorted((one, other) => ranks[one.severity] - ranks[other.severity]),
  };
}

export function viewReadingProblem(problem: ReadingProblem): ReadingProblemView {
  return { ...problem, severity: readingProblemSeverities[problem.code] };
}
