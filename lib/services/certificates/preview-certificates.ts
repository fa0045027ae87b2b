import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { suggestTrustName } from "#lib/domain/certificates/trust-name.ts";
import {
  certificateLimits,
  type CertificatePreview,
  type ReadCertificate,
} from "#lib/schemas/certificates.ts";
import { formatRow, rowFields } from "./certificate-row.ts";
import { viewCertificate, viewReadingProblem } from "./describe-for-view.ts";

/** What a text or file that is to be added holds. Nothing is kept; of one with a private key in it nothing is returned. */
export async function previewCertificates(
  _access: Access<"certificate.write">,
  input: Uint8Array,
): Promise<CertificatePreview> {
  const { found, problems } = readCertificates(input, certificateLimits);
  const lines = new Map(found.map(({ certificate, line }) => [certificate.fingerprint, line]));
  const certificates = await viewRead(found.map(({ certificate }) => certificate));
  return {
    certificates: certificates.map((each) => ({ ...each, line: lines.get(each.fingerprint) ?? null })),
    problems: problems.map(viewReadingProblem),
  };
}

/** Certificates as they are offered to be added, with names that are free. */
export async function viewRead(certificates: readonly Certificate[]): Promise<ReadCertificate[]> {
  const [names, known] = await Promise.all([
    db.certificate.findMany({ select: { name: true } }),
    db.certificate.findMany({
      where: { fingerprint: { in: certificates.map(({ fingerprint }) => fingerprint) } },
      select: rowFields,
    }),
  ]);
  const at = new Date();
  const taken = new Set(names.map(({ name }) => name));
  return certificates.map((certificate) => {
    const { fingerprint, pem } = certificate;
    const row = known.find((each) => each.fingerprint === fingerprint);
    const suggestedName = row?.name ?? suggestTrustName(certificate, taken);
    taken.add(suggestedName);
    return {
      ...{ fingerprint, pem, line: null, suggestedName },
      view: viewCertificate(certificate, { at }),
      known: row ? { id: row.id, name: row.name, lists: formatRow(row).lists } : null,
    };
  });
}
