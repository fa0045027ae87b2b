import "server-only";
import { writeDb } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { BundleState, JobState, TaskState } from "#lib/db/generated/enums.ts";
import { type Enqueue, openQueue } from "#lib/queue/enqueue.ts";
import { findLiveHolders } from "#lib/services/bundles/live-holders.ts";
import { bundleJobKinds, lockJob } from "#lib/services/jobs/job-row.ts";
import { sendCopies, sendPlan } from "#lib/services/jobs/send-job.ts";
import { settleJob } from "#lib/services/jobs/settle-job.ts";
import { endCancelled } from "../bundles/end-bundle-job.ts";
import { inTransaction } from "../transaction.ts";
import { keepExaminations } from "../keep-examinations.ts";
import { keepDeliveries } from "../notifications/keep-deliveries.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
/** A worker that was silent for so long holds nothing. */
const silenceSeconds = 60;
const maxTasks = 5_000;

/**
 * Mends what no single failure can break: a job or task that is to be worked on and has no message, a job that has ended
 * without being told so. Messages that exist are not sent twice, so nothing is asked of the queue first.
 */
export async function keepHouse(): Promise<void> {
  const enqueue = await openQueue();
  const now = Date.now();
  const jobs = await writeDb.mirrorJob.findMany({
    where: { state: { in: [JobState.queued, JobState.planning, JobState.running] } },
    select: {
      id: true,
      run: true,
      state: true,
      kind: true,
      cancelRequestedAt: true,
      bundle: { select: { storeId: true } },
    },
  });
  // Heartbeats are of the database's clock, which this host's need not follow.
  const alive = await writeDb.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Worker"
     WHERE "stoppedAt" IS NULL AND "heartbeatAt" > now() - make_interval(secs => ${silenceSeconds})`;
  const stores = jobs.flatMap(({ bundle }) => (bundle ? [bundle.storeId] : []));
  const holders = await findLiveHolders(stores);
  for (const { id: jobId, run, state, kind, cancelRequestedAt, bundle } of jobs) {
    const hasBundle = bundleJobKinds.includes(kind);
    // Nobody is left who could stop it in order.
    const isLeft = hasBundle && (bundle === null || !holders.has(bundle.storeId));
    if (isLeft && cancelRequestedAt !== null) await endCancelled({ jobId, run });
    if (isLeft && (bundle === null || cancelRequestedAt !== null)) continue;
    if (state !== JobState.running) {
      await inTransaction((tx) => sendPlan(tx, enqueue, { id: jobId, run }));
      continue;
    }
    if (hasBundle) {
      await inTransaction((tx) => sendCopies(tx, enqueue, { id: jobId, run }, []));
      continue;
    }
    const left = await writeDb.mirrorTask.findMany({
      where: {
        jobId,
        state: { in: [TaskState.queued, TaskState.running, TaskState.retrying, TaskState.waiting] },
        OR: [{ workerId: null }, { workerId: { notIn: alive.map(({ id }) => id) } }],
      },
      orderBy: { position: "asc" },
      take: maxTasks,
      select: { id: true },
    });
    await inTransaction(async (tx) => {
      await sendCopies(
        tx,
        enqueue,
        { id: jobId, run },
        left.map(({ id }) => id),
      );
      await lockJob(tx, jobId);
      await settleJob(tx, jobId);
    });
  }
  await inTransaction((tx) => sendBundleWork(tx, enqueue));
  await keepDeliveries(enqueue);
  await keepExaminations(enqueue);
  await writeDb.$executeRaw`DELETE FROM "BlobLease" WHERE "expiresAt" < now() - interval '1 hour'`;
  await writeDb.jobRate.deleteMany({ where: { measuredAt: { lt: new Date(now - 10 * minute) } } });
  await writeDb.worker.deleteMany({ where: { heartbeatAt: { lt: new Date(now - 7 * day) } } });
}

/** Stores are looked into, and what is left to be checked or removed is told again. */
async function sendBundleWork(tx: Prisma.TransactionClient, enqueue: Enqueue): Promise<void> {
  const [stores, checks, removals, files] = await Promise.all([
    tx.bundleStore.findMany({ select: { id: true } }),
    tx.bundle.findMany({
      where: { state: BundleState.unchecked, checkedAt: null, removing: false },
      select: { id: true, storeId: true },
    }),
    tx.bundle.findMany({
      where: { removing: true, jobs: { none: { state: { in: [JobState.planning, JobState.running] } } } },
      select: { id: true, storeId: true },
    }),
    tx.storeFile.findMany({ where: { removing: true }, select: { storeId: true, name: true } }),
  ]);
  await enqueue(tx, "bundleWork", [
    ...stores.map(({ id }) => ({ kind: "scan" as const, storeId: id })),
    ...checks.map(({ id, storeId }) => ({ kind: "check" as const, storeId, bundleId: id })),
    ...removals.map(({ id, storeId }) => ({ kind: "remove" as const, storeId, bundleId: id })),
    ...files.map(({ storeId, name }) => ({ kind: "remove-file" as const, storeId, name })),
  ]);
}
