import "server-only";
import { writeDb } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { ScheduleOutcome } from "#lib/db/generated/enums.ts";
import { type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import type { ErrorView } from "#lib/errors.ts";
import { findNextRun } from "#lib/schemas/cron.ts";
import { announce } from "#lib/services/notifications/announce.ts";
import { inTransaction } from "../transaction.ts";
import {
  listRunReleases,
  type NotStarted,
  RunSettledError,
  type Started,
  startScheduled,
} from "./start-scheduled.ts";
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

/** A time at which a schedule was due, as one worker has taken it up. */
export interface ClaimedRun {
  id: bigint;
  at: Date;
  releaseId: string | null;
}

const runFields = { id: true, at: true, releaseId: true } satisfies Prisma.ScheduleRunSelect;

/**
 * Runs a schedule for the time at which it is due, unless another worker does. However many of its times have passed, it
 * runs once.
 */
export async function runDueSchedule(schedule: DueSchedule): Promise<void> {
  await startRuns(schedule, await claim(schedule));
}

/** Starts what was claimed. One of several jobs that fails keeps no other from starting. */
export async function startRuns(schedule: DueSchedule, runs: readonly ClaimedRun[]): Promise<void> {
  let reason: ErrorView | null = null;
  for (const run of runs) {
    const result = await startRun(schedule, run);
    if (result !== null && "error" in result) reason ??= asStopReason(result.error);
  }
  await forgetOldRuns(schedule.id);
  if (reason) await stopSchedule(schedule, reason, true);
}

/** Moves the schedule to its next time; none when somebody else did, or has paused, changed or deleted it. */
async function claim(schedule: DueSchedule): Promise<ClaimedRun[]> {
  const { id, cron, timeZone, nextRunAt } = schedule;
  const next = findNextRun(cron, timeZone, new Date());
  return inTransaction(async (tx) => {
    // Raw, since to run is no edit: `updatedAt` stays.
    const moved = await tx.$executeRaw`
      UPDATE "Schedule" SET "nextRunAt" = ${next} WHERE "id" = ${id}::uuid AND "nextRunAt" = ${nextRunAt}`;
    if (moved === 0 || nextRunAt === null) return [];
    return tx.scheduleRun.createManyAndReturn({
      data: listRunReleases(schedule).map((releaseId) => ({ scheduleId: id, at: nextRunAt, releaseId })),
      select: runFields,
    });
  });
}

/** Null when somebody else has told what came of it. */
async function startRun(schedule: DueSchedule, run: ClaimedRun): Promise<Started | null> {
  try {
    const result = await startScheduled(schedule, run.releaseId, (tx, jobId) =>
      settle(tx, run, { outcome: ScheduleOutcome.started, jobId }),
    );
    if (result.outcome !== ScheduleOutcome.started) await noteNoJob(schedule, run, result);
    return result;
  } catch (error) {
    if (error instanceof RunSettledError) return null;
    throw error;
  }
}

/** Says what came of a run, once. @throws RunSettledError */
async function settle(
  tx: ChangeTransaction,
  { id }: ClaimedRun,
  data: Prisma.ScheduleRunUncheckedUpdateManyInput,
): Promise<void> {
  const { count } = await tx.scheduleRun.updateMany({ where: { id, outcome: null }, data });
  if (count === 0) throw new RunSettledError();
}

async function forgetOldRuns(scheduleId: string): Promise<void> {
  await writeDb.$executeRaw`
    DELETE FROM "ScheduleRun"
     WHERE "scheduleId" = ${scheduleId}::uuid
       AND ("at" < now() - make_interval(days => ${kept.days})
            OR "id" <= (SELECT "id" FROM "ScheduleRun" WHERE "scheduleId" = ${scheduleId}::uuid
                         ORDER BY "id" DESC OFFSET ${kept.rows} LIMIT 1))`;
}

/** A run that starts nothing leaves no job that could tell of it. */
export async function noteNoJob(
  { id, name, kind, organizationId }: DueSchedule,
  run: ClaimedRun,
  { outcome, error }: NotStarted,
): Promise<void> {
  const tell = async (tx: ChangeTransaction) => {
    const errorFacts = error.facts as Prisma.InputJsonObject;
    await settle(tx, run, { outcome, errorCode: error.code, errorFacts });
    await announce(tx, {
      ...{ kind: "schedule_skipped", organizationId, dedupeKey: `schedule-run:${run.id}` },
      facts: () => ({ schedule: { id, name, kind }, outcome, error, dueAt: run.at.toISOString() }),
    });
  };
  if (outcome === ScheduleOutcome.failed) return inTransaction(tell);
  const change = { action: "schedule.skip" as const, objectId: id, objectName: name, organizationId };
  await withChange({ actor: formatActor(id) }, change, async (tx, audit) => {
    audit.after({ reason: error.code });
    await tell(tx);
  });
}
