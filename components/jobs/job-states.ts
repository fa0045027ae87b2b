import type { JobKind, JobState } from "#lib/db/generated/enums.ts";
import type { JobSnapshot, TaskCounts } from "#lib/services/jobs/index.ts";

/** Nothing more is to be expected of such a job by itself. */
export function isEnded(state: JobState): boolean {
  return state === "succeeded" || state === "failed" || state === "cancelled";
}

/** It writes a bundle or reads one; what it did cannot be compared with a source registry. */
export function isBundleJob(kind: JobKind): boolean {
  return kind === "export_bundle" || kind === "import_bundle";
}

/** It looks up what a release is made of, and copies nothing. */
export function isLookUp(kind: JobKind): boolean {
  return kind === "refresh_catalog";
}

/** It brings images to a registry: that can be done again, and compared with where they came from. */
export function isCopy(kind: JobKind): boolean {
  return kind === "mirror" || kind === "verify";
}

export function countAll(tasks: TaskCounts): number {
  return Object.values(tasks).reduce((sum, count) => sum + count, 0);
}

/** Images that were looked at and not copied: there is a word about each, even if it is that it could not be had. */
export function countLookedAt({ tasks }: Pick<JobSnapshot, "tasks">): number {
  return countDone(tasks) + tasks.failed;
}

/** Images that stand at the destination. */
export function countDone(tasks: TaskCounts): number {
  return tasks.succeeded + tasks.skipped;
}
