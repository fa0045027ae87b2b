import { findChild, type JsonNode, type JsonObject, type JsonPath, type JsonValue } from "./json-tree.ts";

/** How a text is laid out, as far as what is added to it has to know. */
interface JsonLayout {
  /** The line end, or null for a text on one line. */
  readonly newline: string | null;
  /** One step of indentation. */
  readonly step: string;
  /** Between a key and its value. */
  readonly colon: string;
  /** Between two entries on one line. */
  readonly comma: string;
}

/** What cannot be edited: a path that goes through a text or a number, or beyond the end of a list. */
export class JsonEditError extends Error {
  override readonly name = "JsonEditError";
  /** How far the text has it. */
  readonly path: JsonPath;

  constructor(path: JsonPath) {
    super(`nothing can stand below ${JSON.stringify(path)}`);
    this.path = path;
  }
}

/**
 * Sets one value in a JSON text, and leaves every other character as it is. What is added is laid out as its neighbours
 * are.
 *
 * @param root what `readJsonTree` makes of `text`
 * @param frameOf what a new object at a path has besides the one member that is asked for
 * @throws JsonEditError
 */
export function setInJson(
  text: string,
  root: JsonNode,
  path: JsonPath,
  value: JsonValue,
  frameOf: (path: JsonPath) => Readonly<Record<string, JsonValue>>,
): string {
  const layout = detectLayout(text, root);
  let node = root;
  for (const [at, step] of path.entries()) {
    const child = findChild(node, step);
    if (child !== null) {
      node = child;
      continue;
    }
    const here = path.slice(0, at);
    const build = (from: number): JsonValue => buildValue(path, from, value, frameOf);
    if (node.kind === "object" && typeof step === "string") {
      return addMember(text, node, step, build(at + 1), layout);
    }
    const isEmpty = node.kind === "array" ? node.items.length === 0 && step === 0 : isNull(node);
    if (!isEmpty) throw new JsonEditError(here);
    return replace(text, node, formatJson(build(at), layout, indentAt(text, node.start)));
  }
  return replace(text, node, formatJson(value, layout, indentAt(text, node.start)));
}

/** The value that stands at `path` up to `from` when all below it is new. */
function buildValue(
  path: JsonPath,
  from: number,
  value: JsonValue,
  frameOf: (path: JsonPath) => Readonly<Record<string, JsonValue>>,
): JsonValue {
  const step = path[from];
  if (step === undefined) return value;
  const child = buildValue(path, from + 1, value, frameOf);
  return typeof step === "number" ? [child] : { ...frameOf(path.slice(0, from)), [step]: child };
}

function addMember(
  text: string,
  object: JsonObject,
  key: string,
  value: JsonValue,
  layout: JsonLayout,
): string {
  const last = object.members.at(-1);
  if (last === undefined) {
    return replace(text, object, formatJson({ [key]: value }, layout, indentAt(text, object.start)));
  }
  const lead = blankBefore(text, last.keyStart);
  const colon = text.slice(last.keyEnd, last.value.start);
  const isMultiline = lead.includes("\n");
  const formatted = formatJson(
    value,
    isMultiline ? layout : { ...layout, newline: null },
    indentAt(text, last.keyStart),
  );
  // The first of an object on one line may have no blank before it where the others have one.
  const separator = isMultiline || object.members.length > 1 ? `,${lead}` : layout.comma;
  const added = `${separator}${JSON.stringify(key)}${colon}${formatted}`;
  return `${text.slice(0, last.value.end)}${added}${text.slice(last.value.end)}`;
}

const isNull = (node: JsonNode): boolean => node.kind === "scalar" && node.value === null;

function replace(text: string, { start, end }: JsonNode, by: string): string {
  return `${text.slice(0, start)}${by}${text.slice(end)}`;
}

function blankBefore(text: string, offset: number): string {
  let start = offset;
  while (start > 0 && /[ \t\n\r]/.test(text[start - 1] ?? "")) start--;
  return text.slice(start, offset);
}

/** The blanks that the line of an offset begins with. */
function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

function detectLayout(text: string, root: JsonNode): JsonLayout {
  const first = root.kind === "object" ? root.members[0] : undefined;
  const second = root.kind === "object" ? root.members[1] : undefined;
  const colon = first === undefined ? ": " : text.slice(first.keyEnd, first.value.start);
  const lead = first === undefined ? "" : blankBefore(text, first.keyStart);
  const newline = lead.includes("\n") ? (lead.includes("\r\n") ? "\r\n" : "\n") : null;
  const blank = second === undefined ? colon.replace(/^\s*:/, "") : blankBefore(text, second.keyStart);
  return {
    newline,
    step: lead.slice(lead.lastIndexOf("\n") + 1).slice(indentAt(text, root.start).length) || "  ",
    colon,
    comma: newline === null ? `,${blank}` : ", ",
  };
}

/** Writes a value whose first line stands in one that is indented by `indent`. */
function formatJson(value: JsonValue, layout: JsonLayout, indent: string): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const { newline, step, colon, comma } = layout;
  const inner = `${indent}${step}`;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const entries = Array.isArray(value)
    ? (value as readonly JsonValue[]).map((item) => formatJson(item, layout, inner))
    : Object.entries(value).map(
        ([key, item]) => `${JSON.stringify(key)}${colon}${formatJson(item, layout, inner)}`,
      );
  if (entries.length === 0 || newline === null) return `${open}${entries.join(comma)}${close}`;
  return `${open}${newline}${inner}${entries.join(`,${newline}${inner}`)}${newline}${indent}${close}`;
}
