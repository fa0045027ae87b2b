import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { parseReleaseLines } from "#lib/domain/catalog/parse-release-list.ts";
import { rewriteSource, type SourceName } from "#lib/domain/catalog/source-rewrites.ts";
import { findRewriteProblems } from "#lib/domain/catalog/source-rewrites-problems.ts";
import { findMappingProblems } from "#lib/domain/catalog/target-mapping-problems.ts";
import type { MappingRule } from "#lib/domain/catalog/target-mapping.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseRegistryBase, type Repository } from "#lib/engine/oci/reference.ts";
import type { ImageWay, TriedPaths, TryPathsInput } from "#lib/schemas/paths.ts";
import { defaultSources } from "#lib/schemas/releases.ts";
import { findPlaces } from "./find-places.ts";

interface NamedImage extends SourceName {
  /** Below the source's base. */
  path: Repository;
  /** `:TAG` or `@DIGEST` */
  version: string;
}

/** What is wrong with tables that nobody has saved yet, and which way an image would take by them. */
export function tryPaths(_access: Access<"catalog.read">, input: TryPathsInput): TriedPaths {
  const { kind, rewrites, image } = input;
  const rules = input.rules.map(({ id, match, targets }): MappingRule => {
    const templates = targets.map((template) => ({ template, documented: false }));
    return { id, releaseKind: kind, match, targets: templates };
  });
  const rewriteProblems = findRewriteProblems(rewrites);
  const ruleProblems = findMappingProblems(rules);
  const isSound = rewriteProblems.length === 0 && ruleProblems.length === 0;
  const told = { rewriteProblems, ruleProblems, way: null, imageProblem: null };
  if (image === "" || !isSound) return told;
  try {
    const named = readLine(input);
    return { ...told, way: findWay(named, input, rules) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { ...told, imageProblem: error.facts.problem ?? "columns" };
  }
}

/** @throws EngineError */
function readLine({ kind, image }: TryPathsInput): NamedImage {
  const usual = defaultSources[kind];
  const source = usual === "" ? null : parseRegistryBase(usual);
  const [line] = parseReleaseLines(image, { kind, source, file: "", rules: [] });
  if (line?.kind === "component") {
    const { sourceHost, sourceRepository, sourcePath, tag, digest } = line.component;
    const version = formatVersion(tag ?? undefined, digest ?? undefined);
    return { host: sourceHost, repository: sourceRepository, path: sourcePath, version };
  }
  throw line?.kind === "invalid"
    ? line.error
    : new EngineError("list-empty", { operation: "read-list", problem: "empty", retryable: false });
}

/** @throws EngineError when a name becomes too long */
function findWay(
  { host, repository, path, version }: NamedImage,
  { kind, rewrites }: TryPathsInput,
  rules: readonly MappingRule[],
): ImageWay {
  const read = rewriteSource({ host, repository }, rewrites);
  const component = { releaseKind: kind, sourceRepository: repository, path };
  return {
    original: `${host}/${repository}${version}`,
    source: `${read.host}/${read.repository}${version}`,
    isRewritten: read.ruleId !== null,
    targets: findPlaces(component, rules).map(({ path: target, origin }) => ({
      path: `${target}${version}`,
      origin,
    })),
  };
}

function formatVersion(tag: string | undefined, digest: string | undefined): string {
  return digest === undefined ? `:${tag ?? ""}` : `@${digest}`;
}
