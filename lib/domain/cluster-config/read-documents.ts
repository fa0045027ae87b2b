import { isMap, isScalar, isSeq, type Node } from "yaml";
import { parseYaml } from "./parse-yaml.ts";

/** What Kubernetes' objects are made of. */
export type YamlValue =
  string | number | boolean | null | readonly YamlValue[] | { readonly [key: string]: YamlValue };
export type YamlMap = Readonly<Record<string, YamlValue>>;

/** Why a text, or a part of it, could not be read. */
export interface DocumentProblem {
  readonly code: "too-large" | "not-yaml" | "key-twice";
  /** From 1; null where it is the whole. */
  readonly line: number | null;
}

export interface DocumentReading {
  /** Without those that are empty. */
  readonly documents: readonly YamlValue[];
  readonly problems: readonly DocumentProblem[];
}

const maxDepth = 32;
const maxProblems = 20;

class Unreadable extends Error {
  readonly code: DocumentProblem["code"];
  readonly offset: number | undefined;

  constructor(code: DocumentProblem["code"], offset: number | undefined) {
    super(code);
    this.code = code;
    this.offset = offset;
  }
}

/**
 * Reads the YAML documents of a text of unknown making; never throws. Of a map that has a key twice, which Kubernetes
 * refuses, the later value is taken. Aliases are not followed: no object that is meant here needs them.
 */
export function readDocuments(text: string): DocumentReading {
  const parsed = parseYaml(text);
  if (typeof parsed === "string") return { documents: [], problems: [{ code: "too-large", line: null }] };
  const problems: DocumentProblem[] = [];
  const lineAt = (offset: number | undefined) =>
    offset === undefined ? null : text.slice(0, offset).split("\n").length;
  const tell = (code: DocumentProblem["code"], offset: number | undefined) => {
    if (problems.length < maxProblems) problems.push({ code, line: lineAt(offset) });
  };
  const documents = parsed.map(({ contents, errors }) => {
    const [error] = errors;
    if (error !== undefined) {
      tell("not-yaml", error.pos[0]);
      return null;
    }
    try {
      return toValue(contents, 0, (offset) => tell("key-twice", offset));
    } catch (thrown) {
      if (!(thrown instanceof Unreadable)) throw thrown;
      tell(thrown.code, thrown.offset);
      return null;
    }
  });
  return { documents: documents.filter((each) => each !== null), problems };
}

/** By hand: the library's own conversion makes texts of keys that are maps, which takes minutes where they nest. */
function toValue(
  node: Node | null | undefined,
  depth: number,
  tellTwice: (offset: number | undefined) => void,
): YamlValue {
  if (node === null || node === undefined) return null;
  const offset = node.range?.[0];
  if (depth > maxDepth) throw new Unreadable("too-large", offset);
  if (isScalar(node)) return toScalar(node.value);
  if (isSeq<Node>(node)) return node.items.map((item) => toValue(item, depth + 1, tellTwice));
  if (!isMap<Node, Node | null>(node)) throw new Unreadable("not-yaml", offset);
  const entries = new Map<string, YamlValue>();
  for (const { key, value } of node.items) {
    if (!isScalar(key)) throw new Unreadable("not-yaml", offset);
    const name = String(key.value);
    if (entries.has(name)) tellTwice(key.range?.[0]);
    entries.set(name, toValue(value, depth + 1, tellTwice));
  }
  return Object.fromEntries(entries);
}

function toScalar(value: unknown): string | number | boolean | null {
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  return typeof value === "string" ? value : null;
}

/** The map that a value is, or null. */
export const asMap = (value: YamlValue | undefined): YamlMap | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as YamlMap) : null;

/** The list that a value is; empty for anything else. */
export const asList = (value: YamlValue | undefined): readonly YamlValue[] =>
  Array.isArray(value) ? (value as readonly YamlValue[]) : [];

/** The text that a value is, or null. */
export const asText = (value: YamlValue | undefined): string | null =>
  typeof value === "string" ? value : null;

/** What stands below keys, one after another; undefined where nothing does. */
export function findBelow(value: YamlValue | undefined, ...keys: readonly string[]): YamlValue | undefined {
  return keys.reduce<YamlValue | undefined>((at, key) => asMap(at)?.[key], value);
}
