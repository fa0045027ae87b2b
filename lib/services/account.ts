import "server-only";
import type { AuditAction } from "#lib/audit-actions.ts";
import type { Access } from "#lib/auth/access.ts";
import { sessionIdleMs } from "#lib/auth/current-session.ts";
import { hashPassword, verifyPassword } from "#lib/auth/passwords.ts";
import { revokeSessions } from "#lib/auth/sessions.ts";
import { countAttempt, forgiveFailures } from "#lib/auth/sign-in-limit.ts";
import { db } from "#lib/db/client.ts";
import type { User } from "#lib/db/generated/client.ts";
import { type Change, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import type { Account, ChangeLocaleInput, ChangePasswordInput } from "#lib/schemas/account.ts";

const maxSessions = 50;

/** The person's own profile, with the places where they are signed in, the current one first. */
export async function getAccount(access: Access<"account.read">): Promise<Account> {
  const id = ownId(access);
  const now = new Date();
  const user = await db.user.findUniqueOrThrow({ where: { id }, include: { organization: true } });
  const sessions = await db.session.findMany({
    where: {
      userId: id,
      revokedAt: null,
      expiresAt: { gt: now },
      lastSeenAt: { gt: new Date(now.getTime() - sessionIdleMs) },
    },
    orderBy: { lastSeenAt: "desc" },
    take: maxSessions,
  });
  const rows = sessions.map((session) => ({
    id: session.id,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    address: session.address,
    userAgent: session.userAgent,
    isCurrent: session.id === access.sessionId,
  }));
  return {
    username: user.username,
    displayName: user.displayName,
    role: user.role,
    organization: user.organization && {
      name: user.organization.name,
      displayName: user.organization.displayName,
    },
    createdAt: user.createdAt.toISOString(),
    sessions: rows.sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent)),
  };
}

export async function changeLocale(
  access: Access<"account.write">,
  { locale }: ChangeLocaleInput,
): Promise<void> {
  await withChange(access, ownChange(access, "account.change-language"), async (tx, audit) => {
    const where = { id: ownId(access) };
    audit.before(await tx.user.findUniqueOrThrow({ where, select: { locale: true } }));
    audit.after(await tx.user.update({ where, data: { locale }, select: { locale: true } }));
  });
}

/**
 * Every other session ends: whoever else had the old password is out.
 * @throws AppError `wrong-password`, `sign-in-limited` after too many of them
 */
export async function changePassword(
  access: Access<"account.write">,
  input: ChangePasswordInput,
): Promise<void> {
  const user = await db.user.findUniqueOrThrow({ where: { id: ownId(access) } });
  await assertCurrentPassword(access, user, input.currentPassword);
  const passwordHash = await hashPassword(input.password);
  await withChange(access, ownChange(access, "account.change-password"), async (tx, audit) => {
    await tx.user.update({ where: { id: user.id }, data: { passwordHash } });
    audit.after({ otherSessionsEnded: await revokeSessions(tx, user.id, access.sessionId) });
  });
}

/** Guessing here is guessing at sign-in, and counts together with it. */
async function assertCurrentPassword(
  access: Access<"account.write">,
  user: User,
  password: string,
): Promise<void> {
  await countAttempt(user.username, access.actor.address);
  if (!(await verifyPassword(user.passwordHash, password))) throw new AppError("wrong-password", {});
  await forgiveFailures(user.username, access.actor.address);
}

export async function signOutOtherSessions(
  access: Access<"account.write">,
): Promise<{ sessionCount: number }> {
  return withChange(access, ownChange(access, "account.sign-out-others"), async (tx, audit) => {
    const sessionCount = await revokeSessions(tx, ownId(access), access.sessionId);
    audit.after({ sessionCount });
    return { sessionCount };
  });
}

function ownId(access: Access<"account.read" | "account.write">): string {
  if (access.actor.userId === null) throw new AppError("signed-out", {});
  return access.actor.userId;
}

function ownChange(access: Access<"account.write">, action: AuditAction): Change {
  return { action, objectId: ownId(access), objectName: access.actor.name };
}
