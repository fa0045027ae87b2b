import type { Locale } from "./locales.ts";

/** Instants arrive as dates on the server and as ISO 8601 text where JSON carried them. */
export type Instant = Date | string | number;

/**
 * Figures and times in a reader's language.
 *
 * The result depends on locale and time zone alone, never on the machine it runs on, so that server and browser write
 * the same text. Hours count to 24: the space before AM and PM differs between Unicode data of Node and browsers.
 */
export interface Formats {
  /** 12,345 */
  number: (value: number) => string;
  /** 0.123 -> 12%; rounded down, so that 100% is said only of what is done. */
  percent: (share: number) => string;
  /** IEC units: 1.5 GiB. */
  bytes: (sizeBytes: number) => string;
  /** 12.3 MiB/s */
  bytesPerSecond: (rate: number) => string;
  /** The two largest units that matter: 1 hr 5 min; below a second: 0 sec. */
  duration: (durationMs: number) => string;
  /** 3 minutes ago, tomorrow. */
  relativeTime: (instant: Instant, now: Instant) => string;
  /** Day and time to the minute in the reader's time zone. */
  dateTime: (instant: Instant) => string;
  /** With seconds and the name of the time zone, for a tooltip or a log. */
  fullDateTime: (instant: Instant) => string;
  date: (instant: Instant) => string;
  /** Time of day with seconds. */
  time: (instant: Instant) => string;
}

const byteUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

const durationUnits = [
  { unit: "day", lengthMs: 86_400_000 },
  { unit: "hour", lengthMs: 3_600_000 },
  { unit: "minute", lengthMs: 60_000 },
  { unit: "second", lengthMs: 1000 },
] as const;

export function createFormats(locale: Locale, timeZone: string): Formats {
  const integers = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const percents = new Intl.NumberFormat(locale, {
    style: "percent",
    maximumFractionDigits: 0,
    roundingMode: "floor",
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const dates = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: "medium" });
  const dateTimes = new Intl.DateTimeFormat(locale, {
    timeZone,
    dateStyle: "medium",
    timeStyle: "short",
    hourCycle: "h23",
  });
  const fullDateTimes = new Intl.DateTimeFormat(locale, {
    timeZone,
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    timeZoneName: "short",
    hourCycle: "h23",
  });

  const times = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });

  const bytes = (sizeBytes: number): string => {
    let size = Math.max(0, sizeBytes);
    let unit = 0;
    // 1023.95 would be written as 1,024.0 of the smaller unit.
    while (unit < byteUnits.length - 1 && size >= (unit === 0 ? 1024 : 1023.95)) {
      size /= 1024;
      unit += 1;
    }
    const digits = unit === 0 ? 0 : size < 100 ? 1 : 0;
    const figure = new Intl.NumberFormat(locale, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(size);
    return `${figure} ${byteUnits[unit] ?? "B"}`;
  };

  const inUnit = (amount: number, unit: string): string =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(amount);

  const duration = (durationMs: number): string => {
    const wholeMs = Math.max(0, Math.floor(durationMs / 1000) * 1000);
    const first = durationUnits.findIndex(({ lengthMs }) => wholeMs >= lengthMs);
    if (first === -1) return inUnit(0, "second");
    let restMs = wholeMs;
    const parts: string[] = [];
    for (const { unit, lengthMs } of durationUnits.slice(first, first + 2)) {
      const amount = Math.floor(restMs / lengthMs);
      restMs -= amount * lengthMs;
      if (amount > 0) parts.push(inUnit(amount, unit));
    }
    return parts.join(" ");
  };

  const relativeTime = (instant: Instant, now: Instant): string => {
    const differenceMs = new Date(instant).getTime() - new Date(now).getTime();
    const found = durationUnits.find(({ lengthMs }) => Math.abs(differenceMs) >= lengthMs);
    // Seconds would be wrong again before they are read.
    if (!found || found.unit === "second") return relative.format(0, "second");
    return relative.format(Math.trunc(differenceMs / found.lengthMs), found.unit);
  };

  return {
    number: (value) => integers.format(value),
    percent: (share) => percents.format(share),
    bytes,
    bytesPerSecond: (rate) => `${bytes(rate)}/s`,
    duration,
    relativeTime,
    dateTime: (instant) => dateTimes.format(new Date(instant)),
    fullDateTime: (instant) => fullDateTimes.format(new Date(instant)),
    date: (instant) => dates.format(new Date(instant)),
    time: (instant) => times.format(new Date(instant)),
  };
}
