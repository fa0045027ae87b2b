import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { serializeDatabase } from "#lib/engine/sqlite/serialize-database.ts";
import { buildFileImage } from "./file-image.ts";
import { pickLayerBytes, pseudoRandomBytes, type Recipe } from "./random.ts";
import type { SampleManifest } from "./sample-image.ts";
import { ownImage, type VendorImage } from "./vendor-lists.ts";

export const pluginGroup = {
  vendor: "vmware",
  publisher: "tkg",
  name: "default",
  version: "v2.5.4",
  description: "Plugins for TKG",
} as const;

/** What comes along whatever is chosen. */
export const essentialsGroup = {
  vendor: "vmware",
  publisher: "tanzucli",
  name: "essentials",
  version: "v1.0.0",
  description: "Essential plugins for the Tanzu CLI",
} as const;

/** Next to which the Tanzu CLI expects the plug-ins of an inventory. */
const pluginsRepository = "tanzu_cli/plugins";

const plugins = [
  {
    group: pluginGroup,
    name: "isolated-cluster",
    target: "global",
    version: "v0.32.5",
    recommended: "v0.32.5",
    description: "Prepopulating images/bundle for internet-restricted environments",
  },
  {
    group: pluginGroup,
    name: "package",
    target: "kubernetes",
    version: "v0.32.1",
    recommended: "v0.32.1",
    description: "Tanzu package management",
  },
  {
    group: pluginGroup,
    name: "telemetry",
    target: "global",
    version: "v0.32.5",
    recommended: "v1.1.0",
    description: "Configure cluster-wide settings for vmware tanzu telemetry",
  },
  {
    group: essentialsGroup,
    name: "telemetry",
    target: "global",
    version: "v1.1.0",
    recommended: "v1.1.0",
    description: "Configure cluster-wide settings for vmware tanzu telemetry",
  },
] as const;

const machines = [
  { os: "darwin", architecture: "amd64" },
  { os: "darwin", architecture: "arm64" },
  { os: "linux", architecture: "amd64" },
  { os: "windows", architecture: "amd64" },
] as const;

interface PluginBinary {
  readonly plugin: (typeof plugins)[number];
  readonly machine: (typeof machines)[number];
  readonly image: VendorImage;
}

const binaries: readonly PluginBinary[] = plugins.flatMap((plugin) =>
  machines.map((machine) => {
    const path = `${pluginGroup.vendor}/${pluginGroup.publisher}/${machine.os}/${machine.architecture}/${plugin.target}/${plugin.name}`;
    return { plugin, machine, image: ownImage(`${pluginsRepository}/${path}`, plugin.version) };
  }),
);

const inventoryImage = ownImage(`${pluginsRepository}/plugin-inventory`, "latest");

/** The images of the plug-ins, the inventory last. */
export function listPluginImages(): VendorImage[] {
  return [...binaries.map((binary) => binary.image), inventoryImage];
}

/** @throws Error for an image that `listPluginImages` does not name */
export function buildPluginImage(image: VendorImage, recipe: Recipe): SampleManifest {
  if (image.repository === inventoryImage.repository) {
    return buildFileImage([{ path: "plugin_inventory.db", content: buildInventory(recipe) }]);
  }
  const binary = binaries.find(
    (each) => each.image.repository === image.repository && each.image.tag === image.tag,
  );
  if (!binary) throw new Error(`not a plug-in: ${image.repository}`);
  return buildFileImage([
    {
      path: `tanzu-${binary.plugin.name}-${binary.machine.os}_${binary.machine.architecture}${binary.machine.os === "windows" ? ".exe" : ""}`,
      content: binaryContent(binary, recipe),
      executable: true,
    },
  ]);
}

function binaryContent({ image }: PluginBinary, recipe: Recipe) {
  const seed = `${recipe.seed}/${image.repository}:${image.tag}`;
  return { seed, sizeBytes: pickLayerBytes(seed, recipe.scale) };
}

function digestBinary(binary: PluginBinary, recipe: Recipe): string {
  const { seed, sizeBytes } = binaryContent(binary, recipe);
  const hash = createHash("sha256");
  for (const chunk of pseudoRandomBytes(seed, sizeBytes)) hash.update(chunk);
  return hash.digest("hex");
}

// The schema of the plug-in inventory of tanzu-cli 1.x.
const inventorySchema = `
CREATE TABLE IF NOT EXISTS "PluginBinaries" (
  "PluginName" TEXT NOT NULL, "Target" TEXT NOT NULL, "RecommendedVersion" TEXT NOT NULL, "Version" TEXT NOT NULL,
  "Hidden" TEXT NOT NULL, "Description" TEXT NOT NULL, "Publisher" TEXT NOT NULL, "Vendor" TEXT NOT NULL,
  "OS" TEXT NOT NULL, "Architecture" TEXT NOT NULL, "Digest" TEXT NOT NULL, "URI" TEXT NOT NULL,
  PRIMARY KEY ("PluginName", "Target", "Version", "OS", "Architecture")
);
CREATE TABLE IF NOT EXISTS "PluginGroups" (
  "Vendor" TEXT NOT NULL, "Publisher" TEXT NOT NULL, "GroupName" TEXT NOT NULL, "GroupVersion" TEXT NOT NULL,
  "Description" TEXT NOT NULL, "PluginName" TEXT NOT NULL, "Target" TEXT NOT NULL, "PluginVersion" TEXT NOT NULL,
  "Mandatory" TEXT NOT NULL, "Hidden" TEXT NOT NULL,
  PRIMARY KEY ("Vendor", "Publisher", "GroupName", "GroupVersion", "PluginName", "Target")
);`;

function buildInventory(recipe: Recipe): Uint8Array {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec(inventorySchema);
    const { vendor, publisher } = pluginGroup;
    const addBinary = database.prepare(
      `INSERT INTO "PluginBinaries" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const binary of binaries) {
      const { plugin, machine, image } = binary;
      // Relative to the folder of the inventory, so that it holds wherever both are copied.
      const uri = `${image.repository.slice(pluginsRepository.length + 1)}:${image.tag}`;
      addBinary.run(
        ...[plugin.name, plugin.target, plugin.recommended, plugin.version, "false", plugin.description],
        ...[publisher, vendor, machine.os, machine.architecture, digestBinary(binary, recipe), uri],
      );
    }
    const addToGroup = database.prepare(`INSERT INTO "PluginGroups" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
    for (const { group, name, target, version } of plugins) {
      addToGroup.run(
        ...[group.vendor, group.publisher, group.name, group.version, group.description],
        ...[name, target, version, "true", "false"],
      );
    }
    return serializeDatabase(database);
  } finally {
    database.close();
  }
}
