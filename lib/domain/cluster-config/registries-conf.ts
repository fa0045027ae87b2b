import { stringify, type TomlTable } from "smol-toml";
import { beginsWithHost } from "#lib/engine/oci/reference.ts";
import {
  isFlag,
  isTable,
  isTableList,
  isText,
  isTextList,
  readKey,
  readToml,
  Refused,
  type TomlRefusal,
} from "./read-toml.ts";

/** For which references a mirror is asked. */
export const pullKinds = ["all", "digest-only", "tag-only"] as const;
type PullKind = (typeof pullKinds)[number];

interface RegistriesConfMirror {
  /** `host[:port][/path]`, which takes the place of the prefix. */
  readonly location: string;
  readonly pullFromMirror: PullKind;
  readonly insecure: boolean;
}

/** A `[[registry]]` table. */
export interface RegistriesConfRule {
  /** `host[:port][/path]` or `*.host`: the longest that an image's name begins with counts. */
  readonly prefix: string;
  /** Takes the place of the prefix where the registry itself is asked; "" with a wildcard, where nothing does. */
  readonly location: string;
  /** Whether the registry itself must not be asked; its mirrors are. */
  readonly blocked: boolean;
  readonly insecure: boolean;
  /** In the order in which they are asked, the registry itself last. */
  readonly mirrors: readonly RegistriesConfMirror[];
}

/** What is done with an image's name that names no registry, where several may be asked. */
const shortNameModes = ["enforcing", "permissive", "disabled"] as const;
type ShortNameMode = (typeof shortNameModes)[number];

export interface RegistriesConf {
  /** Version 1 is lists of hosts to search, to block and to take without TLS. */
  readonly version: 1 | 2;
  /** In the order of the file; of several with one prefix the first counts. */
  readonly rules: readonly RegistriesConfRule[];
  /** `host[:port]` each, asked in their order for names without a registry. */
  readonly searchRegistries: readonly string[];
  readonly shortNameMode: ShortNameMode;
  /** Keys that nobody reads, with the tables that they stand in: `registry.mirror.url`. */
  readonly ignoredKeys: readonly string[];
}

export type RegistriesConfReading =
  ({ readonly ok: true } & RegistriesConf) | TomlRefusal<RegistriesConfProblem>;

export type RegistriesConfProblem =
  /** Lists of version 1 beside settings of version 2. */
  | "versions-mixed"
  | "location-missing"
  /** With a scheme. */
  | "location-malformed"
  /** `*.host` with a port or a path. */
  | "wildcard-malformed"
  | "pull-kind-unknown"
  /** `mirror-by-digest-only` of the registry and `pull-from-mirror` of a mirror exclude each other. */
  | "pull-kind-twice"
  /** `pull-from-mirror` belongs to mirrors only. */
  | "pull-kind-at-registry"
  /** Tables of one location that differ in `blocked` or `insecure`. */
  | "rules-conflict"
  | "search-registry-malformed"
  | "short-name-mode-unknown"
  | "alias-malformed";

const maxCharacters = 1_048_576;
const maxKeyLength = 200;
const maxDepth = 2;

/** Version 2 of registries.conf (containers-registries.conf(5)), rules and mirrors in their order. */
export function formatRegistriesConf(rules: readonly RegistriesConfRule[]): string {
  return stringify({
    registry: rules.map(({ prefix, location, blocked, insecure, mirrors }) => ({
      prefix,
      ...(location !== "" && { location }),
      ...(blocked && { blocked }),
      ...(insecure && { insecure }),
      ...(mirrors.length > 0 && {
        mirror: mirrors.map((mirror) => ({
          location: mirror.location,
          ...(mirror.insecure && { insecure: true }),
          ...(mirror.pullFromMirror !== "all" && { "pull-from-mirror": mirror.pullFromMirror }),
        })),
      }),
    })),
  });
}

/**
 * Reads registries.conf as Podman, Skopeo and CRI-O do (`loadConfigFile` and `postProcessRegistries` of
 * pkg/sysregistriesv2 of containers/image, commit df7e80d); what they refuse is told. Never throws.
 */
export function readRegistriesConf(text: string): RegistriesConfReading {
  return readToml<RegistriesConfProblem, RegistriesConfReading>(text, maxCharacters, (written) => {
    const file = foldKeys(written);
    const old = readOldLists(file);
    const mode = readText(file, "short-name-mode");
    const shortNameMode = shortNameModes.find((each) => each === (mode === "" ? "permissive" : mode));
    const conf: RegistriesConf = {
      version: old === null ? 2 : 1,
      rules: old?.rules ?? readTables(file, "registry").map(readRule),
      searchRegistries: (old?.search ?? readList(file, "unqualified-search-registries")).map(readHost),
      shortNameMode: shortNameMode ?? refuse("short-name-mode-unknown", mode),
      ignoredKeys: listIgnoredKeys(file),
    };
    checkOthers(file);
    if (old !== null && Object.keys(file).some((key) => key !== "registries" && topKeys.has(key))) {
      refuse("versions-mixed", "registries");
    }
    refuseConflicts(conf.rules);
    return { ok: true, ...conf };
  });
}

/** Keys are taken in any letter case; none that matters stands deeper than those of mirrors. */
function foldKeys(table: TomlTable, depth = 0): TomlTable {
  const fold = (value: TomlTable[string]): TomlTable[string] => {
    if (isTableList(value)) return value.map((each) => foldKeys(each, depth + 1));
    return isTable(value) && depth < maxDepth ? foldKeys(value, depth + 1) : value;
  };
  if (depth > maxDepth) return table;
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key.toLowerCase(), fold(value)]));
}

