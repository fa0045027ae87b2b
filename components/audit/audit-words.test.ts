import { expect, test } from "vitest";
import { auditActions, auditObjectTypes } from "#lib/audit-actions.ts";
import { locales } from "#lib/i18n/locales.ts";
import { loadMessages } from "#lib/i18n/messages.ts";

test.each(locales)("the audit trail has words for every action and kind of object in %s", async (locale) => {
  const { audit, objects } = await loadMessages(locale);
  const words: Record<string, Record<string, string>> = audit.actions;
  const unnamed = auditActions.filter((action) => {
    const [noun = "", verb = ""] = action.split(".");
    return words[noun]?.[verb] === undefined;
  });
  expect(unnamed).toEqual([]);
  expect(Object.keys(objects)).toEqual(expect.arrayContaining(auditObjectTypes));
});
