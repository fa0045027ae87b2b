import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { trustLists } from "#lib/schemas/certificates.ts";
import type { ReplacementChoice, RotationView } from "#lib/schemas/rotation.ts";
import { findSuccessorLists } from "./successors.ts";

/** A worker looks each minute. */
const overdueMs = 5 * 60_000;
const maxChoices = 500;

/** What takes a certificate's place, and whose place it takes. @throws AppError `not-found` */
export async function getRotation(_access: Access<"certificate.read">, id: string): Promise<RotationView> {
  const row = await db.certificate.findUnique({
    where: { id },
    select: {
      replacedBy: { select: { id: true, name: true, notAfter: true } },
      entries: { where: { until: { not: null } }, select: { list: true, until: true } },
      replaces: {
        where: { entries: { some: { until: { not: null } } } },
        orderBy: { createdAt: "asc" },
        select: { id: true, name: true, entries: { select: { until: true }, orderBy: { until: "asc" } } },
      },
    },
  });
  if (!row) throw new AppError("not-found", { what: "certificate" });
  const [withSuccessor, began] = await Promise.all([
    findSuccessorLists(db, id),
    db.auditEntry.findFirst({
      where: { objectType: "certificate", objectId: id, action: "certificate.replace" },
      orderBy: { id: "desc" },
      select: { at: true },
    }),
  ]);
  const ends = row.entries.flatMap(({ until }) => (until ? [until.getTime()] : []));
  return {
    replacedBy: row.replacedBy && { ...row.replacedBy, notAfter: row.replacedBy.notAfter.toISOString() },
    replaces: row.replaces.flatMap(({ id: replacedId, name, entries }) => {
      const until = entries.find((entry) => entry.until !== null)?.until;
      return until ? [{ id: replacedId, name, until: until.toISOString() }] : [];
    }),
    since: row.replacedBy && (began?.at.toISOString() ?? null),
    overlaps: trustLists.flatMap((list) => {
      const until = row.entries.find((entry) => entry.list === list)?.until;
      return until ? [{ list, until: until.toISOString(), hasSuccessor: withSuccessor.has(list) }] : [];
    }),
    isOverdue: ends.some((end) => end < Date.now() - overdueMs),
  };
}

/** Certificates that could take another's place, the newest first; none that is being replaced itself. */
export async function listReplacements(
  _access: Access<"certificate.write">,
  id: string,
): Promise<ReplacementChoice[]> {
  const rows = await db.certificate.findMany({
    where: { id: { not: id }, entries: { none: { until: { not: null } } }, notAfter: { gt: new Date() } },
    orderBy: [{ createdAt: "desc" }, { id: "asc" }],
    take: maxChoices,
    select: { id: true, name: true, subject: true, notAfter: true },
  });
  return rows.map((row) => ({ ...row, notAfter: row.notAfter.toISOString() }));
}
