import { expect, test } from "vitest";
import { diskError } from "./bundle-error.ts";

const thrownBySystem = (code: string) => Object.assign(new Error(code), { code });

test.each([
  ["ENOSPC", "disk-full"],
  ["EDQUOT", "disk-full"],
  // FAT32 has room, but for no such file.
  ["EFBIG", "disk-file-too-large"],
  ["EIO", "disk-failed"],
  ["ENOENT", "disk-failed"],
])("what a file system says, %s, is %s", (platformCode, code) => {
  const thrown = thrownBySystem(platformCode);
  expect(diskError(thrown, "write-file", "x.tar")).toMatchObject({
    code,
    facts: { operation: "write-file", file: "x.tar", platformCode, retryable: false },
    cause: thrown,
  });
});

test("a file that is not there is missing when it is read", () => {
  expect(diskError(thrownBySystem("ENOENT"), "read-file", "x.tar")).toMatchObject({
    code: "bundle-file-missing",
  });
});

test("what is no failure of a file system stays what it is", () => {
  const thrown = new TypeError("of ours");
  expect(diskError(thrown, "read-file", "x.tar")).toBe(thrown);
});
