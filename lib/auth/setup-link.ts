import "server-only";
import { db } from "#lib/db/client.ts";
import { type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import type { SetUpInput } from "#lib/schemas/account.ts";
import { createOneTimeToken, hashOneTimeToken } from "./one-time-token.ts";
import { hashPassword } from "./passwords.ts";
import type { RequestContext } from "./request-context.ts";
import { type OpenedSession, openSession } from "./sessions.ts";

const lifetimeMs = 24 * 60 * 60 * 1000;

/** True while nobody can sign in because no account exists. */
export async function isSetUpOpen(): Promise<boolean> {
  return (await db.user.findFirst({ select: { id: true } })) === null;
}

/**
 * The address where the first account is made. It works once and for a day; making one ends the one before.
 * @throws AppError setup-closed, once an account exists
 */
export async function createSetupLink(): Promise<string> {
  const { token, tokenHash } = createOneTimeToken();
  const actor = {
    userId: null,
    name: "system",
    role: null,
    organizationId: null,
    requestId: "start",
    address: "",
  };
  await withChange({ actor }, { action: "setup.create-link", objectName: "setup" }, async (tx, audit) => {
    await holdSetUp(tx);
    await tx.oneTimeLink.deleteMany({ where: { purpose: "setup" } });
    const expiresAt = new Date(Date.now() + lifetimeMs);
    const link = await tx.oneTimeLink.create({ data: { purpose: "setup", tokenHash, expiresAt } });
    audit.object(link.id, "setup");
    audit.after({ expiresAt });
  });
  return `${env.PUBLIC_URL}/setup?token=${token}`;
}

/** Whether the token is that of the link now in force; nothing is used up. */
export async function isSetupTokenValid(token: string): Promise<boolean> {
  if (!(await isSetUpOpen())) return false;
  return (await db.oneTimeLink.findFirst({ where: usable(token), select: { id: true } })) !== null;
}

/**
 * Makes the first account, a provider, and signs it in.
 * @throws AppError link-invalid, setup-closed
 */
export async function setUp(input: SetUpInput, context: RequestContext): Promise<OpenedSession> {
  // Checked before the costly hash, and again where it counts.
  if (!(await isSetupTokenValid(input.token))) throw new AppError("link-invalid", {});
  const passwordHash = await hashPassword(input.password);
  const { username, displayName } = input;
  const actor = { userId: null, name: username, role: "provider" as const, organizationId: null };
  return withChange(
    { actor: { ...actor, requestId: context.requestId, address: context.address } },
    { action: "setup.create-account", objectName: username },
    async (tx, audit) => {
      await holdSetUp(tx);
      const used = await tx.oneTimeLink.updateMany({
        where: usable(input.token),
        data: { usedAt: new Date() },
      });
      if (used.count !== 1) throw new AppError("link-invalid", {});
      const user = await tx.user.create({ data: { username, displayName, role: "provider", passwordHash } });
      audit.object(user.id, username);
      audit.after({ username, displayName, role: user.role });
      return openSession(tx, user, context);
    },
  );
}

function usable(token: string) {
  const tokenHash = hashOneTimeToken(token);
  return { purpose: "setup" as const, tokenHash, usedAt: null, expiresAt: { gt: new Date() } };
}

/** One at a time, and only while no account exists. */
async function holdSetUp(tx: ChangeTransaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('first account', 0))`;
  if ((await tx.user.count()) > 0) throw new AppError("setup-closed", {});
}
