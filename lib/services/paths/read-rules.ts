import "server-only";
import { z } from "zod";
import type { SourceRewrite } from "#lib/domain/catalog/source-rewrites.ts";
import { defaultMappingRules } from "#lib/domain/catalog/target-mapping-defaults.ts";
import type { MappingRule } from "#lib/domain/catalog/target-mapping.ts";
import { db } from "#lib/db/client.ts";
import type { TargetRule } from "#lib/db/generated/client.ts";
import type { TargetOrigin } from "#lib/schemas/paths.ts";

const storedTargets = z.array(z.object({ template: z.string(), documented: z.boolean() }));

/** Under what names sources are read in fact; in the order in which a person sees them. */
export async function readSourceRewrites(): Promise<SourceRewrite[]> {
  const rows = await db.sourceRewrite.findMany({ orderBy: { position: "asc" } });
  return rows.map(({ id, from, to, enabled }) => ({ id, from, to, enabled }));
}

/** Where images go, by the kind of their release. */
export async function readTargetRules(): Promise<MappingRule[]> {
  const rows = await db.targetRule.findMany({ orderBy: [{ releaseKind: "asc" }, { position: "asc" }] });
  return rows.map(toMappingRule);
}

export function toMappingRule({ id, releaseKind, match, targets, builtIn }: TargetRule): MappingRule {
  return { id: builtIn ?? id, releaseKind, match, targets: storedTargets.parse(targets) };
}

/** The panel's own rule that a row is still: its targets may have been changed, not what it is for. */
export function findBuiltIn(rule: Pick<MappingRule, "id" | "releaseKind" | "match">): MappingRule | null {
  const { id, releaseKind, match } = rule;
  const found = defaultMappingRules.find(
    (one) => one.id === id && one.releaseKind === releaseKind && one.match === match,
  );
  return found ?? null;
}

/** Why a rule has a template. */
export function findOrigin(
  rule: Pick<MappingRule, "id" | "releaseKind" | "match">,
  template: string,
): TargetOrigin {
  const known = findBuiltIn(rule)?.targets.find((target) => target.template === template);
  if (!known) return "own";
  return known.documented ? "documented" : "inferred";
}
