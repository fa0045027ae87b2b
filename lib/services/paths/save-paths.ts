import "server-only";
import type { Access } from "#lib/auth/access.ts";
import type { ReleaseKind } from "#lib/db/generated/enums.ts";
import { type Change, type ChangeTransaction, withChange } from "#lib/db/with-change.ts";
import { findRewriteProblems } from "#lib/domain/catalog/source-rewrites-problems.ts";
import { findMappingProblems } from "#lib/domain/catalog/target-mapping-problems.ts";
import type { MappingRule } from "#lib/domain/catalog/target-mapping.ts";
import { AppError } from "#lib/errors.ts";
import type { SaveRewritesInput, SaveRulesInput } from "#lib/schemas/paths.ts";
import { findBuiltIn, findOrigin, toMappingRule } from "./read-rules.ts";

/** There is one table, which the trail names so. */
const rewritesId = "all";

/** Puts one table of source rewrites in the place of another. @throws AppError `rule-invalid` */
export async function saveRewrites(
  access: Access<"catalog.write">,
  { rewrites }: SaveRewritesInput,
): Promise<void> {
  assertSound(findRewriteProblems(rewrites));
  const rows = rewrites.map(({ from, to, enabled }, index) => ({ position: index + 1, from, to, enabled }));
  const change: Change = {
    action: "source-rewrite.save",
    objectId: rewritesId,
    objectName: rewritesId,
    organizationId: null,
  };
  await withChange(access, change, async (tx, audit) => {
    await tx.$executeRaw`LOCK TABLE "SourceRewrite" IN SHARE ROW EXCLUSIVE MODE`;
    const standing = await tx.sourceRewrite.findMany({ orderBy: { position: "asc" } });
    audit.before({ rewrites: standing.map(formatRewrite) });
    await tx.sourceRewrite.deleteMany();
    await tx.sourceRewrite.createMany({ data: rows });
    audit.after({ rewrites: rows.map(formatRewrite) });
  });
}

/** Puts other rules in the place of those for one kind of release. @throws AppError `rule-invalid` */
export async function saveRules(
  access: Access<"catalog.write">,
  { kind, rules }: SaveRulesInput,
): Promise<void> {
  const wanted = rules.map(({ id, match, targets }): MappingRule => {
    const rule = { id, match, releaseKind: kind };
    return {
      ...rule,
      targets: targets.map((template) => ({
        template,
        documented: findOrigin(rule, template) === "documented",
      })),
    };
  });
  assertSound(findMappingProblems(wanted));
  await replaceRules(access, kind, wanted);
}

async function replaceRules(
  access: Access<"catalog.write">,
  kind: ReleaseKind,
  rules: readonly MappingRule[],
): Promise<void> {
  const change: Change = {
    action: "target-rule.save",
    objectId: kind,
    objectName: kind,
    organizationId: null,
  };
  await withChange(access, change, async (tx, audit) => {
    await tx.$executeRaw`LOCK TABLE "TargetRule" IN SHARE ROW EXCLUSIVE MODE`;
    audit.before({ rules: (await listStanding(tx, kind)).map(formatRule) });
    await tx.targetRule.deleteMany({ where: { releaseKind: kind } });
    await tx.targetRule.createMany({
      data: rules.map((rule, index) => ({
        releaseKind: kind,
        position: index + 1,
        match: rule.match,
        targets: rule.targets.map(({ template, documented }) => ({ template, documented })),
        builtIn: findBuiltIn(rule)?.id ?? null,
      })),
    });
    audit.after({ rules: rules.map(formatRule) });
  });
}

async function listStanding(tx: ChangeTransaction, kind: ReleaseKind): Promise<MappingRule[]> {
  const rows = await tx.targetRule.findMany({ where: { releaseKind: kind }, orderBy: { position: "asc" } });
  return rows.map(toMappingRule);
}

function assertSound(problems: readonly { index: number; code: string; value: string }[]): void {
  const [problem] = problems;
  if (!problem) return;
  throw new AppError("rule-invalid", {
    line: problem.index + 1,
    text: problem.value,
    problem: problem.code,
  });
}

/** As the trail shows it. */
function formatRewrite({ from, to, enabled }: { from: string; to: string; enabled: boolean }): string {
  return `${from} -> ${to}${enabled ? "" : " (off)"}`;
}

function formatRule({ match, targets }: MappingRule): string {
  return `${match} -> ${targets.map(({ template }) => template).join(", ")}`;
}
