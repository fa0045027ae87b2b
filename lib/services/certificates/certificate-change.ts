import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { type Change, type ChangeAudit, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { formatSaved, lockConfig } from "../server-config/index.ts";
import { rowFields, type RowFields } from "./certificate-row.ts";
import type { changeLists, ListsChange } from "./change-lists.ts";

/** What a change of lists has made. */
export interface ListsChanged {
  /** The number of the configuration's revision, where one was made. */
  revision: number | null;
}

/** A change of which nothing is looked at before those that came earlier are done with. */
export async function withLists<Result>(
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

/** One certificate, of what a browser has sent back. @throws AppError `invalid-input`, which has nothing of it */
export function readOne(pem: string, field: string): Certificate {
  const { found, problems } = readCertificates(pem);
  const [only, ...others] = found;
  const hasKey = problems.some(({ code }) => code === "private-key");
  if (only && others.length === 0) return only.certificate;
  throw fieldError(field, hasKey ? "pem-private-key" : "pem-format");
}

export const readStored = (pem: string): Certificate[] =>
  readCertificates(pem).found.map(({ certificate }) => certificate);

export type AuditedRow = RowFields & { pem: string };

/** In the order of the ids. @throws AppError `not-found` */
export async function readRows(tx: ChangeTransaction, ids: readonly string[]): Promise<AuditedRow[]> {
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
export async function writeTrail(
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
export function formatAudit({ name, fingerprint, subject, issuer, notAfter, entries }: RowFields): object {
  const lists = entries
    .toSorted((one, other) => one.list.localeCompare(other.list))
    .map(({ list, position }) => `${list} ${position + 1}`);
  return { name, fingerprint, subject, issuer, notAfter, lists };
}
