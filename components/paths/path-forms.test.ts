import { expect, test } from "vitest";
import { moveRow } from "./move-row.ts";
import { newRowId, originOf, toForms } from "./path-forms.ts";

const target = (template: string, origin: "documented" | "inferred") => ({ template, origin });
const defaults = [
  {
    id: "cluster-api",
    match: "**/cluster-api/*",
    targets: [target("x/{path}", "documented"), target("x/{name}", "inferred")],
  },
];

test("a template is what the panel came with only in its own rule, as long as that is for the same images", () => {
  const [rule] = toForms(defaults);
  if (!rule) throw new Error("there is no rule");
  expect(rule.targets.map((template) => originOf(rule, template, defaults))).toEqual([
    "documented",
    "inferred",
  ]);
  expect(originOf(rule, "y/{path}", defaults)).toBe("own");
  expect(originOf({ ...rule, match: "**" }, "x/{path}", defaults)).toBe("own");
  expect(originOf({ ...rule, id: "new-1" }, "x/{path}", defaults)).toBe("own");
});

test("rows move to where they are wanted, and new ones have an id of their own", () => {
  expect(moveRow(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
  expect(moveRow(["a", "b", "c"], 2, 1)).toEqual(["a", "c", "b"]);
  expect(moveRow(["a"], 3, 0)).toEqual(["a"]);
  expect(newRowId([{ id: "new-2" }])).toBe("new-3");
  expect(newRowId([])).toBe("new-1");
});
