import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonEditError, setInJson } from "./json-edit.ts";
import {
  findNode,
  type JsonPath,
  JsonTreeError,
  type JsonValue,
  readJsonTree,
  toJsonValue,
} from "./json-tree.ts";

const set = (text: string, path: JsonPath, value: JsonValue) =>
  setInJson(text, readJsonTree(text), path, value, () => ({}));

function codeOf(read: () => unknown): string {
  try {
    read();
    return "read";
  } catch (error) {
    if (error instanceof JsonTreeError) return error.code;
    throw error;
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const isRepeating = (text: string) => codeOf(() => readJsonTree(text)) === "key-twice";

describe("readJsonTree", () => {
  test("reads every value as JSON.parse does, however it is laid out", () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 5 }),
        fc.constantFrom(undefined, 2, "\t", " \r\n "),
        (value, space) => {
          const text = JSON.stringify(value, null, space === " \r\n " ? undefined : space);
          const padded = space === " \r\n " ? ` \r\n${text}\n ` : text;
          expect(toJsonValue(readJsonTree(padded))).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  test("takes exactly the texts that JSON.parse takes", () => {
    const piece = fc.constantFrom(
      ...[
        '{"a":',
        '"b":1',
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "1",
        "-",
        "0",
        ".5",
        "e9",
        "01",
        "true",
        "nul",
        "null",
      ],
      ...[
        " ",
        "\n",
        "\t",
        "\u00a0",
        "\\u12",
        '"\\u00e9"',
        '"\\x"',
        '"\n"',
        "\uFEFF",
        "//",
        "'a'",
        "NaN",
        "1.",
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 9 }), (pieces) => {
        const text = pieces.join("");
        if (isRepeating(text)) return;
        expect(codeOf(() => readJsonTree(text)) === "read").toBe(parses(text));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['{"a":1,"b":{"c":1,"\\u0063":2}}', "key-twice"],
    ["[".repeat(34), "too-complex"],
    [`${"[".repeat(100_000)}${"]".repeat(100_000)}`, "too-complex"],
    [JSON.stringify(Array<number>(10_000).fill(1)), "too-complex"],
    [JSON.stringify({ ["k".repeat(257)]: 1 }), "too-complex"],
    ['{"a":1,}', "not-json"],
    ["", "not-json"],
    ["{} {}", "not-json"],
  ])("refuses %.40s: %s", (text, code) => {
    expect(codeOf(() => readJsonTree(text))).toBe(code);
  });

  test("reads a long text", () => {
    const text = JSON.stringify({ a: "\\\n".repeat(300_000) });
    expect(toJsonValue(readJsonTree(text))).toEqual(JSON.parse(text));
  });
});

describe("setInJson", () => {
  const pretty = '{\n  "a": {\n    "b": 1.0\n  },\n  "list": []\n}\n';

  test.each<[string, JsonPath, JsonValue, string]>([
    [pretty, ["a", "b"], 2, pretty.replace("1.0", "2")],
    [pretty, ["a", "c"], "x", pretty.replace("1.0", '1.0,\n    "c": "x"')],
    [pretty, ["d"], {}, pretty.replace("[]", '[],\n  "d": {}')],
    [pretty, ["list"], ["x", "y"], pretty.replace("[]", '[\n    "x",\n    "y"\n  ]')],
    [pretty, ["d", "e"], 1, pretty.replace("[]", '[],\n  "d": {\n    "e": 1\n  }')],
    [pretty, ["list", 0, "e"], 1, pretty.replace("[]", '[\n    {\n      "e": 1\n    }\n  ]')],
    ['{"a":{},"b":null}', ["a", "c"], 1, '{"a":{"c":1},"b":null}'],
    ['{"a":{},"b":null}', ["b", "c"], [1, 2], '{"a":{},"b":{"c":[1,2]}}'],
    ['{"a": 1, "b": {"c": 2}}', ["b", "d", "e"], [1, 2], '{"a": 1, "b": {"c": 2, "d": {"e": [1, 2]}}}'],
    ['{\n  "a": {"b":1,"c":2}\n}', ["a", "d"], 3, '{\n  "a": {"b":1,"c":2,"d":3}\n}'],
    ['{\n  "a": {"b": 1}\n}', ["a", "d", "e"], 3, '{\n  "a": {"b": 1, "d": {"e": 3}}\n}'],
    ['{"a": 1}', ["b"], 2, '{"a": 1, "b": 2}'],
    ["{}", ["b"], 2, '{"b": 2}'],
    ['{\r\n\t"a": 1\r\n}', ["b", "c"], 2, '{\r\n\t"a": 1,\r\n\t"b": {\r\n\t\t"c": 2\r\n\t}\r\n}'],
  ])("in %j sets %j to %j", (text, path, value, expected) => {
    expect(set(text, path, value)).toBe(expected);
  });

  test.each<[string, JsonPath]>([
    ['{"a":1}', ["a", "b"]],
    ['{"a":[1]}', ["a", "b"]],
    ['{"a":[1]}', ["a", 2]],
    ['{"a":{"0":1}}', ["a", 1]],
    ['{"a":{"b":1}}', ["a", 0]],
  ])("in %j finds no place for %j", (text, path) => {
    expect(() => set(text, path, 1)).toThrow(JsonEditError);
  });

  test("gives a new object what belongs to it", () => {
    const frame = (path: JsonPath) => (path.join() === "a" ? { name: "n", version: "" } : {});
    const text = '{"x":1}';
    expect(setInJson(text, readJsonTree(text), ["a", "version"], "2", frame)).toBe(
      '{"x":1,"a":{"name":"n","version":"2"}}',
    );
  });

  const space = fc.constantFrom(undefined, 1, 2, "\t");
  const key = fc.constantFrom("a", "b", "__proto__", "2", "1", "ü \"'");
  const record = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });

  test("changes the one value, and no other character of what was there", () => {
    fc.assert(
      fc.property(
        record,
        fc.array(key, { minLength: 1, maxLength: 3 }),
        fc.jsonValue({ maxDepth: 2 }),
        space,
        (...all) => {
          const [object, path, value, layout] = all;
          // Of an empty object nobody can tell the layout.
          const text = JSON.stringify({ x: 0, ...object }, null, layout);
          let edited: string;
          try {
            edited = set(text, path, value as JsonValue);
          } catch (error) {
            expect(error).toBeInstanceOf(JsonEditError);
            return;
          }
          const after = readJsonTree(edited);
          const node = findNode(after, path);
          expect(node && toJsonValue(node)).toEqual(JSON.parse(JSON.stringify(value)));
          // As JSON.stringify lays out the whole; it sorts numbers among keys to the front.
          if (path.every((each) => !/^\d/.test(each)))
            expect(edited).toBe(JSON.stringify(JSON.parse(edited), null, layout));
          const old = findNode(readJsonTree(text), path);
          if (old === null) return;
          expect(edited.startsWith(text.slice(0, old.start))).toBe(true);
          expect(edited.endsWith(text.slice(old.end))).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
