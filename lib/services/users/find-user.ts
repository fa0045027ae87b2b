import "server-only";
import type { AuditAction } from "#lib/audit-actions.ts";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { User } from "#lib/db/generated/client.ts";
import type { Change } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";

/**
 * The user that a change is about.
 * @throws AppError `not-found`, also for a user of another organization
 */
export async function getChangedUser(access: Access<"user.write">, id: string): Promise<User> {
  const user = await db.user.findFirst({ where: { id, ...access.ownRows() } });
  if (!user) throw new AppError("not-found", { what: "user" });
  return user;
}

/** How the audit trail names a change of a user. */
export function userChange(action: AuditAction, user: User): Change {
  const { id: objectId, username: objectName, organizationId } = user;
  return { action, objectId, objectName, organizationId };
}
