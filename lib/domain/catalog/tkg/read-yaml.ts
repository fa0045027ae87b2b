import { isMap, isScalar, isSeq, parseDocument, type Node } from "yaml";

/** YAML without its types: `3.10` stays the text it is, which a tag needs; what says nothing is null. */
export type YamlValue = string | null | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** Documents of a release have some tens of kilobytes. */
export const maxYamlBytes = 256 * 1024;
/** Of more than a thousand images; the library takes a second for as many lines that say nothing. */
const maxLines = 10_000;
/** Documents of a release write none but empty ones. */
const maxFlowCollections = 500;
/** Characters that mean something to YAML wherever they stand; a file of nothing else keeps the library busy. */
const maxIndicators = 10_000;
const maxDepth = 32;
const nulls: ReadonlySet<unknown> = new Set(["", "~", "null"]);

/**
 * Reads YAML of unknown making. Where a key stands twice, the later one counts, as in Go's library.
 *
 * @throws Error, with what is wrong, when it is no YAML, beyond a limit, or made of more than maps, lists and texts
 */
export function readYaml(content: Uint8Array): YamlValue {
  if (content.byteLength > maxYamlBytes) throw new Error("too large");
  const text = new TextDecoder("utf-8", { fatal: true }).decode(content);
  if ((text.match(/\n/g)?.length ?? 0) > maxLines) throw new Error("too many lines");
  if ((text.match(/[[{]/g)?.length ?? 0) > maxFlowCollections) throw new Error("too many brackets");
  if ((text.match(/[\]},"'&*!|>]/g)?.length ?? 0) > maxIndicators) throw new Error("too many indicators");
  // The library is recursive, and compares each key of a map with all others unless told not to.
  if (/(?:[-?:][ \t]+){5}/.test(text)) throw new Error("nested too deeply");
  const document = parseDocument(text, {
    schema: "failsafe",
    uniqueKeys: false,
    logLevel: "error",
    prettyErrors: false,
  });
  const [error] = document.errors;
  if (error) throw error;
  return toValue(document.contents, 0);
}

/** By hand: the library's own conversion makes texts of keys that are maps, which takes minutes where they nest. */
function toValue(node: Node | null | undefined, depth: number): YamlValue {
  if (depth > maxDepth) throw new Error("nested too deeply");
  if (node === null || node === undefined) return null;
  if (isScalar(node)) return toText(node.value, node.type);
  if (isSeq<Node>(node)) return node.items.map((item) => toValue(item, depth + 1));
  if (!isMap<Node, Node | null>(node)) throw new Error("an alias");
  return Object.fromEntries(
    node.items.map(({ key, value }) => {
      if (!isScalar(key)) throw new Error("a key that is no text");
      return [String(key.value), toValue(value, depth + 1)];
    }),
  );
}

function toText(value: unknown, type: string | undefined): string | null {
  return type === "PLAIN" && nulls.has(value) ? null : String(value);
}
