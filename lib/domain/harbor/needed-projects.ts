import type { Repository } from "#lib/engine/oci/reference.ts";

export interface NeededProjects {
  /** Names of projects, each with the number of its repositories; in the order of the repositories. */
  readonly projects: ReadonlyMap<string, number>;
  /** Repositories at the root, which Harbor has no place for: each of its repositories belongs to a project. */
  readonly withoutProject: readonly string[];
}

/**
 * The projects that a plan needs in a Harbor: a project is the first component of a repository's name.
 *
 * @param basePath of the destination; "" for the root of the registry
 * @param paths of repositories below the base
 */
export function listNeededProjects(basePath: Repository | "", paths: Iterable<string>): NeededProjects {
  const projects = new Map<string, number>();
  const withoutProject: string[] = [];
  for (const path of new Set(paths)) {
    const repository = basePath === "" ? path : `${basePath}/${path}`;
    const slash = repository.indexOf("/");
    if (slash === -1) withoutProject.push(repository);
    else {
      const name = repository.slice(0, slash);
      projects.set(name, (projects.get(name) ?? 0) + 1);
    }
  }
  return { projects, withoutProject };
}
