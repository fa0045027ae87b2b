/** One field that an audited change touched; undefined where the object did not have it. */
export interface ValueChange {
  /** `name`, or `limits.rate` inside an object. */
  path: string;
  before: unknown;
  after: unknown;
}

/** The fields that differ between two states of an object; either may be null when there was none. */
export function diffValues(before: unknown, after: unknown): ValueChange[] {
  const was = flatten(before);
  const is = flatten(after);
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after));
}

/** Lists stay whole: which of their entries "is the same one" nobody knows. */
function flatten(value: unknown, prefix = ""): Map<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return new Map<string, unknown>(prefix === "" ? [] : [[prefix, value]]);
  }
  const entries = Object.entries(value as Record<string, unknown>);
  if (entries.length === 0 && prefix !== "") return new Map([[prefix, value]]);
  return new Map(
    entries.flatMap(([name, inner]) => [...flatten(inner, prefix === "" ? name : `${prefix}.${name}`)]),
  );
}
