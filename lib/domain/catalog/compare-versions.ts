/** `v`, one to three numbers, and what follows them. */
const pattern = /^v?(\d{1,15})(?:\.(\d{1,15}))?(?:\.(\d{1,15}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/**
 * Orders versions, the older first: as Semantic Versioning 2.0.0 section 11 does, with or without `v`, missing numbers
 * being 0. What is no version comes before all that are. Versions that differ only in what builds add, or in how they
 * are written, are ordered by their text, so that the order never depends on chance.
 */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [pattern.exec(one), pattern.exec(other)];
  if (!a || !b) return Number(a !== null) - Number(b !== null) || compareText(one, other);
  for (const at of [1, 2, 3]) {
    const difference = Number(a[at] ?? 0) - Number(b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return comparePreReleases(a[4], b[4]) || compareText(one, other);
}

/** One without is the release itself, and newer. */
function comparePreReleases(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined)
    return Number(one === undefined) - Number(other === undefined);
  const [a, b] = [one.split("."), other.split(".")];
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const difference = compareIdentifiers(a[at] ?? "", b[at] ?? "");
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Numbers by value, and before words. */
function compareIdentifiers(one: string, other: string): number {
  const [isNumber, otherIsNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber && otherIsNumber) return Number(one) - Number(other) || compareText(one, other);
  return Number(otherIsNumber) - Number(isNumber) || compareText(one, other);
}

/** Orders texts by their code units, the same on every machine. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
