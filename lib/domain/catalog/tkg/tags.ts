import { parseTag, type Tag } from "#lib/engine/oci/reference.ts";

/** `v12`; and `12`, which isolated-cluster takes, too. */
const numbered = /^(?:v0*|0*)(?<number>\d{1,15})$/;

/**
 * The tag of the highest number, as compatibility images have them: `v10` comes after `v9`. Tags that are no number,
 * those that tools keep beside an image for example, are passed over.
 */
export function findNewestTag(tags: readonly string[]): Tag | null {
  let newest: { tag: string; number: number } | null = null;
  for (const tag of tags) {
    const digits = numbered.exec(tag)?.groups?.number;
    if (digits === undefined) continue;
    const number = Number(digits);
    // Of `v7` and `7` the one that everybody understands; the order of a registry is no order.
    const isNewer =
      newest === null || number > newest.number || (number === newest.number && isPlainer(tag, newest.tag));
    if (isNewer) newest = { tag, number };
  }
  return newest && parseTag(newest.tag);
}

function isPlainer(tag: string, other: string): boolean {
  if (tag.startsWith("v") !== other.startsWith("v")) return tag.startsWith("v");
  return tag.length < other.length;
}

/** A version as a tag, which has no place for `+`. @throws EngineError `reference-invalid` */
export function versionTag(version: string): Tag {
  return parseTag(version.replaceAll("+", "_"));
}

/** What a tag of `versionTag` was made of. */
export function tagVersion(tag: string): string {
  return tag.replaceAll("_", "+");
}

/** Whether it is a release to the public: three numbers. */
export function isReleaseVersion(version: string): boolean {
  return /^v?\d+\.\d+\.\d+$/.test(version);
}
