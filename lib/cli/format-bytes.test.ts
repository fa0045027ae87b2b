import { expect, test } from "vitest";
import { formatBytes } from "./format-bytes.ts";

test.each([
  [0, "0 B"],
  [0.4, "0 B"],
  [999, "999 B"],
  [1_000, "1.00 kB"],
  [20_480, "20.5 kB"],
  [178_993_547, "179 MB"],
  [4e9, "4.00 GB"],
  [5e15, "5.00e+3 TB"],
])("%d is %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
