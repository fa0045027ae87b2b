import { formatPreferenceCookie } from "#lib/i18n/preferences.ts";

/** Keeps a choice in a cookie that the next page is rendered with. */
export function writePreference(name: string, value: string): void {
  document.cookie = formatPreferenceCookie(name, value);
}
