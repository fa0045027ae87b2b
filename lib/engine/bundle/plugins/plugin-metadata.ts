import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { columnText, readDatabase } from "../../sqlite/read-database.ts";
import { serializeDatabase } from "../../sqlite/serialize-database.ts";

/** A version of a plug-in that can be had. */
export interface AvailablePlugin {
  readonly name: string;
  readonly target: string;
  readonly version: string;
}

/** A version of a plug-in group that can be had. */
interface AvailableGroup {
  readonly vendor: string;
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
}

/**
 * Which part of an inventory a registry has: an inventory lists all that the vendor ever published, and the Tanzu CLI
 * shows of it what stands here, too.
 */
export interface PluginMetadata {
  readonly plugins: readonly AvailablePlugin[];
  readonly groups: readonly AvailableGroup[];
}

/** The file in a bundle, and in the image beside an inventory. */
export const metadataFile = "plugin_inventory_metadata.db";
export const maxMetadataBytes = 16 * 1024 * 1024;
const bounds = { file: metadataFile, maxBytes: maxMetadataBytes, maxRows: 100_000 };

const schema = `
CREATE TABLE IF NOT EXISTS "AvailablePluginBinaries" (
  "PluginName" TEXT NOT NULL,
  "Target" TEXT NOT NULL,
  "Version" TEXT NOT NULL,
  PRIMARY KEY ("PluginName", "Target", "Version")
);
CREATE TABLE IF NOT EXISTS "AvailablePluginGroups" (
  "Vendor" TEXT NOT NULL,
  "Publisher" TEXT NOT NULL,
  "GroupName" TEXT NOT NULL,
  "GroupVersion" TEXT NOT NULL,
  PRIMARY KEY ("Vendor", "Publisher", "GroupName", "GroupVersion")
);`;

const pluginRow = z.object({ PluginName: columnText, Target: columnText, Version: columnText });
const groupRow = z.object({
  Vendor: columnText,
  Publisher: columnText,
  GroupName: columnText,
  GroupVersion: columnText,
});

/**
 * The database of what can be had. The same rows always make the same file.
 *
 * https://github.com/vmware-tanzu/tanzu-cli/blob/main/pkg/plugininventory/data/sqlite/plugin_inventory_metadata_tables.sql
 */
export function formatPluginMetadata(metadata: PluginMetadata): Uint8Array {
  const { plugins, groups } = mergePluginMetadata(metadata);
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(`BEGIN; ${schema}`);
    const addPlugin = database.prepare(`INSERT INTO "AvailablePluginBinaries" VALUES (?, ?, ?)`);
    for (const { name, target, version } of plugins) addPlugin.run(name, target, version);
    const addGroup = database.prepare(`INSERT INTO "AvailablePluginGroups" VALUES (?, ?, ?, ?)`);
    for (const { vendor, publisher, name, version } of groups) {
      addGroup.run(vendor, publisher, name, version);
    }
    database.exec("COMMIT");
    return serializeDatabase(database);
  } finally {
    database.close();
  }
}

/** Reads what `formatPluginMetadata` or the Tanzu CLI has made. @throws EngineError `bundle-document-invalid` */
export function parsePluginMetadata(content: Uint8Array): PluginMetadata {
  const rows = readDatabase(content, bounds, (tables) => ({
    plugins: tables.list("AvailablePluginBinaries", pluginRow),
    groups: tables.list("AvailablePluginGroups", groupRow),
  }));
  return mergePluginMetadata({
    plugins: rows.plugins.map(({ PluginName, Target, Version }) => ({
      name: PluginName,
      target: Target,
      version: Version,
    })),
    groups: rows.groups.map(({ Vendor, Publisher, GroupName, GroupVersion }) => ({
      vendor: Vendor,
      publisher: Publisher,
      name: GroupName,
      version: GroupVersion,
    })),
  });
}

/** All that stands in any of them, each once and in order. */
export function mergePluginMetadata(...all: readonly PluginMetadata[]): PluginMetadata {
  const plugins = all.flatMap((each) => each.plugins.map(pluginKey));
  const groups = all.flatMap((each) => each.groups.map(groupKey));
  return {
    plugins: unique(plugins, ([name = "", target = "", version = ""]) => ({ name, target, version })),
    groups: unique(groups, ([vendor = "", publisher = "", name = "", version = ""]) => ({
      ...{ vendor, publisher, name, version },
    })),
  };
}

/** Whether `metadata` has all that `part` has. */
export function includesPluginMetadata(metadata: PluginMetadata, part: PluginMetadata): boolean {
  const plugins = new Set(metadata.plugins.map(pluginKey));
  const groups = new Set(metadata.groups.map(groupKey));
  return (
    part.plugins.every((plugin) => plugins.has(pluginKey(plugin))) &&
    part.groups.every((group) => groups.has(groupKey(group)))
  );
}

function pluginKey({ name, target, version }: AvailablePlugin): string {
  return JSON.stringify([name, target, version]);
}

function groupKey({ vendor, publisher, name, version }: AvailableGroup): string {
  return JSON.stringify([vendor, publisher, name, version]);
}

function unique<Row>(keys: readonly string[], read: (fields: readonly string[]) => Row): Row[] {
  return [...new Set(keys)].sort().map((key) => read(JSON.parse(key) as string[]));
}
