import fc from "fast-check";
import { expect, test } from "vitest";
import { parsePlatform } from "#lib/engine/mirror/index.ts";
import { platform } from "./platform.ts";

test.each([
  ["linux/amd64", true],
  ["linux/arm/v7", true],
  ["windows/amd64", true],
  [" linux/arm64 ", true],
  ["linux", false],
  ["linux/", false],
  ["Linux/amd64", false],
  ["linux/arm/v7/x", false],
  ["", false],
])("%j is a platform: %s", (text, fits) => {
  expect(platform.safeParse(text).success).toBe(fits);
});

test("takes what the engine takes, and nothing else", () => {
  const engineTakes = (text: string) => {
    try {
      parsePlatform(text);
      return true;
    } catch {
      return false;
    }
  };
  const part = fc.string({ unit: fc.constantFrom(..."ab1_./ A-"), maxLength: 8 });
  const text = fc.oneof(
    fc.array(part, { maxLength: 4 }).map((parts) => parts.join("/")),
    fc.string({ maxLength: 20 }),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      expect(platform.safeParse(candidate).success).toBe(engineTakes(candidate));
    }),
  );
});
