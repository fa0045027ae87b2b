import type { Certificate } from "./certificate.ts";
import { referTo, type ChainPosition, type ChainProblem } from "./chain-problem.ts";
import { anyExtendedKeyUsageOid, describeKey, serverAuthOid } from "./describe-certificate.ts";
import type { CertificatePath } from "./find-path.ts";
import { listServerNames, matchesHost } from "./match-host.ts";
import { findForbiddenName } from "./name-constraints.ts";
import { findNeededBits, findWeakHash, supportsKey, type Verifier } from "./strength.ts";

export interface PathQuestion {
  /** A name or an address. */
  readonly host: string;
  readonly at: Date;
  readonly verifier: Verifier;
}

/** Of the names of a certificate, as many are told. */
const maxNames = 50;

/**
 * What stands against a path, besides where it ends, by the rules of RFC 5280 section 6.1 as the verifier has them: first
 * what makes an authority none, then dates, strength and names.
 */
export function checkPath(path: CertificatePath, question: PathQuestion): readonly ChainProblem[] {
  const { certificates } = path;
  return [
    ...certificates.flatMap((_, index) => [...checkAuthority(path, index, question)]),
    ...certificates.flatMap((_, index) => [...checkDates(path, index, question)]),
    ...certificates.flatMap((_, index) => [...checkStrength(path, index, question)]),
    ...checkHost(certificates[0], question),
  ];
}

function* checkAuthority(
  { certificates, anchored }: CertificatePath,
  index: number,
  { verifier }: PathQuestion,
): Generator<ChainProblem> {
  const [leaf] = certificates;
  const authority = certificates[index] ?? leaf;
  const certificate = referTo(authority);
  const { unknownCritical, extendedKeyUsage } = authority.details;
  if (unknownCritical.length > 0) {
    yield { code: "unknown-critical-extension", certificate, extensions: unknownCritical };
  }
  if (!mayServe(extendedKeyUsage, verifier)) yield { code: "not-for-servers", certificate };
  if (index === 0) return;
  const { basicConstraints, keyUsage } = authority.details;
  const isLast = anchored && index === certificates.length - 1;
  if (!isCa(authority, isLast, verifier)) yield { code: "not-a-ca", certificate };
  else if (keyUsage !== null && !keyUsage.includes("keyCertSign")) {
    yield { code: "ca-may-not-sign", certificate };
  }
  const pathLength = basicConstraints?.ca ? basicConstraints.pathLength : null;
  const between = certificates.slice(1, index).filter((each) => countsInPath(each, verifier));
  if (pathLength !== null && between.length > pathLength) {
    yield { code: "path-too-long", certificate, pathLength };
  }
  const name = findForbiddenName(authority, leaf, verifier);
  if (name !== null) yield { code: "name-not-permitted", certificate, name };
}

/** RFC 5280 section 4.2.1.12. OpenSSL takes "any" for no permission to serve (X509_check_purpose). */
function mayServe(usage: readonly string[] | null, verifier: Verifier): boolean {
  if (usage === null || usage.includes(serverAuthOid)) return true;
  return verifier === "go" && usage.includes(anyExtendedKeyUsageOid);
}

/** RFC 5280 section 6.1.4 (k), and what both make of certificates that do not say. */
function isCa(certificate: Certificate, isAnchor: boolean, verifier: Verifier): boolean {
  const { version, basicConstraints, keyUsage } = certificate.details;
  if (basicConstraints !== null) return basicConstraints.ca;
  if (!isAnchor) return false;
  return version < 3 || (verifier === "openssl" && keyUsage !== null);
}

/** Self-issued authorities do not count (RFC 5280 section 6.1.4 (l)), except in Go. */
const countsInPath = ({ rawSubject, rawIssuer }: Certificate, verifier: Verifier) =>
  verifier === "go" || rawSubject !== rawIssuer;

function* checkDates(path: CertificatePath, index: number, { at }: PathQuestion): Generator<ChainProblem> {
  const dated = path.certificates[index] ?? path.certificates[0];
  const { notBefore, notAfter } = dated.details;
  const facts = { certificate: referTo(dated), position: findPosition(path, index) };
  if (at > notAfter) yield { code: "expired", ...facts, notAfter: notAfter.toISOString() };
  if (at < notBefore) yield { code: "not-yet-valid", ...facts, notBefore: notBefore.toISOString() };
}

function findPosition({ certificates, anchored }: CertificatePath, index: number): ChainPosition {
  if (index === 0) return "leaf";
  return anchored && index === certificates.length - 1 ? "anchor" : "intermediate";
}

function* checkStrength(
  { certificates, anchored }: CertificatePath,
  index: number,
  { verifier }: PathQuestion,
): Generator<ChainProblem> {
  const judged = certificates[index] ?? certificates[0];
  const certificate = referTo(judged);
  const key = describeKey(judged);
  if (!supportsKey(key, verifier)) yield { code: "unsupported-key", certificate, key };
  else if (findNeededBits(key, verifier) !== null) yield { code: "weak-key", certificate, key };
  // What is trusted as it is, is not proven by its signature.
  const isAnchor = anchored && index === certificates.length - 1;
  const hash = isAnchor || judged.isSelfSigned ? null : findWeakHash(judged);
  if (hash !== null) yield { code: "weak-hash", certificate, hash };
}

function* checkHost(leaf: Certificate, { host, verifier }: PathQuestion): Generator<ChainProblem> {
  if (matchesHost(leaf, host, verifier)) return;
  const names = listServerNames(leaf);
  const { commonName } = leaf.details.subject;
  if (names.length === 0) yield { code: "name-missing", host, commonName };
  else yield { code: "name-mismatch", host, names: names.slice(0, maxNames) };
}
