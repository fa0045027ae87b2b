import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dependenciesText } from "#lib/demo/vendor-lists.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import {
  formatDependenciesDocument,
  listDocumentComponents,
  parseDependenciesDocument,
  selectLines,
} from "./dependencies-document.ts";
import { listSwitchableLines } from "./switchable-lines.ts";

const read = (text: string) =>
  parseDependenciesDocument(text, {
    kind: "getting_started_airgapped",
    source: parseRegistryBase("vendor.example/base"),
    file: "dependencies.txt",
  });
const join = (text: string, wanted: ReadonlySet<number>) =>
  listSwitchableLines(read(text))
    .map(({ component, on, off }) => (component && wanted.has(component.line) ? on : off))
    .join("\n");

const texts = fc
  .array(
    fc.constantFrom(
      ...["reg.example a/b v1", "#reg.example a/b v1", "##  reg.example a/b v1\r", "reg.example c v2"],
      ...["  # reg.example c v3", "other.example c v2", "# see the notes", "", "nonsense!", "\uFEFF"],
    ),
    { maxLength: 12 },
  )
  .map((lines) => lines.join("\n"));

describe("listSwitchableLines", () => {
  it("is what a selection makes of the document, whatever is chosen", () => {
    fc.assert(
      fc.property(texts, fc.func(fc.boolean()), (text, isWanted) => {
        const document = read(text);
        const { components, repeats } = listDocumentComponents(document);
        // Lines for a place that another image has are no components of the list: nobody chooses them here.
        const known = new Set([...components.map(({ line }) => line), ...repeats.keys()]);
        fc.pre(document.lines.every(({ component, number }) => !component || known.has(number)));
        const wanted = new Set(components.map(({ line }) => line).filter((line) => isWanted(line)));
        expect(join(text, wanted)).toBe(formatDependenciesDocument(selectLines(document, wanted)));
      }),
    );
  });

  it("gives the vendor's text back for what it has on", () => {
    const { components } = listDocumentComponents(read(dependenciesText));
    const on = new Set(components.filter(({ enabled }) => enabled).map(({ line }) => line));
    expect(join(dependenciesText, on)).toBe(dependenciesText);
  });

  it("switches a line by itself whose place another image has", () => {
    const text = "a.io/x pause 3.7\n#b.io/x pause 3.7";
    expect(join(text, new Set([2]))).toBe("#a.io/x pause 3.7\nb.io/x pause 3.7");
  });
});
