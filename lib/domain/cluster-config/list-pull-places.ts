import type { RegistriesConfRule } from "./registries-conf.ts";
import { findRestOfName } from "./rest-of-name.ts";

/** Where an image is looked for. */
export interface PullPlace {
  /** `host[:port]/repository` */
  readonly location: string;
  readonly isMirror: boolean;
}

/**
 * Where Podman, Skopeo and CRI-O look for an image, in their order, by registries.conf (containers-registries.conf(5), and
 * `PullSourcesFromReference` of containers/image): the mirrors of the rule with the longest prefix, then the registry itself
 * unless it is blocked.
 *
 * @param image `host[:port]/repository`
 */
export function listPullPlaces(
  rules: readonly RegistriesConfRule[],
  image: string,
  by: "tag" | "digest",
): readonly PullPlace[] {
  const matching = rules.flatMap((rule) => {
    const rest = findRestOfName(rule.prefix, image);
    return rest === null ? [] : [{ rule, rest }];
  });
  const longest = matching.reduce<(typeof matching)[number] | undefined>(
    (best, each) => (best === undefined || each.rule.prefix.length > best.rule.prefix.length ? each : best),
    undefined,
  );
  if (longest === undefined) return [{ location: image, isMirror: false }];
  const { rule, rest } = longest;
  const mirrors = rule.mirrors
    .filter(({ pullFromMirror }) => pullFromMirror === "all" || pullFromMirror === `${by}-only`)
    .map(({ location }) => ({ location: `${location}${rest}`, isMirror: true }));
  if (rule.blocked) return mirrors;
  const own = rule.location === "" ? image : `${rule.location}${rest}`;
  return [...mirrors, { location: own, isMirror: false }];
}
