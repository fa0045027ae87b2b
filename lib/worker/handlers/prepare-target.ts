import "server-only";
import { systemAccess } from "#lib/auth/system-access.ts";
import { JobState, TaskState } from "#lib/db/generated/enums.ts";
import { AppError } from "#lib/errors.ts";
import { type Delivery, HandedBack } from "#lib/queue/consume.ts";
import { maxLostWorkers, maxUnexplained, type Payload } from "#lib/queue/contracts.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import type { JobNotice } from "#lib/services/jobs/index.ts";
import { readNotices, setNotices } from "#lib/services/jobs/job-notices.ts";
import { lockJob } from "#lib/services/jobs/job-row.ts";
import { sendCopies } from "#lib/services/jobs/send-job.ts";
import { openHarborOf } from "#lib/services/registries/index.ts";
import { attemptTo } from "../attempt-to.ts";
import { endFailed } from "../bundles/end-bundle-job.ts";
import { createProjects } from "../harbor/create-projects.ts";
import { readPreparation } from "../harbor/preparation-row.ts";
import { noticeProjects } from "../harbor/project-notices.ts";
import { inTransaction } from "../transaction.ts";
import { tryPatiently } from "../try-patiently.ts";
import type { WorkerContext } from "../worker-context.ts";

type MadeProjects = Awaited<ReturnType<typeof createProjects>>;

/**
 * Makes at a job's target what planning has found missing, then lets its copies begin. Whoever takes over from a lost
 * worker finds what that one has made, and goes on.
 */
export async function prepareTarget(
  context: WorkerContext,
  planned: Payload<"prepareTarget">,
  delivery: Delivery,
): Promise<void> {
  if (context.shutdown.aborted) throw new HandedBack();
  if (delivery.returns >= maxLostWorkers) {
    return endFailed(planned, new AppError("worker-lost", { attempts: delivery.returns }));
  }
  const cancelled = context.signals.enter(planned.jobId, planned.run);
  const signal = AbortSignal.any([cancelled.signal, context.shutdown, delivery.signal]);
  try {
    const mayThrow = delivery.returns < maxUnexplained;
    const done = await attemptTo(signal, mayThrow, () => prepare(planned, signal));
    if (done.ok) return await beginCopies(planned, done.value);
    // A job with a bundle is ended by whoever copies it.
    if (cancelled.signal.aborted) return await beginCopies(planned, null);
    if (signal.aborted) throw new HandedBack();
    await endFailed(planned, done.error);
  } finally {
    cancelled.leave();
  }
}

/** @returns null when there is nothing to do */
async function prepare(
  { jobId, run }: Payload<"prepareTarget">,
  signal: AbortSignal,
): Promise<MadeProjects | null> {
  const job = await readPreparation(jobId);
  const isWanted = job.run === run && job.state === JobState.running && job.cancelRequestedAt === null;
  if (!isWanted || job.missingProjects.length === 0) return null;
  const access = systemAccess(job, "job.start");
  const harbor = await tryPatiently(() => openHarborOf(access, job.registryId, signal), signal);
  // Another registry by now: what it takes, it says itself.
  if (harbor === null) return null;
  try {
    return await createProjects(harbor, job.host, job.missingProjects, signal);
  } finally {
    await harbor.close();
  }
}

async function beginCopies(
  { jobId, run }: Payload<"prepareTarget">,
  made: MadeProjects | null,
): Promise<void> {
  const enqueue = await openQueue();
  await inTransaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job.run !== run || job.state !== JobState.running) return;
    const { notices, destination, tasks } = await tx.mirrorJob.findUniqueOrThrow({
      where: { id: jobId },
      select: {
        notices: true,
        destination: { select: { registry: { select: { host: true } } } },
        tasks: { where: { state: TaskState.queued }, orderBy: { position: "asc" }, select: { id: true } },
      },
    });
    const registry = destination?.registry.host ?? "";
    await setNotices(tx, jobId, tellMade(readNotices({ notices }), registry, made), { missingProjects: [] });
    await sendCopies(
      tx,
      enqueue,
      { id: jobId, run },
      tasks.map(({ id }) => id),
    );
  });
}

/** What is said of projects once they are there. */
function tellMade(said: readonly JobNotice[], registry: string, made: MadeProjects | null): JobNotice[] {
  const named = (code: JobNotice["code"]) =>
    said.find((notice) => notice.code === code)?.facts.projects ?? [];
  const add = (code: JobNotice["code"], projects: readonly string[] = []) =>
    noticeProjects(code, registry, [...named(code), ...projects]);
  return [
    ...add("harbor-projects-private", made?.private),
    ...add("harbor-projects-created", made?.created),
    ...said.filter(({ code }) => code === "harbor-projects-unchecked"),
  ];
}
