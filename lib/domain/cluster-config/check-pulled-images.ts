import { findPullRule, listPullPlaces } from "./list-pull-places.ts";
import type { MirroredImage } from "./mirrored-image.ts";
import { tellMirror, type MirrorFinding } from "./mirror-rule.ts";
import type { RegistriesConfRule } from "./registries-conf.ts";

/** A table of a registries.conf, and how findings name it. */
export interface RegistriesTable {
  readonly rule: RegistriesConfRule;
  readonly object: string;
}

/** Each place of an image is looked for in each table; so much takes less than a second. */
const maxComparisons = 2_000_000;

/** Whether what was mirrored is where the tables of a registries.conf lead to. @param tables one for each prefix */
export function checkPulledImages(
  tables: readonly RegistriesTable[],
  images: readonly MirroredImage[],
): readonly MirrorFinding[] {
  const rules = tables.map(({ rule }) => rule);
  const places = 2 + Math.max(0, ...rules.map(({ mirrors }) => mirrors.length));
  return images
    .slice(0, Math.ceil(maxComparisons / (1 + rules.length * places)))
    .flatMap(({ source, targets, tags, digests }) => {
      const [stands] = targets;
      const kinds = [
        ...(tags.length > 0 ? ["tag" as const] : []),
        ...(digests.length > 0 ? ["digest" as const] : []),
      ];
      const led = new Set(
        kinds
          .flatMap((by) => listPullPlaces(rules, source, by))
          .map(({ location }) => location)
          .filter((location) => location !== source),
      );
      const found = findPullRule(rules, source);
      const object = tables.find(({ rule }) => rule === found?.rule)?.object ?? source;
      if (led.size === 0) {
        return stands === undefined
          ? []
          : [tellMirror("image-without-entry", source, { image: source, stands })];
      }
      if (stands === undefined) return [tellMirror("image-not-mirrored", object, { image: source })];
      return [...led]
        .filter((location) => !targets.includes(location))
        .map((location) => tellMirror("mirror-holds-nothing", object, { image: source, location, stands }));
    });
}
