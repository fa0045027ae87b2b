import { useLocale, useTranslations } from "next-intl";
import { parseCronPattern } from "#lib/schemas/cron.ts";

/** The name of a day of the week in the reader's language; Sunday is 0. */
export function useWeekdayName(): (day: number) => string {
  const names = new Intl.DateTimeFormat(useLocale(), { weekday: "long", timeZone: "UTC" });
  // The first of February 2026 is a Sunday.
  return (day) => names.format(Date.UTC(2026, 1, 1 + day));
}

/** A cron line in words, where it is one that people say; else as it is. */
export function useCronText(): (cron: string) => string {
  const t = useTranslations("schedules.times");
  const weekday = useWeekdayName();
  return (cron) => {
    const pattern = parseCronPattern(cron);
    switch (pattern.kind) {
      case "minutes":
        return t("minutes", { count: pattern.every });
      case "hourly":
        return t("hourly", { minute: pattern.minute });
      case "daily":
        return t("daily", { time: pattern.time });
      case "weekly":
        return t("weekly", { time: pattern.time, day: weekday(pattern.day) });
      case "monthly":
        return t("monthly", { time: pattern.time, day: pattern.day });
      case "other":
        return cron;
    }
  };
}
