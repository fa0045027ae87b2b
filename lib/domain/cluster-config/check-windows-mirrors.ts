import { nameHostDirectory } from "./host-directories.ts";
import { tellMirror, type MirrorFinding } from "./mirror-rule.ts";
import { formatMirrorUrl, joinLocation, type WindowsEntry } from "./windows-entries.ts";

/** What is amiss with single entries on Windows nodes, where a mirror stands for the whole host. */
export function checkWindowsMirrors(entries: readonly WindowsEntry[]): readonly MirrorFinding[] {
  return entries.flatMap((each) => {
    const { host, entry, object } = each;
    if (host.startsWith("*")) return [tellMirror("windows-wildcard", object, { source: entry.source })];
    const port = host.includes(":")
      ? [
          tellMirror("windows-port-in-directory", object, {
            host,
            directory: host,
            expected: nameHostDirectory(host),
          }),
        ]
      : [];
    return [...port, ...each.mirrors.flatMap((mirror, index) => checkPath(each, mirror, index))];
  });
}

function checkPath(
  each: WindowsEntry,
  { written, location }: WindowsEntry["mirrors"][number],
  index: number,
): readonly MirrorFinding[] {
  const { entry, host, path, set } = each;
  const object = `${each.object}.mirrors[${index}]`;
  const facts = { source: entry.source, mirror: written };
  if (location === "") return [tellMirror("windows-mirror-empty", object, facts)];
  const asked = joinLocation(location, path);
  if (asked === written) return [];
  const reference = set.kind === "ImageTagMirrorSet" ? "<tag>" : "<digest>";
  const url = formatMirrorUrl(location, each, reference);
  // What is in common goes past the path of the source: the host is part of it.
  const isHostDropped = `/${written}`.endsWith(`/${joinLocation(host, path)}`);
  return isHostDropped
    ? [tellMirror("windows-source-host-dropped", object, { ...facts, asked }, { url })]
    : [tellMirror("windows-path-differs", object, { ...facts, asked, path }, { url })];
}
