import { EngineError, type ReferenceProblem } from "#lib/engine/oci/errors.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import type { SourceRewrite } from "./source-rewrites.ts";

/** `to-same`: it leads to itself. `from-taken`: another rule that is on is for the same name. Others: no such name. */
export const rewriteProblemCodes = ["id-missing", "id-taken", "from-taken", "to-same"] as const;

type RewriteProblemCode = ReferenceProblem | (typeof rewriteProblemCodes)[number];

export interface RewriteProblem {
  /** Of the rule, from 0. */
  readonly index: number;
  readonly field: "id" | "from" | "to";
  readonly code: RewriteProblemCode;
  /** The text that is meant. */
  readonly value: string;
}

/** What has to be mended before rules can be used; none when all is well. A rule that is off must be sound, too. */
export function findRewriteProblems(rules: readonly SourceRewrite[]): RewriteProblem[] {
  const ids = new Set<string>();
  const taken = new Set<string>();
  return rules.flatMap(({ id, from, to, enabled }, index) => {
    const found: RewriteProblem[] = [];
    const tell = (field: RewriteProblem["field"], code: RewriteProblemCode, value: string) =>
      found.push({ index, field, code, value });

    if (id === "") tell("id", "id-missing", id);
    else if (ids.has(id)) tell("id", "id-taken", id);
    ids.add(id);

    const fromCode = findNameProblem(from) ?? (enabled && taken.has(from) ? "from-taken" : null);
    if (fromCode !== null) tell("from", fromCode, from);
    if (enabled) taken.add(from);

    const toCode = findNameProblem(to) ?? (to === from ? "to-same" : null);
    if (toCode !== null) tell("to", toCode, to);
    return found;
  });
}

function findNameProblem(name: string): ReferenceProblem | null {
  try {
    const { registry, base } = parseRegistryBase(name);
    // A word alone is rather a project whose host was forgotten.
    if (!/[.:]/.test(registry) && registry !== "localhost") return "host-missing";
    // Names are compared as they are written.
    return name === (base === "" ? registry : `${registry}/${base}`) ? null : "uppercase";
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return error.facts.problem ?? "host-malformed";
  }
}
