import type { ConfigDocument } from "./config-document.ts";
import { findNode, type JsonNode } from "./json-tree.ts";

const step = "  ";

/**
 * The entity alone, laid out to be read: what is downloaded, and what other tools take as the content of the entity. Cloud
 * Director answers on one line. Order, texts and the digits of numbers stay as they are.
 */
export function formatEntity({ text, root, entityPath }: ConfigDocument): string {
  return `${formatNode(text, findNode(root, entityPath) ?? root, "\n")}\n`;
}

/** @param line begins the lines of what is around the node */
function formatNode(text: string, node: JsonNode, line: string): string {
  if (node.kind === "scalar") return text.slice(node.start, node.end);
  const inner = `${line}${step}`;
  const [open, close] = node.kind === "array" ? "[]" : "{}";
  const entries =
    node.kind === "array"
      ? node.items.map((item) => formatNode(text, item, inner))
      : node.members.map(
          ({ keyStart, keyEnd, value }) =>
            `${text.slice(keyStart, keyEnd)}: ${formatNode(text, value, inner)}`,
        );
  return entries.length === 0
    ? `${open}${close}`
    : `${open}${inner}${entries.join(`,${inner}`)}${line}${close}`;
}
