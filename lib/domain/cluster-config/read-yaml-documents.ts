import { isMap, isScalar, isSeq, type Node } from "yaml";
import { parseYaml } from "./parse-yaml.ts";

/** YAML without its types, as all fields of mirror sets are texts; what says nothing is null. */
export type YamlField = string | null | readonly YamlField[] | { readonly [key: string]: YamlField };

export type YamlDocumentsProblem = "too-large" | "too-complex" | "not-yaml" | "alias" | "key-not-text";

export type YamlDocuments =
  | { readonly ok: true; readonly documents: readonly YamlField[] }
  | {
      readonly ok: false;
      readonly problem: YamlDocumentsProblem;
      /** The library's own words, where it has any. */
      readonly detail: string;
    };

const maxDepth = 32;
const maxDetailLength = 200;
const nulls: ReadonlySet<unknown> = new Set(["", "~", "null"]);

class Unreadable extends Error {
  readonly problem: YamlDocumentsProblem;

  constructor(problem: YamlDocumentsProblem, detail = "") {
    super(detail);
    this.problem = problem;
  }
}

/**
 * Reads the documents of a YAML text of unknown making (YAML 1.2, section 9.2), JSON included. Where a key stands twice,
 * the later one counts, as in Go's library. Empty documents are left out. Never throws.
 */
export function readYamlDocuments(text: string): YamlDocuments {
  try {
    const parsed = parseYaml(text, "failsafe");
    if (typeof parsed === "string") throw new Unreadable(parsed);
    const documents = parsed.map(({ contents, errors: [error] }) => {
      if (error) throw new Unreadable("not-yaml", error.message);
      return toField(contents, 0);
    });
    return { ok: true, documents: documents.filter((each) => each !== null) };
  } catch (error) {
    if (error instanceof Unreadable) {
      return { ok: false, problem: error.problem, detail: error.message.slice(0, maxDetailLength) };
    }
    throw error;
  }
}

/** By hand: the library's own conversion makes texts of keys that are maps, which takes minutes where they nest. */
function toField(node: Node | null | undefined, depth: number): YamlField {
  if (depth > maxDepth) throw new Unreadable("too-complex");
  if (node === null || node === undefined) return null;
  if (isScalar(node)) {
    return node.type === "PLAIN" && nulls.has(node.value) ? null : String(node.value);
  }
  if (isSeq<Node>(node)) return node.items.map((item) => toField(item, depth + 1));
  if (!isMap<Node, Node | null>(node)) throw new Unreadable("alias");
  return Object.fromEntries(
    node.items.map(({ key, value }) => {
      if (!isScalar(key)) throw new Unreadable("key-not-text");
      return [String(key.value), toField(value, depth + 1)];
    }),
  );
}
