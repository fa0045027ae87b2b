import { createTranslator } from "use-intl/core";
import { describe, expect, it } from "vitest";
import { NetworkError, networkErrorCodes } from "#lib/engine/network/network-error.ts";
import { AppError, type AppErrorFacts, type ErrorView } from "#lib/errors.ts";
import { createErrorText } from "#lib/i18n/error-text.ts";
import { createFormats } from "#lib/i18n/formats.ts";
import { type Locale, locales } from "#lib/i18n/locales.ts";
import { loadMessages } from "#lib/i18n/messages.ts";
import { describeUnreachable } from "./unreachable.ts";

async function errorTextIn(locale: Locale) {
  const messages = await loadMessages(locale);
  const translators = {
    errors: createTranslator({ locale, messages, namespace: "errors" }),
    errorFacts: createTranslator({ locale, messages, namespace: "errorFacts" }),
    objects: createTranslator({ locale, messages, namespace: "objects" }),
    "states.job": createTranslator({ locale, messages, namespace: "states.job" }),
  };
  return createErrorText(translators, createFormats(locale, "UTC"));
}

const origin = "smtp://mail.example.com:587";
const proxy = "proxy.example.com:3128";
const unreachable = networkErrorCodes.map((code) =>
  describeUnreachable(new NetworkError(code, { origin, retryable: false, proxy }), origin),
);
const webhookReasons: AppErrorFacts["webhook-refused"]["reason"][] = [
  ...(["redirect", "unauthorized", "missing", "gone", "limited", "failed", "other"] as const),
];
const mailReasons: AppErrorFacts["mail-refused"]["reason"][] = [
  ...(["greeting", "starttls", "signIn", "sender", "recipients", "message"] as const),
];
const refused = [
  ...webhookReasons.map((reason) => new AppError("webhook-refused", { origin, reason, status: 499 })),
  ...mailReasons.map(
    (reason) => new AppError("mail-refused", { origin, reason, status: 550, reply: "550 not you" }),
  ),
];
const view = ({ code, facts }: AppError): ErrorView => ({ code, facts: { ...facts } });

describe.each(locales)("a channel's failure in %s", (locale) => {
  it("names who was to be told, why, and what to do, each reason in words of its own", async () => {
    const errorText = await errorTextIn(locale);
    const byReason = new Map(
      [...unreachable, ...refused].map((error) => [JSON.stringify(view(error)), errorText(view(error))]),
    );
    for (const [key, { title, hint }] of byReason) {
      const named = title.includes("mail.example.com:587") || title.includes(proxy);
      expect([key, named]).toEqual([key, true]);
      expect(hint.length).toBeGreaterThan(8);
    }
    const titles = [...byReason.values()].map(({ title }) => title);
    expect(new Set(titles).size).toBe(byReason.size);
    const unknown = errorText({ code: "channel-unreachable", facts: { origin, reason: "of-later" } });
    expect(titles).not.toContain(unknown.title);
  });

  it("repeats what a mail server said, and whom it does not know", async () => {
    const errorText = await errorTextIn(locale);
    const facts = { origin, reason: "recipients", status: 550, reply: "550 5.1.1 no such user" };
    expect(errorText({ code: "mail-refused", facts }).hint).toContain("550 5.1.1 no such user");
    const some = { ...facts, recipients: ["a@example.com", "b@example.com"] };
    expect(errorText({ code: "mail-refused", facts: some }).title).toContain("a@example.com, b@example.com");
  });
});
