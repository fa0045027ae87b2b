import "server-only";
import { writeDb } from "#lib/db/client.ts";
import type { MirrorTask } from "#lib/db/generated/client.ts";
import { JobKind, TaskState } from "#lib/db/generated/enums.ts";
import type { EngineError } from "#lib/engine/oci/errors.ts";
import { errorView } from "#lib/error-view.ts";
import { AppError, hasCodeAndFacts } from "#lib/errors.ts";
import { type Delivery, HandedBack } from "#lib/queue/consume.ts";
import { maxLostWorkers, maxUnexplained, type Payload } from "#lib/queue/contracts.ts";
import type { JobSession } from "../job-sessions.ts";
import { markRechecks } from "../mark-rechecks.ts";
import { readMirrorItem } from "../mirror-item.ts";
import { findAway, pingRegistry } from "../ping-registry.ts";
import { inspectTarget } from "../harbor/inspect-target.ts";
import { PlanWriter } from "../plan-writer.ts";
import { beginPlanning, endPlanning, failPlanning } from "../planning-state.ts";
import { readRecheck } from "../read-recheck.ts";
import type { WorkerContext } from "../worker-context.ts";
import type { PlannedRun } from "../write-plans.ts";
import { refreshCatalog } from "../catalog/refresh-catalog.ts";
import { planPruneJob } from "../pruning/plan-prune.ts";
import { findExtras } from "./find-extras.ts";

// Small requests only; how many go out at once is the session's limit.
const imagesAtOnce = 8;

/**
 * Resolves the images of a job and asks the target what it lacks; of what is to be compared, it looks for what stands
 * beside it; of what is to be pruned, it decides what goes. What an earlier, lost planner has found stays; the rest is planned, and the job goes on to its copies or
 * waits for a person's word.
 */
export async function planJob(
  context: WorkerContext,
  { jobId, run }: Payload<"planJob">,
  delivery: Delivery,
): Promise<void> {
  if (context.shutdown.aborted) throw new HandedBack();
  if (delivery.returns >= maxLostWorkers) {
    return failPlanning(jobId, run, new AppError("worker-lost", { attempts: delivery.returns }));
  }
  const cancelled = context.signals.enter(jobId, run);
  try {
    if (!(await beginPlanning(jobId, run))) return;
    const signal = AbortSignal.any([cancelled.signal, context.shutdown, delivery.signal]);
    const error = await tryPlan(context, { jobId, run }, signal, delivery.returns < maxUnexplained);
    if (cancelled.signal.aborted) return;
    if (signal.aborted) throw new HandedBack();
    if (error !== null) await failPlanning(jobId, run, error);
    else await endPlanning(jobId, run);
  } finally {
    cancelled.leave();
  }
}

/**
 * What stops the whole job, or null. A single image's failure is kept with its task.
 *
 * @param mayThrow what has no name, so that it is tried again
 */
async function tryPlan(
  { sessions }: WorkerContext,
  planned: PlannedRun,
  signal: AbortSignal,
  mayThrow: boolean,
): Promise<unknown> {
  const { jobId, run } = planned;
  const { kind } = await writeDb.mirrorJob.findUniqueOrThrow({
    where: { id: jobId },
    select: { kind: true },
  });
  if (kind === JobKind.mirror) await markRechecks(jobId);
  if (kind === JobKind.refresh_catalog)
    return tryTo(mayThrow, () => refreshCatalog(sessions, planned, signal));
  const tasks = await writeDb.mirrorTask.findMany({
    where: { jobId, state: TaskState.queued, mediaType: null },
    orderBy: { position: "asc" },
  });
  if (tasks.length === 0) return null;
  return tryTo(mayThrow, () =>
    sessions.use(jobId, run, async (session) => {
      const [away] = await Promise.all([
        findAway(session.sources.clients, signal),
        pingRegistry(session.target, "target", signal),
      ]);
      if (kind === JobKind.verify) await findExtras(planned, session, signal);
      else if (kind === JobKind.prune) await planPruneJob(planned, session, signal);
      else {
        const isMissing = await inspectTarget(planned, signal);
        await planTasks({ planned, session, away, isMissing }, tasks, signal);
      }
    }),
  );
}

/** @returns what stops the whole job, or null */
async function tryTo(mayThrow: boolean, work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return null;
  } catch (error) {
    if (mayThrow && !hasCodeAndFacts(error)) throw error;
    return error;
  }
}

interface Planning {
  planned: PlannedRun;
  session: JobSession;
  /** Sources that cannot be reached, and why. */
  away: ReadonlyMap<string, EngineError>;
  /** Whether a repository of the target cannot be there. */
  isMissing: (repository: string) => boolean;
}

async function planTasks(
  { planned, session, away, isMissing }: Planning,
  tasks: readonly MirrorTask[],
  signal: AbortSignal,
): Promise<void> {
  const writer = new PlanWriter(planned);
  const queue = tasks.values();
  const planFromQueue = async () => {
    for (const task of queue) {
      if (signal.aborted) return;
      const error = away.get(task.sourceHost);
      if (error) writer.addFailure(task, errorView(error));
      else await planTask(session, { task, isMissing: isMissing(task.targetRepository) }, writer, signal);
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
  { task, isMissing }: { task: MirrorTask; isMissing: boolean },
  writer: PlanWriter,
  signal: AbortSignal,
): Promise<void> {
  const mirror = session.mirrorOf(task.id);
  try {
    const plan = await mirror.plan(readMirrorItem(task), { signal });
    const probe = await mirror.probe(plan, { signal, isMissing, ...readRecheck(task) });
    // What is to be said of an inventory at the target is said by who copies it, though it may stand there.
    writer.addPlan(task, plan, probe, { isCopied: session.inventories.has(task.id) });
    session.plans.keep(task.id, plan);
  } catch (error) {
    if (!signal.aborted) writer.addFailure(task, errorView(error));
  }
}
