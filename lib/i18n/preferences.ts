/** What a browser remembers of its user, in cookies that hold no secret and that scripts may write. */
export const localeCookie = "drayage_locale";
export const themeCookie = "drayage_theme";
export const timeZoneCookie = "drayage_time_zone";
export const navigationCookie = "drayage_navigation";

/** `system` follows the operating system and is what an absent cookie means. */
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export function parseTheme(text: string | undefined): Theme {
  return themes.find((theme) => theme === text) ?? "system";
}

/** An IANA time zone that this process knows, or null. */
export function parseTimeZone(text: string | undefined): string | null {
  if (!text || text.length > 64) return null;
  try {
    new Intl.DateTimeFormat("en", { timeZone: text });
    // As the browser spells it: another canonical name here would look like another zone there.
    return text;
  } catch {
    return null;
  }
}

/** A cookie string for `document.cookie`: for all pages, kept a year; an empty value removes the cookie. */
export function formatPreferenceCookie(name: string, value: string): string {
  const maxAgeSeconds = value === "" ? 0 : 365 * 24 * 60 * 60;
  return `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${maxAgeSeconds}; SameSite=Lax`;
}
