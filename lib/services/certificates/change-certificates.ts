import "server-only";
import type { AuditAction } from "#lib/audit-actions.ts";
import type { Access } from "#lib/auth/access.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { type Change, type ChangeAudit, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type {
  AddCertificatesInput,
  DeleteCertificateInput,
  ListCertificatesInput,
  MoveCertificateInput,
  RenameCertificateInput,
  UnlistCertificateInput,
} from "#lib/schemas/certificates.ts";
import { formatSaved, lockConfig } from "../server-config/index.ts";
import { changeLists, type ListsChange } from "./change-lists.ts";
import { formatRow, rowFields, type RowFields } from "./certificate-row.ts";
import { appendCertificates, moveCertificate, removeCertificate } from "./list-texts.ts";
import { rememberCertificates } from "./remember-certificates.ts";

/** What a change of lists has made. */
export interface ListsChanged {
  /** The number of the configuration's revision, where one was made. */
  revision: number | null;
}

export interface AddedCertificates extends ListsChanged {
  /** Those that were not known before. */
  added: { id: string; name: string }[];
  /** Those that were, under the names that they have. */
  known: { id: string; name: string }[];
}

/**
 * Makes certificates known and puts them into lists. Each is read anew: what is stored is what a certificate writes of
 * itself, never what was sent.
 *
 * @throws AppError `invalid-input`; as `changeLists`
 */
export async function addCertificates(
  access: Access<"certificate.write">,
  { certificates: wanted, lists }: AddCertificatesInput,
): Promise<AddedCertificates> {
  const certificates = wanted.map(({ pem }, index) => readOne(pem, index));
  const names = new Map(
    certificates.map(({ fingerprint }, index) => [fingerprint, wanted[index]?.name ?? ""]),
  );
  const change: Change = { action: "certificate.add", objectName: [...names.values()].join(", ") };
  return withLists(access, change, async (tx, audit, by) => {
    await assertNamesFree(tx, wanted, certificates);
    const remembered = [...(await rememberCertificates(tx, certificates, names)).values()];
    const listing = await changeLists(tx, by, (texts, list) =>
      lists.includes(list) ? appendCertificates(texts, certificates) : texts,
    );
    await writeTrail(
      tx,
      audit,
      remembered.map(({ id }) => id),
      listing,
    );
    const pick = (isNew: boolean) =>
      remembered.filter((each) => each.isNew === isNew).map(({ id, name }) => ({ id, name }));
    return { added: pick(true), known: pick(false), revision: listing.saved?.number ?? null };
  });
}

/** Puts known certificates at the end of lists that lack them. @throws AppError `not-found`; as `changeLists` */
export async function putIntoLists(
  access: Access<"certificate.write">,
  { certificateIds, lists }: ListCertificatesInput,
): Promise<ListsChanged> {
  const change: Change = { action: "certificate.list", objectName: "" };
  return withLists(access, change, async (tx, audit, by) => {
    const rows = await readRows(tx, certificateIds);
    const certificates = rows.flatMap(({ pem }) => readStored(pem));
    const listing = await changeLists(tx, by, (texts, list) =>
      lists.includes(list) ? appendCertificates(texts, certificates) : texts,
    );
    await writeTrail(tx, audit, certificateIds, listing, rows);
    return { revision: listing.saved?.number ?? null };
  });
}

/** @throws AppError `not-found`; as `changeLists` */
export async function takeOutOfList(
  access: Access<"certificate.write">,
  { certificateId, list: from }: UnlistCertificateInput,
): Promise<ListsChanged> {
  return editLists(access, "certificate.unlist", certificateId, (texts, list, fingerprint) =>
    list === from ? removeCertificate(texts, fingerprint) : texts,
  );
}

/** One place up or down, with what stands in the same text. @throws AppError `not-found`; as `changeLists` */
export async function moveInList(
  access: Access<"certificate.write">,
  { certificateId, list: within, direction }: MoveCertificateInput,
): Promise<ListsChanged> {
  return editLists(access, "certificate.move", certificateId, (texts, list, fingerprint) =>
    list === within ? moveCertificate(texts, fingerprint, direction) : texts,
  );
}

/** @throws AppError `not-found`, `invalid-input` */
export async function renameCertificate(
  access: Access<"certificate.write">,
  { certificateId: id, name }: RenameCertificateInput,
): Promise<void> {
  const change: Change = { action: "certificate.rename", objectId: id, objectName: name };
  await withChange(access, change, async (tx, audit) => {
    const [before] = await readRows(tx, [id]);
    const others = { name, NOT: { id } };
    if ((await tx.certificate.count({ where: others })) > 0) throw fieldError("name", "trust-name-taken");
    audit.before({ name: before?.name });
    await tx.certificate.update({ where: { id }, data: { name } });
    audit.after({ name });
  });
}

/**
 * Forgets a certificate. Out of the lists that it stands in it is taken only when these were named.
 *
 * @throws AppError `not-found`, `certificate-listed`; as `changeLists`
 */
