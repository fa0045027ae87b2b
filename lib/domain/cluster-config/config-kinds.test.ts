import { expect, test } from "vitest";
import { configKinds, generateConfig } from "./config-kinds.ts";

test.each(configKinds)("%s says of a field that it does not know it, instead of leaving it out", (kind) => {
  const generated = generateConfig(kind, { mirrorSourcePolicy: "NeverContactSource" });
  const issues = generated.ok ? [] : generated.issues;
  expect(issues).toContainEqual({
    path: "",
    message: expect.stringContaining("mirrorSourcePolicy") as string,
  });
});
