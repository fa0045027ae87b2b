import { describe, expect, test } from "vitest";
import { explainEntry, isHiddenBelow, locateEntry } from "./layer-entry.ts";

test.each([
  ["./a/b", "a/b"],
  ["/a/b/", "a/b"],
  ["a//b/./c", "a/b/c"],
  ["../../a", "a"],
  ["./", ""],
])("the name %s is the path %j", (name, path) => {
  expect(locateEntry(name)).toBe(path);
});

describe("a whiteout", () => {
  test.each([
    ["a/b/.wh.c", true],
    ["a/.wh.b", true],
    [".wh.a", true],
    ["a/b/.wh..wh..opq", true],
    [".wh..wh..opq", true],
    ["a/b/.wh.d", false],
    ["a/.wh.c", false],
    ["b/.wh.a", false],
    ["a/b/c/.wh..wh..opq", false],
    ["a/.wh..wh.plnk", false],
    ["a/b/.wh.", false],
    ["a/b/c", false],
  ])("%s hides a/b/c: %s", (at, hides) => {
    expect(isHiddenBelow(at, "a/b/c")).toBe(hides);
  });
});

describe("an entry", () => {
  test.each([
    ["a", "directory", null],
    ["a/b/d", "file", null],
    ["a/b/cc", "symlink", null],
    ["", "directory", null],
    ["a/b", "file", "hidden"],
    ["a", "character-device", "hidden"],
    ["a/b/c", "directory", "hidden"],
    ["a/b/c", "fifo", "hidden"],
    ["a/b/c/d", "file", "hidden"],
    ["a/b/c/.wh.d", "file", "hidden"],
  ])("%s as %s says of a/b/c: %j", (at, type, kind) => {
    expect(explainEntry({ at, type, linkTarget: "" }, "a/b/c")?.kind ?? null).toBe(kind);
  });

  test.each([
    ["a/b/c", "x", "a/b/x"],
    ["a/b/c", "../x", "a/x"],
    ["a/b/c", "../../../../x", "x"],
    ["a/b/c", "/x/y", "x/y"],
    ["a/b", "x", "a/x/c"],
    ["a", "/", "b/c"],
  ])("%s linked to %s leads to %s", (at, linkTarget, path) => {
    expect(explainEntry({ at, type: "symlink", linkTarget }, "a/b/c")).toEqual({
      kind: "symbolic-link",
      at,
      path,
    });
  });
});
