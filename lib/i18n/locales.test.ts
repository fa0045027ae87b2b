import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { locales, negotiateLocale } from "./locales.ts";

describe("negotiateLocale", () => {
  it.each([
    [null, "en"],
    ["", "en"],
    ["ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7", "ko"],
    ["en;q=0.5, ja;q=0.9", "ja"],
    ["fr-CH, fr;q=0.9, ja;q=0.4, *;q=0.1", "ja"],
    ["ja;q=0, ko;q=0.1", "ko"],
    ["JA", "ja"],
    ["de, *", "en"],
  ])("reads %s as %s", (header, locale) => {
    expect(negotiateLocale(header)).toBe(locale);
  });

  it("answers any header with a language that there is", () => {
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect(locales).toContain(negotiateLocale(header));
      }),
    );
  });
});
