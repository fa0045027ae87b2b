import type { ConfigFile } from "./config-output.ts";
import { formatHostsToml, type HostToWrite } from "./format-hosts-toml.ts";
import type { MirrorSet } from "./mirror-set.ts";
import { listWindowsEntries, type WindowsEntry } from "./windows-entries.ts";
import { formatServer } from "./windows-hosts.ts";

/** What mirror sets become for nodes of plain containerd. */
export interface ContainerdSets {
  readonly files: readonly ConfigFile[];
  /** Entries with a mirror that containerd cannot go by, as findings name them. */
  readonly leftOut: readonly string[];
}

/**
 * `hosts.toml` files of plain containerd on Linux out of mirror sets: one for each host of a source, mirrors in the order in
 * which they are written. containerd asks a mirror for the whole path of the source, below a path of its own; a mirror
 * that does not end in the source's path is left out. With NeverContactSource in any entry of a host, the last mirror
 * stands as its server, which is asked last, so that containerd knows of no other.
 */
export function makeContainerdSets(sets: readonly MirrorSet[]): ContainerdSets {
  const hosts = new Map<string, WindowsEntry[]>();
  const leftOut: string[] = [];
  for (const entry of listWindowsEntries(sets)) {
    hosts.set(entry.host, [...(hosts.get(entry.host) ?? []), entry]);
    if (entry.mirrors.some((mirror) => findLocation(entry, mirror.written) === null))
      leftOut.push(entry.object);
  }
  const files = [...hosts].flatMap(([host, entries]) => {
    const mirrors = listMirrors(entries);
    const last = mirrors.at(-1);
    // Without a mirror nothing is to be said of the host.
    if (last === undefined) return [];
    const isNever = entries.some(({ entry }) => entry.mirrorSourcePolicy === "NeverContactSource");
    const source = host === "docker.io" ? "registry-1.docker.io" : host;
    const server: HostToWrite = isNever
      ? last
      : { url: `https://${source}`, capabilities: ["pull", "resolve"] };
    const content = formatHostsToml({ server, mirrors: isNever ? mirrors.slice(0, -1) : mirrors });
    return [{ path: `certs.d/${host}/hosts.toml`, content, isSecret: false }];
  });
  return { files, leftOut };
}

/** Each mirror of a host once; asked for tags, too, where an entry for tags has it. */
function listMirrors(entries: readonly WindowsEntry[]): readonly HostToWrite[] {
  const resolves = new Map<string, boolean>();
  for (const entry of entries) {
    for (const { written } of entry.mirrors) {
      const location = findLocation(entry, written);
      if (location === null) continue;
      const isForTags = entry.set.kind === "ImageTagMirrorSet";
      resolves.set(location, isForTags || (resolves.get(location) ?? false));
    }
  }
  return [...resolves].map(([location, isForTags]) => ({
    url: formatServer(location),
    capabilities: isForTags ? ["pull", "resolve"] : ["pull"],
    overridePath: true,
  }));
}

/** `host[:port][/path]` below which a mirror has the whole path of the source; null where it has not. */
function findLocation({ path, entry }: WindowsEntry, mirror: string): string | null {
  if (mirror === entry.source || entry.source.startsWith("*.")) return null;
  if (path === "") return mirror;
  return mirror.endsWith(`/${path}`) ? mirror.slice(0, -path.length - 1) : null;
}
