import type { MirrorEntry, MirrorSet, MirrorSetKind, MirrorSourcePolicy } from "./mirror-set.ts";
import type { PullSecretAuths } from "./pull-secret.ts";
import { findHost, findOrganizationPath } from "./operator-location.ts";

/** A mirror as the operator writes it for the whole of a source's host. */
interface WindowsMirror {
  /** `host[:port][/path]`, without what it has in common with the end of the source. */
  readonly location: string;
  /** Whether it may say what a tag stands for: only what came from an `ImageTagMirrorSet` may. */
  readonly resolvesTags: boolean;
}

/** What one `hosts.toml` of a Windows node is made from. */
export interface WindowsHost {
  /** `host[:port]` of the sources: the name of the directory. */
  readonly host: string;
  /** By the alphabet, in which containerd asks them. */
  readonly mirrors: readonly WindowsMirror[];
  /** Undefined where none was said, which asks the source. */
  readonly policy: MirrorSourcePolicy | undefined;
}

/**
 * The part of a mirror that is written for the whole host: all but the whole segments that it shares with the end of the
 * source. Of a mirror that is the source only the host remains (newMirror, extractMirrorURL).
 */
export function shortenMirror(source: string, mirror: string): string {
  if (source === mirror) return findHost(mirror);
  const [wanted, parts] = [source.split("/"), mirror.split("/")];
  let common = 0;
  while (common < Math.min(wanted.length, parts.length) && wanted.at(-1 - common) === parts.at(-1 - common)) {
    common += 1;
  }
  return parts.slice(0, parts.length - common).join("/");
}

const byText = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/**
 * Merges mirror sets as the Windows Machine Config Operator does (`getMergedMirrorSets` of pkg/registries/registries.go,
 * commit 0be4b9ccb): digest sets first, each kind in the order given; one result for each host of a source, by the alphabet.
 *
 * It keeps what is amiss there. A policy gives way to that of a later entry only while it is exactly
 * `AllowContactingSource`, so that an unset one, which means the same, outlasts a later `NeverContactSource`. Mirrors that
 * become the same within one entry stay twice unless another entry of the host comes after or before it. The operator has
 * the objects of a kind in no certain order.
 */
export function mergeForWindows(sets: readonly MirrorSet[]): readonly WindowsHost[] {
  const byHost = new Map<string, WindowsHost[]>();
  const ofKind = (kind: MirrorSetKind) => sets.filter((set) => set.kind === kind);
  for (const { kind, entries } of [...ofKind("ImageDigestMirrorSet"), ...ofKind("ImageTagMirrorSet")]) {
    for (const entry of entries) {
      const one = convertEntry(entry, kind);
      const earlier = byHost.get(one.host);
      if (earlier === undefined) byHost.set(one.host, [one]);
      else earlier.push(one);
    }
  }
  return [...byHost.values()]
    .flatMap(mergeHosts)
    .map(({ mirrors, ...rest }) => ({
      ...rest,
      mirrors: mirrors.toSorted((a, b) => byText(a.location, b.location)),
    }))
    .sort((a, b) => byText(a.host, b.host));
}

function convertEntry(
  { source, mirrors, mirrorSourcePolicy }: MirrorEntry,
  kind: MirrorSetKind,
): WindowsHost {
  return {
    host: findHost(source),
    mirrors: mirrors.map((mirror) => ({
      location: shortenMirror(source, mirror),
      resolvesTags: kind === "ImageTagMirrorSet",
    })),
    policy: mirrorSourcePolicy,
  };
}

/** One of all entries of a host, all at once: thousands may be pasted. */
function mergeHosts(group: readonly WindowsHost[]): readonly WindowsHost[] {
  const [first] = group;
  if (first === undefined || group.length === 1) return group;
  const mirrors = new Map<string, WindowsMirror>();
  for (const each of group.flatMap((one) => one.mirrors)) {
    const known = mirrors.get(each.location);
    if (known === undefined || (!known.resolvesTags && each.resolvesTags)) mirrors.set(each.location, each);
  }
  const policy = group
    .map((one) => one.policy)
    .reduce((earlier, later) => (earlier === "AllowContactingSource" ? later : earlier));
  return [{ host: first.host, mirrors: [...mirrors.values()], policy }];
}

/** `https://host[:port]/v2[/path]` of a location, as the operator writes it. */
export function formatServer(location: string): string {
  const path = findOrganizationPath(location);
  return `https://${findHost(location)}/v2${path === "" ? "" : `/${path}`}`;
}

/**
 * The text of a `hosts.toml`, byte for byte as `generateConfig` writes it; empty for a host without mirrors. Of the pull
 * secret, an entry counts whose key is the mirror's `host[:port]`, none of a key with a path.
 */
export function formatWindowsHost({ host, mirrors, policy }: WindowsHost, auths: PullSecretAuths): string {
  const [first] = mirrors;
  if (first === undefined) return "";
  const fallback = policy === "NeverContactSource" ? first.location : host;
  let text = `server = "${formatServer(fallback)}"\n\noverride_path = true\n`;
  for (const { location, resolvesTags } of mirrors) {
    const table = `host."${formatServer(location)}"`;
    text += `\n[${table}]\n`;
    text += `  capabilities = ["pull"${resolvesTags ? ', "resolve"' : ""}]\n`;
    text += "  override_path = true\n";
    const credentials = auths.get(findHost(location));
    if (credentials === undefined) continue;
    text += `  [${table}.header]\n    authorization = "Basic ${credentials}"\n`;
  }
  return text;
}

/**
 * What the Windows Machine Config Operator writes to `C:\k\containerd\registries` of each Windows node
 * (`GenerateConfigFiles`).
 *
 * @returns by the name of the directory, which is the host of the source, the text of its `hosts.toml`
 */
export function makeWindowsHosts(
  sets: readonly MirrorSet[],
  auths: PullSecretAuths = new Map(),
): ReadonlyMap<string, string> {
  return new Map(mergeForWindows(sets).map((each) => [each.host, formatWindowsHost(each, auths)]));
}
