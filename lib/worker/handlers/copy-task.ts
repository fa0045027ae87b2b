import "server-only";
import type { CopyResult } from "#lib/engine/mirror/index.ts";
import { findDigest } from "#lib/engine/oci/digest.ts";
import { errorView } from "#lib/error-view.ts";
import { type Delivery, HandedBack } from "#lib/queue/consume.ts";
import { maxLostWorkers, type Payload } from "#lib/queue/contracts.ts";
import { cancelLeftTask, type ClaimedTask, claimTask, failLostTask } from "../claim-task.ts";
import { handBack, recordCancelled, recordCopied, recordFailed } from "../end-task.ts";
import type { JobSessions } from "../job-sessions.ts";
import { readMirrorItem } from "../mirror-item.ts";
import type { TaskRecord } from "../task-record.ts";
import type { WorkerContext } from "../worker-context.ts";

/** Copies one image. Its failure is a result like another, kept with the task: the queue hears of success. */
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
    const copied = await copy(sessions, task, message.run, record, signal);
    if (copied.ok) return await recordCopied(attempt, copied.result);
    if (lost.signal.aborted) return;
    if (cancelled.aborted) return await recordCancelled(attempt);
    if (!shutdown.aborted && !takenBack.aborted) return await recordFailed(attempt, errorView(copied.error));
    await handBack(attempt);
    throw new HandedBack();
  } finally {
    recorder.drop(record);
  }
}

async function copy(
  sessions: JobSessions,
  task: ClaimedTask,
  run: number,
  record: TaskRecord,
  signal: AbortSignal,
): Promise<{ ok: true; result: CopyResult } | { ok: false; error: unknown }> {
  try {
    const result = await sessions.use(task.jobId, run, ({ sourceHost, mirror, plans }) => {
      const plan = plans.get(task.taskId);
      plans.delete(task.taskId);
      const plannedDigest = findDigest(task.plannedDigest ?? "");
      return mirror.copy(readMirrorItem(sourceHost, task), {
        signal,
        onEvent: (event) => record.hear(event),
        ...(plannedDigest && { plannedDigest }),
        ...(plan && { plan }),
      });
    });
    return { ok: true, result };
  } catch (error) {
    return { ok: false, error };
  }
}
