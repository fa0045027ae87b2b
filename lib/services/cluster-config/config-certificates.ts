import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { isAuthority } from "#lib/domain/certificates/describe-certificate.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { suggestTrustName } from "#lib/domain/certificates/trust-name.ts";
import type { ConfigCertificate } from "#lib/schemas/cluster-config.ts";

/** More than anybody has. */
const maxCertificates = 500;

export interface KnownCertificate extends ConfigCertificate {
  pem: string;
}

/**
 * Certificates that clusters can be told to trust: what nodes are given already first, then what the panel trusts the
 * registry by, then the others. A tenant is shown those of nodes and of the registry only.
 *
 * @param caPem what the panel itself trusts the destination's registry by
 */
export async function listKnownCertificates(
  access: Access<"cluster-config.read">,
  caPem: string | null,
): Promise<KnownCertificate[]> {
  const rows = await db.certificate.findMany({
    where: access.organizationId === null ? {} : { entries: { some: { list: "cluster" } } },
    orderBy: [{ name: "asc" }, { id: "asc" }],
    select: {
      ...{ fingerprint: true, name: true, subject: true, notAfter: true, isAuthority: true, pem: true },
      entries: { where: { list: "cluster" }, select: { list: true } },
    },
    take: maxCertificates,
  });
  const ofRegistry = readCertificates(caPem ?? "").found.map(({ certificate }) => certificate);
  const stored = rows.map(({ entries, notAfter, ...row }) => ({
    ...row,
    notAfter: notAfter.toISOString(),
    isListed: entries.length > 0,
    isOfRegistry: ofRegistry.some(({ fingerprint }) => fingerprint === row.fingerprint),
  }));
  const names = stored.map(({ name }) => name);
  const others = ofRegistry.flatMap((certificate): KnownCertificate[] => {
    const { fingerprint, pem, details } = certificate;
    if (stored.some((row) => row.fingerprint === fingerprint)) return [];
    const name = suggestTrustName(certificate, names);
    names.push(name);
    const { subject, notAfter } = details;
    return [
      {
        ...{ fingerprint, pem, name, subject: subject.text, notAfter: notAfter.toISOString() },
        ...{ isAuthority: isAuthority(certificate), isListed: false, isOfRegistry: true },
      },
    ];
  });
  const rank = ({ isListed, isOfRegistry }: KnownCertificate) => (isListed ? 0 : isOfRegistry ? 1 : 2);
  return [...stored, ...others].sort((one, other) => rank(one) - rank(other));
}
