import { checkEntries } from "./check-entries.ts";
import { checkMirroredImages, checkWindowsImages } from "./check-mirrored-images.ts";
import { checkWindowsHosts } from "./check-windows-hosts.ts";
import { checkWindowsMirrors } from "./check-windows-mirrors.ts";
import { checkWindowsTags } from "./check-windows-tags.ts";
import { tellMirror, type MirrorFinding } from "./mirror-rule.ts";
import type { MirrorSet } from "./mirror-set.ts";
import type { MirroredImage } from "./mirrored-image.ts";
import { listWindowsEntries } from "./windows-entries.ts";
import { mergeForWindows } from "./windows-hosts.ts";

export interface MirrorCheckOptions {
  /** Whether the cluster has Windows nodes. */
  readonly hasWindowsNodes: boolean;
  /** What is known to be mirrored, or to be mirrored yet; nothing is said of it unless given. */
  readonly images?: readonly MirroredImage[] | undefined;
}

const maxFindings = 1_000;

/** Checks mirror sets that the API takes, by what nodes make of them. What `parseMirrorSets` says is not said again. */
export function checkMirrorSets(
  sets: readonly MirrorSet[],
  { hasWindowsNodes, images }: MirrorCheckOptions,
): readonly MirrorFinding[] {
  const findings = [
    ...checkEntries(sets),
    ...(images === undefined ? [] : checkMirroredImages(sets, images, maxFindings)),
    ...(hasWindowsNodes ? checkWindows(sets, images ?? []) : []),
  ];
  if (findings.length <= maxFindings) return findings;
  const more = tellMirror("findings-too-many", "input", { limit: maxFindings });
  return [...findings.slice(0, maxFindings), more];
}

function checkWindows(
  sets: readonly MirrorSet[],
  images: readonly MirroredImage[],
): readonly MirrorFinding[] {
  const [hosts, entries] = [mergeForWindows(sets), listWindowsEntries(sets)];
  return [
    ...checkWindowsMirrors(entries),
    ...checkWindowsHosts(hosts, entries),
    ...checkWindowsTags(hosts, images),
    ...checkWindowsImages(hosts, images),
  ];
}
