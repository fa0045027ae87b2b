import type { Certificate } from "./certificate.ts";
import { isAuthority } from "./describe-certificate.ts";
import { diagnoseChain, type ChainDiagnosis, type ChainQuestion } from "./diagnose-chain.ts";

/** What storing one more certificate would change. */
export interface Trial {
  readonly certificate: Certificate;
  readonly before: ChainDiagnosis;
  readonly after: ChainDiagnosis;
  /** Whether it is what trust was lacking; false also when all was well before. */
  readonly makesTrusted: boolean;
  /** Whether the way up would end at it, or go over it, though other problems may remain. */
  readonly isUsed: boolean;
}

/** Whether a server would be trusted with this certificate stored, too. */
export function tryCertificate(question: ChainQuestion, certificate: Certificate): Trial {
  const before = diagnoseChain(question);
  const after = diagnoseChain({ ...question, stored: [...question.stored, certificate] });
  const isUsed =
    after.anchor !== null && after.path.some(({ fingerprint }) => fingerprint === certificate.fingerprint);
  return { certificate, before, after, makesTrusted: after.trusted && !before.trusted, isUsed };
}

/**
 * Which of these certificates, or of those that the server has sent, one could store for the server to be trusted: the
 * one that will do longest first, which is the topmost authority. Empty when all is well, or no single one helps.
 */
export function listRemedies(
  question: ChainQuestion,
  candidates: readonly Certificate[] = [],
  helps: (trial: Trial) => boolean = ({ makesTrusted }) => makesTrusted,
): readonly Trial[] {
  const all = new Map([...candidates, ...question.presented].map((each) => [each.fingerprint, each]));
  return [...all.values()]
    .map((each) => tryCertificate(question, each))
    .filter(helps)
    .toSorted((one, other) => rank(other.certificate) - rank(one.certificate));
}

function rank(certificate: Certificate): number {
  if (!isAuthority(certificate)) return 0;
  return certificate.isSelfSigned ? 2 : 1;
}
