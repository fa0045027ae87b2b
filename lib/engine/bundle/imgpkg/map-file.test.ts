import fc from "fast-check";
import { expect, test } from "vitest";
import { EngineError } from "../../oci/errors.ts";
import { formatMapFile, maxMapFileBytes, parseMapFile } from "./map-file.ts";

const parse = (text: string) => parseMapFile(Buffer.from(text));

test("is written flat and sorted", () => {
  const paths = new Map([
    ["tkr-bom-v1.24.10_vmware.1-tkg.2.tar", "tkr-bom"],
    ["calico-all-cni-v3.24.1_vmware.1.tar", "calico-all/cni"],
    [`${"long-".repeat(40)}v1.tar`, "a/b"],
  ]);
  expect(formatMapFile(paths)).toBe(
    `calico-all-cni-v3.24.1_vmware.1.tar: calico-all/cni\n${"long-".repeat(40)}v1.tar: a/b\ntkr-bom-v1.24.10_vmware.1-tkg.2.tar: tkr-bom\n`,
  );
});

test("is read as isolated-cluster writes it, with a host or without", () => {
  expect([...parse("ako-operator-v1.6.0_vmware.16.tar: testing.io/ako-operator\n\n")]).toEqual([
    ["ako-operator-v1.6.0_vmware.16.tar", "testing.io/ako-operator"],
  ]);
  expect([...parse("\ufeffa-v1.tar: a\r\nb-v1.tar: b\r\n")]).toEqual([
    ["a-v1.tar", "a"],
    ["b-v1.tar", "b"],
  ]);
  // Go writes so what has more than 128 characters.
  const long = `${"long-".repeat(30)}v1.tar`;
  expect([...parse(`a-v1.tar: a\n? ${long}\n: tkg/long\n`)]).toEqual([
    ["a-v1.tar", "a"],
    [long, "tkg/long"],
  ]);
  expect(parse("").size).toBe(0);
  expect(parse("---\n{}\n").size).toBe(0);
  expect([...parse("# what was downloaded\n'a-v1.tar': \"a\" # first\n")]).toEqual([["a-v1.tar", "a"]]);
});

test("gives back any names and paths, also those that YAML would take for something else", () => {
  const name = fc.stringMatching(/^[a-z0-9][\w.+-]{0,60}$/);
  const path = fc.oneof(name, fc.constantFrom("true", "null", "1", "0x1", "1e3", "no", "2023-01-01", "a:1"));
  fc.assert(
    fc.property(fc.array(fc.tuple(name, path)), (entries) => {
      const paths = new Map(entries);
      expect(parse(formatMapFile(paths))).toEqual(new Map([...paths].sort()));
    }),
  );
});

test.each([
  ["a list", "- a"],
  ["a name twice", "a.tar: a\na.tar: b"],
  ["a path that is no text", "a.tar: 1"],
  ["nesting", "a.tar: {b: c}"],
  ["an alias", "a.tar: &x a\nb.tar: *x"],
  ["a name that climbs", "../a.tar: a"],
  ["a name in a folder", "x/a.tar: a"],
  ["a name of another system's folder", '"x\\\\a.tar": a'],
  ["a hidden name", ".a.tar: a"],
  ["an empty path", 'a.tar: ""'],
  ["a path without end", `a.tar: ${"a".repeat(513)}`],
  ["more tars than any bundle has", Array.from({ length: 10_001 }, (_, at) => `a${at}.tar: a\n`).join("")],
])("refuses %s", (_what, text) => {
  expect(() => parse(text)).toThrow(
    expect.objectContaining({
      code: "bundle-document-invalid",
      facts: expect.objectContaining({ file: "publish-images-fromtar.yaml" }) as object,
    }) as Error,
  );
});

test("tells the line that is wrong", () => {
  expect(() => parse("a.tar: a\nb.tar: [b]\n")).toThrow(
    expect.objectContaining({ facts: expect.objectContaining({ line: 2 }) as object }) as Error,
  );
});

test.each([
  "[",
  "{",
  "&a ",
  "? ",
  "? a\n",
  ": a\n",
  "? a\n: a\n",
  "- ",
  "a: ",
  "a: b: ",
  "a: a\n",
  "'",
  '"',
  "a\n",
  "\n",
  "#",
  "a.tar: a\n",
])("%j again and again is refused or read at once", (text) => {
  const content = Buffer.from(text.repeat(maxMapFileBytes / text.length));
  const begin = performance.now();
  try {
    parseMapFile(content);
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
  }
  expect(performance.now() - begin).toBeLessThan(4_000);
});

test("answers any bytes with an EngineError or a map", () => {
  const attempt = (content: Uint8Array) => {
    try {
      parseMapFile(content);
    } catch (error) {
      expect(error).toBeInstanceOf(EngineError);
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), attempt));
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab.: -&*!|>{}[]\n'\"#%@") }), (text) => {
      attempt(Buffer.from(text));
    }),
  );
});
