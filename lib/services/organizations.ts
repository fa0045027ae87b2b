import "server-only";
import type { AuditAction } from "#lib/audit-actions.ts";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { containsText, equalsText } from "#lib/db/match-text.ts";
import { withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import type {
  CreateOrganizationInput,
  OrganizationChoice,
  OrganizationListQuery,
  OrganizationRow,
  RenameOrganizationInput,
  SetOrganizationEnabledInput,
} from "#lib/schemas/organizations.ts";

const maxChoices = 1000;

const rowFields = {
  id: true,
  name: true,
  displayName: true,
  disabledAt: true,
  createdAt: true,
  _count: { select: { users: true, registries: true, jobs: true } },
} satisfies Prisma.OrganizationSelect;

const auditFields = { name: true, displayName: true, disabledAt: true } satisfies Prisma.OrganizationSelect;

export async function listOrganizations(
  access: Access<"organization.read">,
  query: OrganizationListQuery,
): Promise<Page<OrganizationRow>> {
  const where: Prisma.OrganizationWhereInput = {
    ...ownOrganization(access),
    ...(query.state !== "" && { disabledAt: query.state === "enabled" ? null : { not: null } }),
    ...(query.search !== "" && {
      OR: [{ name: containsText(query.search) }, { displayName: containsText(query.search) }],
    }),
  };
  const orderBy: Prisma.OrganizationOrderByWithRelationInput =
    query.sort === "users" ? { users: { _count: query.order } } : { [query.sort]: query.order };
  const [rows, total] = await Promise.all([
    db.organization.findMany({
      where,
      orderBy: [orderBy, { name: "asc" }],
      select: rowFields,
      ...pageWindow(query),
    }),
    db.organization.count({ where }),
  ]);
  return { rows: rows.map(formatRow), total, page: query.page, pageSize: query.pageSize };
}

/** All organizations that may be chosen, by name; a disabled one can still be filtered by. */
export async function listOrganizationChoices(
  access: Access<"organization.read">,
  options: { enabledOnly: boolean },
): Promise<OrganizationChoice[]> {
  return db.organization.findMany({
    where: { ...ownOrganization(access), ...(options.enabledOnly && { disabledAt: null }) },
    orderBy: { displayName: "asc" },
    take: maxChoices,
    select: { id: true, name: true, displayName: true },
  });
}

/**
 * @param name as it stands in the address
 * @throws AppError `not-found`
 */
export async function getOrganization(
  access: Access<"organization.read">,
  name: string,
): Promise<OrganizationRow> {
  const row = await db.organization.findFirst({
    where: { name, AND: ownOrganization(access) },
    select: rowFields,
  });
  if (!row) throw new AppError("not-found", { what: "organization" });
  return formatRow(row);
}

/** @throws AppError `name-taken` */
export async function createOrganization(
  access: Access<"organization.write">,
  input: CreateOrganizationInput,
): Promise<{ name: string }> {
  const { name, displayName } = input;
  return withChange(access, { action: "organization.create", objectName: name }, async (tx, audit) => {
    // Names that differ in case only would be mistaken for each other.
    const others = { name: equalsText(name) };
    if ((await tx.organization.count({ where: others })) > 0) {
      throw new AppError("name-taken", { what: "organization", name });
    }
    const row = await tx.organization.create({ data: { name, displayName } });
    audit.object(row.id, name, row.id);
    audit.after({ name, displayName });
    return { name };
  });
}

/** @throws AppError `not-found` */
export async function renameOrganization(
  access: Access<"organization.write">,
  input: RenameOrganizationInput,
): Promise<void> {
  await changeOrganization(access, "organization.rename", input.id, { displayName: input.displayName });
}

/**
 * Its users are signed out and stay out while it is disabled; its registries, jobs and images stay as they are.
 * @throws AppError `not-found`
 */
export async function setOrganizationEnabled(
  access: Access<"organization.write">,
  input: SetOrganizationEnabledInput,
): Promise<void> {
  const action = input.enabled ? "organization.enable" : "organization.disable";
  await changeOrganization(access, action, input.id, { disabledAt: input.enabled ? null : new Date() });
}

async function changeOrganization(
  access: Access<"organization.write">,
  action: AuditAction,
  id: string,
  data: { displayName: string } | { disabledAt: Date | null },
): Promise<void> {
  const { name } = await findOwn(access, id);
  const change = { action, objectId: id, objectName: name, organizationId: id };
  await withChange(access, change, async (tx, audit) => {
    audit.before(await tx.organization.findUniqueOrThrow({ where: { id }, select: auditFields }));
    audit.after(await tx.organization.update({ where: { id }, data, select: auditFields }));
    const isDisabled = "disabledAt" in data && data.disabledAt !== null;
    if (!isDisabled) return;
    await tx.session.updateMany({
      where: { user: { organizationId: id }, revokedAt: null },
      data: { revokedAt: new Date() },
    });
  });
}

async function findOwn(access: Access<"organization.write">, id: string): Promise<{ name: string }> {
  const row = await db.organization.findFirst({
    where: { id, AND: ownOrganization(access) },
    select: { name: true },
  });
  if (!row) throw new AppError("not-found", { what: "organization" });
  return row;
}

/** `ownRows` for the organizations themselves. */
function ownOrganization(access: Access<"organization.read" | "organization.write">): { id?: string } {
  return access.organizationId === null ? {} : { id: access.organizationId };
}

function formatRow(row: Prisma.OrganizationGetPayload<{ select: typeof rowFields }>): OrganizationRow {
  return {
    id: row.id,
    name: row.name,
    displayName: row.displayName,
    isEnabled: row.disabledAt === null,
    userCount: row._count.users,
    registryCount: row._count.registries,
    jobCount: row._count.jobs,
    createdAt: row.createdAt.toISOString(),
  };
}
