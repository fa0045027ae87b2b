import type { MirrorEntry, MirrorSet, MirrorSourcePolicy } from "./mirror-set.ts";
import { splitLocation, type MirroredImage } from "./mirrored-image.ts";

export interface OpenShiftMirrorOptions {
  /** Of the objects; the second one's ends in `-tags`. */
  readonly name: string;
  /** Whether there is to be a set for tags, too, of the images that have one. */
  readonly includesTags: boolean;
  readonly policy?: MirrorSourcePolicy | undefined;
}

/**
 * Mirror sets for what was mirrored: for digests of whatever has one, and for tags only where asked for, since what a tag
 * stands for may differ from mirror to mirror. Each image's own repository is a source, its mirrors in the order of its
 * targets; an image that was mirrored nowhere, or only to where it comes from, has no entry.
 */
export function makeMirrorSets(
  images: readonly MirroredImage[],
  { name, includesTags, policy }: OpenShiftMirrorOptions,
): readonly MirrorSet[] {
  const digestEntries = listEntries(
    images.filter(({ digests }) => digests.length > 0),
    policy,
  );
  const tagEntries = includesTags
    ? listEntries(
        images.filter(({ tags }) => tags.length > 0),
        policy,
      )
    : [];
  const sets: readonly MirrorSet[] = [
    { kind: "ImageDigestMirrorSet", name, entries: digestEntries },
    { kind: "ImageTagMirrorSet", name: `${name}-tags`, entries: tagEntries },
  ];
  return sets.filter(({ entries }) => entries.length > 0);
}

/** One an image's repository, of several of the same the mirrors of all, in their order. */
function listEntries(
  images: readonly MirroredImage[],
  mirrorSourcePolicy: MirrorSourcePolicy | undefined,
): readonly MirrorEntry[] {
  const bySource = Map.groupBy(images, ({ source }) => source);
  return [...bySource]
    .map(([source, group]) => ({
      source,
      mirrors: [...new Set(group.flatMap(({ targets }) => targets))].filter((target) => target !== source),
      ...(mirrorSourcePolicy !== undefined && { mirrorSourcePolicy }),
    }))
    .filter(({ mirrors }) => mirrors.length > 0)
    .sort((one, other) => (one.source < other.source ? -1 : 1));
}

/**
 * Images of which no mirror ends in the whole repository of the source: Windows nodes will look for them elsewhere.
 *
 * @returns for each where it would have to stand below the registry of its first target
 */
export function listMisplacedForWindows(
  images: readonly MirroredImage[],
): readonly { readonly image: string; readonly target: string; readonly expected: string }[] {
  return images.flatMap(({ source, targets }) => {
    const { repository } = splitLocation(source);
    const [target] = targets;
    if (target === undefined || targets.some((each) => each.endsWith(`/${repository}`))) return [];
    return [{ image: source, target, expected: `${splitLocation(target).host}/${repository}` }];
  });
}
