import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatSignInPath, parseOwnPath } from "./own-path.ts";

const panel = "https://panel.example";

describe("parseOwnPath", () => {
  test.each(["/", "/jobs", "/jobs?state=failed&page=2", "/organizations/acme"])("keeps %s", (path) => {
    expect(parseOwnPath(path)).toBe(path);
  });

  test.each([
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "/\n//evil.example",
    "/.//evil.example",
    "/jobs/..//evil.example",
    "https://evil.example/",
    "javascript:alert(1)",
    "jobs",
    "",
    null,
    undefined,
    `/${"a".repeat(2001)}`,
  ])("answers the overview to %j", (path) => {
    expect(parseOwnPath(path)).toBe("/");
  });

  test.each(["/sign-in", "/sign-in?next=%2Fjobs", "/setup?token=x", "/link?token=x", "/api/auth/csrf"])(
    "does not go back to %s",
    (path) => {
      expect(parseOwnPath(path)).toBe("/");
    },
  );

  test("whatever it is given, the result stays at the panel", () => {
    const pieces = fc.constantFrom(
      "/",
      "\\",
      ".",
      "..",
      "evil.example",
      "\t",
      "\n",
      ":",
      "@",
      "?",
      "#",
      "%2f",
      "http",
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces).map((parts) => parts.join("")),
      fc.array(pieces).map((parts) => `/${parts.join("")}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const path = parseOwnPath(text);
        expect(path.startsWith("/")).toBe(true);
        expect(new URL(path, panel).origin).toBe(panel);
        // What was cleaned once is clean.
        expect(parseOwnPath(path)).toBe(path);
      }),
      { numRuns: 2000 },
    );
  });
});

test("formatSignInPath remembers what was asked, and nothing else", () => {
  expect(formatSignInPath("/jobs?page=2")).toBe("/sign-in?next=%2Fjobs%3Fpage%3D2");
  expect(formatSignInPath("/")).toBe("/sign-in");
  expect(formatSignInPath("//evil.example")).toBe("/sign-in");
});
