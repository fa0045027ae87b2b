import { buildImage, buildIndex, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import {
  createMirrorSession,
  createRegistrySource,
  createRegistryTarget,
  type MirrorEvent,
  type MirrorItem,
  type MirrorLimits,
} from "#lib/engine/mirror/index.ts";
import type { Digest } from "#lib/engine/oci/digest.ts";
import { parseImagePath, parseRegistryHost } from "#lib/engine/oci/reference.ts";
import { createRegistryClient, type RegistryClientOptions } from "#lib/engine/oci/registry-client.ts";
import {
  startMemoryRegistry,
  type MemoryRegistry,
  type MemoryRegistryOptions,
} from "../memory-registry/memory-registry.ts";
import { putSample } from "./put-sample.ts";

/** Where the content of a sample is in its registry, so that a fault can befall one part of it. */
export interface SampleParts {
  readonly repository: string;
  /** Of the index under the tag. */
  readonly root: Digest;
  /** Of one of its images. */
  readonly child: Digest;
  readonly config: Digest;
  /** The large layer, which only one image has. */
  readonly layer: Digest;
}

export interface CopyBenchOptions {
  readonly source?: MemoryRegistryOptions;
  readonly target?: MemoryRegistryOptions;
  readonly client?: Partial<RegistryClientOptions>;
  readonly limits?: Partial<MirrorLimits>;
}

/** Two registries in this process with a session between them, and all that was heard of it. */
export interface CopyBench {
  readonly source: MemoryRegistry;
  readonly target: MemoryRegistry;
  readonly session: ReturnType<typeof createMirrorSession>;
  readonly events: readonly MirrorEvent[];
  itemOf(path: string): MirrorItem;
  /** Codes of the attempts that failed, in order. */
  retries(): string[];
  stop(): Promise<void>;
}

/** Clients show the credentials that their registry wants, unless `client` has others. */
export async function startCopyBench(options: CopyBenchOptions = {}): Promise<CopyBench> {
  const source = await startMemoryRegistry(options.source);
  const target = await startMemoryRegistry(options.target);
  const events: MirrorEvent[] = [];
  const connect = ({ host, url }: MemoryRegistry, side: MemoryRegistryOptions | undefined) =>
    createRegistryClient({
      registry: parseRegistryHost(host),
      plainHttp: url.startsWith("http:"),
      access: "pull,push",
      ...(side?.auth && { credentials: side.auth }),
      ...options.client,
    });
  const clients = [connect(source, options.source), connect(target, options.target)] as const;
  const session = createMirrorSession({
    source: createRegistrySource(clients[0]),
    target: createRegistryTarget(clients[1]),
    limits: { backoffMs: 2, ...options.limits },
    onEvent: (event) => events.push(event),
  });
  return {
    source,
    target,
    session,
    events,
    itemOf: (path) => ({
      source: { registry: parseRegistryHost(source.host), ...parseImagePath(path) },
      target: parseImagePath(path),
    }),
    retries: () => events.flatMap((event) => (event.type === "retrying" ? [event.cause.code] : [])),
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await Promise.all([source.stop(), target.stop()]);
    },
  };
}

/** An index of two images that share a layer, tagged v1. */
export async function putSampleIndex(
  registry: MemoryRegistry,
  repository: string,
  { layerBytes = 300_000, seed = repository } = {},
): Promise<SampleParts> {
  const index = buildSampleIndex(seed, layerBytes);
  await putSample(registry, repository, index, "v1");
  const [child] = index.children;
  const [config, , layer] = child?.blobs ?? [];
  if (!child || !config || !layer) throw new Error("the sample has other parts");
  return {
    repository,
    root: index.descriptor.digest,
    child: child.descriptor.digest,
    config: config.descriptor.digest,
    layer: layer.descriptor.digest,
  };
}

function buildSampleIndex(seed: string, layerBytes: number): SampleManifest {
  const layer = (name: string, sizeBytes: number) =>
    buildLayer([{ path: name, content: { seed: name, sizeBytes } }]);
  const shared = layer(`${seed}/shared`, 20_000);
  const images = ["amd64", "arm64"].map((architecture) => {
    const platform = { os: "linux", architecture };
    const own = layer(`${seed}/${architecture}`, architecture === "amd64" ? layerBytes : 10_000);
    return { platform, image: buildImage({ format: "oci", platform, layers: [shared, own] }) };
  });
  return buildIndex("oci", images);
}
