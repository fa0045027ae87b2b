import "server-only";
import { scheduleAccess } from "#lib/auth/schedule-access.ts";
import { schedulePermissions } from "#lib/auth/permissions.ts";
import { type ChangeActor, withChange } from "#lib/db/with-change.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { AppError, type ErrorView } from "#lib/errors.ts";
import { announce } from "#lib/services/notifications/announce.ts";
import type { DueSchedule } from "./run-due.ts";

/** What does not pass by itself: the next time would end the same way. */
const lasting = new Set(["schedule-owner-disabled", "schedule-owner-not-allowed", "organization-disabled"]);

/** Whether an error is a reason to stop a schedule; null for one that the next time may be free of. */
export function asStopReason({ code, facts }: ErrorView): ErrorView | null {
  if (code === "not-found") return { code: "schedule-object-gone", facts };
  return lasting.has(code) ? { code, facts } : null;
}

/** Why the owner of a schedule may act no more; null for one who may. */
export async function findStopReason(schedule: DueSchedule): Promise<ErrorView | null> {
  try {
    await scheduleAccess(schedule, schedulePermissions[schedule.kind]);
    return null;
  } catch (error) {
    if (error instanceof AppError) return asStopReason(error as ErrorView);
    throw error;
  }
}

/**
 * Nothing more is started by it until a person resumes it.
 *
 * @param isTold whether the run that failed for this reason has told of it
 */
export async function stopSchedule(
  { id, name, kind, organizationId, nextRunAt }: DueSchedule,
  error: ErrorView,
  isTold: boolean,
): Promise<void> {
  const change = {
    action: "schedule.stop" as const,
    objectId: id,
    objectName: name,
    organizationId,
  };
  await withChange({ actor: formatActor(id) }, change, async (tx, audit) => {
    audit.after({ reason: error.code });
    const stoppedAt = new Date();
    const data = {
      stoppedAt,
      stopCode: error.code,
      stopFacts: error.facts as Prisma.InputJsonObject,
      nextRunAt: null,
    };
    const { count } = await tx.schedule.updateMany({ where: { id, stoppedAt: null }, data });
    if (count === 0 || isTold) return;
    await announce(tx, {
      ...{ kind: "schedule_skipped", organizationId },
      dedupeKey: `schedule-stop:${id}:${stoppedAt.toISOString()}`,
      facts: () => ({
        ...{ schedule: { id, name, kind }, outcome: "stopped", error },
        dueAt: (nextRunAt ?? stoppedAt).toISOString(),
      }),
    });
  });
}

/** What a schedule does by itself is nobody's deed. */
export function formatActor(scheduleId: string): ChangeActor {
  const nobody = { userId: null, name: "system", role: null, organizationId: null, address: "" };
  return { ...nobody, requestId: `schedule:${scheduleId}` };
}
