import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { permissions } from "#lib/auth/permissions.ts";
import { locales } from "#lib/i18n/locales.ts";
import { loadMessages } from "#lib/i18n/messages.ts";

/** Every action that some change is recorded under: what stands in quotes like one, where changes are made. */
function actionsInSources(): string[] {
  const files = globSync("lib/{services,auth,queue,worker}/**/*.ts").filter(
    (file) => !file.includes(".test."),
  );
  const sources = files
    .map((file) => readFileSync(file, "utf8"))
    .filter((text) => /withChange|Change\(/.test(text));
  const literals = sources.flatMap((text) => {
    // Permissions are named like actions, but only in types.
    const code = text.replaceAll(/Access<[^>]*>/g, "");
    return [...code.matchAll(/"([a-z]+\.[a-z]+(?:-[a-z]+)*)"/g)].map((match) => match[1] ?? "");
  });
  return [...new Set(literals)].sort();
}

describe("the words of the audit trail", () => {
  const actions = actionsInSources();

  test("are asked of the right texts", () => {
    expect(actions).toContain("user.sign-in-failed");
    expect(actions).toContain("registry.create");
    expect(actions.filter((action) => action.endsWith(".read"))).toEqual([]);
    expect(permissions).toContain("registry.write");
    expect(actions).not.toContain("registry.write");
  });

  test.each(locales)("name every action in %s", async (locale) => {
    const words: Record<string, Record<string, string>> = (await loadMessages(locale)).audit.actions;
    const missing = actions.filter((action) => {
      const [noun = "", verb = ""] = action.split(".");
      return words[noun]?.[verb] === undefined;
    });
    expect(missing).toEqual([]);
  });
});
