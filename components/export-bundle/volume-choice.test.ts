import { expect, test } from "vitest";
import { volumeBytesOf } from "./volume-choice.ts";

test.each([
  [{ kind: "one" }, null],
  [{ kind: "fat32" }, 4_293_918_720],
  [{ kind: "dvd" }, 4_697_620_480],
  [{ kind: "other", mebibytes: "64" }, 67_108_864],
  [{ kind: "other", mebibytes: " 1000 " }, 1_048_576_000],
  [{ kind: "other", mebibytes: "63" }, undefined],
  [{ kind: "other", mebibytes: "16777217" }, undefined],
  [{ kind: "other", mebibytes: "1.5" }, undefined],
  [{ kind: "other", mebibytes: "" }, undefined],
] as const)("%j is %s bytes", (choice, bytes) => {
  expect(volumeBytesOf(choice)).toBe(bytes);
});