export async function deleteCertificate(
  access: Access<"certificate.write">,
  { certificateId: id, lists }: DeleteCertificateInput,
): Promise<ListsChanged> {
  const change: Change = { action: "certificate.delete", objectId: id, objectName: "" };
  return withLists(access, change, async (tx, audit, by) => {
    const [row] = await readRows(tx, [id]);
    if (!row) throw new AppError("not-found", { what: "certificate" });
    const left = formatRow(row).lists.filter((list) => !lists.includes(list));
    if (left.length > 0) throw new AppError("certificate-listed", { name: row.name });
    const listing = await changeLists(tx, by, (texts) => removeCertificate(texts, row.fingerprint));
    await tx.certificate.delete({ where: { id } });
    audit.object(id, row.name);
    audit.before(formatAudit(row));
    if (listing.saved) audit.after(formatSaved(listing.saved));
    return { revision: listing.saved?.number ?? null };
  });
}

/** A change of which nothing is looked at before those that came earlier are done with. */
async function withLists<Result>(
  access: Access<"certificate.write">,
  change: Change,
  run: (tx: ChangeTransaction, audit: ChangeAudit, by: Parameters<typeof changeLists>[1]) => Promise<Result>,
): Promise<Result> {
  const enqueue = await openQueue();
  return withChange(access, change, async (tx, audit) => {
    await lockConfig(tx);
    return run(tx, audit, { by: access.actor, enqueue });
  });
}

async function editLists(
  access: Access<"certificate.write">,
  action: AuditAction,
  id: string,
  edit: (texts: readonly string[], list: TrustList, fingerprint: string) => readonly string[],
): Promise<ListsChanged> {
  return withLists(access, { action, objectId: id, objectName: "" }, async (tx, audit, by) => {
    const [row] = await readRows(tx, [id]);
    if (!row) throw new AppError("not-found", { what: "certificate" });
    const listing = await changeLists(tx, by, (texts, list) => edit(texts, list, row.fingerprint));
    await writeTrail(tx, audit, [id], listing, [row]);
    return { revision: listing.saved?.number ?? null };
  });
}

/** One certificate, of what a browser has sent back. @throws AppError `invalid-input`, which has nothing of it */
function readOne(pem: string, index: number): Certificate {
  const { found, problems } = readCertificates(pem);
  const [only, ...others] = found;
  const hasKey = problems.some(({ code }) => code === "private-key");
  if (only && others.length === 0) return only.certificate;
  throw fieldError(`certificates.${index}.pem`, hasKey ? "pem-private-key" : "pem-format");
}

const readStored = (pem: string): Certificate[] =>
  readCertificates(pem).found.map(({ certificate }) => certificate);

/** Two may not have one name, neither with those that are known nor with each other. @throws AppError `invalid-input` */
async function assertNamesFree(
  tx: ChangeTransaction,
  wanted: AddCertificatesInput["certificates"],
  certificates: readonly Certificate[],
): Promise<void> {
  const standing = await tx.certificate.findMany({ select: { name: true, fingerprint: true } });
  const known = new Set(standing.map(({ fingerprint }) => fingerprint));
  const taken = new Map(standing.map(({ name, fingerprint }) => [name, fingerprint]));
  for (const [index, { name }] of wanted.entries()) {
    const fingerprint = certificates[index]?.fingerprint ?? "";
    if (known.has(fingerprint)) continue;
    if (taken.has(name) && taken.get(name) !== fingerprint) {
      throw fieldError(`certificates.${index}.name`, "trust-name-taken");
    }
    taken.set(name, fingerprint);
  }
}

type AuditedRow = RowFields & { pem: string };

/** In the order of the ids. @throws AppError `not-found` */
async function readRows(tx: ChangeTransaction, ids: readonly string[]): Promise<AuditedRow[]> {
  const rows = await tx.certificate.findMany({
    where: { id: { in: [...ids] } },
    select: { ...rowFields, pem: true },
  });
  return ids.map((id) => {
    const row = rows.find((each) => each.id === id);
    if (!row) throw new AppError("not-found", { what: "certificate" });
    return row;
  });
}

/** Each certificate has an entry of its own, so that its history has it. */
async function writeTrail(
  tx: ChangeTransaction,
  audit: ChangeAudit,
  ids: readonly string[],
  { saved }: ListsChange,
  before: readonly AuditedRow[] = [],
): Promise<void> {
  for (const [index, row] of (await readRows(tx, ids)).entries()) {
    const was = before.find(({ id }) => id === row.id);
    const entry = {
      ...(was && { before: formatAudit(was) }),
      after: { ...formatAudit(row), ...(saved && formatSaved(saved)) },
    };
    if (index > 0) audit.also({ id: row.id, name: row.name, ...entry });
    else {
      audit.object(row.id, row.name);
      if (entry.before) audit.before(entry.before);
      audit.after(entry.after);
    }
  }
}

/** A certificate as the trail keeps it, with its places from 1. */
function formatAudit({ name, fingerprint, subject, issuer, notAfter, entries }: RowFields): object {
  const lists = entries
    .toSorted((one, other) => one.list.localeCompare(other.list))
    .map(({ list, position }) => `${list} ${position + 1}`);
  return { name, fingerprint, subject, issuer, notAfter, lists };
}
