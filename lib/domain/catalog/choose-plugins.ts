import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseImagePath, type ImagePath } from "#lib/engine/oci/reference.ts";
import { compareText, compareVersions } from "./compare-versions.ts";
import type { PluginBinary, PluginGroup, PluginInventory, PluginVersion } from "./plugin-inventory.ts";

/** What is wanted of an inventory; without groups and plug-ins, all of it. */
export interface PluginChoice {
  /** `vendor-publisher/name[:version]` each; the newest version unless given. */
  readonly groups?: readonly string[];
  /** `name[@target][:version]` each; all targets and the recommended version unless given. */
  readonly plugins?: readonly string[];
  /** Machines that the plug-ins are to run on; all unless given. */
  readonly machines?: readonly PluginMachine[];
}

/** As Go names them: `linux` and `amd64`, say. */
interface PluginMachine {
  readonly os: string;
  readonly architecture: string;
}

interface ChosenBinary extends PluginBinary {
  /** Relative to the inventory's folder. */
  readonly image: ImagePath;
}

export interface ChosenPlugins {
  /** By name, target, version and machine; each once. */
  readonly binaries: readonly ChosenBinary[];
  /** Of which there are `binaries`; by name, target and version. */
  readonly plugins: readonly PluginVersion[];
  readonly groups: readonly PluginGroup[];
  /** What is chosen and not in the inventory, or not for the machines. */
  readonly missing: readonly PluginVersion[];
}

/** Whoever chooses anything gets these as well, as the Tanzu CLI installs them by itself. */
export const essentialsGroup = "vmware-tanzucli/essentials";
const newest = "latest";
/** Short names that the Tanzu CLI takes for targets. */
const targetNames: Readonly<Record<string, string>> = {
  k8s: "kubernetes",
  tmc: "mission-control",
  ops: "operations",
};

/**
 * Chooses from an inventory, as `tanzu plugin download-bundle` does: a version may be shortened; `v1` or `v1.2` then
 * stands for all versions that it begins, and for the newest of them where a group names a plug-in.
 *
 * https://github.com/vmware-tanzu/tanzu-cli/blob/main/pkg/airgapped/plugin_bundle_download.go
 *
 * @throws EngineError `plugin-unknown` with the choice as `value`; `reference-invalid` for an image that cannot be named
 */
export function choosePlugins(inventory: PluginInventory, choice: PluginChoice): ChosenPlugins {
  const { groups: groupIds = [], plugins: pluginIds = [], machines } = choice;
  const isAll = groupIds.length + pluginIds.length === 0;
  const groups = isAll ? inventory.groups : findGroups(inventory, groupIds);
  const byPlugin = Map.groupBy(inventory.binaries, ({ name, target }) => keyOf({ name, target }));
  const wanted: PluginVersion[] = isAll ? inventory.binaries.map(pickVersion) : [];
  for (const { name, target, version } of groups.flatMap(({ plugins }) => plugins)) {
    const found = listVersions(byPlugin.get(keyOf({ name, target })), version).at(-1);
    wanted.push({ name, target, version: found ?? version });
  }
  for (const id of pluginIds) wanted.push(...findPlugin(byPlugin, id));
  const keys = new Set(wanted.map((plugin) => keyOf(pickVersion(plugin))));
  const binaries = inventory.binaries
    .filter((binary) => keys.has(keyOf(pickVersion(binary))) && isFor(binary, machines))
    .map((binary) => ({ ...binary, image: parseImagePath(binary.uri) }))
    .sort(compareBinaries);
  const plugins = listDistinct(binaries);
  const found = new Set(plugins.map(keyOf));
  return {
    binaries,
    plugins,
    groups: [...groups].sort(compareGroups),
    missing: listDistinct(wanted).filter((plugin) => !found.has(keyOf(plugin))),
  };
}

function isFor({ os, architecture }: PluginMachine, machines: readonly PluginMachine[] | undefined): boolean {
  return (
    machines === undefined ||
    machines.some((machine) => machine.os === os && machine.architecture === architecture)
  );
}

