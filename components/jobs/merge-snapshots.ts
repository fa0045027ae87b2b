import type { JobState } from "#lib/db/generated/enums.ts";
import type { JobSnapshot } from "#lib/services/jobs/index.ts";

const ranks: Readonly<Record<JobState, number>> = {
  queued: 0,
  planning: 1,
  planned: 2,
  running: 3,
  succeeded: 4,
  failed: 4,
  cancelled: 4,
};

/**
 * What to show once another snapshot of the same job came in. Events and answers overtake each other, so within one run
 * neither the state nor what is done goes back; a later run starts anew.
 */
export function mergeSnapshots(shown: JobSnapshot, heard: JobSnapshot): JobSnapshot {
  if (heard.run !== shown.run) return heard.run > shown.run ? heard : shown;
  if (ranks[heard.state] < ranks[shown.state]) return shown;
  return {
    ...heard,
    plan: { ...heard.plan, resolved: Math.max(shown.plan.resolved, heard.plan.resolved) },
    bytes: { ...heard.bytes, done: Math.max(shown.bytes.done, heard.bytes.done) },
    deletions: {
      ...heard.deletions,
      ended: Math.max(shown.deletions.ended, heard.deletions.ended),
    },
    proof: heard.proof && { ...heard.proof, done: Math.max(shown.proof?.done ?? 0, heard.proof.done) },
  };
}
