import type { Checksums } from "./checksums.ts";
import type { PublishedChecksum } from "./parse-checksums.ts";

export interface ComparedChecksum {
  readonly published: PublishedChecksum;
  /** `other-file`: another file's name stands beside it, or another value of the same algorithm matches. */
  readonly verdict: "match" | "mismatch" | "other-file";
}

/** `nothing`: no published value is for this file. */
export type ChecksumResult = "match" | "mismatch" | "nothing";

/**
 * Compares a file with each published value.
 *
 * Equal values match whatever name stands beside: browsers rename downloads ("image (1).ova"). Values that differ count
 * against the file when they name it, or no file, and no other such value of the algorithm is equal: of several values
 * without names only one can be this file's. Folders and case of names do not matter. Safe in a browser.
 *
 * @param fileName the file's name, with or without folders; without it, values with names are for other files
 */
export function compareChecksums(
  actual: Checksums,
  published: readonly PublishedChecksum[],
  fileName?: string,
): ComparedChecksum[] {
  const isMeant = (each: PublishedChecksum): boolean =>
    each.fileName === null ||
    (fileName !== undefined && comparableName(each.fileName) === comparableName(fileName));
  const isEqual = (each: PublishedChecksum): boolean => each.hex === actual[each.algorithm];
  const found = new Set(
    published.filter((each) => isMeant(each) && isEqual(each)).map((each) => each.algorithm),
  );
  return published.map((each) => {
    if (isEqual(each)) return { published: each, verdict: "match" };
    const against = isMeant(each) && !found.has(each.algorithm);
    return { published: each, verdict: against ? "mismatch" : "other-file" };
  });
}

/** One value that does not match outweighs all that do. */
export function concludeComparison(compared: readonly ComparedChecksum[]): ChecksumResult {
  if (compared.some(({ verdict }) => verdict === "mismatch")) return "mismatch";
  return compared.some(({ verdict }) => verdict === "match") ? "match" : "nothing";
}

/** macOS takes letters and their accents or syllables apart, web pages do not. */
function comparableName(name: string): string {
  return name
    .slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1)
    .normalize("NFC")
    .toLowerCase();
}
