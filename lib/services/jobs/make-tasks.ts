import { checkPaths, type CopyPath, formatImageName, TargetPlaces } from "#lib/domain/catalog/check-paths.ts";
import { rewriteSource, type SourceRewrite } from "#lib/domain/catalog/source-rewrites.ts";
import { joinRepository, parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { AppError, type AppErrorFacts } from "#lib/errors.ts";
import type { ComponentKind } from "#lib/db/generated/enums.ts";

/** Exactly one of tag and digest is set. */
export interface ChosenComponent {
  id: string;
  kind: ComponentKind;
  sourceHost: string;
  sourceRepository: string;
  tag: string | null;
  digest: string | null;
  targetPath: string;
  /** Further places for the same image. */
  moreTargets: readonly string[];
}

/** Where the images of a job are read and where they go; bases may be empty. */
export interface JobPaths {
  /**
   * Stands in for the registries that the components name; null: each is read from its own. There they stand by their
   * names at the source, or where components go at a target.
   */
  source: { host: string; basePath: string; layout?: "source" | "target" } | null;
  /** Where those registries are read in fact. */
  rewrites: readonly SourceRewrite[];
  targetHost: string;
  targetBasePath: string;
}

/** Two images for one place; or, as an overlap, one that would be written into what another is read from. */
type TargetCollision = AppErrorFacts["target-collision"];

export interface JobTable {
  tasks: NewTask[];
  /** Of the second image for a place no task is made. */
  collisions: TargetCollision[];
  /** `second` is what is read; the same as `first` for an image that would be copied onto itself. */
  overlaps: TargetCollision[];
}

export interface NewTask {
  position: number;
  componentId: string;
  kind: ComponentKind;
  originalName: string;
  sourceHost: string;
  sourceRepository: string;
  targetRepository: string;
  tag: string;
  plannedDigest: string | null;
}

/**
 * One task per image and place. A source registry stands in for every component's own host, so its base path is put before the
 * component's repository; a component that two releases share is copied once.
 *
 * @throws AppError `source-is-target`, `source-overlaps-target`, `target-collision`; EngineError `reference-invalid` when
 * a name becomes too long
 */
export function makeTasks(components: readonly ChosenComponent[], paths: JobPaths): NewTask[] {
  const { tasks, collisions, overlaps } = drawTasks(components, paths);
  const [overlap] = overlaps;
  if (overlap && overlap.first === overlap.second) {
    throw new AppError("source-is-target", { reference: overlap.target });
  }
  if (collisions[0]) throw new AppError("target-collision", collisions[0]);
  if (overlap) throw new AppError("source-overlaps-target", overlap);
  return tasks;
}

/** As `makeTasks`, with what is wrong told beside, not thrown. @throws EngineError `reference-invalid` */
export function drawTasks(components: readonly ChosenComponent[], paths: JobPaths): JobTable {
  const places = new TargetPlaces();
  const rows: CopyPath[] = [];
  const table: JobTable = { tasks: [], collisions: [], overlaps: [] };
  const targetBase = paths.targetBasePath === "" ? "" : parseRepository(paths.targetBasePath);
  for (const { component, path } of components.flatMap(listPlaces)) {
    const reference = formatReference(component);
    const originalName = formatOriginal(component);
    const source = findSource(component, paths, path);
    const targetRepository = joinRepository(targetBase, parseRepository(path));
    const row: CopyPath = {
      component: originalName,
      source: { registry: source.host, repository: source.repository, reference },
      target: { registry: paths.targetHost, repository: targetRepository, reference },
    };
    const outcome = places.take(row);
    if (outcome === "repeated") continue;
    if (outcome !== "taken") {
      const { target, first, second } = outcome;
      table.collisions.push({
        target: formatImageName(target),
        first: formatImageName(first.source),
        second: formatImageName(second.source),
      });
      continue;
    }
    rows.push(row);
    table.tasks.push({
      position: table.tasks.length + 1,
      componentId: component.id,
      kind: component.kind,
      originalName,
      sourceHost: source.host,
      sourceRepository: source.repository,
      targetRepository,
      tag: component.tag ?? "",
      plannedDigest: component.digest,
    });
  }
  table.overlaps = staysInPlace(paths) ? [] : listOverlaps(rows);
  return table;
}

/** What is read where it is to stand is found there or is missing, and nothing is written. */
function staysInPlace({ source, targetHost, targetBasePath }: JobPaths): boolean {
  return source?.layout === "target" && source.host === targetHost && source.basePath === targetBasePath;
}

/** Images onto themselves first. */
function listOverlaps(rows: readonly CopyPath[]): TargetCollision[] {
  const overlaps = checkPaths(rows).overlaps.flatMap((overlap) => {
    if (overlap.kind === "source-tree") return [];
    const [written, read] =
      overlap.kind === "same-image" ? [overlap.row, overlap.row] : [overlap.written, overlap.read];
    return [
      {
        target: formatImageName(written.target),
        first: formatImageName(written.source),
        second: formatImageName(read.source),
      },
    ];
  });
  return overlaps.toSorted((a, b) => Number(b.first === b.second) - Number(a.first === a.second));
}

function listPlaces(component: ChosenComponent): { component: ChosenComponent; path: string }[] {
  return [component.targetPath, ...component.moreTargets].map((path) => ({ component, path }));
}

/** Where an image is read and where it goes, as `host/repository:tag`, before a task is made of it. */
export function nameTask(
  { originalName, tag, plannedDigest, sourceHost, sourceRepository, targetRepository }: NewTask,
  targetHost: string,
): { original: string; source: string; target: string } {
  const reference = tag === "" ? `@${plannedDigest ?? ""}` : `:${tag}`;
  return {
    original: originalName,
    source: `${sourceHost}/${sourceRepository}${reference}`,
    target: `${targetHost}/${targetRepository}${reference}`,
  };
}

/** One task per component, to find out what its image is. */
export function makeRefreshTasks(
  components: readonly ChosenComponent[],
  rewrites: readonly SourceRewrite[],
): NewTask[] {
  return components.map((component, index) => {
    const source = findSource(component, { source: null, rewrites }, component.targetPath);
    return {
      position: index + 1,
      componentId: component.id,
      kind: component.kind,
      originalName: formatOriginal(component),
      sourceHost: source.host,
      sourceRepository: source.repository,
      targetRepository: component.targetPath,
      tag: component.tag ?? "",
      plannedDigest: component.digest,
    };
  });
}

/** A component as its release names it. */
export function formatOriginal(
  component: Pick<ChosenComponent, "sourceHost" | "sourceRepository" | "tag" | "digest">,
): string {
  return `${component.sourceHost}/${component.sourceRepository}${formatReference(component)}`;
}

function findSource(
  { sourceHost, sourceRepository }: ChosenComponent,
  { source, rewrites }: Pick<JobPaths, "source" | "rewrites">,
  targetPath: string,
): { host: string; repository: string } {
  const repository = parseRepository(source?.layout === "target" ? targetPath : sourceRepository);
  if (source === null) return rewriteSource({ host: parseRegistryHost(sourceHost), repository }, rewrites);
  const base = source.basePath === "" ? "" : parseRepository(source.basePath);
  return { host: source.host, repository: joinRepository(base, repository) };
}

function formatReference({ tag, digest }: Pick<ChosenComponent, "tag" | "digest">): string {
  if (tag !== null) return `:${parseTag(tag)}`;
  return `@${digest ?? ""}`;
}
