import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { writeDb } from "#lib/db/client.ts";
import type { MirrorTask, Prisma } from "#lib/db/generated/client.ts";
import { JobKind, JobState, TaskState } from "#lib/db/generated/enums.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError, hasCodeAndFacts } from "#lib/errors.ts";
import { type Delivery, HandedBack } from "#lib/queue/consume.ts";
import { maxLostWorkers, type Payload } from "#lib/queue/contracts.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { lockJob, setJobState } from "#lib/services/jobs/job-row.ts";
import { releaseTasks } from "#lib/services/jobs/release-tasks.ts";
import type { JobSession } from "../job-sessions.ts";
import { markRechecks } from "../mark-rechecks.ts";
import { readMirrorItem } from "../mirror-item.ts";
import { PlanWriter } from "../plan-writer.ts";
import { readRecheck } from "../read-recheck.ts";
import { inTransaction } from "../transaction.ts";
import type { WorkerContext } from "../worker-context.ts";
import type { PlannedRun } from "../write-plans.ts";
import { findExtras } from "./find-extras.ts";

// Small requests only; how many go out at once is the session's limit.
const imagesAtOnce = 8;
const pingAttempts = 3;
const pingPauseMs = 1_000;

/**
 * Resolves the images of a job and asks the target what it lacks; of what is to be compared, it looks for what stands
 * beside it. What an earlier, lost planner has found stays; the rest is planned, and the job goes on to its copies or
 * waits for a person's word.
 */
export async function planJob(
  context: WorkerContext,
  { jobId, run }: Payload<"planJob">,
  delivery: Delivery,
): Promise<void> {
  if (context.shutdown.aborted) throw new HandedBack();
  if (delivery.returns >= maxLostWorkers) {
    return failJob(jobId, run, new AppError("worker-lost", { attempts: delivery.returns }));
  }
  const cancelled = context.signals.enter(jobId, run);
  try {
    if (!(await beginPlanning(jobId, run))) return;
    const signal = AbortSignal.any([cancelled.signal, context.shutdown, delivery.signal]);
    const error = await tryPlan(context, jobId, run, signal);
    if (cancelled.signal.aborted) return;
    if (signal.aborted) throw new HandedBack();
    if (error !== null) await failJob(jobId, run, error);
    else await endPlanning(jobId, run);
  } finally {
    cancelled.leave();
  }
}

/** False when there is nothing to plan: the job was cancelled or planned before, or the message is of an earlier run. */
async function beginPlanning(jobId: string, run: number): Promise<boolean> {
  return inTransaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job.run !== run) return false;
    if (job.state === JobState.planning) return true;
    if (job.state !== JobState.queued) return false;
    await setJobState(tx, jobId, JobState.planning, { startedAt: job.startedAt ?? new Date() });
    return true;
  });
}

/** What stops the whole job, or null. A single image's failure is kept with its task, and a bug is thrown. */
async function tryPlan(
  { sessions }: WorkerContext,
  jobId: string,
  run: number,
  signal: AbortSignal,
): Promise<unknown> {
  const { kind } = await writeDb.mirrorJob.findUniqueOrThrow({
    where: { id: jobId },
    select: { kind: true },
  });
  if (kind === JobKind.mirror) await markRechecks(jobId);
  const tasks = await writeDb.mirrorTask.findMany({
    where: { jobId, state: TaskState.queued, mediaType: null },
    orderBy: { position: "asc" },
  });
  if (tasks.length === 0) return null;
  const planned = { jobId, run };
  try {
    await sessions.use(jobId, run, async (session) => {
      await Promise.all([ping(session, "source", signal), ping(session, "target", signal)]);
      if (kind === JobKind.verify) await findExtras(planned, session, signal);
      else await planTasks(planned, session, tasks, signal);
    });
    return null;
  } catch (error) {
    if (hasCodeAndFacts(error)) return error;
    throw error;
  }
}

async function planTasks(
  planned: PlannedRun,
  session: JobSession,
  tasks: readonly MirrorTask[],
  signal: AbortSignal,
): Promise<void> {
  const writer = new PlanWriter(planned);
  const queue = tasks.values();
  const planFromQueue = async () => {
    for (const task of queue) {
      if (signal.aborted) return;
      await planTask(session, task, writer, signal);
    }
  };
  try {
    await Promise.all(Array.from({ length: imagesAtOnce }, planFromQueue));
  } finally {
    await writer.close();
  }
}

async function planTask(
  session: JobSession,
  task: MirrorTask,
  writer: PlanWriter,
  signal: AbortSignal,
): Promise<void> {
  const { mirror, sourceHost } = session;
  try {
    const plan = await mirror.plan(readMirrorItem(sourceHost, task), { signal });
    writer.addPlan(task, plan, await mirror.probe(plan, { signal, ...readRecheck(task) }));
    session.plans.keep(task.id, plan);
  } catch (error) {
    if (!signal.aborted) writer.addFailure(task, errorView(error));
  }
}

/** One look at each side first: when a registry is away, that is one failure and not one for each image. */
async function ping(session: JobSession, side: "source" | "target", signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await session[side].ping(signal);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (signal.aborted || !error.facts.retryable || attempt === pingAttempts)
        throw error.withFacts({ side });
      await sleep(pingPauseMs * attempt, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function endPlanning(jobId: string, run: number): Promise<void> {
  const enqueue = await openQueue();
  await inTransaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job.state !== JobState.planning || job.run !== run) return;
    if (job.holdAfterPlanning) await setJobState(tx, jobId, JobState.planned);
    else await releaseTasks(tx, enqueue, job);
  });
}

async function failJob(jobId: string, run: number, error: unknown): Promise<void> {
  const { code, facts } = errorView(error);
  const stored = { errorCode: code, errorFacts: facts as Prisma.InputJsonObject };
  await inTransaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job.state !== JobState.planning || job.run !== run) return;
    const finishedAt = new Date();
    await tx.mirrorTask.updateMany({
      where: { jobId, state: TaskState.queued },
      data: { ...stored, state: TaskState.failed, finishedAt },
    });
    await tx.jobEvent.create({ data: { jobId, kind: "error", code, facts: stored.errorFacts } });
    await setJobState(tx, jobId, JobState.failed, { ...stored, finishedAt });
  });
}
