import "server-only";
import type { AuditAction } from "#lib/audit-actions.ts";
import type { Access } from "#lib/auth/access.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import type {
  AddCertificatesInput,
  DeleteCertificateInput,
  ListCertificatesInput,
  MoveCertificateInput,
  RenameCertificateInput,
  UnlistCertificateInput,
} from "#lib/schemas/certificates.ts";
import { formatSaved } from "../server-config/index.ts";
import {
  formatAudit,
  type ListsChanged,
  readOne,
  readRows,
  readStored,
  withLists,
  writeTrail,
} from "./certificate-change.ts";
import { formatRow } from "./certificate-row.ts";
import { changeLists } from "./change-lists.ts";
import { appendCertificates, moveCertificate, removeCertificate } from "./list-texts.ts";
import { rememberCertificates } from "./remember-certificates.ts";

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
  const certificates = wanted.map(({ pem }, index) => readOne(pem, `certificates.${index}.pem`));
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
