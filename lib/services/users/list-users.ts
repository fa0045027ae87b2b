import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { containsText } from "#lib/db/match-text.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import type { UserListQuery, UserRow } from "#lib/schemas/users.ts";

const orders: Record<
  UserListQuery["sort"],
  (order: Prisma.SortOrder) => Prisma.UserOrderByWithRelationInput
> = {
  username: (order) => ({ username: order }),
  displayName: (order) => ({ displayName: order }),
  role: (order) => ({ role: order }),
  organization: (order) => ({ organization: { displayName: order } }),
  lastSignInAt: (order) => ({ lastSignInAt: { sort: order, nulls: "last" } }),
  createdAt: (order) => ({ createdAt: order }),
};

export async function listUsers(access: Access<"user.read">, query: UserListQuery): Promise<Page<UserRow>> {
  const contains = containsText(query.search);
  const where: Prisma.UserWhereInput = {
    AND: [access.ownRows(), query.organization === "" ? {} : { organizationId: query.organization }],
    ...(query.role !== "" && { role: query.role }),
    ...(query.state !== "" && { disabledAt: query.state === "enabled" ? null : { not: null } }),
    ...(query.search !== "" && { OR: [{ username: contains }, { displayName: contains }] }),
  };
  const now = new Date();
  const [rows, total] = await Promise.all([
    db.user.findMany({
      where,
      orderBy: [orders[query.sort](query.order), { username: "asc" }],
      include: {
        organization: true,
        links: { where: { usedAt: null, expiresAt: { gt: now } }, select: { expiresAt: true }, take: 1 },
      },
      ...pageWindow(query),
    }),
    db.user.count({ where }),
  ]);
  return {
    rows: rows.map(({ organization, links, ...user }) => ({
      id: user.id,
      username: user.username,
      displayName: user.displayName,
      role: user.role,
      organization: organization && {
        id: organization.id,
        name: organization.name,
        displayName: organization.displayName,
        isEnabled: organization.disabledAt === null,
      },
      isEnabled: user.disabledAt === null,
      hasPassword: user.passwordHash !== null,
      linkExpiresAt: links[0]?.expiresAt.toISOString() ?? null,
      lastSignInAt: user.lastSignInAt?.toISOString() ?? null,
      isSelf: user.id === access.actor.userId,
    })),
    total,
    page: query.page,
    pageSize: query.pageSize,
  };
}
