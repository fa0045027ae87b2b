import { stringify, type TomlTable } from "smol-toml";
import { isFlag, isTableList, isText, readKey, readToml, Refused, type TomlRefusal } from "./read-toml.ts";

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

export type RegistriesConfReading =
  { readonly ok: true; readonly rules: readonly RegistriesConfRule[] } | TomlRefusal<RegistriesConfProblem>;

type RegistriesConfProblem =
  /** `[registries.search]` and its like, which newer programs refuse. */
  | "version-1"
  | "location-missing"
  | "location-malformed"
  | "pull-kind-unknown"
  /** `mirror-by-digest-only` of the registry and `pull-from-mirror` of a mirror exclude each other. */
  | "pull-kind-twice"
  /** Tables of one location that differ in `blocked` or `insecure`. */
  | "rules-conflict";

const maxCharacters = 1_048_576;

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

/** Reads version 2 of registries.conf as Podman, Skopeo and CRI-O do; what they refuse is told. Never throws. */
export function readRegistriesConf(text: string): RegistriesConfReading {
  return readToml<RegistriesConfProblem, RegistriesConfReading>(text, maxCharacters, (file) => {
    if (file.registries !== undefined) refuse("version-1", "registries");
    const rules = readTables(file, "registry").map(readRule);
    refuseConflicts(rules);
    return { ok: true, rules };
  });
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

/** A location without scheme and without slashes at its end, as the programs take it. */
function readLocation(table: TomlTable, key: string): string {
  const text = readText(table, key).replace(/\/{1,8}$/, "");
  if (/^https?:\/\//.test(text) || /\s/.test(text)) refuse("location-malformed", text);
  return text;
}

function readRule(table: TomlTable): RegistriesConfRule {
  const written = readLocation(table, "prefix");
  const location = readLocation(table, "location");
  const prefix = written === "" ? location : written;
  if (location === "" && !prefix.startsWith("*.")) {
    refuse("location-missing", prefix === "" ? "registry" : prefix);
  }
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
