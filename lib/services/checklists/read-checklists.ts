import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { checklistEnvironments, listChecklist } from "#lib/domain/cluster-config/checklists.ts";
import type { ItemTick, OrganizationChecklists } from "#lib/schemas/checklists.ts";
import { findOwner } from "./find-owner.ts";

const tickFields = {
  tickedAt: true,
  tickedByName: true,
  tickedBy: { select: { displayName: true, organizationId: true } },
} satisfies Prisma.ChecklistTickSelect;

/**
 * The lists of all environments, with what an organization (null: the provider) has ticked.
 *
 * @throws AppError `not-found`
 */
export async function readChecklists(
  access: Access<"checklist.read">,
  organizationId: string | null,
): Promise<OrganizationChecklists> {
  const organization = await findOwner(access, organizationId);
  const ticks = await db.checklistTick.findMany({
    where: { organizationId },
    select: { environment: true, item: true, ...tickFields },
  });
  const found = new Map(ticks.map((tick) => [`${tick.environment}/${tick.item}`, tick]));
  return {
    organization,
    checklists: checklistEnvironments.map((environment) => ({
      environment,
      rows: listChecklist(environment).map((item) => {
        const tick = found.get(`${environment}/${item}`);
        return { item, tick: tick ? formatTick(access, tick) : null };
      }),
    })),
  };
}

/** As it may be shown to who asks. */
function formatTick(
  access: Access<"checklist.read">,
  { tickedAt, tickedBy, tickedByName }: Prisma.ChecklistTickGetPayload<{ select: typeof tickFields }>,
): ItemTick {
  // Tenants are told no names of the provider's people.
  const isNamed = access.organizationId === null || tickedBy?.organizationId === access.organizationId;
  return { by: isNamed ? (tickedBy?.displayName ?? tickedByName) : null, at: tickedAt.toISOString() };
}
