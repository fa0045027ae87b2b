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
  const findPlaces = indexPlaces(places);
  const used = new Set<EntryPlace>();
  const findings: MirrorFinding[] = [];
  for (const image of images) {
    const found = findPlaces(image.source);
    for (const place of found) used.add(place);
    if (findings.length <= enough) findings.push(...checkImage(found, image));
  }
  const unused = places
    .filter((place) => !used.has(place))
    .map(({ entry, object }) => tellMirror("entry-without-image", object, { source: entry.source }));
  return [...findings, ...unused];
}

/**
 * Finds the entries that are for an image, in their order, without looking at all of them: there may be thousands of both.
 */
function indexPlaces(places: readonly EntryPlace[]): (image: string) => readonly EntryPlace[] {
  const bySource = Map.groupBy(places, ({ entry }) => entry.source);
  const wildcards = places.filter(({ entry }) => entry.source.startsWith("*."));
  const order = new Map(places.map((place, index) => [place, index]));
  return (image) => {
    // A scope ends where a word of the name does.
    const ends = [...image.matchAll(/[:/@]|$/g)].map(({ index }) => index);
    const found = [
      ...ends.flatMap((end) => bySource.get(image.slice(0, end)) ?? []),
      ...wildcards.filter(({ entry }) => findRestOfName(entry.source, image) !== null),
    ];
    return found.sort((one, other) => (order.get(one) ?? 0) - (order.get(other) ?? 0));
  };
}

/** @param places whose sources are for the image */
function checkImage(places: readonly EntryPlace[], image: MirroredImage): readonly MirrorFinding[] {
  const { source, targets, tags, digests } = image;
  const [stands] = targets;
  const matching = places.filter(({ kind }) =>
    kind === "ImageTagMirrorSet" ? tags.length > 0 : digests.length > 0,
  );
  const [some] = matching;
  if (some === undefined) {
    return stands === undefined ? [] : [tellMirror("image-without-entry", source, { image: source, stands })];
  }
  if (stands === undefined) return [tellMirror("image-not-mirrored", some.object, { image: source })];
  // By either kind, as both become one table of registries.conf (runtime-utils, EditRegistriesConfig).
  const specific = places
    .filter(({ entry }) => hasRealMirror(entry))
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
