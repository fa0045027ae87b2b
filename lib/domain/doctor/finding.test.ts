import { expect, it } from "vitest";
import { findingCodes, findingSeverityLevels, worstOf } from "./finding.ts";
import { provenCodes } from "#lib/testing/doctor/proven-codes.ts";
import { makeFinding } from "./make-finding.ts";

it("tells the worst of several findings", () => {
  expect(worstOf([])).toBe("ok");
  expect(worstOf([{ severity: "ok" }, { severity: "skipped" }])).toBe("skipped");
  expect(worstOf([{ severity: "warning" }, { severity: "notice" }])).toBe("warning");
  expect(worstOf(findingSeverityLevels.map((severity) => ({ severity })))).toBe("error");
});

it("names each code once", () => {
  expect(new Set(findingCodes).size).toBe(findingCodes.length);
});

it("shows each code in a test of what it is said for", () => {
  expect(new Set(Object.values(provenCodes).flat())).toEqual(new Set(findingCodes));
});

it("bounds what a server has sent, and keeps the rest through JSON", () => {
  const tags = Array.from({ length: 1_000 }, (_, index) => `v${index}`);
  const finding = makeFinding("plugin-inventory", "inventory-other-tags", {
    path: "x".repeat(100_000),
    image: "registry.example.com/tanzu_cli/plugins/plugin-inventory:latest",
    tags,
  });
  expect(JSON.stringify(finding).length).toBeLessThan(2_000);
  expect(finding.facts).toMatchObject({ tags: tags.slice(0, 50) });
  expect(JSON.parse(JSON.stringify(finding))).toEqual(finding);
});
