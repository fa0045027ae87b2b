"use client";

import { NextIntlClientProvider } from "next-intl";
import { type ReactNode, use } from "react";
import type { Locale } from "#lib/i18n/locales.ts";
import { loadMessages, type Messages } from "#lib/i18n/messages.ts";

const loading = new Map<Locale, Promise<Messages>>();

interface TextProviderProps {
  locale: Locale;
  timeZone: string;
  now: Date;
  children: ReactNode;
}

/**
 * Gives components their texts. Those of one language are a file of their own, which a browser keeps: within each page
 * they would be three quarters of what it weighs.
 */
export function TextProvider({ children, ...props }: TextProviderProps) {
  const messages = use(loadOnce(props.locale));
  return (
    <NextIntlClientProvider {...props} messages={messages}>
      {children}
    </NextIntlClientProvider>
  );
}

function loadOnce(locale: Locale): Promise<Messages> {
  const known = loading.get(locale);
  if (known) return known;
  const messages = loadMessages(locale);
  loading.set(locale, messages);
  // What was not to be had once is asked for again.
  messages.catch(() => loading.delete(locale));
  return messages;
}
