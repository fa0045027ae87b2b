import fc from "fast-check";
import { expect, test } from "vitest";
import { dayStart } from "./day-start.ts";

test.each([
  ["2026-11-22", "UTC", "2026-11-22T00:00:00.000Z"],
  ["2026-11-22", "Asia/Seoul", "2026-11-21T15:00:00.000Z"],
  ["2026-11-22", "Asia/Kolkata", "2026-11-21T18:30:00.000Z"],
  ["2026-11-22", "America/New_York", "2026-11-22T05:00:00.000Z"],
  // The clocks change during these days, after they began.
  ["2026-03-08", "America/New_York", "2026-03-08T05:00:00.000Z"],
  ["2026-11-01", "America/New_York", "2026-11-01T04:00:00.000Z"],
  ["2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00.000Z"],
  ["2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00.000Z"],
])("%s begins in %s at %s", (day, timeZone, instant) => {
  expect(dayStart(day, timeZone).toISOString()).toBe(instant);
});

test("the next day begins 23, 24 or 25 hours later, on its own date", () => {
  const zones = [
    "UTC",
    "Asia/Seoul",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Pacific/Apia",
  ];
  const days = fc.date({ min: new Date("2013-01-01"), max: new Date("2035-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(days, fc.constantFrom(...zones), (date, timeZone) => {
      const day = date.toISOString().slice(0, 10);
      const [start, end] = [dayStart(day, timeZone), dayStart(day, timeZone, 1)];
      const hours = (end.getTime() - start.getTime()) / 3_600_000;
      expect(hours).toBeGreaterThanOrEqual(23);
      expect(hours).toBeLessThanOrEqual(25);
      expect(new Intl.DateTimeFormat("sv", { timeZone }).format(start)).toBe(day);
    }),
  );
});

test("days of any year are taken as they are", () => {
  expect(dayStart("0001-01-01", "UTC").toISOString()).toBe("0001-01-01T00:00:00.000Z");
  expect(dayStart("9999-12-31", "Asia/Seoul", 1).toISOString()).toBe("9999-12-31T15:00:00.000Z");
});
