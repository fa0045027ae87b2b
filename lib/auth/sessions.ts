import "server-only";
import type { ChangeActor, ChangeTransaction } from "#lib/db/with-change.ts";
import type { Role } from "#lib/db/generated/enums.ts";
import { sessionLifetimeMs } from "./current-session.ts";
import type { RequestContext } from "./request-context.ts";

/** What a sign-in hands to the cookie. */
export interface OpenedSession {
  sessionId: string;
  locale: string | null;
}

export interface SessionUser {
  id: string;
  username: string;
  role: Role;
  organizationId: string | null;
  locale: string | null;
}

/** A person who is about to be signed in, as the audit trail names them. */
export function actorOf(user: SessionUser, context: RequestContext): ChangeActor {
  return {
    userId: user.id,
    name: user.username,
    role: user.role,
    organizationId: user.organizationId,
    requestId: context.requestId,
    address: context.address,
  };
}

export async function openSession(
  tx: ChangeTransaction,
  user: SessionUser,
  context: RequestContext,
): Promise<OpenedSession> {
  const now = new Date();
  await tx.session.deleteMany({ where: { expiresAt: { lt: now } } });
  await tx.user.update({ where: { id: user.id }, data: { lastSignInAt: now } });
  const session = await tx.session.create({
    data: {
      userId: user.id,
      createdAt: now,
      lastSeenAt: now,
      expiresAt: new Date(now.getTime() + sessionLifetimeMs),
      userAgent: context.userAgent,
      address: context.address,
    },
  });
  return { sessionId: session.id, locale: user.locale };
}

/** Signs a person out everywhere, or everywhere else. Returns how many sessions ended. */
export async function revokeSessions(
  tx: ChangeTransaction,
  userId: string,
  exceptSessionId?: string | null,
): Promise<number> {
  const now = new Date();
  const { count } = await tx.session.updateMany({
    where: {
      userId,
      revokedAt: null,
      expiresAt: { gt: now },
      ...(exceptSessionId ? { id: { not: exceptSessionId } } : {}),
    },
    data: { revokedAt: now },
  });
  return count;
}
