import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { readYaml, type YamlValue } from "./read-yaml.ts";

const read = (text: string) => readYaml(Buffer.from(text));

test("keeps texts as they are written: a tag of 3.10 is not 3.1", () => {
  expect(read("tag: 3.10\nhex: 0x10\nyes: yes\ndate: 2024-01-01\nquoted: '3.7'\n")).toEqual({
    tag: "3.10",
    hex: "0x10",
    yes: "yes",
    date: "2024-01-01",
    quoted: "3.7",
  });
});

test("tells what says nothing from a text that looks like it", () => {
  expect(read("a:\nb: ~\nc: null\nd: 'null'\ne: ''\n")).toEqual({
    a: null,
    b: null,
    c: null,
    d: "null",
    e: "",
  });
  expect(read("")).toBeNull();
});

test("takes the later of two values of a key, and any key for a name", () => {
  const value = read("a: 1\na: 2\n__proto__: {x: 1}\n3: c\n");
  expect(Object.entries(value ?? {})).toEqual([
    ["3", "c"],
    ["a", "2"],
    ["__proto__", { x: "1" }],
  ]);
});

describe("refuses, in no time,", () => {
  const deep = (open: string) => Array.from({ length: 500 }, (_, at) => " ".repeat(at) + open).join("\n");

  test.each([
    ["no YAML", "a: [\n"],
    ["two documents", "a: b\n---\nc: d\n"],
    ["an alias", "a: &x [b]\nc: *x\n"],
    ["a key that is a map", "? {a: b}\n: c\n"],
    ["brackets in brackets", "[".repeat(100_000)],
    ["brackets", "a: [[]]\n".repeat(1_000)],
    ["closing brackets", "]".repeat(200_000)],
    ["quotes", '"'.repeat(200_000)],
    ["anchors", "&a ".repeat(80_000)],
    ["keys of keys on a line", "? ".repeat(100_000)],
    ["lists of lists on a line", "- ".repeat(100_000)],
    ["maps of maps", deep("a:")],
    ["lists of lists", deep("-")],
    ["keys of keys", deep("?")],
    ["nothing but lines", "\n".repeat(200_000)],
    ["a large file", " ".repeat(300_000)],
  ])("%s", (_what, text) => {
    expect(() => read(text)).toThrow(Error);
  });

  test("what is no text", () => {
    expect(() => readYaml(Buffer.from([0x61, 0xff]))).toThrow(TypeError);
  });
});

test("reads what was written, and fails at anything else with an error", () => {
  const texts = fc.string({ unit: "grapheme", maxLength: 8 });
  const documents = fc.letrec<{ value: YamlValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      texts,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(texts, tie("value"), { maxKeys: 4 }),
    ),
  })).value;
  fc.assert(
    fc.property(documents, (document) => {
      const written = stringify(document, { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE" });
      expect(read(written)).toEqual(document);
    }),
  );
  const words = fc.constantFrom(
    "a",
    ":",
    " ",
    "\n",
    "-",
    "?",
    "[",
    "]",
    "{",
    "}",
    "&x",
    "*x",
    "!t",
    "|",
    "'",
    '"',
    "#",
    "\t",
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 60 }), (parts) => {
      try {
        read(parts.join(""));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
  );
});
