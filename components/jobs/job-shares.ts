import type { JobSnapshot, TaskView } from "#lib/services/jobs/index.ts";
import { countAll, countDone, countLookedAt, isLookUp } from "./job-states.ts";

/**
 * How much of a bundle has been read to prove it, while that is what a job does: an import begins with it, an export ends
 * with it. Null at any other time.
 */
export function activeProof({ state, proof }: Pick<JobSnapshot, "state" | "proof">): JobSnapshot["proof"] {
  const working = state === "planning" || state === "running";
  return working && proof !== null && proof.done < proof.total ? proof : null;
}

/**
 * How much of what a job does now is done, 0 to 1: of planning its images, of copying its bytes, of proving its bundle, of
 * deleting.
 * Null when unknown.
 */
export function jobShare(snapshot: JobSnapshot): number | null {
  const { kind, state, plan, bytes, tasks, deletions } = snapshot;
  const proof = activeProof(snapshot);
  if (proof) return divide(proof.done, proof.total);
  switch (state) {
    case "queued":
      return null;
    case "planning":
      return divide(plan.resolved, plan.total);
    case "planned":
      return 0;
    case "succeeded":
      return 1;
    case "running":
    case "failed":
    case "cancelled":
      if (kind === "verify" || isLookUp(kind)) return divide(countLookedAt({ tasks }), countAll(tasks));
      if (kind === "prune" && deletions.total > 0) return divide(deletions.ended, deletions.total);
      // Where no byte was lacking, images are all there is to count.
      return bytes.total > 0 ? divide(bytes.done, bytes.total) : divide(countDone(tasks), countAll(tasks));
  }
}

/**
 * How much of an image is done, 0 to 1; null when its parts are not known. Neither figure alone would do: a layer counts
 * only when it is complete, and bytes that the target had already are never received.
 */
export function taskShare({ blobs, receivedBytes, sizeBytes }: TaskView): number | null {
  const settled = divide(blobs.present + blobs.mounted + blobs.transferred, blobs.total);
  if (settled === null) return null;
  // A repeated transfer receives more than there is.
  const received = Math.min(divide(receivedBytes, sizeBytes ?? 0) ?? 0, 0.99);
  return Math.max(settled, received);
}

/** As exact as a guess can be: to the second below a minute, to ten below ten minutes, then to the minute. */
export function roundTimeLeft(seconds: number): number {
  const step = seconds < 60 ? 1 : seconds < 600 ? 10 : 60;
  return Math.ceil(seconds / step) * step;
}

function divide(part: number, whole: number): number | null {
  return whole <= 0 ? null : Math.min(1, part / whole);
}
