import "server-only";
import { db } from "#lib/db/client.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import type { NamedCertificate } from "#lib/domain/doctor/doctor-question.ts";
import { type TrustList, trustLists } from "#lib/domain/doctor/doctor-step.ts";
import { fieldError } from "#lib/errors.ts";

/** More than anybody has; the rest is no part of a run. */
const maxKnown = 500;

/** All certificates that are known here, and the lists as they stand. */
export async function readStoredLists(): Promise<{
  known: NamedCertificate[];
  lists: Record<TrustList, NamedCertificate[]>;
}> {
  const rows = await db.certificate.findMany({
    orderBy: { createdAt: "asc" },
    take: maxKnown,
    select: { name: true, pem: true, entries: { select: { list: true, position: true } } },
  });
  const known = rows.flatMap(({ name, pem, entries }) => {
    const [found] = readCertificates(pem).found;
    return found ? [{ name, certificate: found.certificate, entries }] : [];
  });
  const listOf = (list: TrustList) =>
    known
      .flatMap(({ name, certificate, entries }) =>
        entries
          .filter((entry) => entry.list === list)
          .map(({ position }) => ({ position, named: { name, certificate } })),
      )
      .toSorted((one, other) => one.position - other.position)
      .map(({ named }) => named);
  return {
    known: known.map(({ name, certificate }) => ({ name, certificate })),
    lists: Object.fromEntries(trustLists.map((list) => [list, listOf(list)])) as Record<
      TrustList,
      NamedCertificate[]
    >,
  };
}

/** Under the names that they have here; those that are not known yet, under that of their subject. */
export function nameCertificates(
  certificates: readonly Certificate[],
  known: readonly NamedCertificate[],
): NamedCertificate[] {
  const names = new Map(known.map(({ name, certificate }) => [certificate.fingerprint, name]));
  return certificates.map((certificate) => {
    const { commonName, text } = certificate.details.subject;
    return { name: names.get(certificate.fingerprint) ?? commonName ?? text, certificate };
  });
}

/** Certificates that somebody has pasted. @throws AppError `invalid-input` about that field */
export function readPasted(field: string, pasted: string): Certificate[] {
  if (pasted.trim() === "") return [];
  const { found, problems } = readCertificates(pasted);
  if (problems.some(({ code }) => code === "private-key")) throw fieldError(field, "pem-private-key");
  if (found.length === 0) throw fieldError(field, "pem-format");
  return found.map(({ certificate }) => certificate);
}
