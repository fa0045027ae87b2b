import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import type { Change, ChangeAudit, ChangeTransaction } from "#lib/db/with-change.ts";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import type { CancelReplacementInput, ReplaceCertificateInput } from "#lib/schemas/rotation.ts";
import { formatSaved } from "../server-config/index.ts";
import {
  type AuditedRow,
  formatAudit,
  type ListsChanged,
  readOne,
  readRows,
  readStored,
  withLists,
} from "./certificate-change.ts";
import { changeLists, type ListsChange } from "./change-lists.ts";
import { insertAfter, removeCertificate } from "./list-texts.ts";
import { rememberCertificates } from "./remember-certificates.ts";
import { findSuccessorLists } from "./successors.ts";

/** What has become of a certificate at the end of an overlap. */
export interface RetiredCertificate extends ListsChanged {
  /** The lists that it was taken out of. */
  retired: TrustList[];
  /** Those in which it stays, since nothing that could take its place stands there. */
  kept: TrustList[];
}

/**
 * Puts a certificate right behind the one that it replaces, in each list that has that one. Both are trusted until the
 * old one is taken out.
 *
 * @throws AppError `not-found`, `invalid-input`, `certificate-unlisted`, `certificate-being-replaced`; as `changeLists`
 */
export async function replaceCertificate(
  access: Access<"certificate.write">,
  { certificateId: id, replacement, until: untilText }: ReplaceCertificateInput,
): Promise<ListsChanged & { replacement: { id: string; name: string } }> {
  const until = untilText === null ? null : new Date(untilText);
  const change: Change = { action: "certificate.replace", objectId: id, objectName: "" };
  return withLists(access, change, async (tx, audit, by) => {
    const [old] = await readRows(tx, [id]);
    if (!old) throw new AppError("not-found", { what: "certificate" });
    assertReplaceable(old, until);
    const successor = await findReplacement(tx, replacement, old);
    const listing = await changeLists(tx, by, (texts) => {
      const both = insertAfter(texts, old.fingerprint, successor.certificate);
      return until === null ? removeCertificate(both, old.fingerprint) : both;
    });
    await tx.certificate.update({ where: { id }, data: { replacedById: successor.id } });
    await tx.certificateEntry.updateMany({ where: { certificateId: id }, data: { until } });
    const facts = { replacedBy: successor.name, ...(until && { until: until.toISOString() }) };
    await writeRotation(tx, audit, listing, { old, facts });
    const [row] = await readRows(tx, [successor.id]);
    if (row) audit.also({ id: row.id, name: row.name, after: { ...formatAudit(row), replaces: old.name } });
    return {
      revision: listing.saved?.number ?? null,
      replacement: { id: successor.id, name: successor.name },
    };
  });
}

/**
 * Ends an overlap before its time: the old certificate is taken out of the lists in which its successor stands.
 *
 * @throws AppError `not-found`, `replacement-over`; as `changeLists`
 */
export async function endOverlap(
  access: Access<"certificate.write">,
  certificateId: string,
): Promise<RetiredCertificate> {
  return retire(access, certificateId, () => true);
}

/** Certificates whose time beside their successors is over. */
export async function listDueOverlaps(_access: Access<"certificate.write">): Promise<string[]> {
  const due = await db.certificateEntry.findMany({
    where: { until: { lte: new Date() } },
    distinct: ["certificateId"],
    orderBy: { certificateId: "asc" },
    select: { certificateId: true },
  });
  return due.map(({ certificateId }) => certificateId);
}

/**
 * Takes a certificate out of the lists in which its time is over.
 *
 * @throws AppError `replacement-over` when another was quicker; `not-found`; as `changeLists`
 */
export async function endDueOverlap(
  access: Access<"certificate.write">,
  certificateId: string,
): Promise<RetiredCertificate> {
  const now = new Date();
  return retire(access, certificateId, (until) => until <= now);
}

/**
 * Takes back what a replacement has done: the old certificate stays, and the new one is taken out of the lists named.
 *
 * @throws AppError `not-found`, `replacement-over`; as `changeLists`
 */
