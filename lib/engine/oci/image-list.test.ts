import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineError } from "./errors.ts";
import { maxListBytes, parseImageList } from "./image-list.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("image lists", () => {
  test("take all forms, and skip comments and blank lines", () => {
    const text = [
      "\uFEFF# a comment",
      "",
      "tkg/pause:3.7",
      `tkg/pause@${digest}`,
      "-b packages/core/repo:v1.24.10_vmware.1-tkg.2\r",
      "  -i\tkind/node:v1  ",
      "#registry.k8s.io sig-storage/csi-resizer v1.4.0",
      "registry.k8s.io sig-storage/csi-attacher v3.2.1",
      "projects.registry.vmware.com/vmware-cloud-director vmware-cloud-director/capvcd v1.1.0",
    ].join("\n");
    expect(parseImageList(text, "list.txt")).toEqual([
      { line: 3, path: { repository: "tkg/pause", tag: "3.7" }, targetRepository: "tkg/pause" },
      { line: 4, path: { repository: "tkg/pause", digest }, targetRepository: "tkg/pause" },
      {
        line: 5,
        kind: "bundle",
        path: { repository: "packages/core/repo", tag: "v1.24.10_vmware.1-tkg.2" },
        targetRepository: "packages/core/repo",
      },
      { line: 6, kind: "image", path: { repository: "kind/node", tag: "v1" }, targetRepository: "kind/node" },
      {
        line: 8,
        from: { registry: "registry.k8s.io", base: "" },
        path: { repository: "sig-storage/csi-attacher", tag: "v3.2.1" },
        targetRepository: "vmware-cloud-director/sig-storage/csi-attacher",
      },
      {
        line: 9,
        from: { registry: "projects.registry.vmware.com", base: "vmware-cloud-director" },
        path: { repository: "vmware-cloud-director/capvcd", tag: "v1.1.0" },
        targetRepository: "vmware-cloud-director/capvcd",
      },
    ]);
  });

  test("take full names, with tag, digest or both", () => {
    const lines = [
      "registry.k8s.io/sig-storage/csi-resizer:v1.4.0",
      `-b LOCALHOST:5000/tkg/repo@${digest}`,
      `localhost/a/b:v1@${digest}`,
      `[fd00::1]:5000/a:v1`,
      "tkg.d/pause:3.7",
    ];
    expect(parseImageList(lines.join("\n"), "list.txt")).toEqual([
      {
        line: 1,
        from: { registry: "registry.k8s.io", base: "" },
        isFullName: true,
        path: { repository: "sig-storage/csi-resizer", tag: "v1.4.0" },
        targetRepository: "sig-storage/csi-resizer",
      },
      {
        line: 2,
        kind: "bundle",
        from: { registry: "localhost:5000", base: "" },
        isFullName: true,
        path: { repository: "tkg/repo", digest },
        targetRepository: "tkg/repo",
      },
      {
        line: 3,
        from: { registry: "localhost", base: "" },
        isFullName: true,
        path: { repository: "a/b", tag: "v1", digest },
        targetRepository: "a/b",
      },
      {
        line: 4,
        from: { registry: "[fd00::1]:5000", base: "" },
        isFullName: true,
        path: { repository: "a", tag: "v1" },
        targetRepository: "a",
      },
      {
        line: 5,
        from: { registry: "tkg.d", base: "" },
        isFullName: true,
        path: { repository: "pause", tag: "3.7" },
        targetRepository: "pause",
      },
    ]);
  });

  test.each([
    ["a:b c", "columns"],
    ["a b c d", "columns"],
    ["-b", "columns"],
    ["no-tag", "tag-or-digest-missing"],
    ["Upper:case", "uppercase"],
    ["a@sha256:short", "digest-malformed"],
    ["https://registry.example.com/a:b", "scheme"],
    ["registry.example.com/a", "tag-or-digest-missing"],
    ["registry.example.com:99999/a:b", "port-malformed"],
    ["registry.example.com/Upper:b", "uppercase"],
    ["https://registry.example.com a b", "scheme"],
    ["registry.example.com a b:c", "tag-malformed"],
    ["registry.example.com/ a b", "trailing-slash"],
  ])("name file, line and problem of %s", (line, problem) => {
    expect(() => parseImageList(`# first\n${line}\n`, "list.txt")).toThrow(
      expect.objectContaining({
        code: "list-line-invalid",
        facts: expect.objectContaining({ file: "list.txt", line: 2, problem, value: line }) as object,
      }),
    );
  });

  test("that are too long are refused before they are taken apart", () => {
    const tooLarge = expect.objectContaining({ code: "list-too-large" }) as EngineError;
    expect(() => parseImageList(" ".repeat(maxListBytes + 1), "list.txt")).toThrow(tooLarge);
    expect(() => parseImageList("\n".repeat(20_001), "list.txt")).toThrow(tooLarge);
    expect(parseImageList("a:b\n".repeat(20_000), "list.txt")).toHaveLength(20_000);
  });

  test("any text is parsed or refused by an engine error", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."aA1 :@/#-\n\r\t.b"), maxLength: 80 }), (text) => {
        try {
          parseImageList(text, "list.txt");
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError);
        }
      }),
    );
  });
});
