import "server-only";
import { scheduleAccess } from "#lib/auth/schedule-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { JobState, ScheduleOutcome } from "#lib/db/generated/enums.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError, type ErrorView } from "#lib/errors.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { type ScheduleWork, scheduleWork } from "#lib/schemas/schedules.ts";
import { startJob } from "#lib/services/jobs/index.ts";
import { startPublish } from "#lib/services/publishing/index.ts";
import { refreshRelease } from "#lib/services/releases/index.ts";
import type { DueSchedule } from "./run-due.ts";

/** What came of one job that was to be started. */
export type Started =
  | { outcome: typeof ScheduleOutcome.started; jobId: string }
  | { outcome: typeof ScheduleOutcome.skipped | typeof ScheduleOutcome.failed; error: ErrorView };

/** What a service refuses since a job like it, or one in its way, is not done. */
const busy = new Set(["schedule-overlap", "refresh-running", "destination-busy"]);

const unfinished = [JobState.queued, JobState.planning, JobState.planned, JobState.running];

/** Starts what a schedule is for, as its owner; never throws. One of several jobs that fails keeps no other from starting. */
export async function startScheduled(schedule: DueSchedule): Promise<Started[]> {
  let work: ScheduleWork;
  try {
    work = scheduleWork.parse({ ...(schedule.input as object), kind: schedule.kind });
  } catch (error) {
    return [formatFailure(error)];
  }
  if (work.kind !== "refresh") return [await attempt(() => startOne(schedule, work))];
  const results: Started[] = [];
  for (const releaseId of work.releaseIds) {
    const refresh = async () =>
      refreshRelease(await scheduleAccess(schedule, "catalog.write"), { releaseId });
    results.push(await attempt(refresh));
  }
  return results;
}

async function startOne(
  schedule: DueSchedule,
  work: Exclude<ScheduleWork, { kind: "refresh" }>,
): Promise<{ id: string }> {
  const { organizationId } = schedule;
  if (work.kind !== "publish") {
    const access = await scheduleAccess(schedule, "job.start");
    await assertLastDone(schedule.id);
    return startJob(access, startJobInput.parse({ ...work, organizationId }));
  }
  const access = await scheduleAccess(schedule, "publish.start");
  if (organizationId === null) throw new AppError("not-found", { what: "organization" });
  await assertLastDone(schedule.id);
  return startPublish(access, { organizationId });
}

/** @throws AppError `schedule-overlap` */
async function assertLastDone(scheduleId: string): Promise<void> {
  const last = await writeDb.scheduleRun.findFirst({
    where: { scheduleId, outcome: ScheduleOutcome.started },
    orderBy: { id: "desc" },
    select: { job: { select: { number: true, state: true } } },
  });
  const job = last?.job;
  if (job && unfinished.some((state) => state === job.state)) {
    throw new AppError("schedule-overlap", { number: job.number });
  }
}

async function attempt(start: () => Promise<{ id: string }>): Promise<Started> {
  try {
    const { id } = await start();
    return { outcome: ScheduleOutcome.started, jobId: id };
  } catch (error) {
    return formatFailure(error);
  }
}

function formatFailure(error: unknown): Started {
  const view = errorView(error);
  return { outcome: busy.has(view.code) ? ScheduleOutcome.skipped : ScheduleOutcome.failed, error: view };
}
