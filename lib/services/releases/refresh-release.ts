import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { JobKind } from "#lib/db/generated/enums.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { type Enqueue, openQueue } from "#lib/queue/enqueue.ts";
import type { FindReleaseInput, RefreshReleaseInput } from "#lib/schemas/discoveries.ts";
import { createJob, type JobNote } from "../jobs/create-job.ts";
import { assertRefreshFree } from "../jobs/refresh-lock.ts";

/** The job that finds a release out, and the release. */
export interface StartedRefresh {
  id: string;
  number: number;
  releaseId: string;
}

/**
 * Makes a release of which only is known what to look for, and the job that looks. Nothing is asked of a registry here.
 *
 * @throws AppError `name-taken`
 */
export async function findRelease(
  access: Access<"catalog.write">,
  { name, version, source, request }: FindReleaseInput,
): Promise<StartedRefresh> {
  const enqueue = await openQueue();
  const change: Change = { action: "job.start", objectName: "", organizationId: null };
  return withChange(access, change, async (tx, audit) => {
    if ((await tx.release.count({ where: { name, version } })) > 0) {
      throw new AppError("name-taken", { what: "release", name: `${name} ${version}` });
    }
    const { id } = await tx.release.create({ data: { kind: request.kind, name, version, source, request } });
    audit.after({ kind: JobKind.refresh_catalog, release: `${name} ${version}`, source, request });
    return startRefresh(tx, enqueue, audit, access, id);
  });
}

/**
 * Looks again what a release is made of, and what its images are; of a list that a person gave, only the latter.
 *
 * @throws AppError `not-found`, `refresh-running`
 */
export async function refreshRelease(
  access: Access<"catalog.write">,
  { releaseId }: RefreshReleaseInput,
  note?: JobNote,
): Promise<StartedRefresh> {
  const release = await db.release.findUnique({
    where: { id: releaseId },
    select: { name: true, version: true },
  });
  if (!release) throw new AppError("not-found", { what: "release" });
  const title = `${release.name} ${release.version}`;
  const enqueue = await openQueue();
  const change: Change = { action: "job.start", objectName: "", organizationId: null };
  return withChange(access, change, async (tx, audit) => {
    await assertRefreshFree(tx, releaseId);
    audit.after({ kind: JobKind.refresh_catalog, release: title });
    const started = await startRefresh(tx, enqueue, audit, access, releaseId);
    await note?.(tx, started.id);
    return started;
  });
}

async function startRefresh(
  tx: ChangeTransaction,
  enqueue: Enqueue,
  audit: Parameters<typeof createJob>[2],
  access: Access<"catalog.write">,
  releaseId: string,
): Promise<StartedRefresh> {
  const startedById = access.actor.userId;
  const job = { kind: JobKind.refresh_catalog, startedById, releaseIds: [releaseId] };
  // What there is to look at is found out by the worker.
  return { ...(await createJob(tx, enqueue, audit, job, [])), releaseId };
}
