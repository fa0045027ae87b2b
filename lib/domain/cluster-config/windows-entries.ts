import type { HostsToml } from "./hosts-toml.ts";
import { listRequests, type ImageRequest } from "./list-requests.ts";
import { nameEntry, type MirrorEntry, type MirrorSet, type MirrorSetKind } from "./mirror-set.ts";
import { findHost, findOrganizationPath } from "./operator-location.ts";
import { readHostsToml } from "./read-hosts-toml.ts";
import { formatServer, formatWindowsHost, shortenMirror, type WindowsHost } from "./windows-hosts.ts";

/** An entry as the operator sees it. */
export interface WindowsEntry {
  readonly set: MirrorSet;
  /** How findings name it. */
  readonly object: string;
  readonly entry: MirrorEntry;
  /** `host[:port]` of the source. */
  readonly host: string;
  /** Of the source, without the host; "" for the whole host. */
  readonly path: string;
  /** Each mirror as written, and what remains of it. */
  readonly mirrors: readonly { readonly written: string; readonly location: string }[];
}

/** All entries in the order in which the operator takes them. */
export function listWindowsEntries(sets: readonly MirrorSet[]): readonly WindowsEntry[] {
  const ofKind = (kind: MirrorSetKind) => sets.filter((set) => set.kind === kind);
  return [...ofKind("ImageDigestMirrorSet"), ...ofKind("ImageTagMirrorSet")].flatMap((set) =>
    set.entries.map((entry, index) => ({
      set,
      object: nameEntry(set, index),
      entry,
      host: findHost(entry.source),
      path: findOrganizationPath(entry.source),
      mirrors: entry.mirrors.map((written) => ({
        written,
        location: shortenMirror(entry.source, written),
      })),
    })),
  );
}

/** `host[:port]/path` where a Windows node looks for a repository at a mirror. */
export const joinLocation = (location: string, repository: string) =>
  [location, repository].filter((part) => part !== "").join("/");

/** What is asked of one mirror for a repository of a host; what is not known stands in angle brackets. */
export function formatMirrorUrl(location: string, { host, path }: WindowsEntry, reference: string): string {
  const repository = path === "" ? "<repository>" : path;
  return `${formatServer(location)}/${repository}/manifests/${reference}?ns=${encodeURIComponent(host)}`;
}

/** What a Windows node asks to learn what a reference stands for, by the file that the operator writes for its host. */
export function listWindowsRequests(
  host: WindowsHost,
  image: {
    readonly repository: string;
    readonly tag?: string | undefined;
    readonly digest?: string | undefined;
  },
): readonly ImageRequest[] {
  return listRequests(readWindowsHost(host), host.host, image, { for: "resolve" });
}

/** Once for all images of a host: its file may have thousands of mirrors. */
const readings = new WeakMap<WindowsHost, HostsToml>();

/** What containerd makes of the file that the operator writes for a host. */
export function readWindowsHost(host: WindowsHost): HostsToml {
  const known = readings.get(host);
  if (known !== undefined) return known;
  const reading = readHostsToml(formatWindowsHost(host, new Map()));
  readings.set(host, reading);
  return reading;
}
