import "server-only";
import { setTimeout as sleep } from "node:timers/promises";
import { systemAccess } from "#lib/auth/system-access.ts";
import { BundleFormat, BundleState, JobState } from "#lib/db/generated/enums.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { BundleWriter } from "#lib/engine/bundle/bundle-writer.ts";
import { extraFileDigest } from "#lib/engine/bundle/drayage/volume-pieces.ts";
import { assertRoom } from "#lib/engine/bundle/export-folder.ts";
import { type ExportLayout, measureLayout, pinImages } from "#lib/engine/bundle/export-layout.ts";
import type { ExtraFile } from "#lib/engine/bundle/extra-files.ts";
import { openBundle } from "#lib/engine/bundle/open-any-bundle.ts";
import { writeBundle } from "#lib/engine/bundle/write-bundle.ts";
import type { Digest } from "#lib/engine/oci/digest.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { createLimiter } from "#lib/engine/oci/limiter.ts";
import { AppError } from "#lib/errors.ts";
import { lockJob } from "#lib/services/jobs/job-row.ts";
import { readSigningKey } from "#lib/services/bundles/index.ts";
import packageJson from "../../../package.json" with { type: "json" };
import type { BundleSession } from "../job-sessions.ts";
import { findAway } from "../ping-registry.ts";
import { PlanWriter } from "../plan-writer.ts";
import { inTransaction } from "../transaction.ts";
import type { WorkerContext } from "../worker-context.ts";
import type { PlannedRun } from "../write-plans.ts";
import { findBundlePlace } from "./bundle-place.ts";
import { type ByteMeter, meterFile, meterProof } from "./byte-meter.ts";
import { carryImage, type JobStops } from "./carry-image.ts";
import { describeBundle, writeDescription } from "./describe-bundle.ts";
import { endIncomplete, succeedJob } from "./end-bundle-job.ts";
import { type ExportRow, readExport } from "./export-row.ts";
import { explainExtra, readKeptFiles } from "./extra-files.ts";
import { type PlannedExport, planExport } from "./plan-export.ts";

/** How long another worker that fell silent may seem to write the bundle still. */
const lockPatienceMs = 60_000;
const lockPauseMs = 2_000;

/**
 * Resolves the images, finds out how large the bundle becomes and whether there is room for it.
 *
 * @returns false when images could not be resolved, which is kept with them
 * @throws EngineError, AppError what stops the whole job
 */
export async function planExportJob(
  session: BundleSession,
  planned: PlannedRun,
  signal: AbortSignal,
): Promise<boolean> {
  const job = await readExport(planned.jobId);
  const bundle = bundleOf(job);
  const { store, path: folder } = await findBundlePlace(bundle);
  const away = await findAway(session.sources.clients, signal);
  const writer = new PlanWriter(planned);
  let plan: PlannedExport | null;
  try {
    plan = await planExport(session, job, { store, folder, writer, away, signal });
  } finally {
    await writer.close();
  }
  if (plan === null) return false;
  const { layout, images } = plan;
  const sizeBytes = measureLayout(layout);
  await assertRoom(folder, sizeBytes);
  await inTransaction(async (tx) => {
    const { run, state } = await lockJob(tx, planned.jobId);
    if (run !== planned.run || state !== JobState.planning) return;
    await tx.bundle.update({
      where: { id: bundle.id },
      data: { format: job.exportFormat ?? BundleFormat.drayage, sizeBytes, imageCount: images.length },
    });
    await countExtraFiles(tx, job, plan.files);
    await tx.bundleFile.deleteMany({ where: { bundleId: bundle.id } });
    await tx.bundleFile.createMany({
      data: layout.files.map((file) => ({
        bundleId: bundle.id,
        name: file.name,
        sizeBytes: file.sizeBytes,
      })),
    });
  });
  return true;
}

/** Writes the bundle, or goes on with it, and ends the job unless it is stopped. @throws EngineError, AppError */
export async function writeExportJob(
  context: WorkerContext,
  session: BundleSession,
  planned: PlannedRun,
  stops: JobStops,
): Promise<void> {
  const job = await readExport(planned.jobId);
  const bundle = bundleOf(job);
  const { store, path: folder } = await findBundlePlace(bundle);
  const options = { store, folder, writer: null, away: new Map(), signal: stops.any };
  const plan = await planExport(session, job, options);
  if (plan === null) throw new Error("a plan without a writer is whole or fails");
  // An earlier worker may have been lost between closing the bundle and saying so.
  if (!(await plan.isClosed(folder))) {
    const writer = await openWriter(folder, plan, stops.any);
    try {
      const complete = await write({ context, session, planned, job, plan, stops }, writer);
      if (!complete) return await endIncomplete(planned);
    } catch (error) {
      const paths = plan.files.map(({ path }) => path);
      throw explainExtra(error, store, paths);
    } finally {
      await writer.close();
    }
  }
  await closeExport(planned, bundle, folder, stops.any);
}

