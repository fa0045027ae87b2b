import { stat } from "node:fs/promises";
import { basename, extname } from "node:path";
import type { BundleDocument, BundledRelease } from "../engine/bundle/drayage/bundle-document.ts";
import { layOutBundle } from "../engine/bundle/drayage/lay-out-bundle.ts";
import { readDocument, readHead } from "../engine/bundle/drayage/read-head.ts";
import { readPins } from "../engine/bundle/export-journal.ts";
import { groupPins, pinKey, type ExportImage, type ExportLayout } from "../engine/bundle/export-layout.ts";
import { describeExtraFile, type ExtraFile } from "../engine/bundle/extra-files.ts";
import { layOutImgpkg } from "../engine/bundle/imgpkg/lay-out-imgpkg.ts";
import { readConfigs } from "../engine/bundle/imgpkg/read-configs.ts";
import type { ListedItem } from "../engine/mirror/index.ts";
import type { PlanSession } from "../engine/mirror/plan-session.ts";
import { formatPlatform } from "../engine/oci/descriptor.ts";
import { EngineError } from "../engine/oci/errors.ts";
import type { ExportOptions } from "./export-options.ts";
import { describeImageFailure, type ImageFailure } from "./image-failure.ts";

/** What an export is going to write. */
export interface PlannedExport {
  readonly images: readonly ExportImage[];
  readonly files: readonly ExtraFile[];
  readonly layout: ExportLayout;
  /** Images that the bundle of `--since` has. */
  readonly unchanged: number;
}

/** What is asked for, as far as it was read. */
export interface ExportRequest {
  readonly options: ExportOptions;
  readonly listPath: string;
  readonly listText: string;
  readonly items: readonly ListedItem[];
  readonly base: BundleDocument | undefined;
  readonly files: readonly ExtraFile[];
}

export interface PlanHooks {
  /** Called after each image. */
  readonly onResolved: () => void;
  readonly onFailure: (failure: ImageFailure) => void;
  readonly signal: AbortSignal;
}

/**
 * Resolves the images of an export and lays out the bundle. One that was begun goes on with the digests that it began
 * with, wherever tags have moved since.
 *
 * @returns null when an image could not be resolved
 * @throws EngineError `cancelled`, `volume-too-small`, `image-not-representable`
 */
export async function planExport(
  session: PlanSession,
  request: ExportRequest,
  { onResolved, onFailure, signal }: PlanHooks,
): Promise<PlannedExport | null> {
  const { options, items, files, base } = request;
  const pins = groupPins((await readPins(options.folder)) ?? new Map());
  const planned = await Promise.all(
    items.map(async ({ item, original }): Promise<ExportImage | null> => {
      try {
        const plan = await session.plan(item, { signal, ...pins.get(pinKey(item)) });
        onResolved();
        return { original, plan };
      } catch (error) {
        if (!(error instanceof EngineError) || error.code === "cancelled") throw error;
        onFailure(describeImageFailure(original, error));
        return null;
      }
    }),
  );
  const images = planned.filter((image) => image !== null);
  if (images.length < items.length) return null;
  if (options.format === "imgpkg") {
    const plans = images.map(({ plan }) => plan);
    const layout = layOutImgpkg(images, await readConfigs(plans, session, signal));
    return { images, files, layout, unchanged: 0 };
  }
  const layout = layOutBundle({
    name: options.name,
    images,
    scope: options.scope,
    releases: [describeRelease(request, images)],
    files: files.map(({ described }) => described),
    volumeBytes: options.volumeBytes,
    base,
  });
  return { images, files, layout, unchanged: layout.unchanged.length };
}

/** The list as a release: whoever imports the bundle never meets its source. */
function describeRelease(
  { options, listPath, listText, items }: ExportRequest,
  images: readonly ExportImage[],
): BundledRelease {
  return {
    kind: "list",
    name: listPath === "-" ? options.name : basename(listPath, extname(listPath)),
    version: options.name,
    document: listText,
    components: items.map(({ original, item }, at) => {
      const plan = images[at]?.plan;
      const { repository, tag } = item.target;
      return {
        kind: plan?.kind ?? "image",
        enabled: true,
        original,
        targetPath: repository,
        ...(tag !== undefined && { tag }),
        ...(plan && { digest: plan.root.digest, sizeBytes: plan.totalBytes }),
        platforms: plan?.platforms.map(formatPlatform) ?? [],
      };
    }),
  };
}

/** What an earlier bundle holds; its volumes need not be there any more. @throws EngineError as `readHead`, `readDocument` */
export async function readBase(path: string | undefined): Promise<BundleDocument | undefined> {
  if (path === undefined) return undefined;
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => true,
  );
  return isFolder ? (await readHead(path)).document : readDocument(path);
}

/** @throws EngineError `bundle-file-missing`, `disk-failed` */
export async function describeFiles(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly ExtraFile[]> {
  const files: ExtraFile[] = [];
  for (const path of paths) files.push(await describeExtraFile(path, { signal }));
  return files;
}
