type JsonScalar = string | number | boolean | null;
export type JsonValue = JsonScalar | readonly JsonValue[] | { readonly [key: string]: JsonValue };

interface JsonSpan {
  /** Where it stands in the text: from its first character to the one after its last. */
  readonly start: number;
  readonly end: number;
}

interface JsonMember {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: JsonNode;
}

export type JsonObject = JsonSpan & { readonly kind: "object"; readonly members: readonly JsonMember[] };
type JsonArray = JsonSpan & { readonly kind: "array"; readonly items: readonly JsonNode[] };
/** A number whose digits do not fit keeps them in the text only. */
type JsonLeaf = JsonSpan & { readonly kind: "scalar"; readonly value: JsonScalar };
export type JsonNode = JsonObject | JsonArray | JsonLeaf;

export type JsonPath = readonly (string | number)[];

/** A configuration goes eight deep and has a hundred values. */
const maxDepth = 32;
const maxNodes = 10_000;
const maxKeyLength = 256;

/**
 * A text that is not JSON, or that has more in it than is worked on; or an object that has one key twice, of which nobody
 * knows which counts.
 */
export class JsonTreeError extends Error {
  override readonly name = "JsonTreeError";
  readonly code: "not-json" | "too-complex" | "key-twice";
  /** Where in the text. */
  readonly offset: number;

  constructor(code: JsonTreeError["code"], offset: number) {
    super(`${code} at ${offset}`);
    this.code = code;
    this.offset = offset;
  }
}

// RFC 8259 sections 2, 6 and 7.
const blank = /[ \t\n\r]*/y;
const stringToken = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y; // eslint-disable-line no-control-regex -- what a string may not hold
const otherToken = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/**
 * Reads JSON so that a part of the text can be replaced and all others stay as they are, to the last blank.
 *
 * @param from where it begins: after a byte order mark
 * @throws JsonTreeError
 */
export function readJsonTree(text: string, from = 0): JsonNode {
  const reader = new JsonReader(text, from);
  const root = reader.readValue(0);
  if (reader.skipBlank() !== text.length) throw new JsonTreeError("not-json", reader.at);
  return root;
}

class JsonReader {
  readonly text: string;
  at: number;
  #nodes = 0;

  constructor(text: string, at: number) {
    this.text = text;
    this.at = at;
  }

  readValue(depth: number): JsonNode {
    const start = this.skipBlank();
    if (depth > maxDepth || ++this.#nodes > maxNodes) throw new JsonTreeError("too-complex", start);
    const first = this.text[start];
    if (first === "{") return this.#readObject(start, depth);
    if (first === "[") return this.#readArray(start, depth);
    const token = this.#take(first === '"' ? stringToken : otherToken);
    return { kind: "scalar", start, end: this.at, value: JSON.parse(token) as JsonScalar };
  }

  skipBlank(): number {
    this.#take(blank);
    return this.at;
  }

  #readObject(start: number, depth: number): JsonObject {
    const members: JsonMember[] = [];
    const keys = new Set<string>();
    this.#readList("}", () => {
      const keyStart = this.skipBlank();
      const key = JSON.parse(this.#take(stringToken)) as string;
      if (key.length > maxKeyLength) throw new JsonTreeError("too-complex", keyStart);
      if (keys.has(key)) throw new JsonTreeError("key-twice", keyStart);
      keys.add(key);
      const keyEnd = this.at;
      this.skipBlank();
      this.#expect(":");
      members.push({ key, keyStart, keyEnd, value: this.readValue(depth + 1) });
    });
    return { kind: "object", start, end: this.at, members };
  }

  #readArray(start: number, depth: number): JsonArray {
    const items: JsonNode[] = [];
    this.#readList("]", () => items.push(this.readValue(depth + 1)));
    return { kind: "array", start, end: this.at, items };
  }

  /** From the opening bracket on. */
  #readList(closing: string, readEntry: () => void): void {
    this.at++;
    if (this.text[this.skipBlank()] === closing) {
      this.at++;
      return;
    }
    for (;;) {
      readEntry();
      this.skipBlank();
      if (this.text[this.at] === closing) break;
      this.#expect(",");
    }
    this.at++;
  }

  #expect(character: string): void {
    if (this.text[this.at] !== character) throw new JsonTreeError("not-json", this.at);
    this.at++;
  }

  #take(token: RegExp): string {
    token.lastIndex = this.at;
    const found = token.exec(this.text)?.[0];
    if (found === undefined) throw new JsonTreeError("not-json", this.at);
    this.at += found.length;
    return found;
  }
}

/** What stands below a node; null when there is nothing. */
export function findNode(root: JsonNode, path: JsonPath): JsonNode | null {
  let node: JsonNode | null = root;
  for (const step of path) {
    node = findChild(node, step);
    if (node === null) return null;
  }
  return node;
}

export function findChild(node: JsonNode, step: string | number): JsonNode | null {
  if (node.kind === "object") return node.members.find(({ key }) => key === step)?.value ?? null;
  return node.kind === "array" && typeof step === "number" ? (node.items[step] ?? null) : null;
}

/** The value of a node, as `JSON.parse` makes it. */
export function toJsonValue(node: JsonNode): JsonValue {
  switch (node.kind) {
    case "scalar":
      return node.value;
    case "array":
      return node.items.map(toJsonValue);
    case "object":
      return Object.fromEntries(node.members.map(({ key, value }) => [key, toJsonValue(value)]));
  }
}

/** `profiles[0].K8Config`, for people and messages; keys that are no plain words stand in quotes. */
export function formatJsonPath(path: JsonPath): string {
  return path
    .map((step, at) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return at === 0 ? step : `.${step}`;
    })
    .join("");
}
