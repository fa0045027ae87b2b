import { buildFileImage } from "#lib/demo/file-image.ts";
import { buildPluginImage, listPluginImages } from "#lib/demo/tanzu-plugins.ts";
import { choosePlugins, type ChosenPlugins, type PluginChoice } from "#lib/domain/catalog/choose-plugins.ts";
import { fetchPluginInventory } from "#lib/domain/catalog/plugin-inventory.ts";
import { BundleWriter } from "#lib/engine/bundle/bundle-writer.ts";
import { pinImages, type ExportLayout } from "#lib/engine/bundle/export-layout.ts";
import { readConfigs } from "#lib/engine/bundle/imgpkg/read-configs.ts";
import { layOutPluginBundle } from "#lib/engine/bundle/plugins/lay-out-plugin-bundle.ts";
import { writeBundle } from "#lib/engine/bundle/write-bundle.ts";
import { createRegistrySource, type ContentSource } from "#lib/engine/mirror/index.ts";
import { createPlanSession } from "#lib/engine/mirror/plan-session.ts";
import type { Digest } from "#lib/engine/oci/digest.ts";
import {
  joinRepository,
  parseRegistryHost,
  parseRepository,
  parseTag,
  type ImagePath,
} from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { startMemoryRegistry, type MemoryRegistry } from "./memory-registry/memory-registry.ts";
import { pushSample } from "./push-sample.ts";
import { sampleMaking } from "./sample-source.ts";

const recipe = { seed: "drayage", scale: 0.002 };
const pluginsFolder = parseRepository("tanzu_cli/plugins");
const inventory = {
  repository: joinRepository(pluginsFolder, parseRepository("plugin-inventory")),
  tag: parseTag("latest"),
};

/** The demo's plug-ins and their inventory, which is signed, in a registry in this process. */
export interface PluginSource {
  readonly registry: MemoryRegistry;
  readonly source: ContentSource;
  readonly inventoryDigest: Digest;
  choose(choice: PluginChoice): Promise<ChosenPlugins>;
  layOut(name: string, choice: PluginChoice): Promise<ExportLayout>;
  stop(): Promise<void>;
}

export async function startPluginSource(): Promise<PluginSource> {
  const registry = await startMemoryRegistry();
  const client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    plainHttp: true,
    access: "pull,push",
  });
  for (const image of listPluginImages()) {
    await pushSample(client, image.repository, image.tag, buildPluginImage(image, recipe));
  }
  const inventoryDigest = registry.findTag(inventory.repository, inventory.tag);
  if (inventoryDigest === null) throw new Error("the inventory was not pushed");
  const signature = buildFileImage([{ path: "signature", content: "what cosign says" }]);
  await pushSample(
    client,
    inventory.repository,
    parseTag(`${inventoryDigest.replace(":", "-")}.sig`),
    signature,
  );
  const source = createRegistrySource(client);

  async function choose(choice: PluginChoice) {
    const { repository, tag } = inventory;
    const fetched = await fetchPluginInventory(source, { repository, reference: tag });
    return choosePlugins(fetched.inventory, choice);
  }

  async function layOut(name: string, choice: PluginChoice) {
    const session = createPlanSession({ source, scope: { referrers: true } });
    const plan = async (target: ImagePath) => {
      const item = { source: { registry: client.registry, ...target }, target };
      return { original: `vendor.example/${target.repository}`, plan: await session.plan(item) };
    };
    const { binaries, plugins, groups } = await choose(choice);
    const images = [];
    for (const { image, ...binary } of binaries) {
      const path = { ...image, repository: joinRepository(pluginsFolder, image.repository) };
      images.push({ ...binary, image: await plan(path) });
    }
    const request = {
      name,
      inventory: await plan(inventory),
      plugins: images,
      metadata: { plugins, groups },
    };
    const plans = [request.inventory, ...images.map(({ image }) => image)].map((image) => image.plan);
    return layOutPluginBundle(request, await readConfigs(plans, session));
  }

  return {
    registry,
    source,
    inventoryDigest,
    choose,
    layOut,
    async stop() {
      await client.close();
      await registry.stop();
    },
  };
}

/** Writes what was laid out, or goes on with it. @returns bytes fetched for it */
export async function writeLayout(
  folder: string,
  layout: ExportLayout,
  source: ContentSource,
): Promise<number> {
  const writer = await BundleWriter.open(folder, layout, pinImages(layout.images));
  const before = source.traffic.blobBytes;
  try {
    await writeBundle(writer, {
      making: sampleMaking,
      session: { source, scope: { referrers: true } },
      files: [],
      onFailure: (_image, error) => {
        throw error;
      },
      signal: new AbortController().signal,
    });
    return source.traffic.blobBytes - before;
  } finally {
    await writer.close();
  }
}
