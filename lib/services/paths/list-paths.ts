import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { ReleaseKind } from "#lib/db/generated/enums.ts";
import { defaultMappingRules } from "#lib/domain/catalog/target-mapping-defaults.ts";
import type { MappingRule } from "#lib/domain/catalog/target-mapping.ts";
import type { PathTables, RuleRow } from "#lib/schemas/paths.ts";
import { findOrigin, readSourceRewrites, readTargetRules } from "./read-rules.ts";

/** Enough to find one that a rule is for. */
const maxExamples = 200;

/** Where sources are read and where images go, as a person edits it. */
export async function listPaths(_access: Access<"catalog.read">): Promise<PathTables> {
  const [rewrites, rules, examples] = await Promise.all([
    readSourceRewrites(),
    readTargetRules(),
    eachKind(listExamples),
  ]);
  const rowsOf = (from: readonly MappingRule[]) =>
    eachKind((kind) => from.filter(({ releaseKind }) => releaseKind === kind).map(toRow));
  return {
    rewrites: rewrites.map((rewrite) => ({ ...rewrite })),
    rules: await rowsOf(rules),
    defaults: await rowsOf(defaultMappingRules),
    examples,
  };
}

async function eachKind<T>(find: (kind: ReleaseKind) => T | Promise<T>): Promise<Record<ReleaseKind, T>> {
  const [tkg, gettingStarted, plugins, list] = await Promise.all([
    find("tkg"),
    find("getting_started_airgapped"),
    find("tanzu_plugins"),
    find("list"),
  ]);
  return { tkg, getting_started_airgapped: gettingStarted, tanzu_plugins: plugins, list };
}

function toRow(rule: MappingRule): RuleRow {
  return {
    id: rule.id,
    match: rule.match,
    targets: rule.targets.map(({ template }) => ({ template, origin: findOrigin(rule, template) })),
  };
}

/** Components whose place below their base is known and that have a tag: as a line of three columns would name them. */
async function listExamples(kind: ReleaseKind): Promise<string[]> {
  const rows = await db.component.findMany({
    where: { release: { kind }, sourcePath: { not: "" }, tag: { not: null } },
    distinct: ["sourceHost", "sourceRepository"],
    orderBy: [{ sourceRepository: "asc" }],
    take: maxExamples,
    select: { sourceHost: true, sourceRepository: true, sourcePath: true, tag: true },
  });
  return rows.map(({ sourceHost, sourceRepository, sourcePath, tag }) => {
    const base = sourceRepository.slice(0, -sourcePath.length).replace(/\/$/, "");
    return `${base === "" ? sourceHost : `${sourceHost}/${base}`} ${sourcePath} ${tag ?? ""}`;
  });
}
