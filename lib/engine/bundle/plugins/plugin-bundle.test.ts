import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { buffer } from "node:stream/consumers";
import { createGunzip, gunzipSync, gzipSync } from "node:zlib";
import { extract, pack, type Header } from "tar-stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse as parseYaml, stringify as stringifyYaml } from "yaml";
import { buildFileImage } from "#lib/demo/file-image.ts";
import { fetchPluginInventory } from "#lib/domain/catalog/plugin-inventory.ts";
import { buildImgpkgTar } from "#lib/testing/imgpkg-tar.ts";
import { startMemoryRegistry, type MemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { startPluginSource, writeLayout, type PluginSource } from "#lib/testing/plugin-source.ts";
import { createMirrorSession, createRegistryTarget } from "../../mirror/index.ts";
import { digestBytes } from "../../oci/digest.ts";
import { parseRegistryHost, parseRepository } from "../../oci/reference.ts";
import { createRegistryClient } from "../../oci/registry-client.ts";
import { measureLayout } from "../export-layout.ts";
import { toMirrorItem } from "../import-images.ts";
import { openPluginBundle, type OpenPluginBundle } from "./open-plugin-bundle.ts";
import type { PluginMetadata } from "./plugin-metadata.ts";
import { publishPluginMetadata } from "./publish-plugin-metadata.ts";

const groupChoice = {
  groups: ["vmware-tkg/default:v2.5.4"],
  machines: [{ os: "linux", architecture: "amd64" }],
};
const folderOf = "tanzu_cli/plugins";

let source: PluginSource;
let folder: string;
const ends: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  source = await startPluginSource();
});
afterAll(() => source.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "drayage-plugins-"));
  ends.push(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function startTarget() {
  const registry = await startMemoryRegistry();
  const client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    plainHttp: true,
    access: "pull,push",
  });
  ends.push(
    () => registry.stop(),
    () => client.close(),
  );
  return { registry, target: createRegistryTarget(client) };
}

async function openBundle(path: string, scratchFolder?: string): Promise<OpenPluginBundle> {
  const bundle = await openPluginBundle(path, { scratchFolder });
  ends.push(() => bundle.close());
  return bundle;
}

const base = parseRepository("mirror");

async function importBundle(
  bundle: OpenPluginBundle,
  target: Awaited<ReturnType<typeof startTarget>>["target"],
) {
  const session = createMirrorSession({ source: bundle.source, target, scope: bundle.scope });
  for (const image of bundle.images) await session.copy(toMirrorItem(image, base));
  const { repository, tag, content } = bundle.metadata;
  const place = { repository: parseRepository(`${base}/${repository}`), tag };
  return publishPluginMetadata({ target, ...place, added: content, settleMs: 1 });
}

/** What the Tanzu CLI shows: what of the inventory stands in the metadata, too. */
async function listShown(
  target: Awaited<ReturnType<typeof startTarget>>["target"],
  bundle: OpenPluginBundle,
  metadata: PluginMetadata,
) {
  const { repository, tag } = bundle.inventory;
  const place = { repository: parseRepository(`${base}/${repository}`), reference: tag };
  const { inventory } = await fetchPluginInventory(target.contents, place);
  const known = new Set(metadata.plugins.map((plugin) => JSON.stringify(plugin)));
  return inventory.binaries.filter(({ name, target, version }) =>
    known.has(JSON.stringify({ name, target, version })),
  );
}

async function listEntries(path: string): Promise<{ header: Header; content: Buffer }[]> {
  const entries: { header: Header; content: Buffer }[] = [];
  const bytes = createReadStream(path);
  const unpacked = path.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
  for await (const entry of unpacked.pipe(extract())) {
    entries.push({ header: entry.header, content: await buffer(entry) });
  }
  return entries;
}

function expectSameImages(registry: MemoryRegistry, bundle: OpenPluginBundle): void {
  expect(bundle.images.length).toBeGreaterThan(1);
  for (const { repository, tag, digest } of bundle.images) {
    expect(source.registry.findTag(repository, tag ?? "")).toBe(digest);
    expect(registry.findTag(`${base}/${repository}`, tag ?? "")).toBe(digest);
  }
}

