import { EngineError, type ReferenceProblem } from "#lib/engine/oci/errors.ts";
import { parseTemplate, type MappingRule } from "./target-mapping.ts";
import { isRepositoryPattern } from "./target-mapping-match.ts";

/**
 * What is wrong with a rule. `id-missing`, `id-taken`. `match-malformed`: no pattern of `matchesRepository`.
 * `targets-missing`, `targets-too-many`, `target-repeated`. `placeholder-misplaced`: only `{path}` and `{name}` are known,
 * and they stand at the end. `rule-unreached`: a rule above it takes all images of its kind. Others: a template's folder is
 * no repository's name.
 */
export const mappingProblemCodes = [
  "id-missing",
  "id-taken",
  "match-malformed",
  "targets-missing",
  "targets-too-many",
  "target-repeated",
  "placeholder-misplaced",
  "rule-unreached",
] as const;

type MappingProblemCode = ReferenceProblem | (typeof mappingProblemCodes)[number];

export interface MappingProblem {
  /** Of the rule, from 0. */
  readonly index: number;
  readonly field: "id" | "match" | "targets";
  /** Which of the targets, from 0; null when it is not about one of them. */
  readonly target: number | null;
  readonly code: MappingProblemCode;
  /** The text that is meant. */
  readonly value: string;
}

const maxTargets = 5;
const takesAll = "**";

/** What has to be mended before rules can be used; none when all is well. */
export function findMappingProblems(rules: readonly MappingRule[]): MappingProblem[] {
  const ids = new Set<string>();
  const settledKinds = new Set<string>();
  return rules.flatMap((rule, index) => {
    const { id, match, releaseKind, targets } = rule;
    const found: MappingProblem[] = [];
    const tell = (
      field: MappingProblem["field"],
      code: MappingProblemCode,
      value: string,
      target: number | null = null,
    ) => found.push({ index, field, target, code, value });

    if (id === "") tell("id", "id-missing", id);
    else if (ids.has(id)) tell("id", "id-taken", id);
    ids.add(id);

    if (!isRepositoryPattern(match)) tell("match", "match-malformed", match);
    else if (settledKinds.has(releaseKind)) tell("match", "rule-unreached", match);
    if (match === takesAll) settledKinds.add(releaseKind);

    if (targets.length === 0) tell("targets", "targets-missing", "");
    if (targets.length > maxTargets) tell("targets", "targets-too-many", String(targets.length));
    const templates = targets.map(({ template }) => template);
    for (const [target, template] of templates.entries()) {
      const code = templates.indexOf(template) < target ? "target-repeated" : findTemplateProblem(template);
      if (code !== null) tell("targets", code, template, target);
    }
    return found;
  });
}

function findTemplateProblem(template: string): MappingProblemCode | null {
  try {
    parseTemplate(template);
    return null;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return /[{}]/.test(template.replace(/(?:^|\/)\{(?:path|name)\}$/, ""))
      ? "placeholder-misplaced"
      : (error.facts.problem ?? "repository-malformed");
  }
}
