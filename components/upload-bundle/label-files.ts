const maxLength = 100;

/** What an upload of files that become no bundle is called while it lasts: after the first of them. */
export function labelFiles(fileNames: readonly string[]): string {
  const [first = ""] = fileNames;
  const label = first
    .replaceAll(/[^\w.-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, maxLength)
    .replace(/\.+$/, "");
  return label === "" ? "files" : label;
}
