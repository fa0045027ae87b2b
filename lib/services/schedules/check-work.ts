import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { mayRole, schedulePermissions } from "#lib/auth/permissions.ts";
import { db } from "#lib/db/client.ts";
import type { ScheduleKind } from "#lib/db/generated/enums.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import type { CreateScheduleInput } from "#lib/schemas/schedules.ts";
import { assertOrganization, findJobParts } from "../jobs/job-parts.ts";
import { makeTasks } from "../jobs/make-tasks.ts";

/** Whoever writes a schedule must be allowed to do what it does. @throws AppError `not-allowed` */
export function assertMaySchedule(access: Access<"schedule.write">, kind: ScheduleKind): void {
  const permission = schedulePermissions[kind];
  if (!mayRole(access.role, permission)) throw new AppError("not-allowed", { permission });
}

/**
 * Whether what a schedule is to start could be started now; nothing is written.
 *
 * @returns whose jobs it starts
 * @throws AppError `not-allowed`, and what the service that starts them throws
 */
export async function checkScheduledWork(
  access: Access<"schedule.write">,
  { work, organizationId: asked }: Pick<CreateScheduleInput, "work" | "organizationId">,
): Promise<string | null> {
  assertMaySchedule(access, work.kind);
  const organizationId = access.organizationId ?? asked;
  switch (work.kind) {
    case "mirror":
    case "verify": {
      const { components, paths } = await findJobParts(access, { ...work, organizationId });
      makeTasks(components, paths);
      return organizationId;
    }
    case "publish":
      if (organizationId === null) throw fieldError("organizationId", "required");
      await assertOrganization(organizationId);
      return organizationId;
    case "refresh": {
      const known = await db.release.count({ where: { id: { in: work.releaseIds } } });
      if (known !== work.releaseIds.length) throw new AppError("not-found", { what: "release" });
      // The catalog is nobody's own.
      return null;
    }
  }
}
