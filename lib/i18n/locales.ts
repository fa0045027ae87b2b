/** The languages of the panel, the first being the one used when nothing better is known. */
export const locales = ["en", "ko", "ja"] as const;
export type Locale = (typeof locales)[number];

/** Each language in its own words, as a language menu shows it. */
export const localeNames: Readonly<Record<Locale, string>> = { en: "English", ko: "한국어", ja: "日本語" };

export function parseLocale(text: string | undefined): Locale | null {
  return locales.find((locale) => locale === text) ?? null;
}

/**
 * The best language for an Accept-Language header: highest weight first, then order of appearance (RFC 9110 section
 * 12.5.4). Only the primary subtag counts: `ko-KR` is Korean.
 */
export function negotiateLocale(acceptLanguage: string | null): Locale {
  const wanted = (acceptLanguage ?? "")
    .slice(0, 1000)
    .split(",")
    .map((range) => {
      const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
      const weight = parameters.find((parameter) => parameter.startsWith("q="));
      return { language: tag.split("-")[0]?.toLowerCase(), weight: weight ? Number(weight.slice(2)) : 1 };
    })
    .filter((range) => range.weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { language } of wanted) {
    const locale = parseLocale(language);
    if (locale) return locale;
  }
  return locales[0];
}
