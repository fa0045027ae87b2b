import type { Certificate } from "./certificate.ts";
import type { Verifier } from "./strength.ts";

/** From the server's own certificate upwards, each signed by the next. */
export interface CertificatePath {
  readonly certificates: readonly [Certificate, ...Certificate[]];
  /** Whether its last one is trusted as it is. */
  readonly anchored: boolean;
}

export interface PathMaterial {
  /** As a server has sent them, its own first. */
  readonly presented: readonly [Certificate, ...Certificate[]];
  readonly stored: readonly Certificate[];
  readonly verifier: Verifier;
  readonly at: Date;
}

/** No sound path is longer; OpenSSL stops at 100, browsers at about 10. */
const maxDepth = 12;
/** Go's limit, against chains made to keep a verifier busy. */
const maxSignatureChecks = 100;
const maxPaths = 32;

/** The ways from the server's certificate to a trusted one (RFC 4158) that the verifier would try, and where they end. */
export function listPaths({ presented, stored, verifier, at }: PathMaterial): readonly CertificatePath[] {
  const [leaf] = presented;
  const trusted = new Set(stored.map(({ fingerprint }) => fingerprint));
  // As OpenSSL does since 1.1.0: what is stored comes first.
  const pool = listOnce([...stored, ...presented]);
  const checks = { left: maxSignatureChecks };
  const paths: CertificatePath[] = [];
  const walk = (path: readonly [Certificate, ...Certificate[]]): void => {
    const last = path.at(-1) ?? leaf;
    if (paths.length >= maxPaths) return;
    const anchored = trusted.has(last.fingerprint) && isAnchor(last, verifier);
    const signers =
      anchored || last.isSelfSigned || path.length >= maxDepth
        ? []
        : listSigners(last, pool, verifier, checks);
    const fresh = signers.filter((signer) => !path.includes(signer));
    const next = verifier === "go" ? fresh : chooseOne(fresh, trusted, at);
    if (next.length === 0) paths.push({ certificates: path, anchored });
    for (const signer of next) walk([...path, signer]);
  };
  walk([pool.find(({ fingerprint }) => fingerprint === leaf.fingerprint) ?? leaf]);
  return paths;
}

/** Certificates that have the issuer's name of this one but did not sign it. */
export function listNamesakes(
  certificate: Certificate,
  pool: readonly Certificate[],
): readonly Certificate[] {
  return listOnce(pool).filter(
    (other) =>
      other.rawSubject === certificate.rawIssuer &&
      other.fingerprint !== certificate.fingerprint &&
      !certificate.isSignedBy(other),
  );
}

/** Go ends at whatever is stored; OpenSSL, without X509_V_FLAG_PARTIAL_CHAIN, at what signs itself. */
const isAnchor = (certificate: Certificate, verifier: Verifier) =>
  verifier === "go" || certificate.isSelfSigned;

function listSigners(
  certificate: Certificate,
  pool: readonly Certificate[],
  verifier: Verifier,
  checks: { left: number },
): readonly Certificate[] {
  return pool.filter((other) => {
    if (!namesAsIssuer(certificate, other, verifier) || checks.left === 0) return false;
    checks.left--;
    return certificate.isSignedBy(other);
  });
}

/**
 * OpenSSL does not try one after the other: of those that are trusted, else of those that were sent, it takes the first
 * that is valid, or else the one that was so last (X509_STORE_CTX_get1_issuer(3)).
 */
function chooseOne(
  signers: readonly Certificate[],
  trusted: ReadonlySet<string>,
  at: Date,
): readonly Certificate[] {
  const stored = signers.filter(({ fingerprint }) => trusted.has(fingerprint));
  const choice = stored.length > 0 ? stored : signers;
  const valid = choice.find(({ details }) => details.notBefore <= at && at <= details.notAfter);
  const [latest] = choice.toSorted(
    (one, other) => other.details.notAfter.getTime() - one.details.notAfter.getTime(),
  );
  const chosen = valid ?? latest;
  return chosen === undefined ? [] : [chosen];
}

/**
 * Go compares names as they are encoded, and nothing else; OpenSSL takes no notice of case, spaces and kinds of strings
 * (RFC 5280 section 7.1), but wants the key identifiers to agree.
 */
function namesAsIssuer(certificate: Certificate, other: Certificate, verifier: Verifier): boolean {
  if (verifier === "go") return certificate.rawIssuer === other.rawSubject;
  const { issuer, authorityKeyId } = certificate.details;
  if (foldName(issuer.text) !== foldName(other.details.subject.text)) return false;
  const { subjectKeyId } = other.details;
  const { keyId = null, serial = null, issuer: issuersIssuer = null } = authorityKeyId ?? {};
  if (issuersIssuer !== null && foldName(issuersIssuer) !== foldName(other.details.issuer.text)) return false;
  if (keyId !== null && subjectKeyId !== null && keyId !== subjectKeyId) return false;
  return serial === null || foldSerial(serial) === foldSerial(other.x509.serialNumber);
}

const foldName = (text: string) => text.toLowerCase().replace(/\s+/g, " ");
const foldSerial = (serial: string) => serial.toLowerCase().replace(/^0+/, "");

function listOnce(certificates: readonly Certificate[]): readonly Certificate[] {
  return [...new Map(certificates.map((each) => [each.fingerprint, each])).values()];
}
