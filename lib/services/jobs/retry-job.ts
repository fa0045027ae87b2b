import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { JobKind, JobState, TaskState } from "#lib/db/generated/enums.ts";
import { withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { beginWriting } from "../bundles/writing-state.ts";
import { assertHostFree } from "./host-lock.ts";
import { bundleJobKinds, findChangedJob, lockJob, setJobState } from "./job-row.ts";
import { assertRefreshFree } from "./refresh-lock.ts";
import { sendPlan } from "./send-job.ts";

/**
 * Sets an ended job going again for the images that did not get there; they are planned anew, since a tag or a registry
 * may be another by now. A prune waits for another word then.
 *
 * @throws AppError `not-found`, `job-state-conflict` while it runs, `nothing-to-retry`, `destination-busy`,
 * `refresh-running`
 */
export async function retryJob(access: Access<"job.retry">, jobId: string): Promise<void> {
  const { number, change } = await findChangedJob(access, jobId, "job.retry");
  const enqueue = await openQueue();
  await withChange(access, change, async (tx, audit) => {
    const job = await lockJob(tx, jobId);
    if (job.state === JobState.succeeded) throw new AppError("nothing-to-retry", { number });
    if (job.state !== JobState.failed && job.state !== JobState.cancelled) {
      throw new AppError("job-state-conflict", { number, state: job.state });
    }
    await assertHostFree(tx, jobId);
    if (job.kind === JobKind.refresh_catalog) {
      const looked = await tx.jobRelease.findMany({ where: { jobId }, orderBy: { releaseId: "asc" } });
      for (const { releaseId } of looked) await assertRefreshFree(tx, releaseId);
    }
    const left = { jobId, state: { notIn: [TaskState.succeeded, TaskState.skipped] } };
    const { count } = await tx.mirrorTask.updateMany({
      where: left,
      data: {
        state: TaskState.queued,
        // No write of an earlier attempt counts from here on.
        attempt: { increment: 1 },
        workerId: null,
        mediaType: null,
        verdict: null,
        targetDigest: null,
        nextAttemptAt: null,
        errorCode: null,
        errorFacts: Prisma.DbNull,
        finishedAt: null,
        eventCount: 0,
        prunePlannedAt: null,
      },
    });
    const hasBundle = bundleJobKinds.includes(job.kind);
    // A bundle may be left to be proven and closed, and what a release is made of may not have been found at all.
    const isDone = count === 0 && !hasBundle && job.kind !== JobKind.refresh_catalog;
    if (isDone) throw new AppError("nothing-to-retry", { number });
    // A digest that the release itself names stays; one that a tag meant is looked up again. What a bundle is to hold is
    // settled: it goes on with the bytes that are there.
    if (!hasBundle) {
      await tx.mirrorTask.updateMany({ where: { ...left, tag: { not: "" } }, data: { plannedDigest: null } });
    }
    if (job.kind === JobKind.export_bundle) await beginWriting(tx, jobId);
    // What stands beside the images is looked for anew, and what there is to say of the target.
    await tx.jobRepository.deleteMany({ where: { jobId } });
    const run = job.run + 1;
    await setJobState(tx, jobId, JobState.queued, {
      run,
      planTotal: count,
      planResolved: 0,
      errorCode: null,
      errorFacts: Prisma.DbNull,
      cancelRequestedAt: null,
      finishedAt: null,
      notices: [],
      missingProjects: [],
      proofBytes: 0,
      provenBytes: 0,
      ...(job.kind === JobKind.prune && { holdAfterPlanning: true }),
    });
    await sendPlan(tx, enqueue, { id: jobId, run });
    audit.after({ run, images: count });
  });
}
