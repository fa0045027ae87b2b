import "server-only";
import { scheduleAccess } from "#lib/auth/schedule-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { JobState, ScheduleOutcome } from "#lib/db/generated/enums.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError, type ErrorView } from "#lib/errors.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { scheduleWork } from "#lib/schemas/schedules.ts";
import type { JobNote } from "#lib/services/jobs/create-job.ts";
import { startJob } from "#lib/services/jobs/index.ts";
import { startPublish } from "#lib/services/publishing/index.ts";
import { refreshRelease } from "#lib/services/releases/index.ts";
import type { DueSchedule } from "./run-due.ts";

/** What came of one job that was to be started. */
export type Started = { outcome: typeof ScheduleOutcome.started; jobId: string } | NotStarted;

export interface NotStarted {
  outcome: typeof ScheduleOutcome.skipped | typeof ScheduleOutcome.failed;
  error: ErrorView;
}

/** What a service refuses since a job like it, or one in its way, is not done. */
const busy = new Set(["schedule-overlap", "refresh-running", "destination-busy"]);

const unfinished = [JobState.queued, JobState.planning, JobState.planned, JobState.running];

/** Somebody else has told meanwhile what came of a run, or has deleted it with its schedule. */
export class RunSettledError extends Error {
  override readonly name = "RunSettledError";
}

/** What each run of a schedule looks at anew; of one with another work, a single run that looks at nothing. */
export function listRunReleases(schedule: DueSchedule): (string | null)[] {
  const { success, data } = scheduleWork.safeParse(withKind(schedule));
  return success && data.kind === "refresh" ? data.releaseIds : [null];
}

/**
 * Starts what a run of a schedule is for, as its owner.
 *
 * @param note what makes the run one that has started, in the transaction of its job
 * @throws RunSettledError
 */
export async function startScheduled(
  schedule: DueSchedule,
  releaseId: string | null,
  note: JobNote,
): Promise<Started> {
  try {
    const { id } = await startOne(schedule, releaseId, note);
    return { outcome: ScheduleOutcome.started, jobId: id };
  } catch (error) {
    if (error instanceof RunSettledError) throw error;
    return formatFailure(error);
  }
}

const withKind = ({ input, kind }: DueSchedule) => ({ ...(input as object), kind });

async function startOne(
  schedule: DueSchedule,
  releaseId: string | null,
  note: JobNote,
): Promise<{ id: string }> {
  const { organizationId } = schedule;
  if (releaseId !== null) {
    return refreshRelease(await scheduleAccess(schedule, "catalog.write"), { releaseId }, note);
  }
  const work = scheduleWork.parse(withKind(schedule));
  // It was to start something else when its time came.
  if (work.kind === "refresh") throw new AppError("schedule-interrupted", {});
  if (work.kind !== "publish") {
    const access = await scheduleAccess(schedule, "job.start");
    await assertLastDone(schedule.id);
    return startJob(access, startJobInput.parse({ ...work, organizationId }), note);
  }
  const access = await scheduleAccess(schedule, "publish.start");
  if (organizationId === null) throw new AppError("not-found", { what: "organization" });
  await assertLastDone(schedule.id);
  return startPublish(access, { organizationId }, note);
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

function formatFailure(error: unknown): NotStarted {
  const view = errorView(error);
  return { outcome: busy.has(view.code) ? ScheduleOutcome.skipped : ScheduleOutcome.failed, error: view };
}
