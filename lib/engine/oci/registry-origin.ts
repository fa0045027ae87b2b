import type { RegistryHost } from "./reference.ts";

/** Docker Hub's API does not live at the name that its images carry. */
const dockerHub = "docker.io";
const dockerHubHost = "registry-1.docker.io";

/** Where the API of a registry is: `http(s)://host[:port]`. */
export function registryOrigin(
  registry: RegistryHost,
  { plainHttp }: { readonly plainHttp: boolean },
): string {
  const host = registry === dockerHub ? dockerHubHost : registry;
  return `${plainHttp ? "http" : "https"}://${host}`;
}
