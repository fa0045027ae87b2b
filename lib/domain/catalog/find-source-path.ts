import { parseRepository, type Repository } from "#lib/engine/oci/reference.ts";
import type { ReleaseListKind } from "./parse-release-list.ts";
import { defaultMappingRules } from "./target-mapping-defaults.ts";

/** What is known of a component that was kept before its path below the source's base was. */
interface KeptComponent {
  readonly releaseKind: ReleaseListKind;
  readonly sourceHost: string;
  readonly sourceRepository: string;
  readonly targetPath: string;
  /** Where the release's images come from, as `host[:port][/path]`; "" when nobody knows. */
  readonly base: string;
}

const placeholder = "/{path}";

/**
 * The most likely path of an image below its source's base: below the base that is known; else what the rules of its kind
 * have put a folder before; else where it goes, if it is called so at the source; else all of its name.
 */
export function findSourcePath(component: KeptComponent): Repository {
  const { releaseKind, sourceHost, sourceRepository, targetPath, base } = component;
  const name = `${sourceHost}/${sourceRepository}`;
  const likely = [
    ...(base !== "" && name.startsWith(`${base}/`) ? [name.slice(base.length + 1)] : []),
    ...listFolders(releaseKind)
      .filter((folder) => targetPath.startsWith(`${folder}/`))
      .map((folder) => targetPath.slice(folder.length + 1)),
    targetPath,
  ];
  const fits = (path: string) => sourceRepository === path || sourceRepository.endsWith(`/${path}`);
  return parseRepository(likely.find(fits) ?? sourceRepository);
}

function listFolders(kind: ReleaseListKind): string[] {
  const templates = defaultMappingRules
    .filter(({ releaseKind }) => releaseKind === kind)
    .flatMap(({ targets }) => targets.map(({ template }) => template));
  const folders = templates.filter((template) => template.endsWith(placeholder));
  return [...new Set(folders.map((template) => template.slice(0, -placeholder.length)))];
}
