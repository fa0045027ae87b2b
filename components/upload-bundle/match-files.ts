import type { BundleFileView } from "#lib/services/bundles/bundle-views.ts";

type GivenFile = Pick<File, "name" | "size">;

export interface MatchedFiles<Given extends GivenFile> {
  /** By name: files that the upload still wants. */
  wanted: ReadonlyMap<string, Given>;
  /** Names of those that are wanted and were not given. */
  lacking: readonly string[];
  /** Of the given ones: another size than that of the file that was begun. */
  different: readonly string[];
  /** Of the given ones: not part of the upload, or there already. */
  needless: readonly string[];
}

/** Which of the files that a person has chosen an unfinished upload goes on with. */
export function matchFiles<Given extends GivenFile>(
  files: readonly BundleFileView[],
  given: readonly Given[],
): MatchedFiles<Given> {
  const open = new Map(
    files.filter((file) => file.receivedBytes < file.sizeBytes).map((file) => [file.name, file]),
  );
  const wanted = new Map<string, Given>();
  const different: string[] = [];
  const needless: string[] = [];
  for (const file of given) {
    const begun = open.get(file.name);
    if (!begun) needless.push(file.name);
    else if (begun.sizeBytes === file.size) wanted.set(file.name, file);
    else different.push(file.name);
  }
  const lacking = [...open.keys()].filter((name) => !wanted.has(name));
  return { wanted, lacking, different, needless };
}
