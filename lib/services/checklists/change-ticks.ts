import "server-only";
import type { AuditAction } from "#lib/audit-actions.ts";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import type { ChecklistInput, TickSwitch } from "#lib/schemas/checklists.ts";
import { findOwner } from "./find-owner.ts";

type Place = Omit<TickSwitch, "isTicked">;

/**
 * Ticks an item, or takes its tick back. What somebody has ticked already stays theirs, and is no change; nor is it one that
 * nothing is ticked.
 *
 * @throws AppError `not-found`
 */
export async function switchTick(
  access: Access<"checklist.write">,
  { isTicked, ...place }: TickSwitch,
): Promise<void> {
  await findOwner(access, place.organizationId);
  await (isTicked ? tick : untick)(access, place);
}

async function tick(access: Access<"checklist.write">, place: Place): Promise<void> {
  if ((await db.checklistTick.count({ where: place })) > 0) return;
  await withChange(access, changeOf("checklist.tick", place, place.item), async (tx, audit) => {
    const { userId: tickedById, name: tickedByName } = access.actor;
    // Whoever came first in the meantime stays who has ticked it.
    await tx.checklistTick.createMany({ data: { ...place, tickedById, tickedByName }, skipDuplicates: true });
    const { environment, item } = place;
    audit.after({ environment, item });
  });
}

async function untick(access: Access<"checklist.write">, place: Place): Promise<void> {
  const standing = await db.checklistTick.findFirst({ where: place, select: auditFields });
  if (!standing) return;
  await withChange(access, changeOf("checklist.untick", place, place.item), async (tx, audit) => {
    await tx.checklistTick.deleteMany({ where: place });
    audit.before(standing);
  });
}

/**
 * Takes back all ticks of one environment.
 *
 * @throws AppError `not-found`
 */
export async function clearChecklist(
  access: Access<"checklist.write">,
  place: ChecklistInput,
): Promise<void> {
  await findOwner(access, place.organizationId);
  if ((await db.checklistTick.count({ where: place })) === 0) return;
  await withChange(access, changeOf("checklist.clear", place), async (tx, audit) => {
    const { environment } = place;
    const ticks = await tx.checklistTick.findMany({
      where: place,
      orderBy: { tickedAt: "asc" },
      select: { item: true },
    });
    const items = ticks.map(({ item }) => item);
    // None that the trail does not name goes, though it be ticked this moment.
    await tx.checklistTick.deleteMany({ where: { ...place, item: { in: items } } });
    audit.before({ environment, items });
    audit.after({ environment, items: [] });
  });
}

const auditFields = { environment: true, item: true, tickedByName: true, tickedAt: true } as const;

/** The trail names a list by its environment, and an item by both; the ids are the same for all organizations. */
function changeOf(
  action: AuditAction,
  { organizationId, environment }: ChecklistInput,
  item?: string,
): Change {
  const name = item === undefined ? environment : `${environment}/${item}`;
  return { action, objectId: name, objectName: name, organizationId };
}
