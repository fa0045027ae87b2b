import type { Repository } from "#lib/engine/oci/reference.ts";
import type { ProjectView } from "./find-project.ts";
import { listNeededProjects } from "./needed-projects.ts";
import type { Harbor } from "./open-harbor.ts";

/** More than any layout of releases has; a list of anything at the root of a registry may have thousands. */
const maxProjects = 100;
const maxParallel = 4;

interface InspectedProject extends ProjectView {
  readonly name: string;
  /** How many repositories of the plan belong to it. */
  readonly repositories: number;
}

export interface ProjectInspection {
  /** In the order of the repositories. */
  readonly projects: readonly InspectedProject[];
  /** Names of projects that were not looked up, since there are too many. */
  readonly omitted: readonly string[];
  /** Repositories at the root, which Harbor has no place for. */
  readonly withoutProject: readonly string[];
}

/**
 * Tells of each project that a plan needs whether it is there and lets clusters pull.
 *
 * @param needs.basePath of the destination; "" for the root of the registry
 * @param needs.paths of the plan's repositories below the base
 * @throws EngineError as `Harbor.findProject`
 */
export async function inspectProjects(
  harbor: Pick<Harbor, "findProject">,
  needs: { readonly basePath: Repository | ""; readonly paths: Iterable<string> },
  signal?: AbortSignal,
): Promise<ProjectInspection> {
  const { projects: needed, withoutProject } = listNeededProjects(needs.basePath, needs.paths);
  const names = [...needed.keys()];
  const waiting = names.slice(0, maxProjects);
  const views = new Map<string, ProjectView>();
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      views.set(name, await harbor.findProject(name, signal));
    }
  };
  await Promise.all(Array.from({ length: maxParallel }, work));
  const projects = [...needed].flatMap(([name, repositories]) => {
    const view = views.get(name);
    return view === undefined ? [] : [{ name, repositories, ...view }];
  });
  return { projects, omitted: names.slice(maxProjects), withoutProject };
}
