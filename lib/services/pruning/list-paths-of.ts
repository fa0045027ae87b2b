/** Every path that a repository may have below a base: itself, and what is left without its first names. */
export function listPathsOf(repositories: readonly string[]): string[] {
  const paths = new Set<string>();
  for (const repository of repositories) {
    const names = repository.split("/");
    for (const at of names.keys()) paths.add(names.slice(at).join("/"));
  }
  return [...paths];
}
