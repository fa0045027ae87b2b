import type { RegistriesConfRule } from "./registries-conf.ts";
import { findRestOfName } from "./rest-of-name.ts";

/** Where an image is looked for. */
export interface PullPlace {
  /** `host[:port]/repository` */
  readonly location: string;
  readonly isMirror: boolean;
}

/** The rule that an image goes by: that with the longest prefix, of several the first. @param image `host[:port]/repository` */
export function findPullRule(
  rules: readonly RegistriesConfRule[],
  image: string,
): { readonly rule: RegistriesConfRule; readonly rest: string } | null {
  let found: { readonly rule: RegistriesConfRule; readonly rest: string } | null = null;
  for (const rule of rules) {
    const rest = findRestOfName(rule.prefix, image);
    if (rest !== null && rule.prefix.length > (found?.rule.prefix.length ?? -1)) found = { rule, rest };
  }
  return found;
}

/**
 * Where Podman, Skopeo and CRI-O look for an image, in their order, by registries.conf (containers-registries.conf(5), and
 * `PullSourcesFromReference` of containers/image): the mirrors of the image's rule, then the registry itself. A place is left
 * out that is blocked by the rule for that place, be it a mirror or the registry (`newDockerClient`).
 *
 * @param image `host[:port]/repository`
 */
export function listPullPlaces(
  rules: readonly RegistriesConfRule[],
  image: string,
  by: "tag" | "digest",
): readonly PullPlace[] {
  return listNamedPlaces(rules, image, by).filter(
    ({ location }) => findPullRule(rules, location)?.rule.blocked !== true,
  );
}

function listNamedPlaces(
  rules: readonly RegistriesConfRule[],
  image: string,
  by: "tag" | "digest",
): readonly PullPlace[] {
  const found = findPullRule(rules, image);
  if (found === null) return [{ location: image, isMirror: false }];
  const { rule, rest } = found;
  const mirrors = rule.mirrors
    .filter(({ pullFromMirror }) => pullFromMirror === "all" || pullFromMirror === `${by}-only`)
    .map(({ location }) => ({ location: `${location}${rest}`, isMirror: true }));
  const own = rule.location === "" ? image : `${rule.location}${rest}`;
  return [...mirrors, { location: own, isMirror: false }];
}
