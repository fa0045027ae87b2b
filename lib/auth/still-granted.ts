import "server-only";
import type { Access } from "./access.ts";
import { findCurrentSession } from "./current-session.ts";
import { mayRole, type Permission } from "./permissions.ts";

/** Whether an access that is held for long would be issued again: same session, same organization, an allowed role. */
export async function isStillGranted(access: Access<Permission>): Promise<boolean> {
  const { sessionId, permission, organizationId } = access;
  const session = sessionId === null ? null : await findCurrentSession(sessionId, "watches");
  if (session?.organizationId !== organizationId) return false;
  return mayRole(session.role, permission);
}
