import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { extract } from "tar-stream";
import { expect, test } from "vitest";
import type { SampleManifest } from "./sample-image.ts";
import { buildPluginImage, listPluginImages } from "./tanzu-plugins.ts";

const recipe = { seed: "drayage", scale: 0.01 };

async function readOnlyFile(image: SampleManifest): Promise<{ name: string; bytes: Buffer }> {
  const layer = Buffer.concat([...(image.blobs[1]?.content() ?? [])]);
  for await (const entry of Readable.from([gunzipSync(layer)]).pipe(extract())) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(Buffer.from(chunk as Uint8Array));
    return { name: entry.header.name, bytes: Buffer.concat(chunks) };
  }
  throw new Error("an empty layer");
}

test("the inventory opens and its rows point at plug-ins that exist", async () => {
  const images = listPluginImages();
  const inventory = images.at(-1);
  if (!inventory) throw new Error("no inventory");
  expect(`${inventory.repository}:${inventory.tag}`).toBe("tanzu_cli/plugins/plugin-inventory:latest");
  const file = await readOnlyFile(buildPluginImage(inventory, recipe));
  expect(file.name).toBe("plugin_inventory.db");

  const database = new DatabaseSync(":memory:");
  database.deserialize(file.bytes);
  expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  const rows = database.prepare('SELECT * FROM "PluginBinaries"').all();
  expect(rows).toHaveLength(16);
  expect(new Set(rows.map((row) => row.PluginName))).toEqual(
    new Set(["isolated-cluster", "package", "telemetry"]),
  );
  for (const row of rows) {
    const image = images.find(
      ({ repository, tag }) => `${repository}:${tag}` === `tanzu_cli/plugins/${String(row.URI)}`,
    );
    if (!image) throw new Error(`no image at ${String(row.URI)}`);
    const binary = await readOnlyFile(buildPluginImage(image, recipe));
    expect(createHash("sha256").update(binary.bytes).digest("hex")).toBe(row.Digest);
  }
  const group = database.prepare('SELECT * FROM "PluginGroups"').all();
  const named = group.map((row) =>
    [row.GroupName, row.GroupVersion, row.PluginName, row.PluginVersion].map(String).join(" "),
  );
  expect(named).toEqual([
    "default v2.5.4 isolated-cluster v0.32.5",
    "default v2.5.4 package v0.32.1",
    "default v2.5.4 telemetry v0.32.5",
    "essentials v1.0.0 telemetry v1.1.0",
  ]);
  database.close();
});
