import { nameEntry, type MirrorEntry, type MirrorSet } from "./mirror-set.ts";
import { tellMirror, type MirrorFinding } from "./mirror-rule.ts";
import { splitLocation, type MirroredImage } from "./mirrored-image.ts";
import { findRestOfName } from "./rest-of-name.ts";
import { joinLocation, listWindowsRequests } from "./windows-entries.ts";
import type { WindowsHost } from "./windows-hosts.ts";

interface EntryPlace {
  readonly kind: MirrorSet["kind"];
  readonly entry: MirrorEntry;
  readonly object: string;
}

/**
 * Whether what was mirrored is where the entries lead nodes, by the most specific source as Linux nodes take it.
 *
 * @param enough findings beyond which no further image is looked at: each may be missed at thousands of mirrors
 */
export function checkMirroredImages(
  sets: readonly MirrorSet[],
  images: readonly MirroredImage[],
  enough: number,
): readonly MirrorFinding[] {
  const places: readonly EntryPlace[] = sets.flatMap((set) =>
    set.entries.map((entry, index) => ({ kind: set.kind, entry, object: nameEntry(set, index) })),
  );
  const unused = places
    .filter(({ entry }) => images.every(({ source }) => findRestOfName(entry.source, source) === null))
    .map(({ entry, object }) => tellMirror("entry-without-image", object, { source: entry.source }));
  let findings: readonly MirrorFinding[] = [];
  for (const image of images) {
    if (findings.length > enough) break;
    findings = [...findings, ...checkImage(places, image)];
  }
  return [...findings, ...unused];
}

function checkImage(places: readonly EntryPlace[], image: MirroredImage): readonly MirrorFinding[] {
  const { source, targets, tags, digests } = image;
  const [stands] = targets;
  const matching = places.filter(({ kind, entry }) => {
    const isUsed = kind === "ImageTagMirrorSet" ? tags.length > 0 : digests.length > 0;
    return isUsed && findRestOfName(entry.source, source) !== null;
  });
  const [some] = matching;
  if (some === undefined) {
    return stands === undefined ? [] : [tellMirror("image-without-entry", source, { image: source, stands })];
  }
  if (stands === undefined) return [tellMirror("image-not-mirrored", some.object, { image: source })];
  // By either kind, as both become one table of registries.conf (runtime-utils, EditRegistriesConfig).
  const specific = places
    .filter(({ entry }) => hasRealMirror(entry) && findRestOfName(entry.source, source) !== null)
    .reduce((best, each) => (each.entry.source.length > best.entry.source.length ? each : best), some);
  return [...Map.groupBy(matching, ({ kind }) => kind)].flatMap(([kind, group]) => {
    const applied = group.filter(({ entry }) => entry.source.length === specific.entry.source.length);
    const [hidden] = group;
    if (applied.length === 0 && hidden !== undefined) {
      const by = kind === "ImageTagMirrorSet" ? "tag" : "digest";
      const facts = { image: source, source: hidden.entry.source, hiddenBy: specific.entry.source, by };
      return [tellMirror("entry-hidden", hidden.object, facts)];
    }
    return applied.flatMap(({ entry, object }) =>
      entry.mirrors.flatMap((mirror, index) => {
        const location = `${mirror}${findRestOfName(entry.source, source) ?? ""}`;
        if (targets.includes(location) || location === source) return [];
        const facts = { image: source, location, stands };
        return [tellMirror("mirror-holds-nothing", `${object}.mirrors[${index}]`, facts)];
      }),
    );
  });
}

const hasRealMirror = ({ source, mirrors }: MirrorEntry) => mirrors.some((mirror) => mirror !== source);

/** Whether Windows nodes find what was mirrored at one of the places that they ask. */
export function checkWindowsImages(
  hosts: readonly WindowsHost[],
  images: readonly MirroredImage[],
): readonly MirrorFinding[] {
  const byHost = new Map(hosts.map((each) => [each.host, each]));
  return images.flatMap(({ source, targets: [stands], targets, tags: [tag], digests: [digest] }) => {
    const { host, repository } = splitLocation(source);
    const windowsHost = byHost.get(host);
    const asked = windowsHost?.mirrors.map(({ location }) => joinLocation(location, repository)) ?? [];
    const [first] = asked;
    if (windowsHost === undefined || stands === undefined || first === undefined) return [];
    if (asked.some((each) => targets.includes(each))) return [];
    const [request] = listWindowsRequests(
      windowsHost,
      digest === undefined ? { repository, tag } : { repository, digest },
    );
    const facts = { image: source, asked: first, stands };
    return [tellMirror("windows-image-elsewhere", `${host}/hosts.toml`, facts, { url: request?.url })];
  });
}
