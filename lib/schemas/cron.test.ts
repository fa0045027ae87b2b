import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cronLine, findNextRun, formatCron, listNextRuns, parseCronPattern, timeZoneName } from "./cron.ts";

const problemOf = (text: string) => {
  const result = cronLine.safeParse(text);
  return result.success ? null : result.error.issues[0]?.message;
};
const iso = (dates: Date[]) => dates.map((date) => date.toISOString().replace(":00.000Z", "Z"));

describe("a cron line", () => {
  it.each([
    ["0 3 * * *", null],
    ["  0   3\t* * * ", null],
    ["*/5 * * * *", null],
    ["0,30 8-18/2 1,15 JAN-JUN mon-fri", null],
    ["0 0 29 2 *", null],
    ["", "cron-format"],
    ["daily", "cron-format"],
    ["@daily", "cron-format"],
    ["0 3 * *", "cron-format"],
    ["0 0 3 * * *", "cron-format"],
    ["60 * * * *", "cron-format"],
    ["0 24 * * *", "cron-format"],
    ["0 0 L * *", "cron-format"],
    ["0 0 * * 1#2", "cron-format"],
    ["0 0 * FOO *", "cron-format"],
    ["0 0 31 2 *", "cron-never"],
    ["* * * * *", "cron-too-often"],
    ["*/4 * * * *", "cron-too-often"],
    ["0,1 3 * * *", "cron-too-often"],
    ["2,58 * * * *", "cron-too-often"],
  ])("%j: %s", (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });

  it("is kept with single spaces", () => {
    expect(cronLine.parse("  0   3\t* * * ")).toBe("0 3 * * *");
  });

  it("never throws anything but what is wrong with it", () => {
    const part = fc.constantFrom("*", "0", "59", "7", "-", ",", "/", "MON", "L", " ", "x", "99");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        expect([undefined, null, "cron-format", "cron-never", "cron-too-often", "too-long"]).toContain(
          problemOf(parts.join("")),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe("a time zone", () => {
  it.each(["Europe/Berlin", "Asia/Seoul", "UTC"])("%s is one", (name) => {
    expect(timeZoneName.parse(name)).toBe(name);
  });
  it.each(["", "Mars/Olympus", "x".repeat(100)])("%j is none", (name) => {
    expect(timeZoneName.safeParse(name).success).toBe(false);
  });
});

describe("the next runs", () => {
  it("come once on the night that has no such time, and once on the night that has it twice", () => {
    const spring = listNextRuns("30 2 * * *", "Europe/Berlin", new Date("2026-03-28T00:00:00Z"), 3);
    expect(iso(spring)).toEqual(["2026-03-28T01:30Z", "2026-03-29T01:00Z", "2026-03-30T00:30Z"]);
    const autumn = listNextRuns("30 2 * * *", "Europe/Berlin", new Date("2026-10-24T00:00:00Z"), 3);
    expect(iso(autumn)).toEqual(["2026-10-24T00:30Z", "2026-10-25T00:30Z", "2026-10-26T01:30Z"]);
  });

  it("come each hour through both nights", () => {
    const spring = listNextRuns("0 * * * *", "Europe/Berlin", new Date("2026-03-29T00:00:00Z"), 3);
    expect(iso(spring)).toEqual(["2026-03-29T01:00Z", "2026-03-29T02:00Z", "2026-03-29T03:00Z"]);
    const autumn = listNextRuns("0 * * * *", "Europe/Berlin", new Date("2026-10-24T23:30:00Z"), 3);
    expect(iso(autumn)).toEqual(["2026-10-25T00:00Z", "2026-10-25T01:00Z", "2026-10-25T02:00Z"]);
  });

  it("are of the schedule's own clocks", () => {
    const after = new Date("2026-03-28T00:00:00Z");
    expect(iso(listNextRuns("0 3 * * *", "Asia/Seoul", after, 2))).toEqual([
      "2026-03-28T18:00Z",
      "2026-03-29T18:00Z",
    ]);
  });

  it("are later than the time they follow", () => {
    const due = new Date("2026-11-29T03:00:00Z");
    expect(findNextRun("0 3 * * *", "UTC", due)?.toISOString()).toBe("2026-11-30T03:00:00.000Z");
  });
});

describe("what a line says", () => {
  it.each([
    ["*/15 * * * *", { kind: "minutes", every: 15 }],
    ["*/25 * * * *", { kind: "other" }],
    ["7 * * * *", { kind: "hourly", minute: 7 }],
    ["0 3 * * *", { kind: "daily", time: "03:00" }],
    ["5 14 * * 0", { kind: "weekly", time: "14:05", day: 0 }],
    ["5 14 * * 7", { kind: "weekly", time: "14:05", day: 0 }],
    ["5 14 * * fri", { kind: "weekly", time: "14:05", day: 5 }],
    ["0 0 15 * *", { kind: "monthly", time: "00:00", day: 15 }],
    ["0 0 15 * 1", { kind: "other" }],
    ["0 0 15 6 *", { kind: "other" }],
    ["0 1-5 * * *", { kind: "other" }],
    ["0,30 1 * * *", { kind: "other" }],
  ])("%s", (cron, pattern) => {
    expect(parseCronPattern(cronLine.parse(cron))).toEqual(pattern);
  });

  it("comes back from what was chosen", () => {
    const time = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map((clock) => clock.map((figure) => String(figure).padStart(2, "0")).join(":"));
    const chosen = fc.oneof(
      fc.record({ kind: fc.constant("daily" as const), time }),
      fc.record({ kind: fc.constant("weekly" as const), time, day: fc.nat(6) }),
      fc.record({ kind: fc.constant("monthly" as const), time, day: fc.integer({ min: 1, max: 31 }) }),
    );
    fc.assert(
      fc.property(chosen, (pattern) => {
        expect(parseCronPattern(cronLine.parse(formatCron(pattern)))).toEqual(pattern);
      }),
      { numRuns: 50 },
    );
  });
});
