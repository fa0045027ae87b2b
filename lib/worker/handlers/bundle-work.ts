import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { JobKind, JobState } from "#lib/db/generated/enums.ts";
import { AppError } from "#lib/errors.ts";
import { logger } from "#lib/logger.ts";
import { type Delivery, HandedBack } from "#lib/queue/consume.ts";
import { maxLostWorkers, maxUnexplained, type Payload } from "#lib/queue/contracts.ts";
import { attemptTo } from "../attempt-to.ts";
import type { JobStops } from "../bundles/carry-image.ts";
import { checkBundle } from "../bundles/check-bundle.ts";
import { endCancelled, endFailed, endIncomplete } from "../bundles/end-bundle-job.ts";
import { planExportJob, writeExportJob } from "../bundles/export-job.ts";
import { copyImportJob, planImportJob } from "../bundles/import-job.ts";
import { removeBundle } from "../bundles/remove-bundle.ts";
import { removeStoreFile } from "../bundles/remove-store-file.ts";
import { scanStore } from "../bundles/scan-store.ts";
import { beginPlanning, endPlanning } from "../planning-state.ts";
import type { WorkerContext } from "../worker-context.ts";
import type { PlannedRun } from "../write-plans.ts";

/** Does what is to be done with a bundle of a store that this worker holds. */
export async function bundleWork(
  context: WorkerContext,
  message: Payload<"bundleWork">,
  delivery: Delivery,
): Promise<void> {
  if (context.shutdown.aborted) throw new HandedBack();
  const stop = AbortSignal.any([context.shutdown, delivery.signal]);
  switch (message.kind) {
    case "plan":
    case "copy":
      return workOnJob(context, message, delivery);
    case "check":
      return attend(stop, () => checkBundle(message.bundleId, stop));
    case "remove":
      return attend(stop, () => removeBundle(message.bundleId));
    case "remove-file":
      return attend(stop, () => removeStoreFile(message.storeId, message.name));
    case "scan":
      return attend(stop, () => scanStore(message.storeId));
  }
}

/**
 * What cannot be done now, on a disk that is gone say, is told again by the next `keepHouse`, and not at once: whatever it
 * is that fails, a message that came back would be tried again without a pause.
 */
async function attend(stop: AbortSignal, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (stop.aborted) throw new HandedBack();
    logger.warn({ err: error }, "what was to be done with a bundle could not be done now");
  }
}

async function workOnJob(
  context: WorkerContext,
  { kind, jobId, run }: PlannedRun & { kind: "plan" | "copy" },
  delivery: Delivery,
): Promise<void> {
  const planned = { jobId, run };
  if (delivery.returns >= maxLostWorkers) {
    return endFailed(planned, new AppError("worker-lost", { attempts: delivery.returns }));
  }
  const job = context.signals.enter(jobId, run);
  const any = AbortSignal.any([job.signal, context.shutdown, delivery.signal]);
  try {
    const work = kind === "plan" ? plan : copy;
    const mayThrow = delivery.returns < maxUnexplained;
    await work(context, planned, { cancelled: job.signal, any }, mayThrow);
  } finally {
    job.leave();
  }
}

async function plan(
  { sessions }: WorkerContext,
  planned: PlannedRun,
  stops: JobStops,
  mayThrow: boolean,
): Promise<void> {
  const { jobId, run } = planned;
  if (!(await beginPlanning(jobId, run))) return;
  const isExport = (await findKind(jobId)) === JobKind.export_bundle;
  const done = await attemptTo(stops.any, mayThrow, () =>
    sessions.useForBundle(jobId, run, async (session) => {
      if (isExport) return planExportJob(session, planned, stops.any);
      await planImportJob(session, planned, stops.any);
      return true;
    }),
  );
  if (stops.cancelled.aborted) return;
  if (stops.any.aborted) throw new HandedBack();
  if (!done.ok) await endFailed(planned, done.error);
  else if (done.value) await endPlanning(jobId, run);
  else await endIncomplete(planned);
}

async function copy(
  context: WorkerContext,
  planned: PlannedRun,
  stops: JobStops,
  mayThrow: boolean,
): Promise<void> {
  const { jobId, run } = planned;
  const job = await writeDb.mirrorJob.findUniqueOrThrow({ where: { id: jobId } });
  if (job.run !== run || job.state !== JobState.running) return;
  if (job.cancelRequestedAt !== null) return endAndRemove(planned);
  const work = job.kind === JobKind.export_bundle ? writeExportJob : copyImportJob;
  const done = await attemptTo(stops.any, mayThrow, () =>
    context.sessions.useForBundle(jobId, run, (session) => work(context, session, planned, stops)),
  );
  if (done.ok) return;
  if (stops.cancelled.aborted) return endAndRemove(planned);
  if (stops.any.aborted) throw new HandedBack();
  await endFailed(planned, done.error);
}

/** The end of a job that was asked to stop; what its export has written goes when that was asked for, too. */
async function endAndRemove(planned: PlannedRun): Promise<void> {
  await endCancelled(planned);
  const { bundleId } = await writeDb.mirrorJob.findUniqueOrThrow({
    where: { id: planned.jobId },
    select: { bundleId: true },
  });
  if (bundleId !== null) await attend(new AbortController().signal, () => removeBundle(bundleId));
}

async function findKind(jobId: string): Promise<JobKind> {
  const { kind } = await writeDb.mirrorJob.findUniqueOrThrow({
    where: { id: jobId },
    select: { kind: true },
  });
  return kind;
}
