import { formatImageName, isOntoItself, TargetPlaces } from "#lib/domain/catalog/check-paths.ts";
import { joinRepository, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
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
  /** Stands in for the registries that the components name; null: each is read from its own. */
  source: { host: string; basePath: string } | null;
  targetHost: string;
  targetBasePath: string;
}

export type TargetCollision = AppErrorFacts["target-collision"];

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
 * @param refuse told of different images that would stand under one name; throws `target-collision` unless given
 * @throws AppError `source-is-target`; EngineError `reference-invalid` when a name becomes too long
 */
export function makeTasks(
  components: readonly ChosenComponent[],
  paths: JobPaths,
  refuse: (collision: TargetCollision) => void = throwCollision,
): NewTask[] {
  const places = new TargetPlaces();
  const tasks: NewTask[] = [];
  const targetBase = paths.targetBasePath === "" ? "" : parseRepository(paths.targetBasePath);
  for (const { component, path } of components.flatMap(listPlaces)) {
    const reference = formatReference(component);
    const originalName = formatOriginal(component);
    const source = findSource(component, paths.source);
    const targetRepository = joinRepository(targetBase, parseRepository(path));
    const row = {
      component: originalName,
      source: { registry: source.host, repository: source.repository, reference },
      target: { registry: paths.targetHost, repository: targetRepository, reference },
    };
    if (isOntoItself(row)) throw new AppError("source-is-target", { reference: formatImageName(row.target) });
    const outcome = places.take(row);
    if (outcome === "repeated") continue;
    if (outcome !== "taken") {
      const { target, first, second } = outcome;
      refuse({
        target: formatImageName(target),
        first: formatImageName(first.source),
        second: formatImageName(second.source),
      });
      continue;
    }
    tasks.push({
      position: tasks.length + 1,
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
  return tasks;
}

function listPlaces(component: ChosenComponent): { component: ChosenComponent; path: string }[] {
  return [component.targetPath, ...component.moreTargets].map((path) => ({ component, path }));
}

/** One task per component, to find out what its image is. */
export function makeRefreshTasks(components: readonly ChosenComponent[]): NewTask[] {
  return components.map((component, index) => {
    const source = findSource(component, null);
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

function formatOriginal(component: ChosenComponent): string {
  return `${component.sourceHost}/${component.sourceRepository}${formatReference(component)}`;
}

function findSource(
  { sourceHost, sourceRepository }: ChosenComponent,
  source: JobPaths["source"],
): { host: string; repository: string } {
  const repository = parseRepository(sourceRepository);
  if (source === null) return { host: sourceHost, repository };
  const base = source.basePath === "" ? "" : parseRepository(source.basePath);
  return { host: source.host, repository: joinRepository(base, repository) };
}

function throwCollision(collision: TargetCollision): never {
  throw new AppError("target-collision", collision);
}

function formatReference({ tag, digest }: Pick<ChosenComponent, "tag" | "digest">): string {
  if (tag !== null) return `:${parseTag(tag)}`;
  return `@${digest ?? ""}`;
}
