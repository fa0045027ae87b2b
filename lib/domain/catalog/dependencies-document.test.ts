import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dependenciesText, tkgImageList } from "#lib/demo/vendor-lists.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import {
  type DependenciesDocument,
  formatDependenciesDocument,
  listDocumentComponents,
  parseDependenciesDocument,
  selectLines,
  switchLine,
} from "./dependencies-document.ts";
import { type ListedComponent, parseReleaseList, type ReleaseListKind } from "./parse-release-list.ts";

const options = (kind: ReleaseListKind = "getting_started_airgapped") => ({
  kind,
  source: parseRegistryBase("vendor.example/base"),
  file: "dependencies.txt",
});
const read = (text: string) => parseDependenciesDocument(text, options());
const write = formatDependenciesDocument;
const stateOf = (document: DependenciesDocument) =>
  listDocumentComponents(document).components.map(({ line, enabled }) => [line, enabled]);
const linesOf = (components: readonly ListedComponent[]) =>
  new Set(components.filter(({ enabled }) => enabled).map(({ line }) => line));

/** Any text: of all characters, and of what lists are made of. */
const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        ...["#", "##", " ", "\t", "\n", "\r\n", "\r", "\uFEFF", "\0", "\u2028", "-i ", "-b "],
        ...["reg.example a/b v1", "reg.example/p", "Reg a v1", "10.0.0.1 a v1", "[::1]:5000 a v1", "a:v1"],
        ...["see", "the notes", "# reg.example c v2", "é", "nonsense!"],
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join("")),
);

/** Lists that can be imported, as people write them: no image twice, hosts in full. */
const lists = fc
  .uniqueArray(
    fc.record({
      before: fc.constantFrom("", "  ", "#", "##", "# ", " #\t", "###   "),
      body: fc.constantFrom(
        "reg.example",
        "reg.example:8443/p",
        "localhost:5000",
        "10.0.0.1",
        "-i",
        "-b",
        "",
      ),
      blanks: fc.constantFrom(" ", "\t", "   "),
      path: fc.stringMatching(/^[a-z]{1,6}(\/[a-z]{1,6})?$/),
      version: fc.stringMatching(/^v[0-9]{1,3}$/),
      after: fc.constantFrom("", " ", "\t\r", "\r"),
      above: fc.constantFrom("", "\n", "# see the notes\n", "#\n", "#!\r\n"),
    }),
    { minLength: 1, maxLength: 20, selector: ({ path, version }) => `${path} ${version}` },
  )
  .map((rows) => {
    const formatBody = ({ body, blanks, path, version }: (typeof rows)[number]) =>
      body === ""
        ? `${path}:${version}`
        : body.startsWith("-")
          ? `${body}${blanks}${path}:${version}`
          : [body, path, version].join(blanks);
    return rows.map((row) => `${row.above}${row.before}${formatBody(row)}${row.after}`).join("\n");
  });