describe("the demo's inventory", () => {
  test("has a group of three plug-ins, and one that always comes along, each for four kinds of machines", async () => {
    const { binaries, plugins, groups, missing } = await source.choose({ groups: ["vmware-tkg/default"] });
    expect(groups).toMatchObject([
      { vendor: "vmware", publisher: "tanzucli", name: "essentials", version: "v1.0.0" },
      { vendor: "vmware", publisher: "tkg", name: "default", version: "v2.5.4" },
    ]);
    expect(plugins.map(({ name, version }) => `${name} ${version}`)).toEqual([
      "isolated-cluster v0.32.5",
      "package v0.32.1",
      "telemetry v0.32.5",
      "telemetry v1.1.0",
    ]);
    expect(missing).toEqual([]);
    expect(binaries).toHaveLength(16);
    for (const { image, os, architecture, target, name, version } of binaries) {
      expect(image).toEqual({
        repository: `vmware/tkg/${os}/${architecture}/${target}/${name}`,
        tag: version,
      });
      expect(source.registry.findTag(`${folderOf}/${image.repository}`, image.tag ?? "")).not.toBeNull();
    }
  });

  test("is chosen from by plug-in, version and machine", async () => {
    const machines = [
      { os: "darwin", architecture: "arm64" },
      { os: "windows", architecture: "amd64" },
    ];
    const chosen = await source.choose({ plugins: ["package@k8s:v0.32", "telemetry:v0"], machines });
    expect(chosen.binaries.map(({ image }) => `${image.repository}:${image.tag ?? ""}`)).toEqual([
      "vmware/tkg/darwin/arm64/kubernetes/package:v0.32.1",
      "vmware/tkg/windows/amd64/kubernetes/package:v0.32.1",
      "vmware/tkg/darwin/arm64/global/telemetry:v0.32.5",
      "vmware/tkg/windows/amd64/global/telemetry:v0.32.5",
      "vmware/tkg/darwin/arm64/global/telemetry:v1.1.0",
      "vmware/tkg/windows/amd64/global/telemetry:v1.1.0",
    ]);
    expect(chosen.groups.map(({ name }) => name)).toEqual(["essentials"]);
  });
});

