import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { revokeSessions } from "#lib/auth/sessions.ts";
import { createSignInLink } from "#lib/auth/sign-in-link.ts";
import type { Prisma, User } from "#lib/db/generated/client.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import type { CreateUserInput, SetUserEnabledInput, UpdateUserInput, UserLink } from "#lib/schemas/users.ts";
import { getChangedUser, userChange } from "./find-user.ts";

const auditFields = {
  username: true,
  displayName: true,
  role: true,
  organizationId: true,
  disabledAt: true,
} satisfies Prisma.UserSelect;

/**
 * The new user has no password: the link that comes back lets them set one, once.
 * @throws AppError `name-taken`, `invalid-input`
 */
export async function createUser(access: Access<"user.write">, input: CreateUserInput): Promise<UserLink> {
  const { username, displayName, role, organizationId } = input;
  const change: Change = { action: "user.create", objectName: username, organizationId };
  return withChange(access, change, async (tx, audit) => {
    if ((await tx.user.count({ where: { username } })) > 0) {
      throw new AppError("name-taken", { what: "user", name: username });
    }
    await assertOrganization(tx, organizationId);
    const user = await tx.user.create({ data: { username, displayName, role, organizationId } });
    audit.object(user.id, username);
    audit.after({ username, displayName, role, organizationId });
    const { url, expiresAt } = await createSignInLink(tx, user.id);
    return { username, url, expiresAt: expiresAt.toISOString() };
  });
}

/**
 * A new role acts with the user's next request.
 * @throws AppError `not-found`, `own-account`, `last-provider`, `invalid-input`
 */
export async function updateUser(access: Access<"user.write">, input: UpdateUserInput): Promise<void> {
  const user = await getChangedUser(access, input.id);
  const { id, displayName, role, organizationId } = input;
  const rights = { role, organizationId };
  const isDemoted = user.role !== role || user.organizationId !== organizationId;
  if (isDemoted) assertOther(access, user);
  await withChange(access, { ...userChange("user.update", user), organizationId }, async (tx, audit) => {
    if (isDemoted) await assertProviderRemains(tx, user);
    await assertOrganization(tx, organizationId);
    audit.before(await tx.user.findUniqueOrThrow({ where: { id }, select: auditFields }));
    audit.after(
      await tx.user.update({ where: { id }, data: { displayName, ...rights }, select: auditFields }),
    );
  });
}

/**
 * A disabled user is signed out everywhere, and their waiting link ends.
 * @throws AppError `not-found`, `own-account`, `last-provider`
 */
export async function setUserEnabled(
  access: Access<"user.write">,
  { id, enabled }: SetUserEnabledInput,
): Promise<void> {
  const user = await getChangedUser(access, id);
  if (!enabled) assertOther(access, user);
  const action = enabled ? "user.enable" : "user.disable";
  await withChange(access, userChange(action, user), async (tx, audit) => {
    if (!enabled) await assertProviderRemains(tx, user);
    audit.before(await tx.user.findUniqueOrThrow({ where: { id }, select: auditFields }));
    const data = { disabledAt: enabled ? null : new Date() };
    audit.after(await tx.user.update({ where: { id }, data, select: auditFields }));
    if (enabled) return;
    await revokeSessions(tx, id);
    await tx.oneTimeLink.deleteMany({ where: { userId: id, usedAt: null } });
  });
}

/** Nobody locks themselves out by a slip. */
function assertOther(access: Access<"user.write">, user: User): void {
  if (user.id === access.actor.userId) throw new AppError("own-account", { name: user.username });
}

/** Locks every provider, so that two of them cannot remove each other at once. */
async function assertProviderRemains(tx: ChangeTransaction, user: User): Promise<void> {
  const providers = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "User" WHERE "role" = 'provider' AND "disabledAt" IS NULL ORDER BY "id" FOR UPDATE`;
  if (providers.length === 1 && providers[0]?.id === user.id) {
    throw new AppError("last-provider", { name: user.username });
  }
}

async function assertOrganization(tx: ChangeTransaction, id: string | null): Promise<void> {
  if (id === null || (await tx.organization.count({ where: { id } })) > 0) return;
  throw fieldError("organizationId", "invalid");
}
