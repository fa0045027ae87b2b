import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { ScheduleOutcome } from "#lib/db/generated/enums.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError } from "#lib/errors.ts";
import { type ClaimedRun, dueFields, noteNoJob, startRuns } from "./run-due.ts";
import { RunSettledError } from "./start-scheduled.ts";

const minute = 60_000;
/** What is being started for so long has lost its worker. */
const startingMs = 10 * minute;
/** Whatever loses a worker so often would lose the next one, too. */
const maxClaims = 3;
/** Of one round; the next one takes the others. */
const maxPerRound = 200;

type LostRun = ClaimedRun & { scheduleId: string; claims: number };

/** Starts what workers that were lost have begun to start; they were the only ones to. */
export async function resumeRuns(signal: AbortSignal): Promise<void> {
  const lost = await takeLostRuns();
  for (const [scheduleId, runs] of Map.groupBy(lost, (run) => run.scheduleId)) {
    if (signal.aborted) return;
    const schedule = await writeDb.schedule.findUnique({ where: { id: scheduleId }, select: dueFields });
    if (!schedule) continue;
    // A paused one, or one that has stopped, starts nothing.
    const isGoing = schedule.nextRunAt !== null;
    const [resumed, left] = [runs.filter((run) => isGoing && run.claims <= maxClaims), new Set(runs)];
    for (const run of resumed) left.delete(run);
    const error = errorView(new AppError("schedule-interrupted", {}));
    for (const run of left) {
      await noteNoJob(schedule, run, { outcome: ScheduleOutcome.failed, error }).catch(ignoreSettled);
    }
    if (resumed.length > 0) await startRuns(schedule, resumed);
  }
}

function takeLostRuns(): Promise<LostRun[]> {
  return writeDb.scheduleRun.updateManyAndReturn({
    where: { outcome: null, claimedAt: { lt: new Date(Date.now() - startingMs) } },
    data: { claimedAt: new Date(), claims: { increment: 1 } },
    limit: maxPerRound,
    select: { id: true, at: true, releaseId: true, scheduleId: true, claims: true },
  });
}

function ignoreSettled(error: unknown): void {
  if (!(error instanceof RunSettledError)) throw error;
}
