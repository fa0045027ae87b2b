import { joinRepository, parseRepository, type Repository } from "#lib/engine/oci/reference.ts";
import type { ReleaseListKind } from "./parse-release-list.ts";
import { matchesRepository } from "./target-mapping-match.ts";

/** One place for an image. */
interface MappingTarget {
  /**
   * Below the destination's base: `{path}` (where the image is below its source), `{name}` (the last component of that),
   * each with a folder in front if wanted, or a repository's name. A folder that the path begins with already is not
   * doubled.
   */
  readonly template: string;
  /** Whether VMware's documents say so; else it is inferred, or somebody's own choice. */
  readonly documented: boolean;
}

/** Where images of one kind of release go. Of several rules the first that fits holds. */
export interface MappingRule {
  readonly id: string;
  readonly releaseKind: ReleaseListKind;
  /** Which repositories it is for, by their full name at the source: a pattern of `matchesRepository`. */
  readonly match: string;
  readonly targets: readonly MappingTarget[];
}

/** What of a component decides where it goes. */
export interface MappedComponent {
  readonly releaseKind: ReleaseListKind;
  /** At the source, its project included. */
  readonly sourceRepository: Repository;
  /** Below the source's base: what a line of a list or a bill of materials names. */
  readonly path: Repository;
}

export interface MappedTarget {
  /** Below the destination's base. */
  readonly path: Repository;
  readonly ruleId: string;
  readonly documented: boolean;
}

/**
 * Where a component goes: each place once, none when no rule fits.
 *
 * @throws EngineError `reference-invalid` when a name becomes too long, or for a rule that `findMappingProblems` objects to
 */
export function mapTargets(component: MappedComponent, rules: readonly MappingRule[]): MappedTarget[] {
  const rule = rules.find(
    ({ releaseKind, match }) =>
      releaseKind === component.releaseKind && matchesRepository(match, component.sourceRepository),
  );
  const targets = new Map<Repository, MappedTarget>();
  for (const { template, documented } of rule?.targets ?? []) {
    const path = fillTemplate(parseTemplate(template), component.path);
    // Of two reasons for one place the documented one counts.
    const known = targets.get(path)?.documented ?? false;
    targets.set(path, { path, ruleId: rule?.id ?? "", documented: known || documented });
  }
  return [...targets.values()];
}

interface Template {
  /** In front of what is filled in; or the whole. */
  readonly folder: Repository | "";
  readonly filled: "path" | "name" | null;
}

/** @throws EngineError `reference-invalid` */
export function parseTemplate(text: string): Template {
  const { folder, filled } = /^(?:(?<folder>[^{}]*)\/)?\{(?<filled>path|name)\}$/.exec(text)?.groups ?? {};
  if (filled === "path" || filled === "name") {
    return { folder: folder === undefined ? "" : parseRepository(folder), filled };
  }
  return { folder: parseRepository(text), filled: null };
}

function fillTemplate({ folder, filled }: Template, path: Repository): Repository {
  if (folder === "") return filled === "name" ? lastComponent(path) : path;
  if (filled === null) return folder;
  if (filled === "name") return joinRepository(folder, lastComponent(path));
  return path.startsWith(`${folder}/`) ? path : joinRepository(folder, path);
}

function lastComponent(path: Repository): Repository {
  return parseRepository(path.slice(path.lastIndexOf("/") + 1));
}
