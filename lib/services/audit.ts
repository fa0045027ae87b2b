import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { type AuditEntry } from "#lib/db/generated/client.ts";
import { Role } from "#lib/db/generated/enums.ts";
import { containsText } from "#lib/db/match-text.ts";
import type { AuditPeriod, AuditQuery, AuditRow } from "#lib/schemas/audit.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";

export async function listAuditEntries(
  access: Access<"audit.read">,
  query: AuditQuery,
  period: AuditPeriod,
): Promise<Page<AuditRow>> {
  const contains = containsText(query.search);
  const where: Prisma.AuditEntryWhereInput = {
    AND: [access.ownRows(), organizationFilter(query.organization)],
    ...(query.action !== "" && { action: query.action }),
    ...(query.objectType !== "" && { objectType: query.objectType }),
    ...(query.search !== "" && { OR: [{ actorName: contains }, { objectName: contains }] }),
    at: { ...(period.since && { gte: period.since }), ...(period.until && { lt: period.until }) },
  };
  const [entries, total] = await Promise.all([
    db.auditEntry.findMany({
      where,
      orderBy: [{ at: query.order }, { id: query.order }],
      ...pageWindow(query),
    }),
    db.auditEntry.count({ where }),
  ]);
  const organizations = await findOrganizations(entries);
  const rows = entries.map((entry) => formatRow(entry, organizations));
  return { rows, total, page: query.page, pageSize: query.pageSize };
}

function organizationFilter(organization: string): Prisma.AuditEntryWhereInput {
  if (organization === "") return {};
  return { organizationId: organization === "provider" ? null : organization };
}

/** Entries outlive organizations in principle, so they name them by id only. */
async function findOrganizations(entries: AuditEntry[]): Promise<Map<string, string>> {
  const ids = new Set(entries.flatMap(({ organizationId }) => organizationId ?? []));
  const rows = await db.organization.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, displayName: true },
  });
  return new Map(rows.map(({ id, displayName }) => [id, displayName]));
}

function formatRow(entry: AuditEntry, organizations: Map<string, string>): AuditRow {
  const { organizationId } = entry;
  return {
    id: String(entry.id),
    at: entry.at.toISOString(),
    actorName: entry.actorName,
    role: Object.values(Role).find((role) => role === entry.role) ?? null,
    organization:
      organizationId === null
        ? null
        : { id: organizationId, displayName: organizations.get(organizationId) ?? organizationId },
    action: entry.action,
    objectType: entry.objectType,
    objectId: entry.objectId,
    objectName: entry.objectName,
    before: entry.before,
    after: entry.after,
    requestId: entry.requestId,
    address: entry.address,
  };
}