describe.each(["plugin-bundle.tar", "plugin-bundle.tar.gz"])("%s", (name) => {
  test("carries a group from one registry to another", async () => {
    const layout = await source.layOut(name, groupChoice);
    await writeLayout(folder, layout, source.source);
    expect(await readdir(folder)).toEqual([name]);
    const bundle = await openBundle(join(folder, name));
    expect(bundle.files).toEqual([{ name, sizeBytes: (await stat(join(folder, name))).size }]);
    expect(await bundle.check()).toEqual([]);
    expect(bundle.images.map(({ repository }) => repository)).toEqual([
      `${folderOf}/plugin-inventory`,
      `${folderOf}/vmware/tkg/linux/amd64/global/isolated-cluster`,
      `${folderOf}/vmware/tkg/linux/amd64/kubernetes/package`,
      `${folderOf}/vmware/tkg/linux/amd64/global/telemetry`,
      `${folderOf}/vmware/tkg/linux/amd64/global/telemetry`,
    ]);
    const { registry, target } = await startTarget();
    const { metadata } = await importBundle(bundle, target);
    expectSameImages(registry, bundle);
    const signature = `${source.inventoryDigest.replace(":", "-")}.sig`;
    expect(registry.findTag(`${base}/${folderOf}/plugin-inventory`, signature)).toBe(
      source.registry.findTag(`${folderOf}/plugin-inventory`, signature),
    );
    expect(registry.listTags(`${base}/${folderOf}/plugin-inventory-metadata`)).toEqual(["latest"]);
    expect(metadata.groups).toEqual([
      { vendor: "vmware", publisher: "tanzucli", name: "essentials", version: "v1.0.0" },
      { vendor: "vmware", publisher: "tkg", name: "default", version: "v2.5.4" },
    ]);
    expect(await registry.verifyAll()).toMatchObject({ problems: [] });
  });

  test("is what the Tanzu CLI unpacks", async () => {
    await writeLayout(folder, await source.layOut(name, groupChoice), source.source);
    const [root, ...entries] = await listEntries(join(folder, name));
    // Its unpacking makes no other folders than these.
    expect(root?.header).toMatchObject({ name: "plugin_bundle/", type: "directory", mode: 0o755 });
    const plugins = [
      "isolated-cluster-global-linux_amd64-v0.32.5.tar.gz",
      "package-kubernetes-linux_amd64-v0.32.1.tar.gz",
      "telemetry-global-linux_amd64-v0.32.5.tar.gz",
      "telemetry-global-linux_amd64-v1.1.0.tar.gz",
    ];
    expect(entries.map(({ header }) => header.name)).toEqual(
      [
        "plugin_migration_manifest.yaml",
        "plugin_inventory_metadata.db",
        "plugin-inventory-image.tar.gz",
        ...plugins,
      ].map((file) => `plugin_bundle/${file}`),
    );
    const [manifest, metadata, inventory] = entries;
    expect(parseYaml(manifest?.content.toString() ?? "")).toEqual({
      relativeInventoryImagePathWithTag: "/plugin-inventory:latest",
      inventoryMetadataImage: {
        sourceFilePath: "plugin_inventory_metadata.db",
        relativeImagePathWithTag: "/plugin-inventory-metadata:latest",
      },
      imagesToCopy: [
        { sourceTarFilePath: "plugin-inventory-image.tar.gz", relativeImagePath: "/plugin-inventory" },
        {
          sourceTarFilePath: plugins[0],
          relativeImagePath: "/vmware/tkg/linux/amd64/global/isolated-cluster",
        },
        { sourceTarFilePath: plugins[1], relativeImagePath: "/vmware/tkg/linux/amd64/kubernetes/package" },
        { sourceTarFilePath: plugins[2], relativeImagePath: "/vmware/tkg/linux/amd64/global/telemetry" },
        { sourceTarFilePath: plugins[3], relativeImagePath: "/vmware/tkg/linux/amd64/global/telemetry" },
      ],
    });
    const database = new DatabaseSync(":memory:");
    database.deserialize(metadata?.content ?? Buffer.alloc(0));
    expect(
      database
        .prepare("SELECT * FROM AvailablePluginBinaries")
        .all()
        .map((row) => ({ ...row })),
    ).toEqual([
      { PluginName: "isolated-cluster", Target: "global", Version: "v0.32.5" },
      { PluginName: "package", Target: "kubernetes", Version: "v0.32.1" },
      { PluginName: "telemetry", Target: "global", Version: "v0.32.5" },
      { PluginName: "telemetry", Target: "global", Version: "v1.1.0" },
    ]);
    expect(
      database
        .prepare("SELECT * FROM AvailablePluginGroups")
        .all()
        .map((row) => ({ ...row })),
    ).toEqual([
      { Vendor: "vmware", Publisher: "tanzucli", GroupName: "essentials", GroupVersion: "v1.0.0" },
      { Vendor: "vmware", Publisher: "tkg", GroupName: "default", GroupVersion: "v2.5.4" },
    ]);
    database.close();
    // Not packed, whatever its name says, and with the signature: imgpkg puts both into the same repository.
    const inner = extract();
    inner.end(inventory?.content);
    const files = [];
    for await (const entry of inner) files.push([entry.header.name, await buffer(entry)] as const);
    const [[first, list] = ["", Buffer.alloc(0)], ...layers] = files;
    expect(first).toBe("manifest.json");
    const records = JSON.parse(list.toString()) as { Image: { Tag: string } }[];
    expect(records.map(({ Image }) => Image.Tag).sort()).toEqual([
      "latest",
      `${source.inventoryDigest.replace(":", "-")}.sig`,
    ]);
    for (const [layer, content] of layers) {
      expect(layer).toBe(`${digestBytes(content).replace(":", "-")}.tar.gz`);
    }
    expect(layers).toHaveLength(2);
  });
});

