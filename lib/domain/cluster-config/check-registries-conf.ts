import { beginsWithHost, type RegistryBase } from "#lib/engine/oci/reference.ts";
import { repositoryPattern } from "#lib/engine/oci/reference-grammar.ts";
import { checkPulledImages, type RegistriesTable } from "./check-pulled-images.ts";
import type { ConfigFinding } from "./config-finding.ts";
import { findPullRule, listPullPlaces } from "./list-pull-places.ts";
import { type MirroredImage, splitLocation } from "./mirrored-image.ts";
import { tellMirror } from "./mirror-rule.ts";
import { readRegistriesConf, type RegistriesConf, type RegistriesConfRule } from "./registries-conf.ts";
import { type RegistriesFinding, tellRegistries } from "./registries-rule.ts";
import { trustFinding } from "./trust-finding.ts";

export interface RegistriesCheckOptions {
  /** How findings name the file, with its folder where that is known. */
  readonly file: string;
  /** Whether machines may ask the sources when mirrors fail. */
  readonly mayAskSource: boolean;
  /** Where machines are to pull from. */
  readonly registry?: RegistryBase | undefined;
  /** What is known to be mirrored; nothing is said of it unless given. */
  readonly images?: readonly MirroredImage[] | undefined;
}

/** A machine has some tens. */
const maxRules = 500;
const maxMirrors = 50;
const maxFindings = 1_000;
const maxShown = 200;
const kinds = ["tag", "digest"] as const;

/** What each table is checked against. */
interface Surroundings {
  /** One for each prefix. */
  readonly rules: readonly RegistriesConfRule[];
  /** `host[:port]` of the registry that is meant, and of whatever serves as a mirror. */
  readonly ownHosts: ReadonlySet<string>;
  readonly options: RegistriesCheckOptions;
}

/**
 * Checks a registries.conf by what Podman, Skopeo and CRI-O make of it. Other files of `registries.conf.d` are not known
 * here: one that comes later takes the place of a table with the same prefix. Never throws.
 */
export function checkRegistriesConf(text: string, options: RegistriesCheckOptions): readonly ConfigFinding[] {
  const { file, registry, images = [] } = options;
  const conf = readRegistriesConf(text);
  const isTooLarge = conf.ok
    ? conf.rules.length > maxRules || conf.rules.some(({ mirrors }) => mirrors.length > maxMirrors)
    : conf.problem === "too-large";
  if (isTooLarge) return [trustFinding("too-large", file, {})];
  if (!conf.ok) {
    return [tellRegistries("registries-conf-refused", file, { problem: conf.problem, detail: conf.detail })];
  }
  const tables = conf.rules.map((rule, index) => ({
    rule,
    // Of version 1, tables have been made of its lists.
    object: conf.version === 1 ? `${file} ${rule.prefix.slice(0, maxShown)}` : `${file} registry[${index}]`,
  }));
  const first = new Map(tables.toReversed().map((table) => [table.rule.prefix, table]));
  const [counting, others] = [true, false].map((counts) =>
    tables.filter((table) => (first.get(table.rule.prefix) === table) === counts),
  ) as [RegistriesTable[], RegistriesTable[]];
  const rules = counting.map(({ rule }) => rule);
  const mirrorHosts = rules.flatMap(({ mirrors }) => mirrors.map(({ location }) => hostOf(location)));
  const ownHosts = new Set([...(registry === undefined ? [] : [registry.registry]), ...mirrorHosts]);
  const around: Surroundings = { rules, ownHosts, options };
  const findings: ConfigFinding[] = [
    ...checkVersion(conf, file),
    ...conf.ignoredKeys.map((key) => tellRegistries("key-ignored", file, { key })),
    ...others.map(({ rule, object }) => tellRegistries("prefix-twice", object, { prefix: rule.prefix })),
    ...counting.flatMap((table) => checkTable(table, around)),
    ...checkSearch(conf, around),
    ...checkPulledImages(counting, images),
  ];
  if (findings.length <= maxFindings) return findings;
  return [...findings.slice(0, maxFindings), tellMirror("findings-too-many", file, { limit: maxFindings })];
}

const hostOf = (location: string): string => splitLocation(location).host;

function checkVersion({ version }: RegistriesConf, file: string): readonly RegistriesFinding[] {
  if (version === 2) return [];
  const isDropIn = /(?:^|\/)registries\.conf\.d\//.test(file);
  return [tellRegistries("registries-version-1", file, {}, isDropIn ? { severity: "error" } : {})];
}

/** Whether a name with it at its beginning can be one: a host with a dot or a port, and a path in lower case. */
function isUsable(location: string): boolean {
  const { host, repository } = splitLocation(location);
  return (
    beginsWithHost(`${host}/`) &&
    /^[\w.:[\]-]+$/.test(host) &&
    (repository === "" || repositoryPattern.test(repository))
  );
}

/** A tag or digest would be in vain: it is taken off before a table is looked for (`newImageSource`). */
const isUsablePrefix = (prefix: string): boolean => isUsable(prefix.replace(/^\*\./, "any."));

