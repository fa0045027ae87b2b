import { expect, test } from "vitest";
import { defaultCseVersions } from "#lib/domain/catalog/cse-versions.ts";
import { saveCseVersionsInput } from "#lib/schemas/cse-versions.ts";
import {
  blankForm,
  checkVersions,
  formatVersions,
  originOf,
  toForms,
  type VersionForm,
} from "./version-forms.ts";

/** Codes by field. */
const problemsOf = (rows: readonly VersionForm[]) => {
  const fields = checkVersions(rows)?.facts.fields as Record<string, { code: string }> | undefined;
  return Object.fromEntries(Object.entries(fields ?? {}).map(([field, { code }]) => [field, code]));
};

test("a table that was shown and not changed is sent as it was, what is unknown included", () => {
  const sent = saveCseVersionsInput.parse({ versions: formatVersions(toForms(defaultCseVersions)) });
  expect(sent.versions).toEqual(defaultCseVersions);
});

test("a row says whether the panel came with it", () => {
  const [row] = toForms(defaultCseVersions);
  if (!row) throw new Error("there is no version");
  expect(originOf(row, defaultCseVersions)).toBe("default");
  expect(originOf({ ...row, gettingStartedTag: "v0.1.4" }, defaultCseVersions)).toBe("changed");
  const components = { ...row.components, capvcd: "9.9.9" };
  expect(originOf({ ...row, components }, defaultCseVersions)).toBe("changed");
  expect(originOf({ ...row, version: "4.3" }, defaultCseVersions)).toBe("own");
});

test("a new row has an id of its own, and is refused until it has a version that no other row has", () => {
  const rows = toForms(defaultCseVersions);
  const blank = blankForm(rows);
  expect(blankForm([blank, ...rows]).id).not.toBe(blank.id);
  expect(problemsOf([blank, ...rows])).toEqual({ "versions.0.version": "required" });
  expect(checkVersions([{ ...blank, version: "4.3" }, ...rows])).toBeNull();
  expect(problemsOf([...rows, { ...blank, version: " 4.2.2" }])).toEqual({
    [`versions.${rows.length}.version`]: "version-taken",
  });
});

test.each([
  [{ version: "v4.3" }, "versions.0.version", "version-format"],
  [{ gettingStartedTag: "v1 2" }, "versions.0.gettingStartedTag", "tag-format"],
  [{ gettingStartedTag: `v${"1".repeat(128)}` }, "versions.0.gettingStartedTag", "tag-format"],
])("refuses %j at its field", (change, field, code) => {
  expect(problemsOf([{ ...blankForm([]), version: "4.3", ...change }])).toEqual({ [field]: code });
});

test("refuses a component's version with a v in front, and more rows than anybody reads", () => {
  const blank = { ...blankForm([]), version: "4.3" };
  const components = { ...blank.components, capvcd: "v1.3.0" };
  expect(problemsOf([{ ...blank, components }])).toEqual({
    "versions.0.components.capvcd": "version-format",
  });
  const many = Array.from({ length: 201 }, (_, index) => ({ ...blank, version: `4.${index}` }));
  expect(problemsOf(many)).toEqual({ versions: "too-many" });
});
