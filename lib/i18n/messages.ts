import type { Locale } from "./locales.ts";
import type en from "./messages/en.ts";

/** English is the shape: the other languages must have every key of it, and no code may ask for another. */
export type Messages = typeof en;

declare module "next-intl" {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}

export async function loadMessages(locale: Locale): Promise<Messages> {
  switch (locale) {
    case "en":
      return (await import("./messages/en.ts")).default;
    case "ko":
      return (await import("./messages/ko.ts")).default;
    case "ja":
      return (await import("./messages/ja.ts")).default;
  }
}
