import { choosePlugins, type PluginChoice } from "../domain/catalog/choose-plugins.ts";
import { fetchPluginInventory } from "../domain/catalog/plugin-inventory.ts";
import { bundleError } from "../engine/bundle/bundle-error.ts";
import { groupPins, pinKey, type ExportImage } from "../engine/bundle/export-layout.ts";
import { readPins } from "../engine/bundle/export-journal.ts";
import { readConfigs } from "../engine/bundle/imgpkg/read-configs.ts";
import { layOutPluginBundle } from "../engine/bundle/plugins/lay-out-plugin-bundle.ts";
import type { ContentSource, MirrorItem } from "../engine/mirror/index.ts";
import type { PlanSession } from "../engine/mirror/plan-session.ts";
import {
  formatReference,
  joinRepository,
  parseRepository,
  parseTag,
  type ImagePath,
  type RegistryBase,
} from "../engine/oci/reference.ts";
import type { PlannedExport } from "./plan-export.ts";

/** Where the plug-ins are, and which of them are wanted. */
export interface PluginExportRequest {
  /** The folder of the inventory. */
  readonly from: RegistryBase;
  readonly choice: PluginChoice;
  /** Of the file. */
  readonly name: string;
  readonly folder: string;
}

const inventoryName = parseRepository("plugin-inventory");
const inventoryTag = parseTag("latest");

/**
 * Chooses plug-ins from the inventory of a registry, resolves their images and lays out a bundle as `tanzu plugin
 * download-bundle` makes it.
 *
 * @param session that plans with referrers: the inventory is worth nothing without its signature
 * @throws EngineError `plugin-unknown`, `image-not-representable`; a code of the source
 */
export async function planPluginExport(
  source: ContentSource,
  session: PlanSession,
  { from, choice, name, folder }: PluginExportRequest,
  { onResolved, signal }: { readonly onResolved: () => void; readonly signal: AbortSignal },
): Promise<PlannedExport> {
  const pins = groupPins((await readPins(folder)) ?? new Map());
  const toItem = (target: ImagePath): MirrorItem => ({
    source: { ...target, registry: from.registry, repository: joinRepository(from.base, target.repository) },
    target,
  });
  const plan = async (target: ImagePath): Promise<ExportImage> => {
    const item = toItem(target);
    const planned = await session.plan(item, { signal, ...pins.get(pinKey(item)) });
    onResolved();
    return { original: formatReference(item.source), plan: planned };
  };
  const inventory = await plan({ repository: inventoryName, tag: inventoryTag });
  const { root, item } = inventory.plan;
  const image = { repository: item.source.repository, reference: root.digest };
  const { binaries, plugins, groups, missing } = choosePlugins(
    (await fetchPluginInventory(source, image, signal)).inventory,
    choice,
  );
  const [lacking] = missing;
  if (lacking) {
    throw bundleError("plugin-unknown", { value: `${lacking.name}@${lacking.target}:${lacking.version}` });
  }
  const images = await Promise.all(
    binaries.map(async ({ image: path, ...binary }) => ({ ...binary, image: await plan(path) })),
  );
  const request = { name, inventory, plugins: images, metadata: { plugins, groups } };
  const all = [inventory, ...images.map((each) => each.image)];
  const configs = await readConfigs(
    all.map((each) => each.plan),
    session,
    signal,
  );
  return { images: all, files: [], layout: layOutPluginBundle(request, configs), unchanged: 0 };
}
