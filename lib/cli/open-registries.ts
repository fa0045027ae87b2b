import { createRegistrySource, type ContentSource, type ListedItem } from "../engine/mirror/index.ts";
import type { RegistryHost } from "../engine/oci/reference.ts";
import type { RegistryClient } from "../engine/oci/registry-client.ts";
import type { Access } from "../engine/oci/registry-connection.ts";
import { RegistryLanes } from "../engine/oci/registry-lanes.ts";
import type { CopyOptions } from "./copy-options.ts";
import { openRegistry } from "./open-registry.ts";
import type { LineOptions, SideOptions } from "./side-options.ts";

/** The registries that a list's images come from. */
export interface OpenSources {
  /** By the source registry of an image. */
  readonly source: (registry: RegistryHost) => ContentSource;
  close(): Promise<void>;
}

/** Both sides of a list. */
export interface OpenRegistries extends OpenSources {
  readonly target: RegistryClient;
}

/** @throws UsageError for files of certificates or credentials that cannot be read */
export async function openRegistries(
  { to, sides, line }: Pick<CopyOptions, "to" | "sides" | "line">,
  items: readonly ListedItem[],
  targetAccess: Access,
): Promise<OpenRegistries> {
  const lanes = new RegistryLanes();
  const [target, sources] = await Promise.all([
    openRegistry(to.registry, sides.to, line, targetAccess, lanes),
    openSources(listHosts(items), sides.from, line, lanes),
  ]);
  return {
    source: sources.source,
    target,
    async close() {
      await Promise.all([target, sources].map((each) => each.close()));
    },
  };
}

/** The registries that the images of a list come from. */
export function listHosts(items: readonly ListedItem[]): readonly RegistryHost[] {
  return [...new Set(items.map(({ item }) => item.source.registry))];
}

/** @param hosts each once @throws UsageError as `openRegistries` */
export async function openSources(
  hosts: readonly RegistryHost[],
  side: SideOptions,
  line: LineOptions,
  lanes: RegistryLanes,
): Promise<OpenSources> {
  const clients = await Promise.all(hosts.map((host) => openRegistry(host, side, line, "pull", lanes)));
  const sources = new Map(clients.map((client) => [client.registry, createRegistrySource(client)]));
  return {
    source(registry) {
      const source = sources.get(registry);
      if (source) return source;
      throw new Error(`no client for ${registry}`);
    },
    async close() {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}
