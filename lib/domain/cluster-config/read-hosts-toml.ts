import { posix } from "node:path";
import type { TomlTable } from "smol-toml";
import {
  hostCapabilities,
  type HostCapability,
  type HostEndpoint,
  type HostSettings,
  type HostsToml,
  type HostsTomlProblem,
} from "./hosts-toml.ts";
import { isFlag, isTable, isText, isTextList, readKey, readToml, Refused } from "./read-toml.ts";

const maxCharacters = 256 * 1024;

/**
 * Reads a `hosts.toml` as containerd does (core/remotes/docker/config/hosts.go): tables in the order of the file, `server`
 * last, all capabilities where none are named, unknown keys passed over. A host written as an inline table counts here and
 * in containerd 1, and is passed over by containerd 2. What it answers with `ok: false`, containerd logs
 * and passes over: it asks the source itself, with the `.crt`, `.cert` and `.key` files beside it. Never throws.
 */
export function readHostsToml(text: string): HostsToml {
  if (text.length === 0) return { ok: false, problem: "empty", detail: "" };
  return readToml<HostsTomlProblem, HostsToml>(text, maxCharacters, (file) => {
    const hosts = file.host ?? {};
    if (!isTable(hosts)) throw new Refused("wrong-type", "host");
    const mirrors = Object.entries(hosts).map(([name, table]) => {
      if (!isTable(table)) throw new Refused("wrong-type", `host.${name}`);
      return readSettings(name, table);
    });
    const server = readKey(file, "server", isText);
    const last = readSettings(server === "" ? null : (server ?? null), file);
    // Of what is asked last, no host means the source.
    const hasHostTable = file.host !== undefined;
    const asked = last.endpoint?.host === "" ? { ...last, endpoint: null } : last;
    return { ok: true, hasHostTable, mirrors, server: asked };
  });
}

/** A text, or a list of them. */
const isTexts = (value: unknown): value is string | string[] => isText(value) || isTextList(value);

function readSettings(name: string | null, table: TomlTable): HostSettings {
  const overridePath = readKey(table, "override_path", isFlag) ?? false;
  const named = readKey(table, "capabilities", isTextList) ?? [];
  const dialTimeout = readKey(table, "dial_timeout", isText) ?? "";
  // Go's `time.ParseDuration`; each digit has one way to be read, since there may be a hundred thousand.
  if (!/^(?:[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|[-+]?0)?$/.test(dialTimeout)) {
    throw new Refused("wrong-type", "dial_timeout");
  }
  const headers = readKey(table, "header", isTable) ?? {};
  const endpoint = name === null ? null : readEndpoint(name, overridePath);
  return {
    name,
    endpoint,
    capabilities: named.length === 0 ? hostCapabilities : [...new Set(named.map(readCapability))],
    namesCapabilities: named.length > 0,
    overridePath,
    ca: toList(readKey(table, "ca", isTexts) ?? []),
    clientPairs: readClientPairs(table.client),
    skipVerify: readKey(table, "skip_verify", isFlag) ?? null,
    headers: Object.fromEntries(
      Object.keys(headers).map((key) => [key, toList(readKey(headers, key, isTexts) ?? [])]),
    ),
  };
}

const toList = (texts: string | string[]): readonly string[] => (isText(texts) ? [texts] : texts);

function readCapability(word: string): HostCapability {
  const known = hostCapabilities.find((each) => each === word.toLowerCase());
  if (known === undefined) throw new Refused<HostsTomlProblem>("capability-unknown", word);
  return known;
}

/** A file of both, a list of such files, or a list of certificate and key. */
function readClientPairs(client: unknown): HostSettings["clientPairs"] {
  if (client === undefined) return [];
  if (isText(client)) return [[client, null]];
  if (!Array.isArray(client)) throw new Refused("wrong-type", "client");
  return client.map((each: unknown) => {
    if (isText(each)) return [each, null];
    const [certificate, key] = isTextList(each) ? each : [];
    if (!isTextList(each) || each.length !== 2 || certificate === undefined || key === undefined) {
      throw new Refused("wrong-type", "client");
    }
    return [certificate, key];
  });
}

/** What Go's `url.Parse` takes for a host and its port. */
const hostPattern = /^(?:\[[0-9a-f:.]*\]|[\w.~!$&'()*+,;=<>"\u0080-\uffff-]*)(?::\d*)?$/i;

/**
 * As `parseHostConfig`: https unless the name begins with "http", `/v2` at the end unless the path is to stay. A name
 * without a host, such as `https:///v2` or `httpregistry`, is taken all the same.
 */
function readEndpoint(name: string, overridePath: boolean): HostEndpoint {
  const url = name.startsWith("http") ? name : `https://${name}`;
  // By hand: `URL` drops the port that a scheme has by itself, and containerd does not.
  const [, scheme = "", host = "", written = ""] =
    /^([a-z][a-z0-9+.-]*):\/\/(?:[^/?#@]*@)?([^/?#]*)([^?#]*)/i.exec(url) ?? [];
  if (!hostPattern.test(host)) throw new Refused<HostsTomlProblem>("server-malformed", name);
  const path = written === "" ? "" : posix.normalize(written).replace(/(.)\/$/, "$1");
  const isWhole = overridePath || path.endsWith("/v2");
  return { scheme: scheme.toLowerCase(), host, path: isWhole ? path : `${path === "/" ? "" : path}/v2` };
}
