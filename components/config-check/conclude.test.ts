import { expect, test } from "vitest";
import type { CheckedText, ConfigSeverity } from "#lib/schemas/config-check.ts";
import { conclude, countFindings } from "./conclude.ts";

const text = (...found: readonly (readonly [rule: string, severity: ConfigSeverity])[]): CheckedText => ({
  path: "",
  findings: found.map(([rule, severity]) => ({ rule, severity, object: "", facts: {} })),
});
const unknown = text(["nothing-recognized", "notice"]);
const noticed = text(["windows-whole-host", "notice"]);

test.each([
  ["wrong", [noticed, text(["a", "warning"], ["b", "error"])]],
  ["doubtful", [unknown, text(["a", "warning"])]],
  ["unknown", [unknown, unknown]],
  ["fine", [unknown, text()]],
  ["fine", [noticed]],
  ["fine", [text()]],
] as const)("%s", (conclusion, texts) => {
  expect(conclude(texts)).toBe(conclusion);
});

test("counts by severity", () => {
  expect(countFindings(text(["a", "error"], ["b", "error"], ["c", "notice"]).findings, "error")).toBe(2);
});
