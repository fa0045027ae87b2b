import "server-only";
import { db } from "#lib/db/client.ts";
import { withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import type { SignInInput } from "#lib/schemas/account.ts";
import { verifyPassword } from "./passwords.ts";
import type { RequestContext } from "./request-context.ts";
import { actorOf, type OpenedSession, openSession } from "./sessions.ts";
import { countAttempt, forgiveFailures } from "./sign-in-limit.ts";

/**
 * Unknown name, wrong password and a user without one are the same error after the same work.
 * @throws AppError sign-in-failed, sign-in-limited, account-disabled, organization-disabled
 */
export async function signIn(input: SignInInput, context: RequestContext): Promise<OpenedSession> {
  await countAttempt(input.username, context.address);
  const user = await db.user.findUnique({
    where: { username: input.username },
    include: { organization: true },
  });
  const isRight = await verifyPassword(user?.passwordHash ?? null, input.password);
  if (!user || !isRight) {
    await recordFailure(user, context);
    throw new AppError("sign-in-failed", {});
  }
  if (user.disabledAt) {
    await recordFailure(user, context);
    throw new AppError("account-disabled", { name: user.username });
  }
  if (user.organization?.disabledAt) {
    await recordFailure(user, context);
    throw new AppError("organization-disabled", { name: user.organization.displayName });
  }
  const session = await withChange(
    { actor: actorOf(user, context) },
    { action: "user.sign-in", objectId: user.id, objectName: user.username },
    (tx) => openSession(tx, user, context),
  );
  await forgiveFailures(user.username, context.address);
  return session;
}

interface KnownUser {
  id: string;
  username: string;
  organizationId: string | null;
}

/** A name that is nobody's may be a password typed in the wrong field, so it is not kept. */
async function recordFailure(user: KnownUser | null, context: RequestContext): Promise<void> {
  const actor = {
    userId: null,
    name: "",
    role: null,
    organizationId: user?.organizationId ?? null,
    requestId: context.requestId,
    address: context.address,
  };
  const object = { objectId: user?.id ?? "", objectName: user?.username ?? "" };
  await withChange({ actor }, { action: "user.sign-in-failed", ...object }, () => Promise.resolve());
}

/** Ends the session that a cookie names; one that has ended already stays as it is. */
export async function signOut(sessionId: string, context: RequestContext): Promise<void> {
  const session = await db.session.findUnique({ where: { id: sessionId }, include: { user: true } });
  if (session?.revokedAt !== null) return;
  const { user } = session;
  await withChange(
    { actor: actorOf(user, context) },
    { action: "user.sign-out", objectId: user.id, objectName: user.username },
    (tx) =>
      tx.session.updateMany({ where: { id: sessionId, revokedAt: null }, data: { revokedAt: new Date() } }),
  );
}
