import "server-only";
import type { db } from "#lib/db/client.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";

/** Rotations one after the other; nobody has as many at a time. */
const maxSuccessors = 20;

/**
 * The lists in which something stands that has taken a certificate's place: its successor, or the one that has replaced
 * that meanwhile.
 */
export async function findSuccessorLists(
  client: typeof db | ChangeTransaction,
  id: string,
): Promise<ReadonlySet<TrustList>> {
  const lists = new Set<TrustList>();
  const seen = new Set([id]);
  let next = await findNext(client, id);
  while (next && !seen.has(next.id) && seen.size <= maxSuccessors) {
    seen.add(next.id);
    for (const { list } of next.entries) lists.add(list);
    next = await findNext(client, next.id);
  }
  return lists;
}

async function findNext(client: typeof db | ChangeTransaction, id: string) {
  const row = await client.certificate.findUnique({
    where: { id },
    select: { replacedBy: { select: { id: true, entries: { select: { list: true } } } } },
  });
  return row?.replacedBy ?? null;
}