const oldLists = ["search", "insecure", "block"] as const;
const topKeys: ReadonlySet<string> = new Set([
  ...["registry", "unqualified-search-registries", "credential-helpers", "short-name-mode", "aliases"],
  ...["additional-layer-store-auth-helper", "registries"],
]);
const registryKeys: ReadonlySet<string> = new Set([
  ...["prefix", "location", "insecure", "blocked", "mirror", "mirror-by-digest-only", "pull-from-mirror"],
]);
const mirrorKeys: ReadonlySet<string> = new Set(["location", "insecure", "pull-from-mirror"]);

function listIgnoredKeys(file: TomlTable): readonly string[] {
  const strange = (table: TomlTable, known: ReadonlySet<string>, place: string) =>
    Object.keys(table)
      .filter((key) => !known.has(key))
      .map((key) => `${place}${key}`.slice(0, maxKeyLength));
  const tables = readTables(file, "registry");
  const mirrors = tables.flatMap((table) => readTables(table, "mirror"));
  return [
    ...new Set([
      ...strange(file, topKeys, ""),
      ...tables.flatMap((table) => strange(table, registryKeys, "registry.")),
      ...mirrors.flatMap((table) => strange(table, mirrorKeys, "registry.mirror.")),
    ]),
  ];
}

/** Null where there is none of version 1; newer programs count empty lists as well. */
function readOldLists(
  file: TomlTable,
): { readonly search: readonly string[]; readonly rules: readonly RegistriesConfRule[] } | null {
  const tables = readKey(file, "registries", isTable) ?? {};
  const [search, insecure, block] = oldLists.map((name) => {
    const table = readKey(tables, name, isTable) ?? {};
    return table.registries === undefined ? null : readList(table, "registries");
  });
  if (!search && !insecure && !block) return null;
  const locations = [...(block ?? []), ...(insecure ?? [])].map(trimLocation);
  const [blocked, open] = [new Set(block?.map(trimLocation)), new Set(insecure?.map(trimLocation))];
  const rules = [...new Set(locations)].map((location) => ({
    prefix: location,
    location,
    blocked: blocked.has(location),
    insecure: open.has(location),
    mirrors: [],
  }));
  return { search: search ?? [], rules };
}

/** What is not asked for here is refused all the same where it is wrong. */
function checkOthers(file: TomlTable): void {
  readList(file, "credential-helpers");
  readText(file, "additional-layer-store-auth-helper");
  const aliases = readKey(file, "aliases", isTable) ?? {};
  for (const name of Object.keys(aliases)) {
    const value = readText(aliases, name);
    // An empty one takes an alias back.
    if (value !== "" && (!beginsWithHost(value) || /:[^/]*$|@/.test(value))) refuse("alias-malformed", name);
  }
}

/** The domain of an image's name (github.com/distribution/reference). */
const hostPattern = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;

function readHost(text: string): string {
  const host = trimLocation(text);
  return hostPattern.test(host) ? host : refuse("search-registry-malformed", text);
}

function refuse(problem: RegistriesConfProblem, detail: string): never {
  throw new Refused(problem, detail);
}

function refuseConflicts(rules: readonly RegistriesConfRule[]): void {
  const known = new Map<string, RegistriesConfRule>();
  for (const rule of rules) {
    const key = rule.location === "" ? rule.prefix : rule.location;
    const other = known.get(key) ?? rule;
    if (other.blocked !== rule.blocked || other.insecure !== rule.insecure) refuse("rules-conflict", key);
    known.set(key, rule);
  }
}

const readTables = (table: TomlTable, key: string): readonly TomlTable[] =>
  readKey(table, key, isTableList) ?? [];
const readText = (table: TomlTable, key: string): string => readKey(table, key, isText) ?? "";
const readFlag = (table: TomlTable, key: string): boolean => readKey(table, key, isFlag) ?? false;

const readList = (table: TomlTable, key: string): readonly string[] => readKey(table, key, isTextList) ?? [];

const readLocation = (table: TomlTable, key: string): string => trimLocation(readText(table, key));

/** Without slashes at its end, as the programs take it; with a scheme they do not. */
function trimLocation(text: string): string {
  if (/^https?:\/\//.test(text)) refuse("location-malformed", text);
  let end = text.length;
  while (text[end - 1] === "/") end -= 1;
  return text.slice(0, end);
}

function readRule(table: TomlTable): RegistriesConfRule {
  const written = readLocation(table, "prefix");
  const location = readLocation(table, "location");
  const prefix = written === "" ? location : written;
  if (location === "" && !prefix.startsWith("*.")) {
    refuse("location-missing", prefix === "" ? "registry" : prefix);
  }
  if (prefix.startsWith("*.") && /[/@:]/.test(prefix)) refuse("wildcard-malformed", prefix);
  if (readText(table, "pull-from-mirror") !== "") refuse("pull-kind-at-registry", prefix);
  const byDigestOnly = readFlag(table, "mirror-by-digest-only");
  return {
    prefix,
    location,
    blocked: readFlag(table, "blocked"),
    insecure: readFlag(table, "insecure"),
    mirrors: readTables(table, "mirror").map((mirror) => readMirror(mirror, byDigestOnly)),
  };
}

function readMirror(table: TomlTable, byDigestOnly: boolean): RegistriesConfMirror {
  const location = readLocation(table, "location");
  if (location === "") refuse("location-missing", "registry.mirror");
  const word = readText(table, "pull-from-mirror");
  if (word !== "" && byDigestOnly) refuse("pull-kind-twice", location);
  const pullFromMirror = pullKinds.find((each) => each === (word === "" ? "all" : word));
  if (pullFromMirror === undefined) refuse("pull-kind-unknown", word);
  return {
    location,
    pullFromMirror: byDigestOnly ? "digest-only" : pullFromMirror,
    insecure: readFlag(table, "insecure"),
  };
}