describe("a dependencies.txt", () => {
  it("is written as it was read, whatever the text", () => {
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom("tkg", "getting_started_airgapped", "list" as const),
        (text, kind) => {
          expect(write(parseDependenciesDocument(text, options(kind)))).toBe(text);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("changes by one run of # when a component is switched, and is as it was when it is switched back", () => {
    fc.assert(
      fc.property(fc.oneof(texts, lists), (text) => {
        const document = read(text);
        for (const { number, component, enabled } of document.lines) {
          if (!component) {
            expect(() => switchLine(document, number, true)).toThrow(/list-line-invalid/);
            continue;
          }
          const switched = switchLine(document, number, !enabled);
          const [longer, shorter] = enabled ? [write(switched), text] : [text, write(switched)];
          const added = longer.length - shorter.length;
          let at = 0;
          while (at < shorter.length && longer[at] === shorter[at]) at++;
          // Where the runs of both begin alike, what came first may count as common.
          const run = longer.slice(at, at + added);
          expect(longer.slice(0, at) + longer.slice(at + added)).toBe(shorter);
          expect(run).toMatch(/^#+$/);
          expect(switchLine(document, number, enabled)).toBe(document);
          expect(write(switchLine(switched, number, enabled))).toBe(text);
          expect(write(switchLine(switchLine(switched, number, enabled), number, !enabled))).toBe(
            write(switched),
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  it("means to the reader of lists what it means here, before and after", () => {
    fc.assert(
      fc.property(lists, fc.infiniteStream(fc.boolean()), (text, choice) => {
        const document = read(text);
        const { components } = listDocumentComponents(document);
        expect(components).toEqual(parseReleaseList(text, options()));
        const wanted = new Set(components.map(({ line }) => line).filter(() => choice.next().value === true));
        const selected = selectLines(document, wanted);
        const edited = parseReleaseList(write(selected), options());
        expect(linesOf(edited)).toEqual(wanted);
        expect(edited).toEqual(listDocumentComponents(selected).components);
        expect(edited.map((each) => ({ ...each, enabled: true }))).toEqual(
          components.map((each) => ({ ...each, enabled: true })),
        );
        expect(write(selectLines(selected, linesOf(components)))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["#  reg.example a v1", "  reg.example a v1"],
    ["##reg.example a v1", "reg.example a v1"],
    ["\t## reg.example a v1\r", "\t reg.example a v1\r"],
    ["\uFEFF#reg.example a v1", "\uFEFFreg.example a v1"],
  ])("has %j on as %j, and off as it was", (off, on) => {
    const document = read(`# notes\n${off}\nrest`);
    const switched = switchLine(document, 2, true);
    expect(write(switched)).toBe(`# notes\n${on}\nrest`);
    expect(write(switchLine(switched, 2, false))).toBe(`# notes\n${off}\nrest`);
  });

  it.each([
    ["  reg.example a v1", "#  reg.example a v1"],
    ["\uFEFFreg.example a v1\r\n", "\uFEFF#reg.example a v1\r\n"],
    ["-b repo:v1", "#-b repo:v1"],
  ])("has %j off as %j", (on, off) => {
    const switched = switchLine(read(on), 1, false);
    expect(write(switched)).toBe(off);
    expect(stateOf(read(off))).toEqual([[1, false]]);
    expect(write(switchLine(read(off), 1, true))).toBe(on);
  });

  it("keeps lines it does not understand, and says what is wrong with them", () => {
    const text = "reg.example a v1\nnot a\n# of columns too many here\n";
    const { lines } = read(text);
    expect(lines.map(({ columns }) => columns)).toEqual([["reg.example", "a", "v1"], [], [], []]);
    expect(lines.map(({ error }) => error?.facts.problem ?? null)).toEqual([null, "columns", null, null]);
  });

  it("switches a component off wherever it stands, and on where it stood first", () => {
    const text = "#reg.example a v1\nreg.example a v1\nreg.example b v1\nvendor.example/base a v2\na:v2\n";
    const document = read(text);
    expect(stateOf(document)).toEqual([
      [2, true],
      [3, true],
      [4, true],
    ]);
    const off = selectLines(document, new Set([3]));
    expect(write(off)).toBe(
      "#reg.example a v1\n#reg.example a v1\nreg.example b v1\n#vendor.example/base a v2\n#a:v2\n",
    );
    expect(write(selectLines(read(write(off)), new Set([1, 3, 5])))).toBe(
      "reg.example a v1\n#reg.example a v1\nreg.example b v1\nvendor.example/base a v2\n#a:v2\n",
    );
    expect(write(selectLines(off, new Set([2, 3, 4])))).toBe(text);
    expect(() => selectLines(document, new Set([6]))).toThrow(/list-line-invalid/);
  });

  it("leaves a line that is off for another image's tag as it is", () => {
    const document = read("one.example a v1\n#two.example a v1\n");
    expect(stateOf(document)).toEqual([[1, true]]);
    expect(write(selectLines(document, new Set()))).toBe("#one.example a v1\n#two.example a v1\n");
    expect(() => selectLines(document, new Set([2]))).toThrow(/list-line-invalid/);
    expect(listDocumentComponents(switchLine(document, 2, true)).conflicts).toMatchObject([
      { facts: { line: 2, problem: "target-conflict", file: "dependencies.txt" } },
    ]);
  });

  it("reads the lists of the vendor whole", () => {
    const images = parseDependenciesDocument(tkgImageList, options("tkg"));
    expect(listDocumentComponents(images).components).toHaveLength(222);
    expect(images.lines.filter(({ component }) => component === null).map(({ number }) => number)).toEqual([
      223,
    ]);
    const dependencies = read(dependenciesText);
    expect(listDocumentComponents(dependencies).components).toEqual(
      parseReleaseList(dependenciesText, options()),
    );
    expect(dependencies.lines.filter(({ error }) => error !== null)).toEqual([]);
  });
});
