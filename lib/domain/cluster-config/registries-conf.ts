import { parse, stringify, type TomlTable } from "smol-toml";

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
  | { readonly ok: true; readonly rules: readonly RegistriesConfRule[] }
  | { readonly ok: false; readonly problem: RegistriesConfProblem; readonly detail: string };

type RegistriesConfProblem =
  | "too-large"
  | "not-toml"
  | "wrong-type"
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
const maxDetailLength = 200;

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

class Refused extends Error {
  readonly problem: RegistriesConfProblem;

  constructor(problem: RegistriesConfProblem, detail: string) {
    super(detail);
    this.problem = problem;
  }
}

/** Reads version 2 of registries.conf as Podman, Skopeo and CRI-O do; what they refuse is told. Never throws. */
export function readRegistriesConf(text: string): RegistriesConfReading {
  try {
    if (text.length > maxCharacters) throw new Refused("too-large", "");
    const file = parseToml(text);
    if (file.registries !== undefined) throw new Refused("version-1", "registries");
    const rules = readTables(file, "registry").map(readRule);
    refuseConflicts(rules);
    return { ok: true, rules };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ok: false, problem: error.problem, detail: error.message.slice(0, maxDetailLength) };
  }
}

function parseToml(text: string): TomlTable {
  try {
    return parse(text);
  } catch (error) {
    throw new Refused("not-toml", error instanceof Error ? (error.message.split("\n")[0] ?? "") : "");
  }
}

function refuseConflicts(rules: readonly RegistriesConfRule[]): void {
  const known = new Map<string, RegistriesConfRule>();
  for (const rule of rules) {
    const key = rule.location === "" ? rule.prefix : rule.location;
    const other = known.get(key) ?? rule;
    if (other.blocked !== rule.blocked || other.insecure !== rule.insecure)
      throw new Refused("rules-conflict", key);
    known.set(key, rule);
  }
}

function readTables(table: TomlTable, key: string): readonly TomlTable[] {
  const value: unknown = table[key] ?? [];
  const isTable = (each: unknown): each is TomlTable =>
    typeof each === "object" && each !== null && !Array.isArray(each) && !(each instanceof Date);
  if (!Array.isArray(value) || !value.every(isTable)) throw new Refused("wrong-type", key);
  return value;
}

function readText(table: TomlTable, key: string): string {
  const value = table[key] ?? "";
  if (typeof value !== "string") throw new Refused("wrong-type", key);
  return value;
}

function readFlag(table: TomlTable, key: string): boolean {
  const value = table[key] ?? false;
  if (typeof value !== "boolean") throw new Refused("wrong-type", key);
  return value;
}

/** A location without scheme and without slashes at its end, as the programs take it. */
function readLocation(table: TomlTable, key: string): string {
  const text = readText(table, key).replace(/\/{1,8}$/, "");
  if (/^https?:\/\//.test(text) || /\s/.test(text)) throw new Refused("location-malformed", text);
  return text;
}

function readRule(table: TomlTable): RegistriesConfRule {
  const written = readLocation(table, "prefix");
  const location = readLocation(table, "location");
  const prefix = written === "" ? location : written;
  if (location === "" && !prefix.startsWith("*.")) {
    throw new Refused("location-missing", prefix === "" ? "registry" : prefix);
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
  if (location === "") throw new Refused("location-missing", "registry.mirror");
  const word = readText(table, "pull-from-mirror");
  if (word !== "" && byDigestOnly) throw new Refused("pull-kind-twice", location);
  const pullFromMirror = pullKinds.find((each) => each === (word === "" ? "all" : word));
  if (pullFromMirror === undefined) throw new Refused("pull-kind-unknown", word);
  return {
    location,
    pullFromMirror: byDigestOnly ? "digest-only" : pullFromMirror,
    insecure: readFlag(table, "insecure"),
  };
}
