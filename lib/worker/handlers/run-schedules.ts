import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { type DueSchedule, dueFields, runDueSchedule } from "../schedules/run-due.ts";
import { resumeRuns } from "../schedules/resume-runs.ts";
import { findStopReason, stopSchedule } from "../schedules/stop-schedule.ts";

/** Of one round; the next one takes the others. */
const maxPerRound = 200;

/** Starts what is due by the clock, and stops schedules whose owners may act no more, due or not. */
export async function runSchedules(signal: AbortSignal): Promise<void> {
  const now = Date.now();
  await resumeRuns(signal);
  const left = await writeDb.schedule.findMany({
    where: {
      nextRunAt: { not: null },
      owner: { OR: [{ disabledAt: { not: null } }, { organization: { disabledAt: { not: null } } }] },
    },
    take: maxPerRound,
    select: dueFields,
  });
  await forEach(left, signal, async (schedule) => {
    const reason = await findStopReason(schedule);
    if (reason) await stopSchedule(schedule, reason, false);
  });
  const due = await writeDb.schedule.findMany({
    where: { nextRunAt: { lte: new Date(now) } },
    orderBy: { nextRunAt: "asc" },
    take: maxPerRound,
    select: dueFields,
  });
  await forEach(due, signal, runDueSchedule);
}

async function forEach(
  schedules: readonly DueSchedule[],
  signal: AbortSignal,
  run: (schedule: DueSchedule) => Promise<void>,
): Promise<void> {
  for (const schedule of schedules) {
    if (signal.aborted) return;
    await run(schedule);
  }
}
