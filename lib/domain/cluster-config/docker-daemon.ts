import { type JsonNode, JsonTreeError, readJsonTree, toJsonValue } from "#lib/domain/vcd/json-tree.ts";

/** What of Docker's `daemon.json` is about registries. */
interface DockerDaemon {
  /** Of Docker Hub, as they are written. */
  readonly mirrors: readonly string[];
  /** `host[:port]` or a network, as they are written. */
  readonly insecure: readonly string[];
  /** Keys that Docker has not, and which is meant. */
  readonly unknown: readonly { readonly key: string; readonly expected: string }[];
  /** Keys that have something else than a list of texts. */
  readonly malformed: readonly string[];
}

export type DockerDaemonReading =
  { readonly ok: true; readonly daemon: DockerDaemon } | { readonly ok: false; readonly line: number };

const listKeys = ["registry-mirrors", "insecure-registries"] as const;
/** What people write for one of them, letter case and dashes aside. */
const meant: Readonly<Record<string, string>> = {
  registrymirror: "registry-mirrors",
  registrymirrors: "registry-mirrors",
  registriesmirrors: "registry-mirrors",
  insecureregistry: "insecure-registries",
  insecureregistries: "insecure-registries",
  insecureregistrys: "insecure-registries",
};

/**
 * Reads what a `daemon.json` says of registries (docs.docker.com, "dockerd", daemon configuration file). Other keys are
 * passed over. Never throws.
 */
export function readDockerDaemon(text: string): DockerDaemonReading {
  let root: JsonNode;
  try {
    root = readJsonTree(text, text.startsWith("\uFEFF") ? 1 : 0);
  } catch (error) {
    if (!(error instanceof JsonTreeError)) throw error;
    return { ok: false, line: text.slice(0, error.offset).split("\n").length };
  }
  if (root.kind !== "object") return { ok: false, line: 1 };
  const lists = new Map<string, readonly string[] | null>();
  const unknown: { key: string; expected: string }[] = [];
  for (const { key, value } of root.members) {
    const expected = meant[key.toLowerCase().replace(/[^a-z]/g, "")];
    if ((listKeys as readonly string[]).includes(key)) lists.set(key, readTexts(value));
    else if (expected !== undefined) unknown.push({ key, expected });
  }
  return {
    ok: true,
    daemon: {
      mirrors: lists.get("registry-mirrors") ?? [],
      insecure: lists.get("insecure-registries") ?? [],
      unknown,
      malformed: listKeys.filter((key) => lists.get(key) === null),
    },
  };
}

/** Null for what is no list of texts; nothing at all is a list without any. */
function readTexts(node: JsonNode): readonly string[] | null {
  const value = toJsonValue(node);
  if (value === null) return [];
  const isTexts = Array.isArray(value) && value.every((each) => typeof each === "string");
  return isTexts ? value : null;
}