function findGroups({ groups }: PluginInventory, ids: readonly string[]): PluginGroup[] {
  const asked = ids.map((id) => {
    const found = listGroups(groups, id);
    if (found.length === 0) throw unknown(id);
    return found;
  });
  return [...new Set([...asked.flat(), ...listGroups(groups, essentialsGroup)])];
}

function listGroups(groups: readonly PluginGroup[], id: string): PluginGroup[] {
  const match = /^(?<vendor>[^-/:]+)-(?<publisher>[^-/:]+)\/(?<name>[^/:]+)(?::(?<version>[^/:]*))?$/.exec(
    id,
  );
  if (!match?.groups) throw unknown(id);
  const { vendor, publisher, name, version = "" } = match.groups;
  const named = groups
    .filter((group) => group.vendor === vendor && group.publisher === publisher && group.name === name)
    .sort((a, b) => compareVersions(a.version, b.version));
  if (version === "" || version === newest) return named.slice(-1);
  return named.filter((group) => isVersion(group.version, version));
}

/** @returns at least one version */
function findPlugin(byPlugin: ReadonlyMap<string, readonly PluginBinary[]>, id: string): PluginVersion[] {
  const match = /^(?<name>[^@:]+)(?:@(?<target>[^@:]+))?(?::(?<version>[^@:]*))?$/.exec(id);
  const { name, target, version = "" } = match?.groups ?? {};
  const wanted = target === undefined ? undefined : (targetNames[target] ?? target);
  const isNewest = version === "" || version === newest;
  const found = [...byPlugin.values()].flatMap((binaries) => {
    const [plugin] = binaries;
    if (!plugin || plugin.name !== name || (wanted ?? plugin.target) !== plugin.target) return [];
    const versions = isNewest ? [recommend(binaries)] : listVersions(binaries, version);
    return versions.map((each) => ({ ...pickVersion(plugin), version: each }));
  });
  if (found.length === 0) throw unknown(id);
  return found;
}

/** What all rows of a plug-in recommend; where they say nothing or differ, the newest version. */
function recommend(binaries: readonly PluginBinary[]): string {
  const said = new Set(binaries.map((binary) => binary.recommendedVersion));
  const [recommended = ""] = said;
  const versions = listVersions(binaries, "");
  if (said.size === 1 && versions.includes(recommended)) return recommended;
  return versions.at(-1) ?? "";
}

/** The older first. @param version may be shortened, even to nothing */
function listVersions(binaries: readonly PluginBinary[] = [], version: string): string[] {
  const versions = new Set(binaries.map((binary) => binary.version));
  return [...versions].filter((each) => version === "" || isVersion(each, version)).sort(compareVersions);
}

function isVersion(version: string, asked: string): boolean {
  return version === asked || version.startsWith(`${asked}.`);
}

function pickVersion({ name, target, version }: PluginVersion): PluginVersion {
  return { name, target, version };
}

function keyOf(fields: object): string {
  return JSON.stringify(Object.values(fields));
}

function listDistinct(plugins: readonly PluginVersion[]): PluginVersion[] {
  return [...new Map(plugins.map(pickVersion).map((plugin) => [keyOf(plugin), plugin])).values()];
}

function compareBinaries(one: PluginBinary, other: PluginBinary): number {
  return (
    compareText(one.name, other.name) ||
    compareText(one.target, other.target) ||
    compareVersions(one.version, other.version) ||
    compareText(one.os, other.os) ||
    compareText(one.architecture, other.architecture)
  );
}

function compareGroups(one: PluginGroup, other: PluginGroup): number {
  return (
    compareText(one.vendor, other.vendor) ||
    compareText(one.publisher, other.publisher) ||
    compareText(one.name, other.name) ||
    compareVersions(one.version, other.version)
  );
}

function unknown(value: string): EngineError {
  return new EngineError("plugin-unknown", {
    operation: "read-file",
    value: value.slice(0, 200),
    retryable: false,
  });
}
