import { z } from "zod";
import type { ContentSource } from "#lib/engine/mirror/content.ts";
import { readImageFile, type StoredImage } from "#lib/engine/mirror/image-file.ts";
import type { Digest } from "#lib/engine/oci/digest.ts";
import { columnText, readDatabase } from "#lib/engine/sqlite/read-database.ts";

/** A version of a plug-in. */
export interface PluginVersion {
  readonly name: string;
  /** What it manages: `global`, `kubernetes`, `mission-control`, `operations`; as the inventory writes it. */
  readonly target: string;
  readonly version: string;
}

/** A plug-in for one kind of machine. */
export interface PluginBinary extends PluginVersion {
  /** As Go names it, `linux` say. */
  readonly os: string;
  readonly architecture: string;
  /** SHA-256 of the program in the image, hexadecimal. */
  readonly sha256: string;
  /** Of the image: `repository:tag` or `repository@digest`, relative to the inventory's folder; not parsed yet. */
  readonly uri: string;
  readonly description: string;
  /** What the inventory recommends of this plug-in; often empty, and then the newest is meant. */
  readonly recommendedVersion: string;
}

/** A version of a group of plug-ins. */
export interface PluginGroup {
  readonly vendor: string;
  readonly publisher: string;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  /** Their versions may be shortened: `v1.2` stands for the newest `v1.2.x`. */
  readonly plugins: readonly PluginVersion[];
}

/** What a plug-in repository offers. Plug-ins and groups that the Tanzu CLI hides are among it, as when it downloads. */
export interface PluginInventory {
  readonly binaries: readonly PluginBinary[];
  readonly groups: readonly PluginGroup[];
}

const inventoryFile = "plugin_inventory.db";
const bounds = { file: inventoryFile, maxBytes: 64 * 1024 * 1024, maxRows: 200_000 };
const maxLayerBytes = 256 * 1024 * 1024;

const binaryRow = z.object({
  PluginName: columnText.min(1),
  Target: columnText,
  RecommendedVersion: columnText,
  Version: columnText.min(1),
  Description: columnText,
  OS: columnText.min(1),
  Architecture: columnText.min(1),
  Digest: columnText,
  URI: columnText.min(1),
});

const groupRow = z.object({
  Vendor: columnText.min(1),
  Publisher: columnText.min(1),
  GroupName: columnText.min(1),
  GroupVersion: columnText.min(1),
  Description: columnText,
  PluginName: columnText.min(1),
  Target: columnText,
  PluginVersion: columnText.min(1),
});

/**
 * Reads the database of a plug-in repository.
 *
 * https://github.com/vmware-tanzu/tanzu-cli/blob/main/pkg/plugininventory/data/sqlite/create_tables.sql
 *
 * @throws EngineError `bundle-document-invalid`, with `field` where a table or column is at fault
 */
export function parsePluginInventory(database: Uint8Array): PluginInventory {
  const { binaries, groups } = readDatabase(database, bounds, (tables) => ({
    binaries: tables.list("PluginBinaries", binaryRow),
    groups: tables.list("PluginGroups", groupRow),
  }));
  return {
    binaries: binaries.map((row) => ({
      name: row.PluginName,
      target: row.Target,
      version: row.Version,
      os: row.OS,
      architecture: row.Architecture,
      sha256: row.Digest,
      uri: row.URI,
      description: row.Description,
      recommendedVersion: row.RecommendedVersion,
    })),
    groups: gatherGroups(groups),
  };
}

/** A row is a plug-in of a group. */
function gatherGroups(rows: readonly z.output<typeof groupRow>[]): PluginGroup[] {
  const groups = new Map<string, PluginGroup & { plugins: PluginVersion[] }>();
  for (const row of rows) {
    const { Vendor: vendor, Publisher: publisher, GroupName: name, GroupVersion: version } = row;
    const key = JSON.stringify([vendor, publisher, name, version]);
    const group = groups.get(key) ?? {
      ...{ vendor, publisher, name, version },
      description: row.Description,
      plugins: [],
    };
    groups.set(key, group);
    group.plugins.push({ name: row.PluginName, target: row.Target, version: row.PluginVersion });
  }
  return [...groups.values()];
}

/**
 * Fetches the inventory image of a plug-in repository and reads it.
 *
 * @param image the tag `latest` of `tanzu_cli/plugins/plugin-inventory`, say
 * @returns the inventory, and the image's digest, so that exactly this one is exported
 * @throws EngineError as the source does; `image-file-missing` when the image has no inventory, `image-file-invalid` or
 * `bundle-document-invalid` when it has a damaged one
 */
export async function fetchPluginInventory(
  source: Pick<ContentSource, "fetchManifest" | "openBlob">,
  image: StoredImage,
  signal?: AbortSignal,
): Promise<{ readonly inventory: PluginInventory; readonly digest: Digest }> {
  const limits = { maxFileBytes: bounds.maxBytes, maxLayerBytes };
  const { content, digest } = await readImageFile(source, image, inventoryFile, { limits, signal });
  return { inventory: parsePluginInventory(content), digest };
}
