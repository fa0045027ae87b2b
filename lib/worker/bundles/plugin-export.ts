import "server-only";
import { join } from "node:path";
import { type ChosenPlugins, choosePlugins } from "#lib/domain/catalog/choose-plugins.ts";
import { fetchPluginInventory } from "#lib/domain/catalog/plugin-inventory.ts";
import type { ExportImage } from "#lib/engine/bundle/export-layout.ts";
import { layOutPluginBundle } from "#lib/engine/bundle/plugins/lay-out-plugin-bundle.ts";
import type { PlanSession } from "#lib/engine/mirror/plan-session.ts";
import {
  formatImagePath,
  type ImagePath,
  joinRepository,
  parseRepository,
} from "#lib/engine/oci/reference.ts";
import { AppError } from "#lib/errors.ts";
import { releaseRequest } from "#lib/schemas/discoveries.ts";
import { findRegularFile } from "#lib/services/bundles/regular-file.ts";
import { readPluginChoice } from "../catalog/plugin-choice.ts";
import type { JobSources } from "../job-sources.ts";
import type { ExportFormat } from "./export-format.ts";
import type { ExportRow } from "./export-row.ts";
import { createTarLook, isUnfinished } from "./imgpkg-export.ts";

interface PluginParts {
  planning: Pick<PlanSession, "readBlob">;
  contents: JobSources["contents"];
  signal: AbortSignal;
}

/** A file as `tanzu plugin upload-bundle` takes it, of the release of plug-ins that the job is for. */
export function createPluginFormat(
  job: ExportRow,
  { planning, contents, signal }: PluginParts,
): ExportFormat {
  const { configs, look } = createTarLook(planning, signal);
  return {
    look,
    async layOut(images) {
      const name = `${job.bundle?.name ?? ""}.tar.gz`;
      const inventory = findInventory(job, images);
      const { root, item } = inventory.plan;
      const source = typeof contents === "function" ? contents(item.source.registry) : contents;
      // What the image was when it was planned, whatever its tag means now.
      const image = { repository: item.source.repository, reference: root.digest };
      const fetched = await fetchPluginInventory(source, image, signal);
      const { binaries, plugins, groups } = choose(job, fetched.inventory);
      const request = {
        name,
        inventory,
        plugins: placePlugins(job, binaries, images),
        metadata: { plugins, groups },
      };
      return {
        layout: layOutPluginBundle(request, configs),
        // Its name appears with the last byte.
        isClosed: async (folder) =>
          !(await isUnfinished(folder)) && (await findRegularFile(join(folder, name))) !== null,
      };
    },
  };
}

/** @throws AppError `release-outdated` when the release has none */
function findInventory(job: ExportRow, images: readonly ExportImage[]): ExportImage {
  const inventory = images.find(({ plan }) => plan.item.target.repository.endsWith("/plugin-inventory"));
  if (!inventory) throw outdated(job);
  return inventory;
}

function choose(job: ExportRow, inventory: Parameters<typeof choosePlugins>[0]): ChosenPlugins {
  const request = releaseRequest.parse(job.releases[0]?.release.request);
  if (request.kind !== "tanzu_plugins") throw new Error("only a release of plug-ins is exported as such");
  return choosePlugins(inventory, readPluginChoice(request));
}

/** The image of each plug-in. @throws AppError `release-outdated` when the inventory names others than the release has */
function placePlugins(job: ExportRow, binaries: ChosenPlugins["binaries"], images: readonly ExportImage[]) {
  const byPath = new Map(images.map((image) => [formatImagePath(image.plan.item.target), image]));
  const inventoryPath = findInventory(job, images).plan.item.target.repository;
  const folder = parseRepository(inventoryPath.slice(0, inventoryPath.lastIndexOf("/")));
  return binaries.map(({ image: path, ...binary }) => {
    const image = byPath.get(formatPlace(folder, path));
    if (!image) throw outdated(job);
    return { ...binary, image };
  });
}

/** As a release has it: where both are written, the digest says which image is meant. */
function formatPlace(
  folder: ReturnType<typeof parseRepository>,
  { repository, tag, digest }: ImagePath,
): string {
  const name = digest === undefined ? tag && { tag } : { digest };
  return formatImagePath({ repository: joinRepository(folder, repository), ...name });
}

function outdated({ releases }: ExportRow): AppError {
  const release = releases[0]?.release;
  return new AppError("release-outdated", { name: `${release?.name ?? ""} ${release?.version ?? ""}` });
}
