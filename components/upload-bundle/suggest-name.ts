/** The ends of names that formats have, with the number of a volume before them. */
const endings = /(?:[-.]\d{3})?\.(?:tar(?:\.gz)?|tgz|zip)$/i;

/**
 * A name for a bundle from the names of its files: that of the first archive, without what marks it as a volume; empty
 * when nothing usable is left.
 */
export function suggestName(fileNames: readonly string[]): string {
  const archive = fileNames.toSorted().find((name) => endings.test(name));
  const name = (archive ?? "").replace(endings, "");
  return name
    .replaceAll(/[^\w.-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 100)
    .replace(/\.+$/, "");
}
