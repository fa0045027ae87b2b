import "server-only";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import { type Access, issueAccess } from "./access.ts";
import { mayRole, type Permission } from "./permissions.ts";

/** What is known of a schedule that is due. */
export interface ScheduleOrigin {
  id: string;
  organizationId: string | null;
  ownerId: string;
}

/**
 * The access of a schedule that is due: it acts as its owner, who must be allowed to at this moment as if signed in.
 *
 * @throws AppError `schedule-owner-disabled`, `organization-disabled`, `schedule-owner-not-allowed`
 */
export async function scheduleAccess<P extends Permission>(
  schedule: ScheduleOrigin,
  permission: P,
): Promise<Access<P>> {
  const owner = await db.user.findUniqueOrThrow({
    where: { id: schedule.ownerId },
    select: {
      id: true,
      username: true,
      role: true,
      disabledAt: true,
      organizationId: true,
      organization: { select: { name: true, disabledAt: true } },
    },
  });
  const { id, username, role, disabledAt, organizationId, organization } = owner;
  if (disabledAt) throw new AppError("schedule-owner-disabled", { name: username });
  if (organization?.disabledAt) throw new AppError("organization-disabled", { name: organization.name });
  const seesIt = organizationId === null || organizationId === schedule.organizationId;
  if (!seesIt || !mayRole(role, permission)) {
    throw new AppError("schedule-owner-not-allowed", { name: username });
  }
  const requestId = `schedule:${schedule.id}`;
  const actor = { userId: id, name: username, role, organizationId, requestId, address: "" };
  return issueAccess(permission, actor, role, null);
}
