import type { PathTables, RuleRow } from "#lib/schemas/paths.ts";

/** What a template has filled in, for sentences about it. */
export const placeholders = { path: "{path}", name: "{name}" };

/** A rule as it stands in the form. */
export interface RuleForm {
  id: string;
  match: string;
  targets: string[];
}

export type RuleForms = Record<keyof PathTables["rules"], RuleForm[]>;

export function toForms(rows: readonly RuleRow[]): RuleForm[] {
  return rows.map(({ id, match, targets }) => ({
    id,
    match,
    targets: targets.map(({ template }) => template),
  }));
}

/** An id that no row of the table has. */
export function newRowId(rows: readonly { id: string }[]): string {
  const taken = new Set(rows.map(({ id }) => id));
  let number = rows.length + 1;
  while (taken.has(`new-${number}`)) number++;
  return `new-${number}`;
}

/** Why a template is there: as the panel came with it, or because somebody wrote it. */
export function originOf(rule: RuleForm, template: string, defaults: readonly RuleRow[]) {
  const own = defaults.find(({ id, match }) => id === rule.id && match === rule.match);
  return own?.targets.find((target) => target.template === template)?.origin ?? "own";
}
