import { expect, test } from "vitest";
import { formatBytes } from "./format-bytes.ts";

test.each([
  [0, "0 B"],
  [0.4, "0 B"],
  [1023, "1023 B"],
  [1024, "1.0 KiB"],
  [20_480, "20.0 KiB"],
  [1_048_575, "1.0 MiB"],
  [157_286_400, "150 MiB"],
  [1_610_612_736, "1.5 GiB"],
  [2 ** 60, "1048576 TiB"],
])("%d is %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
