import { describe, expect, it } from "vitest";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { formatListLine } from "./format-list-line.ts";
import { parseReleaseList } from "./parse-release-list.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("formatListLine", () => {
  it.each([
    [
      "host.example:5000/tkg",
      "tkg-bom",
      { tag: "v2.1.1", digest: null },
      "host.example:5000/tkg tkg-bom v2.1.1",
    ],
    ["host.example", "sig-storage/csi", { tag: "v1", digest: null }, "host.example sig-storage/csi v1"],
    ["host.example/a/b", "c/d", { tag: null, digest }, `host.example/a/b/c/d@${digest}`],
  ])("writes what %s has as %s so that it can be read again", (source, sourcePath, version, line) => {
    const { registry, base } = parseRegistryBase(source);
    const component = {
      sourceHost: registry,
      sourceRepository: base === "" ? sourcePath : `${base}/${sourcePath}`,
      sourcePath,
      ...version,
    };
    expect(formatListLine(component)).toBe(line);
    const options = { kind: "tkg", source: parseRegistryBase(source), file: "list" } as const;
    expect(parseReleaseList(line, options)).toMatchObject([component]);
  });

  it("takes the whole repository for the path where nothing else is known", () => {
    const component = {
      sourceHost: "h.io",
      sourceRepository: "a/b",
      sourcePath: "",
      tag: "v1",
      digest: null,
    };
    expect(formatListLine(component)).toBe("h.io a/b v1");
  });
});
