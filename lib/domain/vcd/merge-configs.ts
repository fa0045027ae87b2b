import { compareConfigs } from "./config-difference.ts";
import { type ConfigDocument, editConfig, readField } from "./config-document.ts";
import { type ConfigField, configFieldNames } from "./config-fields.ts";

export interface MergedConfig {
  /** Theirs, with all changes of mine that do not meet one of theirs. */
  readonly document: ConfigDocument;
  /** Fields that both have changed, to different values: theirs stand in the document. */
  readonly conflicts: readonly ConfigField[];
  /** Paths that I have changed and the panel does not know, or has no value for: they are not in the document. */
  readonly unmerged: readonly string[];
}

/**
 * Puts two edits of one configuration together: two people have begun with the same, and the second is about to save; or
 * Cloud Director answers 412, since its entity is not the one that was read.
 */
export function mergeConfigs(
  base: ConfigDocument,
  mine: ConfigDocument,
  theirs: ConfigDocument,
): MergedConfig {
  const differs = (one: ConfigDocument, other: ConfigDocument, field: ConfigField) =>
    JSON.stringify(readField(one, field)) !== JSON.stringify(readField(other, field));
  const changed = configFieldNames.filter(
    (field) => differs(base, mine, field) && differs(mine, theirs, field),
  );
  const conflicts = changed.filter((field) => differs(base, theirs, field));
  const taken = changed.filter((field) => !conflicts.includes(field));
  const change = Object.fromEntries(taken.map((field) => [field, readField(mine, field) ?? undefined]));
  const document = editConfig(theirs, change);
  const merged = new Set(compareConfigs(document, mine).map(({ path }) => path));
  const unmerged = compareConfigs(base, mine).filter(
    ({ path, field }) => merged.has(path) && (field === null || !conflicts.includes(field)),
  );
  return { document, conflicts, unmerged: unmerged.map(({ path }) => path) };
}
