import "server-only";
import type { Access } from "#lib/auth/access.ts";
import type { AuditAction } from "#lib/audit-actions.ts";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { findNextRun } from "#lib/schemas/cron.ts";
import type { CreateScheduleInput, UpdateScheduleInput } from "#lib/schemas/schedules.ts";
import { assertMaySchedule, checkScheduledWork } from "./check-work.ts";

const auditFields = {
  name: true,
  kind: true,
  cron: true,
  timeZone: true,
  organizationId: true,
  ownerId: true,
  input: true,
  pausedAt: true,
} satisfies Prisma.ScheduleSelect;

const going = { pausedAt: null, stoppedAt: null, stopCode: null, stopFacts: Prisma.DbNull } as const;

/** @throws AppError `not-allowed`, `name-taken`, and what the service that starts its jobs throws */
export async function createSchedule(
  access: Access<"schedule.write">,
  input: CreateScheduleInput,
): Promise<{ id: string }> {
  const organizationId = await checkScheduledWork(access, input);
  const change: Change = { action: "schedule.create", objectName: input.name, organizationId };
  return withChange(access, change, async (tx, audit) => {
    await assertNameFree(tx, input.name, organizationId, null);
    const { id, ...row } = await tx.schedule.create({
      data: { ...columnsOf(input), organizationId, ownerId: ownerOf(access) },
      select: { id: true, ...auditFields },
    });
    audit.object(id, input.name);
    audit.after(row);
    return { id };
  });
}

/** Whoever changes a schedule is its owner from then on; one that had stopped goes on, a paused one stays so. */
export async function updateSchedule(
  access: Access<"schedule.write">,
  { scheduleId, ...input }: UpdateScheduleInput,
): Promise<{ id: string }> {
  await findOwnSchedule(access, scheduleId);
  const organizationId = await checkScheduledWork(access, input);
  const change: Change = {
    action: "schedule.update",
    objectId: scheduleId,
    objectName: input.name,
    organizationId,
  };
  return withChange(access, change, async (tx, audit) => {
    const { pausedAt, ...before } = await lockSchedule(tx, scheduleId);
    audit.before({ ...before, pausedAt });
    await assertNameFree(tx, input.name, organizationId, scheduleId);
    const columns = columnsOf(input);
    const after = await tx.schedule.update({
      where: { id: scheduleId },
      data: {
        ...columns,
        ...going,
        organizationId,
        ownerId: ownerOf(access),
        pausedAt,
        nextRunAt: pausedAt === null ? columns.nextRunAt : null,
      },
      select: auditFields,
    });
    audit.after(after);
    return { id: scheduleId };
  });
}

/** Its history goes with it; the jobs it has started stay. @throws AppError `not-found`, `not-allowed` */
export async function deleteSchedule(access: Access<"schedule.write">, id: string): Promise<void> {
  const change = await openChange(access, id, "schedule.delete");
  await withChange(access, change, async (tx, audit) => {
    audit.before(await tx.schedule.delete({ where: { id }, select: auditFields }));
  });
}

/** @throws AppError `not-found`, `not-allowed` */
export async function pauseSchedule(access: Access<"schedule.write">, id: string): Promise<void> {
  const change = await openChange(access, id, "schedule.pause");
  await withChange(access, change, async (tx) => {
    await lockSchedule(tx, id);
    await tx.schedule.update({ where: { id }, data: { pausedAt: new Date(), nextRunAt: null } });
  });
}

/**
 * What was due meanwhile is not made up for. Whoever resumes a schedule that had stopped by itself is its owner from then
 * on.
 *
 * @throws AppError `not-found`, `not-allowed`
 */
export async function resumeSchedule(access: Access<"schedule.write">, id: string): Promise<void> {
  const change = await openChange(access, id, "schedule.resume");
  await withChange(access, change, async (tx, audit) => {
    const { cron, timeZone, stoppedAt, ownerId } = await lockSchedule(tx, id);
    const nextRunAt = findNextRun(cron, timeZone, new Date());
    const newOwnerId = stoppedAt === null ? ownerId : ownerOf(access);
    audit.after({ ownerId: newOwnerId });
    await tx.schedule.update({ where: { id }, data: { ...going, nextRunAt, ownerId: newOwnerId } });
  });
}

/**
 * Makes a schedule due now, besides its times; a worker takes it up as it does at those.
 *
 * @throws AppError `not-found`, `not-allowed`, `schedule-idle`
 */
export async function runScheduleNow(access: Access<"schedule.write">, id: string): Promise<void> {
  const change = await openChange(access, id, "schedule.run");
  const enqueue = await openQueue();
  await withChange(access, change, async (tx) => {
    const { name, pausedAt, stoppedAt } = await lockSchedule(tx, id);
    if (pausedAt !== null || stoppedAt !== null) throw new AppError("schedule-idle", { name });
    await tx.schedule.update({ where: { id }, data: { nextRunAt: new Date() } });
    await enqueue(tx, "runSchedules", [{}]);
  });
}

async function openChange(
  access: Access<"schedule.write">,
  id: string,
  action: AuditAction,
): Promise<Change> {
  const { name, organizationId } = await findOwnSchedule(access, id);
  return { action, objectId: id, objectName: name, organizationId };
}

/** A schedule that may be changed. @throws AppError `not-found`, `not-allowed` */
async function findOwnSchedule(access: Access<"schedule.write">, id: string) {
  const row = await db.schedule.findFirst({
    where: { id, ...access.ownRows() },
    select: { name: true, kind: true, organizationId: true },
  });
  if (!row) throw new AppError("not-found", { what: "schedule" });
  assertMaySchedule(access, row.kind);
  return row;
}

/** Whoever changes it, or runs it, at the same time waits. @throws AppError `not-found` */
async function lockSchedule(tx: ChangeTransaction, id: string) {
  await tx.$queryRaw`SELECT 1 FROM "Schedule" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`;
  const row = await tx.schedule.findUnique({ where: { id }, select: { ...auditFields, stoppedAt: true } });
  if (!row) throw new AppError("not-found", { what: "schedule" });
  return row;
}

async function assertNameFree(
  tx: ChangeTransaction,
  name: string,
  organizationId: string | null,
  id: string | null,
): Promise<void> {
  const others = { name, organizationId, ...(id !== null && { NOT: { id } }) };
  if ((await tx.schedule.count({ where: others })) > 0) {
    throw new AppError("name-taken", { what: "schedule", name });
  }
}

function columnsOf({ name, cron, timeZone, work: { kind, ...input } }: CreateScheduleInput) {
  return { name, cron, timeZone, kind, input, nextRunAt: findNextRun(cron, timeZone, new Date()) };
}

function ownerOf({ actor }: Access<"schedule.write">): string {
  if (actor.userId === null) throw new Error("a schedule is a person's");
  return actor.userId;
}
