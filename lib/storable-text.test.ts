import fc from "fast-check";
import { expect, test } from "vitest";
import { formatStorableJson, storableText } from "./storable-text.ts";

test("leaves what can be stored as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      fc.pre(!text.includes("\u0000"));
      expect(storableText(text)).toBe(text);
      expect(JSON.parse(formatStorableJson({ list: [text], n: 1 }))).toEqual({ list: [text], n: 1 });
    }),
  );
});

test("replaces what PostgreSQL refuses", () => {
  expect(storableText("a\u0000b")).toBe("a\ufffdb");
  expect(formatStorableJson(["\ud800", { os: "linux\u0000" }])).toBe('["\ufffd",{"os":"linux\ufffd"}]');
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(formatStorableJson(text)).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    }),
  );
});
