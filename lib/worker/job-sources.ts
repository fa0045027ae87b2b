import { createRegistrySource, type ContentSource } from "#lib/engine/mirror/index.ts";
import type { RegistryHost } from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";

/** The registries that the images of a job are read from; none when they come from a bundle. */
export interface JobSources {
  readonly clients: readonly RegistryClient[];
  /** The one that stands in for all, or the one for an image's own registry. */
  readonly contents: ContentSource | ((registry: RegistryHost) => ContentSource);
}

/** One registry for all images, whatever registry they name. */
export function readFromOne(client: RegistryClient): JobSources {
  return { clients: [client], contents: createRegistrySource(client) };
}

/** Each image from the registry that it names. */
export function readFromEach(clients: readonly RegistryClient[]): JobSources {
  const sources = new Map(clients.map((client) => [client.registry, createRegistrySource(client)]));
  return {
    clients,
    contents: (registry) => {
      const source = sources.get(registry);
      if (source) return source;
      throw new Error(`no client for ${registry}`);
    },
  };
}
