import { type ImagePath, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { choosePlugins, type PluginChoice } from "./choose-plugins.ts";
import { compareVersions } from "./compare-versions.ts";
import type { DiscoveredComponent, DiscoveryProblem } from "./discovered-component.ts";
import type { PluginGroup, PluginInventory, PluginVersion } from "./plugin-inventory.ts";

/** The images of a choice of plug-ins. */
export interface PluginRelease {
  /** Below the inventory's folder; the inventory first, then the plug-ins by name, target, version and machine. */
  readonly components: readonly DiscoveredComponent[];
  /** What a chosen group names and the inventory has not, or not for the chosen machines. */
  readonly problems: readonly DiscoveryProblem[];
  /** What the target's inventory has to offer for the plug-ins to be found. */
  readonly plugins: readonly PluginVersion[];
  readonly groups: readonly PluginGroup[];
}

const inventoryName = "plugin-inventory";
const usualInventory: ImagePath = { repository: parseRepository(inventoryName), tag: parseTag("latest") };

/**
 * The images that a choice from a plug-in inventory needs: the inventory, without which the Tanzu CLI finds none, and
 * those of the plug-ins. Their group is the plug-in, as a choice names it: `telemetry@global:v1.1.0`.
 *
 * @param inventoryImage below its folder; `plugin-inventory:latest` unless given
 * @throws EngineError `plugin-unknown`, `reference-invalid`, as `choosePlugins`
 */
export function listPluginRelease(
  inventory: PluginInventory,
  choice: PluginChoice,
  inventoryImage: ImagePath = usualInventory,
): PluginRelease {
  const { binaries, plugins, groups, missing } = choosePlugins(inventory, choice);
  const images = new Map<string, DiscoveredComponent>();
  const add = (image: ImagePath, group: string, foundIn: readonly string[]) => {
    const component = toComponent(image, group, foundIn);
    const key = `${component.repositoryPath} ${component.digest ?? component.tag}`;
    if (!images.has(key)) images.set(key, component);
  };
  add(inventoryImage, inventoryName, [inventoryName]);
  const namedBy = findNaming(groups, plugins);
  for (const binary of binaries) add(binary.image, formatPlugin(binary), namedBy(binary));
  return {
    components: [...images.values()],
    problems: missing.map((plugin) => ({
      code: "plugin-unknown",
      facts: { operation: "read-file", value: formatPlugin(plugin), retryable: false },
    })),
    plugins,
    groups,
  };
}

function toComponent(
  { repository, tag, digest }: ImagePath,
  group: string,
  foundIn: readonly string[],
): DiscoveredComponent {
  // Where both are written, the digest says which image is meant.
  return {
    repositoryPath: repository,
    tag: digest === undefined ? (tag ?? null) : null,
    digest: digest ?? null,
    group,
    foundIn,
  };
}

/** The chosen groups that a plug-in is of; the inventory for one that was chosen by itself. */
function findNaming(
  groups: readonly PluginGroup[],
  chosen: readonly PluginVersion[],
): (plugin: PluginVersion) => readonly string[] {
  const byName = Map.groupBy(chosen, formatName);
  const names = new Map<string, string[]>();
  for (const group of groups) {
    for (const named of group.plugins) {
      // A shortened version names the newest that it begins.
      const [plugin] = (byName.get(formatName(named)) ?? [])
        .filter(({ version }) => version === named.version || version.startsWith(`${named.version}.`))
        .sort((one, other) => compareVersions(other.version, one.version));
      if (plugin === undefined) continue;
      const key = formatPlugin(plugin);
      names.set(key, [...(names.get(key) ?? []), formatGroup(group)]);
    }
  }
  return (plugin) => names.get(formatPlugin(plugin)) ?? [inventoryName];
}

function formatName({ name, target }: PluginVersion): string {
  return `${name}@${target}`;
}

/** As a choice names it. */
function formatPlugin(plugin: PluginVersion): string {
  return `${formatName(plugin)}:${plugin.version}`;
}

function formatGroup({ vendor, publisher, name, version }: PluginGroup): string {
  return `${vendor}-${publisher}/${name}:${version}`;
}
