import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFormats } from "./formats.ts";
import { locales } from "./locales.ts";

const en = createFormats("en", "UTC");
const ko = createFormats("ko", "Asia/Seoul");
const ja = createFormats("ja", "Asia/Tokyo");

describe("bytes", () => {
  it.each([
    [0, "0 B"],
    [1023, "1,023 B"],
    [1024, "1.0 KiB"],
    [1_048_575, "1.0 MiB"],
    [157_286_400, "150 MiB"],
    [1_610_612_736, "1.5 GiB"],
    [2 ** 60, "1,024 PiB"],
  ])("writes %d as %s", (size, text) => {
    expect(en.bytes(size)).toBe(text);
  });

  it("never writes four digits before a unit that a larger one could carry", () => {
    fc.assert(
      fc.property(fc.double({ min: 1024, max: 2 ** 59, noNaN: true }), (size) => {
        expect(Number.parseFloat(en.bytes(size).replace(",", ""))).toBeLessThan(1024);
      }),
    );
  });
});

describe("percent", () => {
  it("says 100% only of the whole", () => {
    expect(en.percent(0.9999)).toBe("99%");
    expect(en.percent(1)).toBe("100%");
  });
});

describe("duration", () => {
  it.each([
    [0, "0 sec", "0초", "0 秒"],
    [59_999, "59 sec", "59초", "59 秒"],
    [3_600_000, "1 hr", "1시간", "1 時間"],
    [3_900_000, "1 hr 5 min", "1시간 5분", "1 時間 5 分"],
    [90_061_000, "1 day 1 hr", "1일 1시간", "1 日 1 時間"],
  ])("writes %d ms", (durationMs, english, korean, japanese) => {
    expect([en, ko, ja].map((formats) => formats.duration(durationMs))).toEqual([english, korean, japanese]);
  });
});

describe("times", () => {
  const instant = "2026-11-22T15:04:05Z";

  it("writes an instant in the reader's time zone", () => {
    expect(en.dateTime(instant)).toBe("Nov 22, 2026, 15:04");
    expect(ko.dateTime(instant)).toBe("2026. 11. 23. 00:04");
    expect(ja.dateTime(instant)).toBe("2026/11/23 0:04");
    expect(en.fullDateTime(instant)).toBe("Nov 22, 2026, 15:04:05 UTC");
  });

  it("writes how long ago, without seconds", () => {
    expect(en.relativeTime(instant, "2026-11-22T15:04:50Z")).toBe("now");
    expect(en.relativeTime(instant, "2026-11-22T15:08:04Z")).toBe("3 minutes ago");
    expect(ko.relativeTime(instant, "2026-11-23T15:04:05Z")).toBe("어제");
    expect(ja.relativeTime(instant, "2026-11-22T13:04:05Z")).toBe("2 時間後");
  });

  it("uses no space that browsers and Node write differently", () => {
    fc.assert(
      fc.property(fc.constantFrom(...locales), fc.date({ noInvalidDate: true }), (locale, date) => {
        const formats = createFormats(locale, "America/New_York");
        expect(formats.dateTime(date) + formats.fullDateTime(date)).not.toMatch(/[\u202f\u2009]/);
      }),
    );
  });
});
