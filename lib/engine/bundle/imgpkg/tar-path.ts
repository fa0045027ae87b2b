import type { Digest } from "../../oci/digest.ts";
import { parseRepository, type Repository, type Tag } from "../../oci/reference.ts";

/** Projects in which VMware publishes what the relative paths are relative to. */
const sourceProjects: ReadonlySet<string> = new Set(["tkg"]);

interface NamedImage {
  readonly tag?: Tag | undefined;
  readonly digest: Digest;
}

/**
 * `path-to-image-TAG.tar`, as `tanzu isolated-cluster` names it; what has no tag is named by its digest.
 *
 * @param path relative
 */
export function formatTarName(path: string, { tag, digest }: NamedImage): string {
  return `${path.replaceAll("/", "-")}-${tag ?? digest.replace(":", "-")}.tar`;
}

/** Whether a path begins with a host, which has a dot or a port and is not all of it. */
export function hasHost(path: string): boolean {
  const slash = path.indexOf("/");
  const host = path.slice(0, slash);
  return slash > 0 && (/[.:]/.test(host) || host === "localhost");
}

/**
 * The path below an importer's base of what was read at `HOST/PROJECT/path`. The name of its tar is made of the relative
 * path, and so tells where that begins; a tar that was renamed does not, and then host and known project are left out.
 *
 * @param path with its host
 * @throws EngineError `reference-invalid`
 */
export function makeRelative(path: string, file: string, image: NamedImage): Repository {
  const [host = "", ...rest] = path.split("/");
  // With a port it can be no part of a repository; a component with a dot can.
  const candidates = host.includes(":") ? rest : [host, ...rest];
  for (const [at] of candidates.entries()) {
    const relative = candidates.slice(at).join("/");
    if (formatTarName(relative, image) === file) return parseRepository(relative);
  }
  const [project = "", ...below] = rest;
  return parseRepository((sourceProjects.has(project) && below.length > 0 ? below : rest).join("/"));
}
