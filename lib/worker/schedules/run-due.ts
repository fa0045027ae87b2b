import "server-only";
import { writeDb } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { ScheduleOutcome } from "#lib/db/generated/enums.ts";
import { type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { findNextRun } from "#lib/schemas/cron.ts";
import { announce } from "#lib/services/notifications/announce.ts";
import { inTransaction } from "../transaction.ts";
import { type Started, startScheduled } from "./start-scheduled.ts";
import { asStopReason, formatActor, stopSchedule } from "./stop-schedule.ts";

export const dueFields = {
  id: true,
  name: true,
  kind: true,
  organizationId: true,
  ownerId: true,
  cron: true,
  timeZone: true,
  input: true,
  nextRunAt: true,
} satisfies Prisma.ScheduleSelect;

export type DueSchedule = Prisma.ScheduleGetPayload<{ select: typeof dueFields }>;

/** Rows of history that each schedule keeps, and for how long. */
const kept = { rows: 200, days: 90 };

/**
 * Runs a schedule for the time at which it is due, unless another worker does. However many of its times have passed, it
 * runs once.
 */
export async function runDueSchedule(schedule: DueSchedule): Promise<void> {
  const runId = await claim(schedule);
  if (runId === null) return;
  const results = await startScheduled(schedule);
  await record(schedule, runId, results);
  for (const [index, result] of results.entries()) {
    if (result.outcome !== ScheduleOutcome.started) await noteNoJob(schedule, `${runId}:${index}`, result);
  }
  const reason = results
    .map((result) => ("error" in result ? asStopReason(result.error) : null))
    .find(Boolean);
  if (reason) await stopSchedule(schedule, reason);
}

/** Moves the schedule to its next time; null when somebody else did, or has paused, changed or deleted it. */
async function claim({ id, cron, timeZone, nextRunAt }: DueSchedule): Promise<bigint | null> {
  const next = findNextRun(cron, timeZone, new Date());
  return inTransaction(async (tx) => {
    // Raw, since to run is no edit: `updatedAt` stays.
    const moved = await tx.$executeRaw`
      UPDATE "Schedule" SET "nextRunAt" = ${next} WHERE "id" = ${id}::uuid AND "nextRunAt" = ${nextRunAt}`;
    if (moved === 0 || nextRunAt === null) return null;
    const run = await tx.scheduleRun.create({
      data: { scheduleId: id, at: nextRunAt },
      select: { id: true },
    });
    return run.id;
  });
}

async function record(
  { id, nextRunAt }: DueSchedule,
  runId: bigint,
  [first, ...others]: readonly Started[],
): Promise<void> {
  await inTransaction(async (tx) => {
    const at = nextRunAt ?? new Date();
    // Deleted meanwhile: its history is not wanted.
    const isThere = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM "Schedule" WHERE "id" = ${id}::uuid FOR KEY SHARE`;
    if (isThere.length === 0 || !first) return;
    await tx.scheduleRun.update({ where: { id: runId }, data: columnsOf(first) });
    await tx.scheduleRun.createMany({
      data: others.map((result) => ({ scheduleId: id, at, ...columnsOf(result) })),
    });
  });
  await writeDb.$executeRaw`
    DELETE FROM "ScheduleRun"
     WHERE "scheduleId" = ${id}::uuid
       AND ("at" < now() - make_interval(days => ${kept.days})
            OR "id" <= (SELECT "id" FROM "ScheduleRun" WHERE "scheduleId" = ${id}::uuid
                         ORDER BY "id" DESC OFFSET ${kept.rows} LIMIT 1))`;
}

function columnsOf(result: Started) {
  if (result.outcome === ScheduleOutcome.started) return { outcome: result.outcome, jobId: result.jobId };
  const { code, facts } = result.error;
  return { outcome: result.outcome, errorCode: code, errorFacts: facts as Prisma.InputJsonObject };
}

/** A run that starts nothing leaves no job that could tell of it. */
async function noteNoJob(
  { id, name, kind, organizationId, nextRunAt }: DueSchedule,
  run: string,
  { outcome, error }: Exclude<Started, { outcome: typeof ScheduleOutcome.started }>,
): Promise<void> {
  const tell = (tx: ChangeTransaction) =>
    announce(tx, {
      ...{ kind: "schedule_skipped", organizationId, dedupeKey: `schedule-run:${run}` },
      facts: () => ({
        ...{ schedule: { id, name, kind }, outcome, error },
        dueAt: (nextRunAt ?? new Date()).toISOString(),
      }),
    });
  if (outcome === ScheduleOutcome.failed) return inTransaction(tell);
  const change = { action: "schedule.skip" as const, objectId: id, objectName: name, organizationId };
  await withChange({ actor: formatActor(id) }, change, async (tx, audit) => {
    audit.after({ reason: error.code });
    await tell(tx);
  });
}
