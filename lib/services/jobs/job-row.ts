import "server-only";
import type { AuditAction } from "#lib/audit-actions.ts";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { JobKind, type JobState, TaskState } from "#lib/db/generated/enums.ts";
import type { Change, ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { jobsChannel, notifyJob } from "#lib/queue/notifications.ts";
import { announceJobEnd } from "../notifications/announce-job.ts";

/** Tasks of which nothing more is to be expected. */
export const endedTaskStates = [
  TaskState.succeeded,
  TaskState.skipped,
  TaskState.failed,
  TaskState.cancelled,
] as const;

/** Jobs that write a bundle or read one: one worker does all of such a job. */
export const bundleJobKinds: readonly JobKind[] = [JobKind.export_bundle, JobKind.import_bundle];

/** @throws AppError `not-found` for what is not there and for what is not the tenant's */
export async function assertVisible(access: Access<"job.read">, id: string): Promise<void> {
  const count = await db.mirrorJob.count({ where: { id, ...access.ownRows() } });
  if (count === 0) throw new AppError("not-found", { what: "job" });
}

/** A job that is about to be changed, and how the audit trail names it. @throws AppError `not-found` */
export async function findChangedJob(
  access: Pick<Access<"job.read">, "ownRows">,
  id: string,
  action: AuditAction,
): Promise<{ number: number; change: Change }> {
  const row = await db.mirrorJob.findFirst({
    where: { id, ...access.ownRows() },
    select: { number: true, organizationId: true },
  });
  if (!row) throw new AppError("not-found", { what: "job" });
  const { number, organizationId } = row;
  return { number, change: { action, objectId: id, objectName: formatJobNumber(number), organizationId } };
}

/** A job as people call it. */
export function formatJobNumber(number: number): string {
  return `#${number}`;
}

/**
 * Reads a job and holds it until the transaction ends: whoever changes the state of a job or ends one of its tasks does
 * so first, so the last of them sees what the others did. Rows that refer to the job can still be written.
 */
export async function lockJob(tx: Pick<ChangeTransaction, "$queryRaw">, id: string): Promise<LockedJob> {
  const [job] = await tx.$queryRaw<LockedJob[]>`
    SELECT "id", "kind"::text AS "kind", "state"::text AS "state", "run", "holdAfterPlanning", "startedAt", "cancelRequestedAt"
      FROM "MirrorJob" WHERE "id" = ${id}::uuid FOR NO KEY UPDATE`;
  if (!job) throw new AppError("not-found", { what: "job" });
  return job;
}

export interface LockedJob {
  id: string;
  kind: JobKind;
  state: JobState;
  run: number;
  holdAfterPlanning: boolean;
  startedAt: Date | null;
  cancelRequestedAt: Date | null;
}

/** Puts a job into a state, notes it in its log and tells who looks. */
export async function setJobState(
  tx: ChangeTransaction,
  id: string,
  state: JobState,
  data: Prisma.MirrorJobUncheckedUpdateInput = {},
): Promise<void> {
  await tx.mirrorJob.update({ where: { id }, data: { ...data, state } });
  await announceJobState(tx, id, state);
}

/** Tells those who look at the job, and of its end those who want to be told. */
export async function announceJobState(tx: ChangeTransaction, id: string, state: JobState): Promise<void> {
  await tx.jobEvent.create({ data: { jobId: id, kind: "job_state", state } });
  await announceJobEnd(tx, id, state);
  await notifyJob(tx, jobsChannel, id);
}
