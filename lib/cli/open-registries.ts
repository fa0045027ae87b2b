import { createRegistrySource, type ContentSource, type ListedItem } from "../engine/mirror/index.ts";
import type { RegistryHost } from "../engine/oci/reference.ts";
import type { RegistryClient } from "../engine/oci/registry-client.ts";
import type { Access } from "../engine/oci/registry-connection.ts";
import { RegistryLanes } from "../engine/oci/registry-lanes.ts";
import type { CopyOptions } from "./copy-options.ts";
import { openRegistry } from "./open-registry.ts";

/** Both sides of a list. */
export interface OpenRegistries {
  /** By the source registry of an image. */
  readonly source: (registry: RegistryHost) => ContentSource;
  readonly target: RegistryClient;
  close(): Promise<void>;
}

/** @throws UsageError for files of certificates or credentials that cannot be read */
export async function openRegistries(
  { to, sides, line }: Pick<CopyOptions, "to" | "sides" | "line">,
  items: readonly ListedItem[],
  targetAccess: Access,
): Promise<OpenRegistries> {
  const lanes = new RegistryLanes();
  const hosts = [...new Set(items.map(({ item }) => item.source.registry))];
  const [target, ...clients] = await Promise.all([
    openRegistry(to.registry, sides.to, line, targetAccess, lanes),
    ...hosts.map((host) => openRegistry(host, sides.from, line, "pull", lanes)),
  ]);
  const sources = new Map(clients.map((client) => [client.registry, createRegistrySource(client)]));
  return {
    source(registry) {
      const source = sources.get(registry);
      if (source) return source;
      throw new Error(`no client for ${registry}`);
    },
    target,
    async close() {
      await Promise.all([target, ...clients].map((client) => client.close()));
    },
  };
}
