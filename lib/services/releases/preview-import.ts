import "server-only";
import type { Access } from "#lib/auth/access.ts";
import type { ListedComponent } from "#lib/domain/catalog/parse-release-list.ts";
import { rewriteSource, type SourceRewrite } from "#lib/domain/catalog/source-rewrites.ts";
import type { MappingRule } from "#lib/domain/catalog/target-mapping.ts";
import type { ImportPreview, PreviewedComponent, PreviewImportInput } from "#lib/schemas/releases.ts";
import { findPlaces, readSourceRewrites, readTargetRules } from "../paths/index.ts";
import { readGivenList } from "./read-given-list.ts";

/** Enough to see whether it is what was meant. */
const maxShown = 50;

/**
 * What a list would be read as; nothing is stored.
 *
 * @throws AppError `invalid-input` for a source that is none, `list-too-large`; EngineError `reference-invalid` when a
 * name that is read elsewhere becomes too long
 */
export async function previewImport(
  _access: Access<"catalog.write">,
  input: PreviewImportInput,
): Promise<ImportPreview> {
  const [rules, rewrites] = await Promise.all([readTargetRules(), readSourceRewrites()]);
  const { components, problems, tagsLeftOut } = readGivenList(input, rules);
  return {
    componentCount: components.length,
    disabledCount: components.filter(({ enabled }) => !enabled).length,
    components: components
      .slice(0, maxShown)
      .map((component) => showComponent(component, input.kind, rules, rewrites)),
    problemCount: problems.length,
    problems: problems.slice(0, maxShown).map(({ code, facts }) => ({ code, facts: { ...facts } })),
    tagCount: tagsLeftOut.length,
    tags: tagsLeftOut.slice(0, maxShown).map(({ line, tag }) => ({ line, tag })),
  };
}

function showComponent(
  component: ListedComponent,
  releaseKind: PreviewImportInput["kind"],
  rules: readonly MappingRule[],
  rewrites: readonly SourceRewrite[],
): PreviewedComponent {
  const { line, kind, enabled, sourceHost, sourceRepository, sourcePath: path, tag, digest } = component;
  const version = tag === null ? `@${digest ?? ""}` : `:${tag}`;
  const read = rewriteSource({ host: sourceHost, repository: sourceRepository }, rewrites);
  return {
    line,
    kind,
    enabled,
    original: `${sourceHost}/${sourceRepository}${version}`,
    readFrom: read.ruleId === null ? null : `${read.host}/${read.repository}${version}`,
    targets: findPlaces({ releaseKind, sourceRepository, path }, rules).map(({ path: target, origin }) => ({
      path: `${target}${version}`,
      origin,
    })),
  };
}
