import "server-only";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { isAuthority } from "#lib/domain/certificates/describe-certificate.ts";
import { suggestTrustName } from "#lib/domain/certificates/trust-name.ts";

/** A certificate as it is known here. */
export interface RememberedCertificate {
  id: string;
  name: string;
  fingerprint: string;
  /** Whether it was not known before. */
  isNew: boolean;
}

/**
 * Makes certificates known that are not yet, each once; those that are keep their names.
 *
 * @param names for those that are not, by fingerprint; they must be free. Another is found for whichever has none
 * @returns by fingerprint
 */
export async function rememberCertificates(
  tx: ChangeTransaction,
  certificates: readonly Certificate[],
  names: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, RememberedCertificate>> {
  const wanted = new Map(certificates.map((certificate) => [certificate.fingerprint, certificate]));
  if (wanted.size === 0) return new Map();
  // Two that add one certificate at the same time, or give two the same name, come after each other.
  await tx.$executeRaw`LOCK TABLE "Certificate" IN SHARE ROW EXCLUSIVE MODE`;
  const standing = await tx.certificate.findMany({ select: { id: true, name: true, fingerprint: true } });
  const taken = new Set([...standing.map(({ name }) => name), ...names.values()]);
  const known = new Map<string, RememberedCertificate>(
    standing.map((row) => [row.fingerprint, { ...row, isNew: false }]),
  );
  const missing = [...wanted.values()].filter(({ fingerprint }) => !known.has(fingerprint));
  const made = await tx.certificate.createManyAndReturn({
    data: missing.map((certificate) => {
      const name = names.get(certificate.fingerprint) ?? suggestTrustName(certificate, taken);
      taken.add(name);
      return { name, ...certificateColumns(certificate) };
    }),
    select: { id: true, name: true, fingerprint: true },
  });
  for (const row of made) known.set(row.fingerprint, { ...row, isNew: true });
  return new Map([...known].filter(([fingerprint]) => wanted.has(fingerprint)));
}

function certificateColumns(certificate: Certificate) {
  const { pem, fingerprint, details, isSelfSigned } = certificate;
  return {
    ...{ pem, fingerprint, isSelfSigned, isAuthority: isAuthority(certificate) },
    ...{ subject: details.subject.text, issuer: details.issuer.text },
    ...{ notBefore: details.notBefore, notAfter: details.notAfter },
  };
}