describe("packing", () => {
  const name = "plugins.tar.gz";

  test("that was cut short is done again, and nothing is fetched for it", async () => {
    const layout = await source.layOut(name, groupChoice);
    const [{ sizeBytes } = { sizeBytes: 0 }] = layout.files;
    expect(measureLayout(layout)).toBe(2 * sizeBytes);
    // Nothing can be written under that name.
    await mkdir(join(folder, `${name}.partial`));
    await expect(writeLayout(folder, layout, source.source)).rejects.toMatchObject({
      code: "disk-failed",
      facts: { operation: "write-file", file: name },
    });
    const left = await readdir(folder);
    expect(left).toContain("plugins.tar");
    expect(left).not.toContain(name);
    await rm(join(folder, `${name}.partial`), { recursive: true });
    // As a process that was killed leaves it.
    await writeFile(join(folder, `${name}.partial`), "half of it");

    expect(await writeLayout(folder, layout, source.source)).toBe(0);
    expect(await readdir(folder)).toEqual([name]);
    expect(await (await openBundle(join(folder, name))).check()).toEqual([]);
  });

  test("makes the same tar as without", async () => {
    const plain = await mkdtemp(join(folder, "plain-"));
    const packed = await mkdtemp(join(folder, "packed-"));
    await writeLayout(plain, await source.layOut("plugins.tar", groupChoice), source.source);
    await writeLayout(packed, await source.layOut(name, groupChoice), source.source);
    const [one, other] = [await readFile(join(plain, "plugins.tar")), await readFile(join(packed, name))];
    expect(gunzipSync(other).equals(one)).toBe(true);
  });
});

test("what an earlier import brought is kept and shown, and nothing else of the inventory", async () => {
  const { target } = await startTarget();
  const machines = groupChoice.machines;
  const [one, other] = ["package", "telemetry@global:v0"].map((plugin) => ({ plugins: [plugin], machines }));
  for (const [at, choice] of [one, other].entries()) {
    await writeLayout(
      join(folder, String(at)),
      await source.layOut("plugins.tar", choice ?? {}),
      source.source,
    );
  }
  const [first, second] = [
    await openBundle(join(folder, "0", "plugins.tar")),
    await openBundle(join(folder, "1", "plugins.tar")),
  ];
  await importBundle(first, target);
  const { metadata } = await importBundle(second, target);
  const shown = await listShown(target, second, metadata);
  expect([...new Set(shown.map(({ name, version }) => `${name} ${version}`))]).toEqual([
    "package v0.32.1",
    "telemetry v0.32.5",
    "telemetry v1.1.0",
  ]);
});

