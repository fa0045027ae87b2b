import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import type { Recheck } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import type { Enqueue } from "#lib/queue/enqueue.ts";
import { jobsChannel, notifyJob } from "#lib/queue/notifications.ts";
import { assertHostFree } from "./host-lock.ts";
import { formatJobNumber } from "./job-row.ts";
import type { NewTask } from "./make-tasks.ts";
import { sendPlan } from "./send-job.ts";

// Keeps one insert far below the number of parameters that PostgreSQL takes.
const batchSize = 2000;

interface NewJob extends Omit<Prisma.MirrorJobUncheckedCreateInput, "releases" | "events" | "tasks"> {
  releaseIds: readonly string[];
}

/** Told of a job in the transaction that makes it, so that neither stands without the other. */
export type JobNote = (tx: ChangeTransaction, jobId: string) => Promise<void>;

type NamedObject = { object: (id: string, name: string) => void };

/**
 * Writes a job with its tasks, names it in the audit trail, and lets it be planned.
 *
 * @throws AppError `destination-busy`
 */
export async function createJob(
  tx: ChangeTransaction,
  enqueue: Enqueue,
  audit: NamedObject,
  { releaseIds, ...data }: NewJob,
  tasks: readonly (Omit<NewTask, "componentId"> & { componentId: string | null; recheck?: Recheck })[],
): Promise<{ id: string; number: number }> {
  const { id, number, run } = await tx.mirrorJob.create({
    data: {
      ...data,
      releases: { create: releaseIds.map((releaseId) => ({ releaseId })) },
      events: { create: { kind: "job_state", state: "queued" } },
    },
  });
  await assertHostFree(tx, id);
  for (let start = 0; start < tasks.length; start += batchSize) {
    const batch = tasks.slice(start, start + batchSize);
    await tx.mirrorTask.createMany({ data: batch.map((task) => ({ ...task, jobId: id })) });
  }
  await sendPlan(tx, enqueue, { id, run });
  await notifyJob(tx, jobsChannel, id);
  audit.object(id, formatJobNumber(number));
  return { id, number };
}
