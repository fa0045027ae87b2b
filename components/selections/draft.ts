import type { OfferedComponent } from "#lib/schemas/selections.ts";

/** What somebody wants otherwise than it is saved, by component. */
export type Draft = ReadonlyMap<string, boolean>;

/** Components that are on as the draft has them; what is required is, whatever else is said. */
export function listOn(components: readonly OfferedComponent[], draft: Draft): ReadonlySet<string> {
  const on = components.filter(({ id, isOn, isRequired }) => isRequired || (draft.get(id) ?? isOn));
  return new Set(on.map(({ id }) => id));
}

/** The draft with these components on or off, too. */
export function turn(draft: Draft, components: readonly OfferedComponent[], on: boolean): Draft {
  const next = new Map(draft);
  for (const { id, isOn } of components) {
    if (isOn === on) next.delete(id);
    else next.set(id, on);
  }
  return next;
}

export interface SelectionSummary {
  onCount: number;
  onBytes: number;
  /** Of those that are on. */
  unknownCount: number;
  added: string[];
  removed: string[];
  /** Against what is saved, and how many of those that differ have no known size. */
  changedBytes: number;
  changedUnknown: number;
  /** On, and not published yet. */
  missingCount: number;
  missingBytes: number;
  missingUnknown: number;
}

/** What a draft comes to. */
export function summarize(
  components: readonly OfferedComponent[],
  on: ReadonlySet<string>,
): SelectionSummary {
  const sum = (rows: readonly OfferedComponent[]) =>
    rows.reduce((bytes, { sizeBytes }) => bytes + (sizeBytes ?? 0), 0);
  const countUnknown = (rows: readonly OfferedComponent[]) =>
    rows.filter(({ sizeBytes }) => sizeBytes === null).length;
  const chosen = components.filter(({ id }) => on.has(id));
  const added = chosen.filter(({ isOn }) => !isOn);
  const removed = components.filter(({ id, isOn }) => isOn && !on.has(id));
  const missing = chosen.filter(({ isPublished }) => !isPublished);
  return {
    onCount: chosen.length,
    onBytes: sum(chosen),
    unknownCount: countUnknown(chosen),
    added: added.map(({ id }) => id),
    removed: removed.map(({ id }) => id),
    changedBytes: sum(added) - sum(removed),
    changedUnknown: countUnknown(added) + countUnknown(removed),
    missingCount: missing.length,
    missingBytes: sum(missing),
    missingUnknown: countUnknown(missing),
  };
}
