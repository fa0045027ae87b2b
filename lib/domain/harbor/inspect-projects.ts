import type { ProjectView } from "./find-project.ts";
import { listNeededProjects } from "./needed-projects.ts";
import type { Harbor } from "./open-harbor.ts";

/** More than any layout of releases has; a list of anything at the root of a registry may have thousands. */
const maxProjects = 100;
const maxParallel = 4;

interface InspectedProject extends ProjectView {
  readonly name: string;
}

interface ProjectInspection {
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
 * @throws EngineError as `Harbor.findProject`
 */
export async function inspectProjects(
  harbor: Pick<Harbor, "findProject">,
  repositories: Iterable<string>,
  signal?: AbortSignal,
): Promise<ProjectInspection> {
  const { projects: needed, withoutProject } = listNeededProjects(repositories);
  const names = [...needed];
  const asked = names.slice(0, maxProjects);
  const waiting = asked.keys();
  const views: ProjectView[] = [];
  const work = async () => {
    for (const at of waiting) views[at] = await harbor.findProject(asked[at] ?? "", signal);
  };
  await Promise.all(Array.from({ length: maxParallel }, work));
  return {
    projects: views.map((view, at) => ({ name: asked[at] ?? "", ...view })),
    omitted: names.slice(maxProjects),
    withoutProject,
  };
}
