import "server-only";
import { isLocal } from "#lib/engine/bundle/write-bundle.ts";
import type { CopyResult } from "#lib/engine/mirror/index.ts";
import type { CopyOptions } from "#lib/engine/mirror/mirror-session.ts";
import { findDigest } from "#lib/engine/oci/digest.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { errorView } from "#lib/error-view.ts";
import { claimTask } from "../claim-task.ts";
import { handBack, recordCancelled, recordCopied, recordFailed } from "../end-task.ts";
import { readRecheck } from "../read-recheck.ts";
import type { WorkerContext } from "../worker-context.ts";
import type { PlannedRun } from "../write-plans.ts";

/** What stops a job with a bundle, each for another reason. */
export interface JobStops {
  /** The job is to stop. */
  cancelled: AbortSignal;
  /** Any reason: also that this process ends, or that the queue took the message back. */
  any: AbortSignal;
}

/**
 * Claims an image of a job with a bundle, copies it and keeps how that ended. Unlike the images of other jobs these are
 * not handed out one by one: the worker that has the bundle carries them all.
 *
 * @param signal ends this copy, also when the whole job ends for a reason of its own
 * @returns false when nothing was to be done: the image has its end, or the job is to stop
 * @throws EngineError what it failed with, which is kept with the image unless it concerns the whole job
 */
export async function carryImage(
  { workerId, recorder }: Pick<WorkerContext, "workerId" | "recorder">,
  { jobId, run, taskId }: PlannedRun & { taskId: string },
  { cancelled, signal }: { cancelled: AbortSignal; signal: AbortSignal },
  copy: (options: CopyOptions) => Promise<CopyResult>,
): Promise<boolean> {
  const task = await claimTask(workerId, { taskId, jobId, run });
  if (!task) return false;
  const lost = new AbortController();
  const record = recorder.begin(task, task, () => lost.abort());
  const attempt = { recorder, record };
  const plannedDigest = findDigest(task.plannedDigest ?? "");
  try {
    const result = await copy({
      signal: AbortSignal.any([signal, lost.signal]),
      onEvent: (event) => record.hear(event),
      ...(plannedDigest && { plannedDigest }),
      ...readRecheck(task),
    });
    await recordCopied(attempt, result);
    return true;
  } catch (error) {
    if (lost.signal.aborted) throw error;
    if (cancelled.aborted) await recordCancelled(attempt);
    else if (signal.aborted || !(error instanceof EngineError) || isLocal(error)) await handBack(attempt);
    else await recordFailed(attempt, errorView(error));
    throw error;
  } finally {
    recorder.drop(record);
  }
}
