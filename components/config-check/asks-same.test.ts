import fc from "fast-check";
import { expect, test } from "vitest";
import { type ConfigCheckInput, configCheckInput } from "#lib/schemas/config-check.ts";
import { asksSame } from "./asks-same.ts";

const few = fc.constantFrom("", "a", "b");
const question: fc.Arbitrary<ConfigCheckInput> = fc
  .record({
    texts: fc.array(fc.record({ path: few, text: few }), { minLength: 1, maxLength: 2 }),
    destinationId: fc.constantFrom(null, "00000000-0000-4000-8000-000000000000"),
    hasWindowsNodes: fc.boolean(),
    mayAskSource: fc.boolean(),
    wantsCredentials: fc.boolean(),
  })
  .map((input) => configCheckInput.parse(input));

test("is the same question if and only if nothing of it differs", () => {
  fc.assert(
    fc.property(question, question, (one, other) => {
      expect(asksSame(one, other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      expect(asksSame(one, structuredClone(one))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

const someQuestion = configCheckInput.parse({ texts: [{ path: "a", text: "b" }] });

test.each<[string, Partial<ConfigCheckInput>]>([
  ["a text", { texts: [{ path: "a", text: "c" }] }],
  ["a name", { texts: [{ path: "c", text: "b" }] }],
  ["one text more", { texts: [...someQuestion.texts, { path: "", text: "" }] }],
  ["no text", { texts: [] }],
  ["the destination", { destinationId: "00000000-0000-4000-8000-000000000000" }],
  ["a flag", { hasWindowsNodes: true }],
])("%s makes it another", (_, change) => {
  const other = { ...someQuestion, ...change };
  expect([asksSame(someQuestion, other), asksSame(other, someQuestion)]).toEqual([false, false]);
});

test("copies no text, as it is asked at each key", () => {
  const text = "a".repeat(512 * 1024);
  const long = { ...someQuestion, texts: Array.from({ length: 4 }, () => ({ path: "", text })) };
  const begin = performance.now();
  for (let key = 0; key < 1000; key++)
    asksSame(long, { ...long, texts: long.texts.map((each) => ({ ...each })) });
  expect(performance.now() - begin).toBeLessThan(1000);
});
