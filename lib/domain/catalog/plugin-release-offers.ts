import { essentialsGroup } from "./choose-plugins.ts";
import { compareText, compareVersions } from "./compare-versions.ts";
import type { PluginBinary, PluginGroup, PluginInventory } from "./plugin-inventory.ts";

/** A group that can be chosen, as `id:version`. */
interface PluginGroupOffer {
  /** `vendor-publisher/name` */
  readonly id: string;
  readonly description: string;
  /** The newest first. */
  readonly versions: readonly string[];
  /** Whether it comes along with whatever is chosen. */
  readonly isEssential: boolean;
}

/** A plug-in that can be chosen, as `name@target:version`. */
interface PluginOffer {
  readonly name: string;
  readonly target: string;
  readonly description: string;
  /** The newest first. */
  readonly versions: readonly string[];
  /** `os/architecture` each, of any of the versions. */
  readonly machines: readonly string[];
}

/** What a person can choose from an inventory. */
export interface PluginOffers {
  readonly groups: readonly PluginGroupOffer[];
  readonly plugins: readonly PluginOffer[];
  /** `os/architecture` each, of any plug-in. */
  readonly machines: readonly string[];
  /** Whether the inventory has more than is listed: the oldest versions and the last names are left out. */
  readonly isCut: boolean;
}

/** More than a person chooses from, and little enough for a page. */
const maxOffers = 1_000;
const maxVersions = 200;

/** The choices of an inventory by name, plain and bounded: an inventory may have 200,000 rows. */
export function listPluginOffers({ binaries, groups }: PluginInventory): PluginOffers {
  const byGroup = [...Map.groupBy(groups, groupId)];
  const byPlugin = [...Map.groupBy(binaries, ({ name, target }) => JSON.stringify([name, target])).values()];
  const allGroups = byGroup.map(([id, versions]) => offerGroup(id, versions));
  const allPlugins = byPlugin.flatMap((versions) => offerPlugin(versions));
  const isCut = [allGroups, allPlugins].some(
    (offers) => offers.length > maxOffers || offers.some(({ versions }) => versions.length > maxVersions),
  );
  return {
    groups: cut(allGroups.sort((one, other) => compareText(one.id, other.id))),
    plugins: cut(
      allPlugins.sort(
        (one, other) => compareText(one.name, other.name) || compareText(one.target, other.target),
      ),
    ),
    machines: listMachines(binaries),
    isCut,
  };
}

function groupId({ vendor, publisher, name }: PluginGroup): string {
  return `${vendor}-${publisher}/${name}`;
}

function offerGroup(id: string, groups: readonly PluginGroup[]): PluginGroupOffer {
  const versions = listNewestFirst(groups);
  const newest = groups.find(({ version }) => version === versions[0]);
  return { id, description: newest?.description ?? "", versions, isEssential: id === essentialsGroup };
}

function offerPlugin(binaries: readonly PluginBinary[]): PluginOffer[] {
  const versions = listNewestFirst(binaries);
  const newest = binaries.find(({ version }) => version === versions[0]);
  if (newest === undefined) return [];
  const { name, target, description } = newest;
  return [{ name, target, description, versions, machines: listMachines(binaries) }];
}

function listNewestFirst(items: readonly { readonly version: string }[]): string[] {
  return [...new Set(items.map(({ version }) => version))].sort((one, other) => compareVersions(other, one));
}

function listMachines(binaries: readonly PluginBinary[]): string[] {
  const machines = new Set(binaries.map(({ os, architecture }) => `${os}/${architecture}`));
  return [...machines].sort(compareText).slice(0, maxOffers);
}

function cut<Offer extends { readonly versions: readonly string[] }>(offers: readonly Offer[]): Offer[] {
  return offers
    .slice(0, maxOffers)
    .map((offer) => ({ ...offer, versions: offer.versions.slice(0, maxVersions) }));
}
