import { getRequestConfig } from "next-intl/server";
import { cookies, headers } from "next/headers";
import { negotiateLocale, parseLocale } from "./locales.ts";
import { loadMessages } from "./messages.ts";
import { localeCookie, parseTimeZone, timeZoneCookie } from "./preferences.ts";

/** Language and time zone of one request; sign-in writes the user's own language into the cookie. */
export default getRequestConfig(async ({ locale: asked }) => {
  const store = await cookies();
  const locale =
    parseLocale(asked) ??
    parseLocale(store.get(localeCookie)?.value) ??
    negotiateLocale((await headers()).get("accept-language"));
  return {
    locale,
    messages: await loadMessages(locale),
    timeZone: parseTimeZone(store.get(timeZoneCookie)?.value) ?? "UTC",
    now: new Date(),
  };
});
