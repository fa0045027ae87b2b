import "server-only";
import { JobKind } from "#lib/db/generated/enums.ts";
import { findDigest } from "#lib/engine/oci/digest.ts";
import { errorView } from "#lib/error-view.ts";
import { type Delivery, HandedBack } from "#lib/queue/consume.ts";
import { maxLostWorkers, type Payload } from "#lib/queue/contracts.ts";
import { cancelLeftTask, type ClaimedTask, claimTask, failLostTask } from "../claim-task.ts";
import { type Attempt, handBack, recordCancelled, recordCopied, recordFailed } from "../end-task.ts";
import type { JobSession } from "../job-sessions.ts";
import { readMirrorItem } from "../mirror-item.ts";
import { markCopied } from "../plugins/mark-copied.ts";
import { pruneRepository } from "../pruning/prune-repository.ts";
import { publishPlugins } from "../plugins/publish-plugins.ts";
import { readRecheck } from "../read-recheck.ts";
import { recordVerdict } from "../record-verdict.ts";
import type { TaskRecord } from "../task-record.ts";
import type { WorkerContext } from "../worker-context.ts";

/** Copies one image, compares it, or prunes one repository. Its failure is a result like another, kept with the task: the queue hears of success. */
export async function copyTask(
  context: WorkerContext,
  message: Payload<"copyTask">,
  delivery: Delivery,
): Promise<void> {
  if (context.shutdown.aborted) throw new HandedBack();
  if (delivery.returns >= maxLostWorkers) return failLostTask(message, delivery.returns);
  const job = context.signals.enter(message.jobId, message.run);
  try {
    await copyClaimed(context, message, job.signal, delivery.signal);
  } finally {
    job.leave();
  }
}

async function copyClaimed(
  { workerId, recorder, sessions, shutdown }: WorkerContext,
  message: Payload<"copyTask">,
  cancelled: AbortSignal,
  takenBack: AbortSignal,
): Promise<void> {
  const task = await claimTask(workerId, message);
  if (!task) return cancelLeftTask(message);
  const lost = new AbortController();
  const record = recorder.begin(task, task, () => lost.abort());
  const attempt = { recorder, record };
  const signal = AbortSignal.any([cancelled, shutdown, lost.signal, takenBack]);
  try {
    const work = works[task.jobKind] ?? copy;
    const done = await attemptTo(() =>
      sessions.use(task.jobId, message.run, (session) => work(session, task, record, signal)),
    );
    if (done.ok) return await done.end(attempt);
    if (lost.signal.aborted) return;
    if (cancelled.aborted) return await recordCancelled(attempt);
    if (!shutdown.aborted && !takenBack.aborted) return await recordFailed(attempt, errorView(done.error));
    await handBack(attempt);
    throw new HandedBack();
  } finally {
    recorder.drop(record);
  }
}

/** Writes how an attempt ended. */
type End = (attempt: Attempt) => Promise<void>;

async function attemptTo(
  work: () => Promise<End>,
): Promise<{ ok: true; end: End } | { ok: false; error: unknown }> {
  try {
    return { ok: true, end: await work() };
  } catch (error) {
    return { ok: false, error };
  }
}

async function copy(
  { mirrorOf, inventories, plans, target }: JobSession,
  task: ClaimedTask,
  record: TaskRecord,
  signal: AbortSignal,
): Promise<End> {
  const plan = plans.get(task.taskId);
  plans.delete(task.taskId);
  const plannedDigest = findDigest(task.plannedDigest ?? "");
  const result = await mirrorOf(task.taskId).copy(readMirrorItem(task), {
    signal,
    onEvent: (event) => record.hear(event),
    ...(plannedDigest && { plannedDigest }),
    ...(plan && { plan }),
    ...readRecheck(task),
  });
  // The job is not done with its last image: plug-ins are found only once the registry says that it has them.
  if (inventories.size > 0 && (await markCopied(task, result.rootDigest))) {
    await publishPlugins({ jobId: task.jobId, inventories }, target, signal);
  }
  return (attempt) => recordCopied(attempt, result);
}

const works: Partial<Record<JobKind, typeof copy>> = {
  [JobKind.verify]: compare,
  [JobKind.prune]: pruneRepository,
};

async function compare(
  { target, verify }: JobSession,
  task: ClaimedTask,
  record: TaskRecord,
  signal: AbortSignal,
): Promise<End> {
  const item = readMirrorItem(task);
  const verdict = await verify.verify(item, {
    signal,
    onRetry: (failed) => record.hear({ type: "retrying", ...failed, item }),
  });
  const { repository, tag, digest } = item.target;
  const image = { registry: target.registry, repository, reference: tag ?? digest ?? "" };
  return (attempt) => recordVerdict(attempt, verdict, image);
}