interface Writing {
  context: WorkerContext;
  session: BundleSession;
  planned: PlannedRun;
  job: ExportRow;
  plan: PlannedExport;
  stops: JobStops;
}

/** @returns false when images failed */
async function write(
  { context, session, planned, job, plan, stops }: Writing,
  writer: BundleWriter,
): Promise<boolean> {
  if (session.planning === null) throw new Error("an export plans without a target");
  const access = systemAccess(job, "job.start");
  const privateKeyPem = job.sign ? await readSigningKey(access) : null;
  // Nobody should get an unsigned bundle for a signed one.
  if (job.sign && privateKeyPem === null) throw new AppError("not-found", { what: "key" });
  const images = createLimiter(session.images);
  const sizeBytes = measureLayout(plan.layout);
  const meters: ByteMeter[] = [];
  const fileMeters = new Map<ExtraFile, ByteMeter>();
  try {
    const { proven } = await writeBundle(writer, {
      making: {
        tool: `drayage ${packageJson.version}`,
        createdAt: new Date(),
        ...(privateKeyPem !== null && { privateKeyPem }),
      },
      session: {
        source: session.sources.contents,
        scope: session.scope,
        smallBlobs: session.planning.smallBlobs,
        limits: { images: session.images },
      },
      files: plan.files,
      copy: (mirror, image, signal) =>
        images.run(async () => {
          const taskId = plan.taskIds.get(image.plan.item) ?? "";
          const copy = (options: Parameters<typeof mirror.copy>[1]) =>
            mirror.copy(image.plan.item, { ...options, plan: image.plan });
          const stopping = { cancelled: stops.cancelled, signal };
          // One that has its end may still lack what the disk has lost.
          if (!(await carryImage(context, { ...planned, taskId }, stopping, copy))) await copy({ signal });
        }, signal),
      onFailure: () => undefined,
      onFileBytes: (file, count) => {
        const { described } = file;
        const blob = { digest: extraFileDigest(described), sizeBytes: described.sizeBytes };
        const meter = fileMeters.get(file) ?? meterFile(planned, blob);
        fileMeters.set(file, meter);
        meter.add(count);
      },
      // Once more when the disk has lost something meanwhile.
      onProving: () => void meters.push(meterProof(planned, sizeBytes)),
      onProven: (count) => meters.at(-1)?.add(count),
      signal: stops.any,
    });
    return proven !== null;
  } finally {
    for (const meter of [...meters, ...fileMeters.values()]) await meter.stop();
  }
}

/** What travels along is carried as the images' blobs are: together they are the job's total. */
async function countExtraFiles(
  tx: Prisma.TransactionClient,
  job: ExportRow,
  files: readonly ExtraFile[],
): Promise<void> {
  const blobs = files.map(({ described }) => ({
    jobId: job.id,
    digest: extraFileDigest(described),
    sizeBytes: described.sizeBytes,
  }));
  // A file may have been another when the job was planned before.
  const earlier = readKeptFiles(job).map(extraFileDigest);
  const gone = earlier.filter((digest) => !blobs.some((blob) => blob.digest === digest));
  await tx.jobBlob.deleteMany({ where: { jobId: job.id, digest: { in: gone }, outcome: null } });
  await tx.jobBlob.createMany({ data: blobs, skipDuplicates: true });
}

/** A worker that was lost may have left its lock, which shows only after a while. @throws EngineError */
async function openWriter(
  folder: string,
  { images, layout }: { images: PlannedExport["images"]; layout: ExportLayout },
  signal: AbortSignal,
): Promise<BundleWriter> {
  const pins: ReadonlyMap<string, Digest> = pinImages(images);
  for (const startedAt = Date.now(); ;) {
    try {
      return await BundleWriter.open(folder, layout, pins);
    } catch (error) {
      const isLocked = error instanceof EngineError && error.code === "export-in-use";
      if (!isLocked || Date.now() - startedAt > lockPatienceMs) throw error;
      await sleep(lockPauseMs, undefined, { signal });
    }
  }
}

async function closeExport(
  planned: PlannedRun,
  { id }: { id: string },
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const opened = await openBundle(folder, { signal });
  try {
    const description = await describeBundle(opened, folder);
    await succeedJob(planned, (tx) =>
      writeDescription(tx, id, description, {
        state: BundleState.sound,
        checkedAt: new Date(),
        findings: [],
      }),
    );
  } finally {
    await opened.close();
  }
}

function bundleOf({ bundle }: ExportRow): NonNullable<ExportRow["bundle"]> {
  if (bundle === null) throw new AppError("not-found", { what: "bundle" });
  return bundle;
}
