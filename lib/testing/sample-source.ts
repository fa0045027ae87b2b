import type { ContentSource, MirrorItem } from "#lib/engine/mirror/index.ts";
import { createRegistrySource } from "#lib/engine/mirror/index.ts";
import { createPlanSession } from "#lib/engine/mirror/plan-session.ts";
import type { ContentScope } from "#lib/engine/mirror/content-scope.ts";
import { parseImagePath, parseRegistryHost } from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { BundleWriter } from "#lib/engine/bundle/bundle-writer.ts";
import { layOutBundle, type DrayageLayout } from "#lib/engine/bundle/drayage/lay-out-bundle.ts";
import type { BundleRequest } from "#lib/engine/bundle/drayage/collect-parts.ts";
import { pinImages, type ExportImage } from "#lib/engine/bundle/export-layout.ts";
import { describeExtraFile, type ExtraFile } from "#lib/engine/bundle/extra-files.ts";
import { writeBundle } from "#lib/engine/bundle/write-bundle.ts";
import type { SampleManifest } from "#lib/demo/sample-image.ts";
import { startMemoryRegistry, type MemoryRegistry } from "./memory-registry/memory-registry.ts";
import { pushSample } from "./push-sample.ts";

interface SampleExport extends Partial<Omit<BundleRequest, "images" | "files">> {
  /** Paths of files that travel along. */
  readonly files?: readonly string[];
  /** `repository:tag` of what is exported; all unless given. */
  readonly only?: readonly string[];
}

/** Sample images in a registry in this process, and bundles made of them. */
export interface SampleSource {
  readonly registry: MemoryRegistry;
  readonly source: ContentSource;
  plan(only?: readonly string[], scope?: ContentScope): Promise<ExportImage[]>;
  layOut(request?: SampleExport): Promise<{ layout: DrayageLayout; files: readonly ExtraFile[] }>;
  /** Writes a bundle into a folder, from beginning to end. */
  write(folder: string, request?: SampleExport): Promise<DrayageLayout>;
  stop(): Promise<void>;
}

/** Who makes a bundle, and when, in tests. */
export const sampleMaking = { tool: "drayage test", createdAt: new Date("2026-01-02T03:04:05Z") };

/** @param images by `repository:tag` */
export async function startSampleSource(
  images: Readonly<Record<string, SampleManifest>>,
): Promise<SampleSource> {
  const registry = await startMemoryRegistry();
  const client = createRegistryClient({
    registry: parseRegistryHost(registry.host),
    plainHttp: true,
    access: "pull,push",
  });
  for (const [path, image] of Object.entries(images)) {
    const { repository, tag } = parseImagePath(path);
    await pushSample(client, repository, tag ?? image.descriptor.digest, image);
  }
  const source = createRegistrySource(client);

  async function plan(only: readonly string[] = Object.keys(images), scope: ContentScope = {}) {
    const session = createPlanSession({ source, scope });
    return Promise.all(
      only.map(async (path) => {
        const target = parseImagePath(path);
        const item: MirrorItem = { source: { registry: client.registry, ...target }, target };
        return { original: `vendor.example/${path}`, plan: await session.plan(item) };
      }),
    );
  }

  async function layOut({ files = [], only, ...request }: SampleExport = {}) {
    const extra = await Promise.all(files.map((path) => describeExtraFile(path)));
    const scope = request.scope ?? {};
    const layout = layOutBundle({
      name: "sample",
      releases: [],
      volumeBytes: Infinity,
      ...request,
      scope,
      images: await plan(only, scope),
      files: extra.map(({ described }) => described),
    });
    return { layout, files: extra };
  }

  return {
    registry,
    source,
    plan,
    layOut,
    async write(folder, request = {}) {
      const { layout, files } = await layOut(request);
      const writer = await BundleWriter.open(folder, layout, pinImages(layout.images));
      try {
        const written = await writeBundle(writer, {
          making: sampleMaking,
          session: { source, ...(request.scope && { scope: request.scope }) },
          files,
          onFailure: (_image, error) => {
            throw error;
          },
          signal: new AbortController().signal,
        });
        if (written.proven === null) throw new Error("a sample image failed");
        return layout;
      } finally {
        await writer.close();
      }
    },
    async stop() {
      await client.close();
      await registry.stop();
    },
  };
}