/** A bundle put together by what is known of the format, not by the code that is tested. */
async function buildForeignBundle(
  change: (files: Map<string, Buffer>) => void = () => undefined,
): Promise<Buffer> {
  const image = (text: string) => buildFileImage([{ path: "plugin", content: text.repeat(2000) }]);
  const tarOf = (text: string, path: string, tag: string) =>
    buildImgpkgTar([{ manifest: image(text), from: `projects.example.com/tanzu_cli/plugins/${path}`, tag }]);
  const database = new DatabaseSync(":memory:");
  database.exec(`
    CREATE TABLE IF NOT EXISTS "AvailablePluginBinaries" ("PluginName" TEXT NOT NULL, "Target" TEXT NOT NULL,
      "Version" TEXT NOT NULL, PRIMARY KEY("PluginName", "Target", "Version"));
    CREATE TABLE IF NOT EXISTS "AvailablePluginGroups" ("Vendor" TEXT NOT NULL, "Publisher" TEXT NOT NULL,
      "GroupName" TEXT NOT NULL, "GroupVersion" TEXT NOT NULL,
      PRIMARY KEY("Vendor", "Publisher", "GroupName", "GroupVersion"));
    INSERT INTO AvailablePluginBinaries VALUES ('telemetry', 'global', 'v1.1.0');
    INSERT INTO AvailablePluginGroups VALUES ('vmware', 'tkg', 'default', 'v2.3.1');`);
  const metadata = Buffer.from(database.serialize());
  database.close();
  const telemetry = "vmware/tkg/linux/amd64/global/telemetry";
  const files = new Map([
    ["plugin-inventory-image.tar.gz", tarOf("inventory", "plugin-inventory", "latest")],
    ["plugin_inventory_metadata.db", metadata],
    [
      "plugin_migration_manifest.yaml",
      Buffer.from(
        stringifyYaml({
          relativeInventoryImagePathWithTag: "/plugin-inventory:latest",
          inventoryMetadataImage: {
            sourceFilePath: "plugin_inventory_metadata.db",
            relativeImagePathWithTag: "/plugin-inventory-metadata:latest",
          },
          imagesToCopy: [
            { sourceTarFilePath: "plugin-inventory-image.tar.gz", relativeImagePath: "/plugin-inventory" },
            {
              sourceTarFilePath: "telemetry-global-linux_amd64-v1.1.0.tar.gz",
              relativeImagePath: `/${telemetry}`,
            },
          ],
        }),
      ),
    ],
    ["telemetry-global-linux_amd64-v1.1.0.tar.gz", tarOf("telemetry", telemetry, "v1.1.0")],
  ]);
  change(files);
  const archive = pack();
  archive.entry({ name: "plugin_bundle", type: "directory" });
  for (const [name, content] of files) archive.entry({ name: `plugin_bundle/${name}` }, content);
  archive.finalize();
  return buffer(archive);
}

async function openForeign(content: Buffer, name = "bundle.tar"): Promise<OpenPluginBundle> {
  await writeFile(join(folder, name), content);
  return openBundle(join(folder, name));
}

describe("a bundle of another's making", () => {
  test.each([
    ["plain", "bundle.tar"],
    ["packed", "bundle.tar.gz"],
    // A browser may have unpacked it, or somebody renamed it.
    ["packed in spite of its name", "bundle.tar"],
  ])("is read, %s", async (how, name) => {
    const content = await buildForeignBundle();
    const bundle = await openForeign(how === "plain" ? content : gzipSync(content), name);
    expect(await readdir(folder)).toEqual([name]);
    expect(bundle.images).toMatchObject([
      {
        repository: `${folderOf}/plugin-inventory`,
        tag: "latest",
        original: "projects.example.com/tanzu_cli/plugins/plugin-inventory:latest",
      },
      { repository: `${folderOf}/vmware/tkg/linux/amd64/global/telemetry`, tag: "v1.1.0" },
    ]);
    expect(bundle.inventory).toEqual({ repository: `${folderOf}/plugin-inventory`, tag: "latest" });
    expect(bundle.metadata).toMatchObject({
      repository: `${folderOf}/plugin-inventory-metadata`,
      tag: "latest",
      content: {
        plugins: [{ name: "telemetry", target: "global", version: "v1.1.0" }],
        groups: [{ vendor: "vmware", publisher: "tkg", name: "default", version: "v2.3.1" }],
      },
    });
    expect(Buffer.from(bundle.metadata.database).subarray(0, 15).toString()).toBe("SQLite format 3");
    expect(await bundle.check()).toEqual([]);
    const { registry, target } = await startTarget();
    await importBundle(bundle, target);
    for (const { repository, tag, digest } of bundle.images) {
      expect(registry.findTag(`${base}/${repository}`, tag ?? "")).toBe(digest);
    }
  });

  test("with a tar that lacks, or is none, or has lost a layer: each is said, and the rest is there", async () => {
    const tar = "telemetry-global-linux_amd64-v1.1.0.tar.gz";
    const missing = await openForeign(await buildForeignBundle((files) => files.delete(tar)));
    expect(missing.images).toHaveLength(1);
    expect(await missing.check()).toMatchObject([
      { code: "bundle-file-missing", facts: { file: `plugin_bundle/${tar}` } },
    ]);
    const other = await openForeign(
      await buildForeignBundle((files) => files.set(tar, Buffer.alloc(5000, "x"))),
    );
    expect(await other.check()).toMatchObject([
      { code: "tar-invalid", facts: { file: "bundle.tar", tarProblem: "not-a-tar" } },
    ]);
    let offset = -1;
    const content = await buildForeignBundle((files) => {
      const found = files.get(tar);
      offset = found?.indexOf("sha256-") ?? -1;
      // imgpkg fills a tar with zeros first.
      found?.fill(0, offset + 512, offset + 1024);
    });
    const zeroed = await openForeign(content);
    const [finding] = await zeroed.check();
    expect(finding).toMatchObject({ code: "bundle-content-damaged", facts: { file: "bundle.tar" } });
    expect(offset).toBeGreaterThan(0);
    expect(
      content.subarray(finding?.facts.offset, (finding?.facts.offset ?? 0) + 512).every((byte) => byte === 0),
    ).toBe(true);
  });

  test.each([
    [
      "without the file that says what it is",
      "bundle-not-recognized",
      (files: Map<string, Buffer>) => files.delete("plugin_migration_manifest.yaml"),
    ],
    [
      "without the metadata",
      "bundle-file-missing",
      (files: Map<string, Buffer>) => files.delete("plugin_inventory_metadata.db"),
    ],
    [
      "with metadata that is no database",
      "bundle-document-invalid",
      (files: Map<string, Buffer>) => files.set("plugin_inventory_metadata.db", Buffer.from("none")),
    ],
    [
      "with an image that leads out of the base",
      "bundle-document-invalid",
      (files: Map<string, Buffer>) => {
        const manifest = files.get("plugin_migration_manifest.yaml")?.toString() ?? "";
        files.set(
          "plugin_migration_manifest.yaml",
          Buffer.from(manifest.replace("/vmware/tkg", "/../../etc")),
        );
      },
    ],
  ])("is refused %s", async (_what, code, change) => {
    const content = await buildForeignBundle((files) => void change(files));
    await expect(openForeign(content)).rejects.toMatchObject({ code });
  });
});

