import "server-only";
import type { HeldStore } from "#lib/bundle-stores.ts";
import { BundleFormat, ReleaseKind } from "#lib/db/generated/enums.ts";
import { readHead } from "#lib/engine/bundle/drayage/read-head.ts";
import { readPins } from "#lib/engine/bundle/export-journal.ts";
import { type ExportImage, groupPins, pinKey } from "#lib/engine/bundle/export-layout.ts";
import type { ExtraFile } from "#lib/engine/bundle/extra-files.ts";
import type { ImagePlan, MirrorItem } from "#lib/engine/mirror/index.ts";
import { findDigest } from "#lib/engine/oci/digest.ts";
import type { EngineError } from "#lib/engine/oci/errors.ts";
import { createLimiter } from "#lib/engine/oci/limiter.ts";
import { errorView } from "#lib/error-view.ts";
import type { BundleSession } from "../job-sessions.ts";
import { readMirrorItem } from "../mirror-item.ts";
import { isInventory } from "../plugins/inventory-tasks.ts";
import type { PlanWriter } from "../plan-writer.ts";
import { findBundlePath } from "./bundle-place.ts";
import { createDrayageFormat } from "./drayage-export.ts";
import type { ExportFormat, LaidOutExport } from "./export-format.ts";
import type { ExportRow } from "./export-row.ts";
import { readExtraFiles } from "./extra-files.ts";
import { createImgpkgFormat } from "./imgpkg-export.ts";
import { createPluginFormat } from "./plugin-export.ts";

// Small requests only; how many go out at once is the lane's limit.
const imagesAtOnce = 8;

/** What an export is going to write. */
export interface PlannedExport extends LaidOutExport {
  images: ExportImage[];
  /** They travel along. */
  files: readonly ExtraFile[];
  /** The task of each image, by what is copied. */
  taskIds: Map<MirrorItem, string>;
}

interface PlanExport {
  store: HeldStore;
  /** Where the bundle is, or is going to be; what is there of it says what its images were, with their signatures. */
  folder: string;
  /** Hears of each image that is planned for the first time. */
  writer: PlanWriter | null;
  /** Sources that cannot be reached, by host, and why. */
  away: ReadonlyMap<string, EngineError>;
  signal: AbortSignal;
}

/**
 * Resolves the images of an export and lays out the bundle. An image that was resolved before stays what it was then,
 * wherever its tag has moved since, so that what is on disk already is of use.
 *
 * @returns null when an image could not be resolved: a bundle without it would not be what was asked for
 * @throws EngineError `cancelled`, `volume-too-small`, and as `readHead` for a base that cannot be read; AppError
 * `bundle-elsewhere`, `store-file-missing`, `store-file-changed`, `release-outdated`
 */
export async function planExport(
  session: BundleSession,
  job: ExportRow,
  { store, folder, writer, away, signal }: PlanExport,
): Promise<PlannedExport | null> {
  const begun = await readPins(folder);
  const pins = groupPins(begun ?? new Map());
  const files = await readExtraFiles(job, store, { settled: writer === null || begun !== null, signal });
  const format = await openFormat(session, job, files, signal);
  const limiter = createLimiter(imagesAtOnce);
  const taskIds = new Map<MirrorItem, string>();
  const planned = await Promise.all(
    job.tasks.map((task) =>
      limiter.run(async (): Promise<ExportImage | null> => {
        try {
          const error = away.get(task.sourceHost);
          if (error) throw error;
          const plan = session.plans.get(task.id) ?? (await resolve(session, { job, task, pins }, signal));
          session.plans.keep(task.id, plan);
          taskIds.set(plan.item, task.id);
          const looked = await format.look(plan);
          writer?.addPlan(task, looked.plan, looked.probe);
          return { original: task.originalName, plan };
        } catch (error) {
          if (writer === null || signal.aborted) throw error;
          writer.addFailure(task, errorView(error));
          return null;
        }
      }, signal),
    ),
  );
  const images = planned.filter((image) => image !== null);
  if (images.length < planned.length) return null;
  return { images, files, taskIds, ...(await format.layOut(images)) };
}

async function openFormat(
  { planning, scope, sources }: BundleSession,
  job: ExportRow,
  files: readonly ExtraFile[],
  signal: AbortSignal,
): Promise<ExportFormat> {
  if (planning === null) throw new Error("an export has a source and no target");
  if (job.exportFormat === BundleFormat.imgpkg) return createImgpkgFormat(planning, signal);
  if (job.exportFormat === BundleFormat.tanzu_plugins) {
    return createPluginFormat(job, { planning, contents: sources.contents, signal });
  }
  const base = job.baseBundle && (await readHead(await findBundlePath(job.baseBundle))).document;
  return createDrayageFormat(job, { scope, base, files: files.map(({ described }) => described) });
}

type ExportTask = ExportRow["tasks"][number];

/** Whoever reads an inventory of plug-ins looks for its signature, wherever the bundle brings it. */
function bringsSignature({ exportFormat, releases }: ExportRow, task: ExportTask): boolean {
  if (exportFormat !== BundleFormat.drayage || !isInventory(task.sourceRepository)) return false;
  return releases.some(
    ({ release: { kind, components } }) =>
      kind === ReleaseKind.tanzu_plugins && components.some(({ id }) => id === task.componentId),
  );
}

async function resolve(
  { planning }: BundleSession,
  { job, task, pins }: { job: ExportRow; task: ExportTask; pins: ReturnType<typeof groupPins> },
  signal: AbortSignal,
): Promise<ImagePlan> {
  if (planning === null) throw new Error("an export has a source and no target");
  const item = readMirrorItem(task);
  const pinned = pins.get(pinKey(item));
  const digest = findDigest(task.plannedDigest ?? "") ?? undefined;
  // What another image had belongs to that.
  return planning.plan(item, {
    signal,
    referrers: bringsSignature(job, task),
    ...(digest === undefined || digest === pinned?.digest ? pinned : { digest }),
  });
}
