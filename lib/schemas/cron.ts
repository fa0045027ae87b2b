import { Cron } from "croner";
import { z } from "zod";
import type { InputErrorCode } from "#lib/errors.ts";
import { parseTimeZone } from "#lib/i18n/preferences.ts";
import { checkedBy } from "./checked-text.ts";

/** Between two runs of a schedule there is at least so much. */
const minIntervalMinutes = 5;

const minuteMs = 60_000;
// Enough to see each minute of an hour and the step to the next one.
const comparedRuns = 61;

// Of the many dialects only what all of them have: `*`, values and names, ranges, steps, lists.
const value = String.raw`(?:\d{1,2}|[A-Za-z]{3})`;
const item = String.raw`(?:\*|${value}(?:-${value})?)(?:\/\d{1,2})?`;
const field = `${item}(?:,${item})*`;
const format = new RegExp(`^${field}(?: ${field}){4}$`);

function openCron(cron: string, timeZone: string): Cron {
  return new Cron(cron, { timezone: timeZone, mode: "5-part", paused: true });
}

function cronProblem(cron: string): InputErrorCode | null {
  if (!format.test(cron)) return "cron-format";
  try {
    const runs = openCron(cron, "UTC").nextRuns(comparedRuns, new Date());
    if (runs.length === 0) return "cron-never";
    const tooOften = runs.some((run, index) => {
      const next = runs[index + 1];
      return next !== undefined && next.getTime() - run.getTime() < minIntervalMinutes * minuteMs;
    });
    return tooOften ? "cron-too-often" : null;
  } catch {
    // A figure that no clock shows.
    return "cron-format";
  }
}

/** Minute, hour, day of month, month, day of week. */
export const cronLine = z
  .string()
  .trim()
  .max(100)
  .transform((text) => text.replaceAll(/\s+/g, " "))
  .transform(checkedBy(cronProblem));

/** A time zone as the IANA names it. */
export const timeZoneName = z
  .string()
  .trim()
  .transform(checkedBy((text) => (parseTimeZone(text) === null ? "time-zone" : null)));

/**
 * When a line is due, by the clocks of a time zone. A time that the clocks leave out is that of the hour's beginning
 * after it; one that they show twice is the first; what is due each hour or oftener is so in both.
 *
 * @param cron a line that `cronLine` took
 * @returns at most `count` times after `after`, in order
 */
export function listNextRuns(cron: string, timeZone: string, after: Date, count: number): Date[] {
  return openCron(cron, timeZone).nextRuns(count, after);
}

/** The first of `listNextRuns`; null when there is none left. */
export function findNextRun(cron: string, timeZone: string, after: Date): Date | null {
  return listNextRuns(cron, timeZone, after, 1)[0] ?? null;
}

/** What a line says, where people say it in few words. Days of the week count from Sunday, which is 0. */
export type CronPattern =
  | { kind: "minutes"; every: number }
  | { kind: "hourly"; minute: number }
  | { kind: "daily"; time: string }
  | { kind: "weekly"; time: string; day: number }
  | { kind: "monthly"; time: string; day: number }
  | { kind: "other" };

const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** @param cron a line that `cronLine` took */
export function parseCronPattern(cron: string): CronPattern {
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = cron.toUpperCase().split(" ");
  const other: CronPattern = { kind: "other" };
  if (month !== "*") return other;
  const everyDay = day === "*" && weekday === "*";
  const step = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (step !== undefined) {
    // Others end unevenly at the full hour.
    return everyDay && hour === "*" && 60 % Number(step) === 0
      ? { kind: "minutes", every: Number(step) }
      : other;
  }
  if (!/^\d+$/.test(minute)) return other;
  if (hour === "*") return everyDay ? { kind: "hourly", minute: Number(minute) } : other;
  if (!/^\d+$/.test(hour)) return other;
  const time = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (everyDay) return { kind: "daily", time };
  if (day === "*") {
    const named = /^\d$/.test(weekday) ? Number(weekday) % 7 : weekdays.indexOf(weekday);
    return named === -1 ? other : { kind: "weekly", time, day: named };
  }
  return weekday === "*" && /^\d+$/.test(day) ? { kind: "monthly", time, day: Number(day) } : other;
}

/** The line of a pattern that people choose; `time` is `HH:MM`. */
export function formatCron(pattern: Extract<CronPattern, { time: string }>): string {
  const [hour = "0", minute = "0"] = pattern.time.split(":");
  const clock = `${Number(minute)} ${Number(hour)}`;
  if (pattern.kind === "daily") return `${clock} * * *`;
  return pattern.kind === "weekly" ? `${clock} * * ${pattern.day}` : `${clock} ${pattern.day} * *`;
}
