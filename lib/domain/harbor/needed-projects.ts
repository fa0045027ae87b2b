export interface NeededProjects {
  /** Names of projects, in the order of the repositories. */
  readonly projects: ReadonlySet<string>;
  /** Repositories at the root, which Harbor has no place for: each of its repositories belongs to a project. */
  readonly withoutProject: readonly string[];
}

/** The project that a repository of a Harbor belongs to, the first component of its name; null for one at the root. */
export function projectOf(repository: string): string | null {
  const slash = repository.indexOf("/");
  return slash === -1 ? null : repository.slice(0, slash);
}

/** The projects that a plan needs in a Harbor. */
export function listNeededProjects(repositories: Iterable<string>): NeededProjects {
  const projects = new Set<string>();
  const withoutProject: string[] = [];
  for (const repository of new Set(repositories)) {
    const project = projectOf(repository);
    if (project === null) withoutProject.push(repository);
    else projects.add(project);
  }
  return { projects, withoutProject };
}