export async function cancelReplacement(
  access: Access<"certificate.write">,
  { certificateId: id, lists }: CancelReplacementInput,
): Promise<ListsChanged> {
  const change: Change = { action: "certificate.cancel-replacement", objectId: id, objectName: "" };
  return withLists(access, change, async (tx, audit, by) => {
    const [old] = await readRows(tx, [id]);
    const successorId = old?.replacedBy?.id;
    if (!old || !successorId) throw new AppError("replacement-over", { name: old?.name ?? "" });
    const beside = old.entries.flatMap(({ list, until }) => (until === null ? [] : [list]));
    if (beside.length === 0) throw new AppError("replacement-over", { name: old.name });
    const [successor] = await readRows(tx, [successorId]);
    const listing = await changeLists(tx, by, (texts, list) =>
      lists.includes(list) && beside.includes(list)
        ? removeCertificate(texts, successor?.fingerprint ?? "")
        : texts,
    );
    await tx.certificate.update({ where: { id }, data: { replacedById: null } });
    await tx.certificateEntry.updateMany({ where: { certificateId: id }, data: { until: null } });
    await writeRotation(tx, audit, listing, { old, facts: {} });
    const [row] = await readRows(tx, [successorId]);
    if (row && successor) {
      audit.also({ id: row.id, name: row.name, before: formatAudit(successor), after: formatAudit(row) });
    }
    return { revision: listing.saved?.number ?? null };
  });
}

async function retire(
  access: Access<"certificate.write">,
  id: string,
  isOver: (until: Date) => boolean,
): Promise<RetiredCertificate> {
  const change: Change = { action: "certificate.retire", objectId: id, objectName: "" };
  return withLists(access, change, async (tx, audit, by) => {
    const [old] = await readRows(tx, [id]);
    const over = old?.entries.flatMap(({ list, until }) => (until && isOver(until) ? [list] : [])) ?? [];
    if (!old || over.length === 0) throw new AppError("replacement-over", { name: old?.name ?? "" });
    const withSuccessor = await findSuccessorLists(tx, id);
    const retired = over.filter((list) => withSuccessor.has(list));
    const kept = over.filter((list) => !withSuccessor.has(list));
    const listing = await changeLists(tx, by, (texts, list) =>
      retired.includes(list) ? removeCertificate(texts, old.fingerprint) : texts,
    );
    // A restored revision, or a person, has taken the successor out: without both, nothing would be trusted there.
    await tx.certificateEntry.updateMany({
      where: { certificateId: id, list: { in: kept } },
      data: { until: null },
    });
    const facts = { replacedBy: old.replacedBy?.name, ...(kept.length > 0 && { kept }) };
    await writeRotation(tx, audit, listing, { old, facts });
    return { retired, kept, revision: listing.saved?.number ?? null };
  });
}

/** @throws AppError `certificate-unlisted`, `certificate-being-replaced`, `invalid-input` */
function assertReplaceable({ name, entries, notAfter }: AuditedRow, until: Date | null): void {
  if (entries.length === 0) throw new AppError("certificate-unlisted", { name });
  assertStays({ name, entries });
  if (until === null) return;
  if (until <= new Date()) throw fieldError("until", "overlap-past");
  if (until > notAfter) throw fieldError("until", "overlap-after-end");
}

function assertStays({ name, entries }: Pick<AuditedRow, "name" | "entries">): void {
  if (entries.some(({ until }) => until !== null)) throw new AppError("certificate-being-replaced", { name });
}

/** The new certificate, made known if it is not yet. @throws AppError as `replaceCertificate` */
async function findReplacement(
  tx: ChangeTransaction,
  replacement: ReplaceCertificateInput["replacement"],
  old: AuditedRow,
): Promise<{ id: string; name: string; certificate: Certificate }> {
  const remembered =
    replacement.kind === "known"
      ? { id: replacement.certificateId }
      : await remember(tx, replacement.pem, replacement.name);
  const [row] = await readRows(tx, [remembered.id]);
  const [certificate] = row ? readStored(row.pem) : [];
  if (!row || !certificate) throw new AppError("not-found", { what: "certificate" });
  if (row.id === old.id) throw fieldError("replacement", "replaces-itself");
  // At the end of its own overlap nothing would be left.
  assertStays(row);
  return { id: row.id, name: row.name, certificate };
}

async function remember(tx: ChangeTransaction, pem: string, name: string): Promise<{ id: string }> {
  const certificate = readOne(pem, "replacement");
  const { fingerprint } = certificate;
  const others = { name, NOT: { fingerprint } };
  if ((await tx.certificate.count({ where: others })) > 0) throw fieldError("name", "trust-name-taken");
  const known = (await rememberCertificates(tx, [certificate], new Map([[fingerprint, name]]))).get(
    fingerprint,
  );
  if (!known) throw new Error(`certificate ${fingerprint} was not remembered`);
  return known;
}

async function writeRotation(
  tx: ChangeTransaction,
  audit: ChangeAudit,
  { saved }: ListsChange,
  { old, facts }: { old: AuditedRow; facts: object },
): Promise<void> {
  const [now] = await readRows(tx, [old.id]);
  audit.object(old.id, old.name);
  audit.before(formatAudit(old));
  audit.after({ ...formatAudit(now ?? old), ...facts, ...(saved && formatSaved(saved)) });
}
