import { expect, test } from "vitest";
import { printable } from "./printable.ts";

test.each([
  ["plain: 한글 é", "plain: 한글 é"],
  ["two\nlines\tand a tab", "two\nlines\tand a tab"],
  ["\u001b[2Jcleared", "\ufffd[2Jcleared"],
  ["over\rwritten\u0007\u009b31m", "over\ufffdwritten\ufffd\ufffd31m"],
  ["left\u202eright", "left\ufffdright"],
])("%j is written as %j", (text, expected) => {
  expect(printable(text)).toBe(expected);
});
