import "server-only";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import type { UseLinkInput } from "#lib/schemas/account.ts";
import { createOneTimeToken, hashOneTimeToken } from "./one-time-token.ts";
import { hashPassword } from "./passwords.ts";
import type { RequestContext } from "./request-context.ts";
import { actorOf, type OpenedSession, openSession, revokeSessions } from "./sessions.ts";
import { forgiveFailures } from "./sign-in-limit.ts";

const lifetimeMs = 24 * 60 * 60 * 1000;

const userFields = {
  id: true,
  username: true,
  displayName: true,
  role: true,
  locale: true,
  organizationId: true,
  organization: { select: { displayName: true } },
} satisfies Prisma.UserSelect;

type LinkUser = Prisma.UserGetPayload<{ select: typeof userFields }>;

export interface SignInLink {
  url: string;
  expiresAt: Date;
}

/** A link that lets a person set a password and sign in, once. It ends those made for the person before. */
export async function createSignInLink(tx: ChangeTransaction, userId: string): Promise<SignInLink> {
  const { token, tokenHash } = createOneTimeToken();
  const expiresAt = new Date(Date.now() + lifetimeMs);
  await tx.oneTimeLink.deleteMany({ where: { userId } });
  await tx.oneTimeLink.create({ data: { purpose: "sign_in", userId, tokenHash, expiresAt } });
  return { url: `${env.PUBLIC_URL}/link?token=${token}`, expiresAt };
}

/** Whom a link is for; nothing is used up, so that a program which previews links does no harm. */
export async function findSignInLinkUser(token: string): Promise<LinkUser | null> {
  const link = await db.oneTimeLink.findFirst({
    where: usable(token),
    select: { user: { select: userFields } },
  });
  return link?.user ?? null;
}

/**
 * Sets the password and signs in; every other session of the person ends.
 * @throws AppError link-invalid
 */
export async function redeemSignInLink(input: UseLinkInput, context: RequestContext): Promise<OpenedSession> {
  const user = await findSignInLinkUser(input.token);
  if (!user) throw new AppError("link-invalid", {});
  const passwordHash = await hashPassword(input.password);
  const session = await withChange(
    { actor: actorOf(user, context) },
    { action: "user.use-link", objectId: user.id, objectName: user.username },
    async (tx) => {
      const used = await tx.oneTimeLink.updateMany({
        where: usable(input.token),
        data: { usedAt: new Date() },
      });
      if (used.count !== 1) throw new AppError("link-invalid", {});
      await tx.user.update({ where: { id: user.id }, data: { passwordHash } });
      await revokeSessions(tx, user.id);
      return openSession(tx, user, context);
    },
  );
  await forgiveFailures(user.username, context.address);
  return session;
}

function usable(token: string) {
  return {
    purpose: "sign_in" as const,
    tokenHash: hashOneTimeToken(token),
    usedAt: null,
    expiresAt: { gt: new Date() },
    user: {
      disabledAt: null,
      OR: [{ organizationId: null }, { organization: { disabledAt: null } }],
    },
  };
}
