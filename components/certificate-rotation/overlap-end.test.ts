import { expect, it } from "vitest";
import { endOfDay, formatDay, suggestDays } from "./overlap-end.ts";

const now = new Date(2026, 2, 1, 12);

it("proposes thirty days, or fewer where the certificate ends before", () => {
  expect(suggestDays(new Date(2026, 11, 24, 8).toISOString(), now)).toEqual({
    ...{ first: "2026-03-02", last: "2026-12-24", usual: "2026-03-31" },
  });
  expect(suggestDays(new Date(2026, 2, 11, 8).toISOString(), now)).toMatchObject({ usual: "2026-03-11" });
  expect(suggestDays(new Date(2026, 2, 2, 11).toISOString(), now)).toBeNull();
  expect(suggestDays(new Date(2026, 1, 1).toISOString(), now)).toBeNull();
});

it("ends with the day, and on the last one with the certificate", () => {
  const notAfter = new Date(2026, 2, 11, 8);
  expect(endOfDay("2026-03-10", notAfter.toISOString())).toBe(
    new Date(2026, 2, 10, 23, 59, 59).toISOString(),
  );
  expect(endOfDay("2026-03-11", notAfter.toISOString())).toBe(notAfter.toISOString());
  // Refused by the panel, which says why.
  expect(endOfDay("2026-03-12", notAfter.toISOString())).toBe(
    new Date(2026, 2, 12, 23, 59, 59).toISOString(),
  );
  expect(endOfDay("", notAfter.toISOString())).toBeNull();
  expect(formatDay(notAfter)).toBe("2026-03-11");
});
