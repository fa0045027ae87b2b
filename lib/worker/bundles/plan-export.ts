import "server-only";
import type { BundleDocument } from "#lib/engine/bundle/drayage/bundle-document.ts";
import { createBaseCheck } from "#lib/engine/bundle/drayage/collect-parts.ts";
import { type DrayageLayout, layOutBundle } from "#lib/engine/bundle/drayage/lay-out-bundle.ts";
import { readHead } from "#lib/engine/bundle/drayage/read-head.ts";
import { readPins } from "#lib/engine/bundle/export-journal.ts";
import { type ExportImage, groupPins, pinKey } from "#lib/engine/bundle/export-layout.ts";
import type { ImagePlan, ImageProbe } from "#lib/engine/mirror/index.ts";
import { findDigest } from "#lib/engine/oci/digest.ts";
import { createLimiter } from "#lib/engine/oci/limiter.ts";
import { parseRegistryHost } from "#lib/engine/oci/reference.ts";
import { errorView } from "#lib/error-view.ts";
import type { BundleSession } from "../job-sessions.ts";
import { readMirrorItem } from "../mirror-item.ts";
import type { PlanWriter } from "../plan-writer.ts";
import { describeReleases } from "./bundled-releases.ts";
import { findBundlePath } from "./bundle-place.ts";
import type { ExportRow } from "./export-row.ts";

// Small requests only; how many go out at once is the lane's limit.
const imagesAtOnce = 8;

/** What an export is going to write. */
export interface PlannedExport {
  images: ExportImage[];
  layout: DrayageLayout;
  /** The task of each image, by its plan. */
  taskIds: Map<ImagePlan, string>;
}

/**
 * Resolves the images of an export and lays out the bundle. An image that was resolved before stays what it was then,
 * wherever its tag has moved since, so that what is on disk already is of use.
 *
 * @param folder of the bundle; what it holds of an unfinished export says what the images were, with their signatures
 * @param writer hears of each image that is planned for the first time
 * @returns null when an image could not be resolved: a bundle without it would not be what was asked for
 * @throws EngineError `cancelled`, `volume-too-small`, and as `readHead` for a base that cannot be read; AppError
 * `bundle-elsewhere`
 */
export async function planExport(
  session: BundleSession,
  job: ExportRow,
  { folder, writer, signal }: { folder: string; writer: PlanWriter | null; signal: AbortSignal },
): Promise<PlannedExport | null> {
  const pins = groupPins((await readPins(folder)) ?? new Map());
  const base = job.baseBundle && (await readHead(await findBundlePath(job.baseBundle))).document;
  const contents = base && readContents(base);
  const limiter = createLimiter(imagesAtOnce);
  const taskIds = new Map<ImagePlan, string>();
  const planned = await Promise.all(
    job.tasks.map((task) =>
      limiter.run(async (): Promise<ExportImage | null> => {
        try {
          const plan = session.plans.get(task.id) ?? (await resolve(session, job, { task, pins }, signal));
          session.plans.keep(task.id, plan);
          taskIds.set(plan, task.id);
          writer?.addPlan(task, plan, probeBase(plan, contents));
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
  const layout = layOutBundle({
    name: job.bundle?.name ?? "",
    images,
    scope: session.scope,
    releases: describeReleases(job, images),
    files: [],
    volumeBytes: job.volumeBytes === null ? Infinity : Number(job.volumeBytes),
    base: base ?? undefined,
  });
  return { images, layout, taskIds };
}

async function resolve(
  { planning }: BundleSession,
  job: ExportRow,
  { task, pins }: { task: ExportRow["tasks"][number]; pins: ReturnType<typeof groupPins> },
  signal: AbortSignal,
): Promise<ImagePlan> {
  if (planning === null) throw new Error("an export has a source and no target");
  const item = readMirrorItem(parseRegistryHost(job.sourceRegistry?.host ?? ""), task);
  const pinned = pins.get(pinKey(item));
  const digest = findDigest(task.plannedDigest ?? "") ?? undefined;
  // What another image had belongs to that.
  return planning.plan(item, {
    signal,
    ...(digest === undefined || digest === pinned?.digest ? pinned : { digest }),
  });
}

interface BaseContents {
  isUnchanged: (plan: ImagePlan) => boolean;
  blobs: ReadonlySet<string>;
}

function readContents(base: BundleDocument): BaseContents {
  return {
    isUnchanged: createBaseCheck(base),
    blobs: new Set(base.blobs.map(({ digest }) => digest)),
  };
}

/** What the bundle has to bring of an image, and what the one that it builds on has. */
function probeBase(plan: ImagePlan, base: BaseContents | null): ImageProbe {
  const descriptors = plan.blobs.map(({ descriptor }) => descriptor);
  const isUnchanged = base?.isUnchanged(plan) ?? false;
  const isInBase = (digest: string) => isUnchanged || (base?.blobs.has(digest) ?? false);
  return {
    state: isUnchanged ? "present" : "absent",
    lackingBlobs: descriptors.filter(({ digest }) => !isInBase(digest)),
    presentBlobs: descriptors.filter(({ digest }) => isInBase(digest)),
  };
}
