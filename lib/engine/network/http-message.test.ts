import fc from "fast-check";
import { expect, test } from "vitest";
import { parseRetryAfter } from "./http-message.ts";

const now = Date.parse("2026-01-02T03:04:05Z");

test("Retry-After in seconds and as a date", () => {
  fc.assert(
    fc.property(fc.nat(999_999), (seconds) => {
      expect(parseRetryAfter(String(seconds), now)).toBe(seconds * 1000);
      expect(parseRetryAfter(new Date(now + seconds * 1000).toUTCString(), now)).toBe(seconds * 1000);
      expect(parseRetryAfter(new Date(now - seconds * 1000).toUTCString(), now)).toBe(0);
    }),
  );
});

test.each([undefined, "", "soon", "-1", "1.5", "9999999999999"])("%s says nothing usable", (value) => {
  expect(parseRetryAfter(value, now)).toBeNull();
});

test("any text is a wait that is not negative, or nothing", () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const wait = parseRetryAfter(value, now);
      expect(wait === null || wait >= 0).toBe(true);
    }),
  );
});
