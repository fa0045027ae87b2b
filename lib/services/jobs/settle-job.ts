import "server-only";
import { JobState } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { announceJobState, bundleJobKinds } from "./job-row.ts";

/**
 * Ends a running job when nothing of it is left to do. Whoever ends a task calls this in the same transaction, after
 * locking the job, so exactly one of them ends it. A job with a bundle is not done with its last image: only whoever
 * has closed the bundle ends it (`closing`).
 *
 * @returns how it ended; null when it goes on
 */
export async function settleJob(
  tx: ChangeTransaction,
  jobId: string,
  { closing = false }: { closing?: boolean } = {},
): Promise<JobState | null> {
  const [ended] = await tx.$queryRaw<{ state: JobState }[]>`
    UPDATE "MirrorJob" j
       SET "finishedAt" = now(),
           "state" = CASE
             WHEN EXISTS (SELECT 1 FROM "MirrorTask" t WHERE t."jobId" = j."id" AND t."state" = 'cancelled')
               THEN 'cancelled'::"JobState"
             WHEN EXISTS (SELECT 1 FROM "MirrorTask" t WHERE t."jobId" = j."id" AND t."state" = 'failed')
               THEN 'failed'::"JobState"
             ELSE 'succeeded'::"JobState"
           END
     WHERE j."id" = ${jobId}::uuid AND j."state" = 'running'
       AND (${closing} OR j."kind" <> ALL(${[...bundleJobKinds]}::"JobKind"[]))
       AND NOT EXISTS (SELECT 1 FROM "MirrorTask" t WHERE t."jobId" = j."id"
                          AND t."state" IN ('queued', 'running', 'retrying', 'waiting'))
    RETURNING j."state"::text AS "state"`;
  if (!ended) return null;
  if (ended.state === JobState.succeeded) {
    // What nobody moved was put there by somebody else meanwhile.
    await tx.jobBlob.updateMany({ where: { jobId, outcome: null }, data: { outcome: "present" } });
  }
  await announceJobState(tx, jobId, ended.state);
  return ended.state;
}
