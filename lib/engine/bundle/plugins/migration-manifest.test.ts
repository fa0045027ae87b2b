import fc from "fast-check";
import { expect, test } from "vitest";
import { EngineError } from "../../oci/errors.ts";
import { parseRepository, parseTag } from "../../oci/reference.ts";
import {
  formatMigrationManifest,
  parseMigrationManifest,
  type MigrationManifest,
} from "./migration-manifest.ts";

const written = `relativeInventoryImagePathWithTag: /plugin-inventory:latest
inventoryMetadataImage:
  sourceFilePath: plugin_inventory_metadata.db
  relativeImagePathWithTag: /plugin-inventory-metadata:latest
imagesToCopy:
  - sourceTarFilePath: plugin-inventory-image.tar.gz
    relativeImagePath: /plugin-inventory
  - sourceTarFilePath: telemetry-global-linux_amd64-v1.1.0.tar.gz
    relativeImagePath: /vmware/tkg/linux/amd64/global/telemetry
`;
const parsed: MigrationManifest = {
  inventory: { repository: parseRepository("plugin-inventory"), tag: parseTag("latest") },
  metadata: {
    repository: parseRepository("plugin-inventory-metadata"),
    tag: parseTag("latest"),
    file: "plugin_inventory_metadata.db",
  },
  images: [
    { file: "plugin-inventory-image.tar.gz", repository: parseRepository("plugin-inventory") },
    {
      file: "telemetry-global-linux_amd64-v1.1.0.tar.gz",
      repository: parseRepository("vmware/tkg/linux/amd64/global/telemetry"),
    },
  ],
};

test("is written as the Tanzu CLI writes it", () => {
  expect(formatMigrationManifest(parsed)).toBe(written);
});

test("is read as the Tanzu CLI writes it, however it indents", () => {
  expect(parseMigrationManifest(Buffer.from(written))).toEqual(parsed);
  expect(parseMigrationManifest(Buffer.from(written.replaceAll("\n  ", "\n    ")))).toEqual(parsed);
});

test.each([
  ["no YAML", "a: [", ""],
  ["a list", "- a", ""],
  [
    "without the inventory",
    written.replace("relativeInventory", "other"),
    "relativeInventoryImagePathWithTag",
  ],
  [
    "with an inventory without a tag",
    written.replace("inventory:latest", "inventory"),
    "relativeInventoryImagePathWithTag",
  ],
  ["without images", written.slice(0, written.indexOf("imagesToCopy")), "imagesToCopy"],
  ["with a path that climbs", written.replace("/vmware/tkg", "/../tkg"), "imagesToCopy.1.relativeImagePath"],
  ["with a path of two slashes", written.replace("/vmware/tkg", "//tkg"), "imagesToCopy.1.relativeImagePath"],
  ["with an alias", `${written}other: &a [b]\nagain: *a\n`, ""],
])("is refused %s", (_what, text, field) => {
  try {
    parseMigrationManifest(Buffer.from(text));
  } catch (error) {
    expect(error).toMatchObject({
      code: "bundle-document-invalid",
      facts: { file: "plugin_migration_manifest.yaml", field },
    });
    return;
  }
  throw new Error("it was read");
});

test("whatever it is, it is read or refused", () => {
  fc.assert(
    fc.property(fc.nat(written.length), fc.string({ maxLength: 6 }), fc.nat(20), (at, inserted, dropped) => {
      const text = `${written.slice(0, at)}${inserted}${written.slice(at + dropped)}`;
      try {
        const { images } = parseMigrationManifest(Buffer.from(text));
        for (const { repository } of images) expect(parseRepository(repository)).toBe(repository);
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
      }
    }),
    { numRuns: 300 },
  );
});
