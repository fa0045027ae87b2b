import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { AppError } from "#lib/errors.ts";
import type { HistoryItem } from "#lib/schemas/rotation.ts";
import { type ConfigList, configLists, listFields } from "../server-config/index.ts";

const maxItems = 100;

/**
 * What was done to a certificate, the newest first: by its own entries of the trail, and by revisions of the configuration
 * that have put it into lists or taken it out.
 *
 * @throws AppError `not-found`
 */
export async function listHistory(_access: Access<"certificate.read">, id: string): Promise<HistoryItem[]> {
  const row = await db.certificate.findUnique({ where: { id }, select: { fingerprint: true } });
  if (!row) throw new AppError("not-found", { what: "certificate" });
  const trail = await readTrail(id);
  const told = new Set(trail.map(({ revision }) => revision));
  const revisions = await readRevisions(row.fingerprint);
  // Most changes of lists are made of the certificate, and stand in the trail by what they are.
  return [...trail, ...revisions.filter(({ number }) => !told.has(number))]
    .toSorted((one, other) => other.at.localeCompare(one.at))
    .slice(0, maxItems);
}

async function readTrail(id: string): Promise<Extract<HistoryItem, { kind: "audit" }>[]> {
  const entries = await db.auditEntry.findMany({
    where: { objectType: "certificate", objectId: id },
    orderBy: { id: "desc" },
    take: maxItems,
    select: { id: true, at: true, actorName: true, action: true, after: true },
  });
  return entries.map(({ id: entryId, at, after, ...entry }) => {
    const { lists, revision, replaces, replacedBy } = (after ?? {}) as Readonly<Record<string, unknown>>;
    return {
      ...{ kind: "audit", id: String(entryId), at: at.toISOString(), ...entry },
      replaces: typeof replaces === "string" ? replaces : null,
      replacedBy: typeof replacedBy === "string" ? replacedBy : null,
      lists: Array.isArray(lists) ? lists.map(String) : null,
      revision: typeof revision === "number" ? revision : null,
    };
  });
}

async function readRevisions(fingerprint: string): Promise<Extract<HistoryItem, { kind: "revision" }>[]> {
  const rows = await db.configRevision.findMany({
    orderBy: { number: "desc" },
    take: maxItems,
    select: { number: true, createdAt: true, createdByName: true, difference: true },
  });
  return rows.flatMap(({ number, createdAt, createdByName, difference }) => {
    const moves = configLists.map((list) => ({ list, ...findMove(difference, list, fingerprint) }));
    const pick = (move: "added" | "removed"): TrustList[] =>
      moves.flatMap((each) => (each[move] ? [each.list] : []));
    const [added, removed] = [pick("added"), pick("removed")];
    if (added.length + removed.length === 0) return [];
    const at = createdAt.toISOString();
    return [{ kind: "revision", at, actorName: createdByName, number, added, removed }];
  });
}

/** Whether a revision's difference has put a certificate into a list, or taken it out. */
function findMove(
  difference: unknown,
  list: ConfigList,
  fingerprint: string,
): { added: boolean; removed: boolean } {
  const differences = Array.isArray(difference) ? (difference as StoredDifference[]) : [];
  const found = differences.find(({ field }) => field === listFields[list]);
  const [before, after] = [holds(found?.before, fingerprint), holds(found?.after, fingerprint)];
  return { added: after && !before, removed: before && !after };
}

interface StoredDifference {
  field?: unknown;
  before?: unknown;
  after?: unknown;
}

function holds(texts: unknown, fingerprint: string): boolean {
  if (!Array.isArray(texts)) return false;
  return texts.some(
    (text) =>
      typeof text === "string" &&
      readCertificates(text).found.some(({ certificate }) => certificate.fingerprint === fingerprint),
  );
}
