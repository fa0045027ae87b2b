"use client";

import { useSyncExternalStore } from "react";
import { type Locale, locales, negotiateLocale, parseLocale } from "#lib/i18n/locales.ts";
import en from "#lib/i18n/messages/en/boundaries.json" with { type: "json" };
import ja from "#lib/i18n/messages/ja/boundaries.json" with { type: "json" };
import ko from "#lib/i18n/messages/ko/boundaries.json" with { type: "json" };
import { localeCookie } from "#lib/i18n/preferences.ts";
import "./globals.css";

const messages: Readonly<Record<Locale, typeof en>> = { en, ko, ja };

/** The root layout itself failed, and with it what knows the reader's language: the browser is asked. */
export default function GlobalError({ retry }: { error: unknown; retry: () => void }) {
  const locale = useSyncExternalStore(neverChanges, browserLocale, () => locales[0]);
  const text = messages[locale];
  return (
    <html lang={locale}>
      <body>
        <main className="mx-auto max-w-lg space-y-4 px-4 py-24 text-center">
          <title>Drayage</title>
          <h1 className="text-xl font-semibold">{text.errorTitle}</h1>
          <p className="text-muted">{text.panelErrorHint}</p>
          <button type="button" onClick={retry} className="h-11 rounded bg-accent px-4 text-on-accent">
            {text.retry}
          </button>
        </main>
      </body>
    </html>
  );
}

const neverChanges = () => () => undefined;

function browserLocale(): Locale {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith(`${localeCookie}=`));
  return (
    parseLocale(cookie?.slice(localeCookie.length + 1)) ?? negotiateLocale(navigator.languages.join(","))
  );
}
