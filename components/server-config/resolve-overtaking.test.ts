import { expect, it } from "vitest";
import type { ConfigConflict, ConfigInput, OvertakingConfig } from "#lib/schemas/server-config.ts";
import { isResolved, proposeChoices, resolveOvertaking } from "./resolve-overtaking.ts";

const conflict: ConfigConflict = {
  ...{ field: "sizingPolicy", before: ["TKG small"], mine: ["TKG medium"], theirs: ["TKG large"] },
  isSecret: false,
};
const overtaking: OvertakingConfig = {
  ...{ number: 4, savedBy: "Kim", savedAt: "2026-01-01T00:00:00.000Z" },
  theirs: { rows: [], count: 0 },
  conflicts: [conflict],
  theirsAlone: ["httpProxy"],
};
const changes = { sizingPolicy: "TKG medium", syslogHost: "logs.example.com" };
const edit: ConfigInput = { seen: 3, draft: { kind: "edit", changes } };
const imported: ConfigInput = {
  seen: 3,
  draft: { kind: "import", text: "{}", changes: {}, keepsToken: true, kept: ["noProxy"] },
};

it("asks for a word on each field that both have changed", () => {
  expect(isResolved(overtaking, proposeChoices(overtaking, "edit"))).toBe(false);
  expect(isResolved(overtaking, new Map([["sizingPolicy", "mine"]]))).toBe(true);
});

it("lets an edit go on upon theirs, without what was left to them", () => {
  expect(resolveOvertaking(edit, overtaking, new Map([["sizingPolicy", "mine"]]))).toEqual({
    seen: 4,
    draft: { kind: "edit", changes },
  });
  expect(resolveOvertaking(edit, overtaking, new Map([["sizingPolicy", "theirs"]]))).toEqual({
    seen: 4,
    draft: { kind: "edit", changes: { syslogHost: "logs.example.com" } },
  });
});

it("lets an import keep what only they have changed, unless it is chosen otherwise", () => {
  const proposed = proposeChoices(overtaking, "import");
  expect([...proposed]).toEqual([["httpProxy", "theirs"]]);
  const kept = (choices: typeof proposed) => {
    const { draft } = resolveOvertaking(imported, overtaking, choices);
    return draft.kind === "import" ? draft.kept : null;
  };
  expect(kept(new Map([...proposed, ["sizingPolicy", "mine"]]))).toEqual(["noProxy", "httpProxy"]);
  expect(
    kept(
      new Map([
        ["httpProxy", "mine"],
        ["sizingPolicy", "theirs"],
      ]),
    ),
  ).toEqual(["noProxy", "sizingPolicy"]);
});