describe("a packed bundle", () => {
  test("that is damaged or cut short is refused, and leaves nothing behind", async () => {
    const packed = gzipSync(await buildForeignBundle());
    const damaged = Buffer.from(packed);
    damaged.writeUInt8((damaged[damaged.byteLength >> 1] ?? 0) ^ 1, damaged.byteLength >> 1);
    for (const content of [damaged, packed.subarray(0, -9), packed.subarray(0, 100)]) {
      await expect(openForeign(content, "bundle.tar.gz")).rejects.toMatchObject({
        code: "bundle-file-different",
        facts: { file: "bundle.tar.gz" },
      });
      expect(await readdir(folder)).toEqual(["bundle.tar.gz"]);
    }
  });

  test("that unpacks to more than any bundle is refused", async () => {
    const content = gzipSync(Buffer.alloc(80 * 1024 * 1024));
    await expect(openForeign(content, "bundle.tar.gz")).rejects.toMatchObject({
      code: "bundle-document-invalid",
      facts: { limit: 64 * 1024 * 1024 },
    });
  });

  test("needs room for what it says to hold", async () => {
    const path = join(folder, "bundle.tar.gz");
    await writeFile(path, gzipSync(await buildForeignBundle()));
    const handle = await open(path, "r+");
    // A file with a hole is as large as it says, and takes no room.
    const { size } = await handle.stat();
    await handle.truncate(2 ** 43);
    await handle.close();
    expect(size).toBeLessThan(2 ** 20);
    await expect(openBundle(path)).rejects.toMatchObject({ code: "disk-full" });
  });

  test("is unpacked where it is told to be", async () => {
    await writeFile(join(folder, "bundle.tar.gz"), gzipSync(await buildForeignBundle()));
    const nowhere = join(folder, "nowhere");
    await expect(openBundle(join(folder, "bundle.tar.gz"), nowhere)).rejects.toMatchObject({
      code: "disk-failed",
    });
    const scratch = await mkdtemp(join(folder, "scratch-"));
    expect(await (await openBundle(join(folder, "bundle.tar.gz"), scratch)).check()).toEqual([]);
  });
});
