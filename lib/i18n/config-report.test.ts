import { expect, test } from "vitest";
import { describeFindings, joinFindings, tellFindings } from "./config-report.ts";

const finding = (object: string, url?: string) => ({
  ...{ rule: "a-rule", severity: "error" as const, object, facts: {} },
  ...(url !== undefined && { url }),
});
const textOf = ({ object }: { object: string }) => ({
  title: "Wrong",
  ...(object.includes("hinted")
    ? { hint: "Mend it.", message: "Wrong. Mend it." }
    : { hint: null, message: "Wrong" }),
});

test("of several files, findings say which one they are of; a file that is the object itself is named once", () => {
  const files = [
    { path: "a.yaml", findings: [finding("Pod/a"), finding("")] },
    { path: "quay.io/hosts.toml", findings: [finding("quay.io/hosts.toml")] },
    { path: "", findings: [finding("Pod/pasted")] },
  ];
  const objects = (given: typeof files) => joinFindings(given).map(({ object }) => object);
  expect(objects(files)).toEqual(["a.yaml Pod/a", "a.yaml", "quay.io/hosts.toml", "Pod/pasted"]);
  expect(objects(files.slice(0, 1))).toEqual(["Pod/a", ""]);
});

test("programs get a sentence and no facts", () => {
  expect(describeFindings([finding("hinted", "https://a.io"), finding("plain")], textOf)).toEqual([
    { rule: "a-rule", severity: "error", object: "hinted", message: "Wrong. Mend it.", url: "https://a.io" },
    { rule: "a-rule", severity: "error", object: "plain", message: "Wrong" },
  ]);
});

test("people get lines", () => {
  const marks = { error: "PROBLEM", warning: "WARNING", notice: "note" };
  expect(tellFindings([finding("hinted", "https://a.io"), finding("")], textOf, marks)).toBe(
    [
      "  PROBLEM  hinted: Wrong",
      "           https://a.io",
      "           Mend it.",
      "  PROBLEM  Wrong",
      "",
    ].join("\n"),
  );
});
