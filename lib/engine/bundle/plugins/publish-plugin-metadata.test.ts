import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, test } from "vitest";
import { buildFileImage } from "#lib/demo/file-image.ts";
import { startMemoryRegistry, type MemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import type { ContentTarget } from "../../mirror/content.ts";
import { readImageFile } from "../../mirror/image-file.ts";
import { createRegistryTarget } from "../../mirror/index.ts";
import { parseRegistryHost, parseRepository, parseTag } from "../../oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "../../oci/registry-client.ts";
import { formatPluginMetadata, parsePluginMetadata, type PluginMetadata } from "./plugin-metadata.ts";
import { publishPluginMetadata, type PublishMetadataOptions } from "./publish-plugin-metadata.ts";

const repository = parseRepository("mirror/tanzu_cli/plugins/plugin-inventory-metadata");
const tag = parseTag("latest");
const file = "plugin_inventory_metadata.db";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Target {
  readonly registry: MemoryRegistry;
  readonly client: RegistryClient;
  readonly target: ContentTarget;
}

async function start(): Promise<Target> {
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
  return { registry, client, target: createRegistryTarget(client) };
}

function metadataOf(...names: string[]): PluginMetadata {
  return {
    plugins: names.map((name) => ({ name, target: "global", version: "v1.0.0" })),
    groups: names.map((name) => ({ vendor: "vmware", publisher: "tkg", name, version: "v2.0.0" })),
  };
}

const publish = (
  target: ContentTarget,
  added: PluginMetadata,
  options: Partial<PublishMetadataOptions> = {},
) =>
  publishPluginMetadata({
    ...{ target, repository, tag, added, settleMs: 1, limits: { backoffMs: 1 } },
    ...options,
  });

/** As the Tanzu CLI pulls it. */
async function pull({ target }: Target): Promise<PluginMetadata> {
  const limits = { maxFileBytes: 1024 * 1024, maxLayerBytes: 2 * 1024 * 1024 };
  const image = { repository, reference: tag };
  const { content } = await readImageFile(target.contents, image, file, { limits });
  return parsePluginMetadata(content);
}

describe("the metadata of a registry", () => {
  test("is made where there is none, and is an image that all can be read of", async () => {
    const target = await start();
    const published = await publish(target.target, metadataOf("telemetry"));
    expect(published.metadata).toEqual(metadataOf("telemetry"));
    expect(target.registry.findTag(repository, tag)).toBe(published.digest);
    expect(await pull(target)).toEqual(metadataOf("telemetry"));
    expect(await target.registry.verifyAll()).toMatchObject({ problems: [] });
  });

  test("keeps what the Tanzu CLI has put there", async () => {
    const target = await start();
    const database = new DatabaseSync(":memory:");
    // Without quotation marks, and in another order.
    database.exec(`
      CREATE TABLE AvailablePluginBinaries (PluginName TEXT NOT NULL, Target TEXT NOT NULL, Version TEXT NOT NULL,
        PRIMARY KEY(PluginName, Target, Version));
      CREATE TABLE AvailablePluginGroups (Vendor TEXT NOT NULL, Publisher TEXT NOT NULL, GroupName TEXT NOT NULL,
        GroupVersion TEXT NOT NULL, PRIMARY KEY(Vendor, Publisher, GroupName, GroupVersion));
      INSERT INTO AvailablePluginBinaries VALUES ('telemetry', 'global', 'v1.0.0'), ('earlier', 'global', 'v1.0.0');
      INSERT INTO AvailablePluginGroups VALUES ('vmware', 'tkg', 'earlier', 'v2.0.0');`);
    const content = database.serialize();
    database.close();
    await pushSample(target.client, repository, tag, buildFileImage([{ path: file, content }]));
    await publish(target.target, metadataOf("telemetry"));
    expect(await pull(target)).toEqual({
      plugins: metadataOf("earlier", "telemetry").plugins,
      groups: metadataOf("earlier", "telemetry").groups,
    });
  });

  test("is not written when it says it all already", async () => {
    const { target, registry } = await start();
    const { digest } = await publish(target, metadataOf("a", "b"));
    registry.clearRequests();
    expect((await publish(target, metadataOf("b"))).digest).toBe(digest);
    expect(registry.requests().filter(({ method }) => method !== "GET" && method !== "HEAD")).toEqual([]);
  });

  test("is the same image, whoever brings the rows in whatever order", async () => {
    const [one, other] = [await start(), await start()];
    await publish(one.target, metadataOf("a"));
    const { digest } = await publish(one.target, metadataOf("b"));
    await publish(other.target, metadataOf("b"));
    expect((await publish(other.target, metadataOf("a"))).digest).toBe(digest);
  });

  test("is made even if there is nothing to say", async () => {
    const target = await start();
    await publish(target.target, metadataOf());
    expect(await pull(target)).toEqual(metadataOf());
  });

  test("loses nothing when several imports write it at once", async () => {
    const target = await start();
    const names = ["a", "b", "c", "d"];
    await Promise.all(names.map((name) => publish(target.target, metadataOf(name), { settleMs: 300 })));
    expect(await pull(target)).toEqual(metadataOf(...names));
  });

  test("is merged again when another has overwritten it in between", async () => {
    const target = await start();
    let pushes = 0;
    const disturbed: ContentTarget = {
      ...target.target,
      async pushManifest(...request) {
        await target.target.pushManifest(...request);
        if (++pushes > 1) return;
        // Another that has read before, and does not look again.
        const other = buildFileImage([{ path: file, content: formatPluginMetadata(metadataOf("other")) }]);
        await pushSample(target.client, repository, tag, other);
      },
    };
    await publish(disturbed, metadataOf("ours"));
    expect(pushes).toBe(2);
    expect(await pull(target)).toEqual(metadataOf("other", "ours"));
  });

  test("that the registry does not keep is told", async () => {
    const { target, registry } = await start();
    const forgetful: ContentTarget = {
      ...target,
      pushManifest: (at, _reference, manifest, signal) =>
        target.pushManifest(at, manifest.descriptor.digest, manifest, signal),
    };
    await expect(publish(forgetful, metadataOf("a"))).rejects.toMatchObject({
      code: "registry-failed",
      facts: { side: "target", registry: registry.host, repository, reference: tag },
    });
  });

  test.each([
    ["an image without it", { path: "other.db", content: "x" }, "image-file-missing"],
    ["something else under its name", { path: file, content: "x" }, "bundle-document-invalid"],
  ])("is left alone when what stands there is %s", async (_what, content, code) => {
    const { target, registry, client } = await start();
    await pushSample(client, repository, tag, buildFileImage([content]));
    const before = registry.findTag(repository, tag);
    await expect(publish(target, metadataOf("a"))).rejects.toMatchObject({ code, facts: { file } });
    expect(registry.findTag(repository, tag)).toBe(before);
  });

  test("is written in spite of passing failures, and not once it is called off", async () => {
    const target = await start();
    const fault = target.registry.faults.add({ action: { kind: "status", status: 503 }, times: 3 });
    await publish(target.target, metadataOf("a"));
    expect(fault.hits).toBe(3);
    expect(await pull(target)).toEqual(metadataOf("a"));
    const signal = AbortSignal.abort();
    await expect(publish(target.target, metadataOf("b"), { signal })).rejects.toMatchObject({
      code: "cancelled",
    });
    expect(await pull(target)).toEqual(metadataOf("a"));
  });
});
