import "server-only";
import type { Access } from "#lib/auth/access.ts";
import type { ListedComponent } from "#lib/domain/catalog/parse-release-list.ts";
import { rewriteSource, type SourceRewrite } from "#lib/domain/catalog/source-rewrites.ts";
import type { ImportPreview, PreviewedComponent, PreviewImportInput } from "#lib/schemas/releases.ts";
import { readSourceRewrites, readTargetRules } from "../paths/index.ts";
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
    components: components.slice(0, maxShown).map((component) => showComponent(component, rewrites)),
    problemCount: problems.length,
    problems: problems.slice(0, maxShown).map(({ code, facts }) => ({ code, facts: { ...facts } })),
    tagCount: tagsLeftOut.length,
    tags: tagsLeftOut.slice(0, maxShown).map(({ line, tag }) => ({ line, tag })),
  };
}

function showComponent(component: ListedComponent, rewrites: readonly SourceRewrite[]): PreviewedComponent {
  const { line, kind, enabled, sourceHost, sourceRepository, tag, digest, targetPath, moreTargets } =
    component;
  const version = tag === null ? `@${digest ?? ""}` : `:${tag}`;
  const read = rewriteSource({ host: sourceHost, repository: sourceRepository }, rewrites);
  return {
    line,
    kind,
    enabled,
    original: `${sourceHost}/${sourceRepository}${version}`,
    readFrom: read.ruleId === null ? null : `${read.host}/${read.repository}${version}`,
    targets: [targetPath, ...moreTargets].map((path) => `${path}${version}`),
  };
}
