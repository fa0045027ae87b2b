import type { ListedComponent } from "./parse-release-list.ts";

/**
 * A component as a line of a list in three columns, `registry[/project] path tag`, as dependencies.txt has them; what is
 * known by its digest only is named in full, since the three columns have no place for one. `parseReleaseList` makes the
 * same component of it, told the release's source.
 */
export function formatListLine({
  sourceHost,
  sourceRepository,
  sourcePath,
  tag,
  digest,
}: Pick<ListedComponent, "tag" | "digest"> & {
  readonly sourceHost: string;
  readonly sourceRepository: string;
  /** The whole repository where it is not known what of it stands below the source. */
  readonly sourcePath: string;
}): string {
  const path = sourcePath === "" ? sourceRepository : sourcePath;
  if (tag === null) return `${sourceHost}/${sourceRepository}@${digest ?? ""}`;
  const base = sourceRepository.slice(0, -path.length).replace(/\/$/, "");
  return `${base === "" ? sourceHost : `${sourceHost}/${base}`} ${path} ${tag}`;
}
