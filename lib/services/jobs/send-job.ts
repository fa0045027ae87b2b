import "server-only";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import type { Enqueue } from "#lib/queue/enqueue.ts";
import { bundleJobKinds } from "./job-row.ts";

interface SentJob {
  id: string;
  run: number;
}

/** Lets a job be planned. One with a bundle is for a worker that holds the bundle's store. */
export async function sendPlan(tx: ChangeTransaction, enqueue: Enqueue, job: SentJob): Promise<void> {
  const storeId = await findStore(tx, job.id);
  const run = { jobId: job.id, run: job.run };
  if (storeId === null) await enqueue(tx, "planJob", [run]);
  else await enqueue(tx, "bundleWork", [{ kind: "plan", storeId, ...run }]);
}

/**
 * Lets a job that is planned be worked on; first its target is made ready, if anything is missing there.
 *
 * @param taskIds images that are left
 */
export async function sendCopies(
  tx: ChangeTransaction,
  enqueue: Enqueue,
  job: SentJob,
  taskIds: readonly string[],
): Promise<void> {
  const storeId = await findStore(tx, job.id);
  const run = { jobId: job.id, run: job.run };
  const { missingProjects } = await tx.mirrorJob.findUniqueOrThrow({
    where: { id: job.id },
    select: { missingProjects: true },
  });
  if (missingProjects.length > 0) return enqueue(tx, "prepareTarget", [run]);
  const tasks = taskIds.map((taskId) => ({ taskId, ...run }));
  if (storeId === null) await enqueue(tx, "copyTask", tasks);
  else await enqueue(tx, "bundleWork", [{ kind: "copy", storeId, ...run }]);
}

/** The store of a job's bundle; null for a job without one. @throws AppError `not-found` when the bundle is gone */
async function findStore(tx: ChangeTransaction, jobId: string): Promise<string | null> {
  const job = await tx.mirrorJob.findUniqueOrThrow({
    where: { id: jobId },
    select: { kind: true, bundle: { select: { storeId: true } } },
  });
  if (!bundleJobKinds.includes(job.kind)) return null;
  if (job.bundle === null) throw new AppError("not-found", { what: "bundle" });
  return job.bundle.storeId;
}
