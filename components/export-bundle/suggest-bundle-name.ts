import type { ReleaseRow } from "#lib/schemas/releases.ts";

const maxLength = 100;

/**
 * A name for a bundle of these releases that none of the taken ones has: "tanzu-kubernetes-grid-v2.1.1", then
 * "tanzu-kubernetes-grid-v2.1.1-2"; of several releases the first speaks. Empty when a name has no letter that a file
 * name may have.
 */
export function suggestBundleName(
  releases: readonly Pick<ReleaseRow, "name" | "version">[],
  taken: ReadonlySet<string>,
): string {
  const [first] = releases;
  if (!first) return "";
  const base = `${first.name}-${first.version}`
    .toLowerCase()
    .replaceAll(/[^a-z0-9_.]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, maxLength - 4)
    .replace(/[-.]+$/, "");
  if (base === "") return "";
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  return name;
}
