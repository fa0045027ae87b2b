import { isMap, isScalar, isSeq, parseDocument, type Node } from "yaml";

/** YAML without its types: `3.10` stays the text it is, which a tag needs; what says nothing is null. */
export type YamlValue = string | null | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** The longest document of a release is a fifth of that. */
export const maxYamlBytes = 512 * 1024;
/** Of thousands of images; the library takes a second for half a megabyte of nothing but short lines. */
const maxLines = 20_000;
/** Documents of a release write none but empty ones. */
const maxFlowCollections = 500;
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
  if (count(text, /\n/g) > maxLines) throw new Error("too many lines");
  if (count(text, /[[{]/g) > maxFlowCollections) throw new Error("too many brackets");
  // The library is recursive, and compares each key of a map with all others unless told not to.
  if (/(?:[-?:][ \t]+){16}/.test(text)) throw new Error("nested too deeply");
  const document = parseDocument(text, { schema: "failsafe", uniqueKeys: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error) throw error;
  return toValue(document.contents, 0);
}

function count(text: string, pattern: RegExp): number {
  let found = 0;
  for (const _match of text.matchAll(pattern)) found++;
  return found;
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
