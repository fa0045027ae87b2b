import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { revokeSessions } from "#lib/auth/sessions.ts";
import { createSignInLink } from "#lib/auth/sign-in-link.ts";
import { type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import type { UserLink } from "#lib/schemas/users.ts";
import { getChangedUser, userChange } from "./find-user.ts";

/**
 * A link for a user who has no password or forgot it; the one made before ends.
 * @throws AppError `not-found`; `account-disabled`, `organization-disabled`: the link could not be used
 */
export async function createUserLink(access: Access<"user.write">, id: string): Promise<UserLink> {
  const user = await getChangedUser(access, id);
  const { username } = user;
  if (user.disabledAt !== null) throw new AppError("account-disabled", { name: username });
  return withChange(access, userChange("user.create-link", user), async (tx, audit) => {
    await assertOrganizationEnabled(tx, user.organizationId);
    const { url, expiresAt } = await createSignInLink(tx, id);
    audit.after({ expiresAt });
    return { username, url, expiresAt: expiresAt.toISOString() };
  });
}

/** @throws AppError `not-found` */
export async function signOutUser(
  access: Access<"user.write">,
  id: string,
): Promise<{ sessionCount: number }> {
  const user = await getChangedUser(access, id);
  return withChange(access, userChange("user.sign-out-everywhere", user), async (tx, audit) => {
    const sessionCount = await revokeSessions(tx, id);
    audit.after({ sessionCount });
    return { sessionCount };
  });
}

async function assertOrganizationEnabled(tx: ChangeTransaction, id: string | null): Promise<void> {
  const organization = id === null ? null : await tx.organization.findUniqueOrThrow({ where: { id } });
  if (!organization?.disabledAt) return;
  throw new AppError("organization-disabled", { name: organization.displayName });
}
