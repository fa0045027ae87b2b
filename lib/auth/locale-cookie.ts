import "server-only";
import { cookies } from "next/headers";
import { parseLocale } from "#lib/i18n/locales.ts";
import { localeCookie } from "#lib/i18n/preferences.ts";
import { secureCookies } from "./session-cookie.ts";

const maxAge = 365 * 24 * 60 * 60;

/** Mirrors the language of the user's row, so that pages need no database to know it. Scripts may change it. */
export async function writeLocaleCookie(locale: string | null): Promise<void> {
  const known = parseLocale(locale ?? undefined);
  if (known === null) return;
  (await cookies()).set(localeCookie, known, { path: "/", maxAge, sameSite: "lax", secure: secureCookies });
}