function checkTable({ rule, object }: RegistriesTable, around: Surroundings): readonly ConfigFinding[] {
  const { prefix, location } = rule;
  if (!isUsablePrefix(prefix)) return [tellRegistries("prefix-matches-nothing", object, { prefix })];
  const places = [
    ...rule.mirrors.map((each, index) => ({ each, at: `${object}.mirror[${index}]` })),
    ...(location === "" ? [] : [{ each: rule, at: object }]),
  ];
  const unusable = places
    .filter(({ each }) => !isUsable(each.location))
    .map(({ each, at }) => tellRegistries("location-unusable", at, { prefix, location: each.location }));
  // Then nothing of the table can be pulled, whatever else is in it.
  if (unusable.length > 0) return unusable;
  return [
    ...checkMirrors({ rule, object }, around),
    ...checkPlaces({ rule, object }, around),
    ...places.filter(({ each }) => each.insecure && !isBlocked(around, each.location)).map(tellInsecure),
    ...checkTarget({ rule, object }, around),
  ];
}

const isBlocked = ({ rules }: Surroundings, location: string): boolean =>
  findPullRule(rules, `${location}/<repository>`)?.rule.blocked === true;

const tellInsecure = ({ each, at }: { each: { readonly location: string }; at: string }): RegistriesFinding =>
  tellRegistries("insecure-allowed", at, { location: each.location, host: hostOf(each.location) });

/** An image of a prefix; a wildcard has no host that could be named. */
const nameImage = (prefix: string): string => `${prefix.replace(/^\*\./, "any.")}/<repository>`;

function checkMirrors(
  { rule: { prefix, mirrors }, object }: RegistriesTable,
  { rules }: Surroundings,
): readonly RegistriesFinding[] {
  const path = prefix.startsWith("*.") ? "" : splitLocation(prefix).repository;
  return mirrors.flatMap(({ location }, index) => {
    const at = `${object}.mirror[${index}]`;
    const blocking = findPullRule(rules, `${location}/<repository>`)?.rule;
    if (blocking?.blocked === true) {
      return [tellRegistries("mirror-blocked", at, { mirror: location, blockedBy: blocking.prefix })];
    }
    if (path === "" || location.endsWith(`/${path}`)) return [];
    const facts = { prefix, mirror: location, image: nameImage(prefix), location: nameImage(location) };
    return [tellRegistries("path-not-kept", at, facts)];
  });
}

const isElsewhere = ({ prefix, location }: RegistriesConfRule): boolean =>
  location !== "" && location !== prefix;

function checkPlaces({ rule, object }: RegistriesTable, around: Surroundings): readonly RegistriesFinding[] {
  const { prefix, location, blocked, mirrors } = rule;
  const { rules, ownHosts, options } = around;
  if (blocked && isElsewhere(rule) && !isBlocked(around, location)) {
    return [tellRegistries("block-without-effect", object, { prefix, location })];
  }
  if (blocked && mirrors.length === 0) return [tellRegistries("blocked-wholly", object, { prefix })];
  const asked = kinds.map((by) => ({ by, places: listPullPlaces(rules, nameImage(prefix), by) }));
  const isFor = (by: (typeof kinds)[number]) =>
    mirrors.some(({ pullFromMirror }) => pullFromMirror === "all" || pullFromMirror === `${by}-only`);
  const unserved = asked
    .filter(({ by }) => mirrors.length > 0 && !isFor(by))
    .map(({ by, places }) =>
      tellRegistries(places.length === 0 ? "kind-unserved" : "kind-at-registry-only", object, { prefix, by }),
    );
  const host = hostOf(prefix);
  const isAsked = asked.some(({ places }) => places.some(({ isMirror }) => !isMirror));
  // What is taken from another place altogether is not asked of its own registry.
  if (isElsewhere(rule) || ownHosts.has(host) || !isAsked) return unserved;
  const severity = options.mayAskSource ? "notice" : "error";
  const url = `https://${host === "docker.io" ? "registry-1.docker.io" : host}/v2/<repository>/manifests/<tag>`;
  const place = prefix.startsWith("*.") ? {} : { url };
  return [
    ...unserved,
    tellRegistries("registry-asked", object, { location: prefix }, { severity, ...place }),
  ];
}

/** Whether the registry that is meant is among those that images come from. */
function checkTarget(
  { rule, object }: RegistriesTable,
  { options: { registry } }: Surroundings,
): readonly ConfigFinding[] {
  const places = [...rule.mirrors, ...(isElsewhere(rule) ? [rule] : [])];
  const hosts = places.map(({ location }) => hostOf(location));
  const [host] = hosts;
  const expected = registry?.registry;
  if (host === undefined || expected === undefined || hosts.includes(expected)) return [];
  return [trustFinding("repository-other-registry", object, { host, expected })];
}

/** Who is asked for names without a registry. */
function checkSearch(
  { searchRegistries, shortNameMode: mode }: RegistriesConf,
  { rules, ownHosts, options: { file, mayAskSource } }: Surroundings,
): readonly RegistriesFinding[] {
  const object = `${file} unqualified-search-registries`;
  const severity = mayAskSource ? "notice" : "error";
  const asked = [...new Set(searchRegistries)].filter((host) => {
    const places = listPullPlaces(rules, `${host}/<repository>`, "tag");
    return !ownHosts.has(host) && places.some(({ location }) => hostOf(location) === host);
  });
  const registries = searchRegistries.join(", ").slice(0, maxShown);
  return [
    ...asked.map((host) => tellRegistries("search-registry-asked", object, { host }, { severity })),
    ...(searchRegistries.length > 1
      ? [tellRegistries("short-name-ambiguous", object, { registries, mode })]
      : []),
  ];
}
