import fc from "fast-check";
import { expect, test } from "vitest";
import { configCheckInput } from "#lib/schemas/config-check.ts";
import { measureQuestion, measureText } from "./sent-size.ts";

test("of a question is that of the body that is sent", () => {
  const text = fc.record({ path: fc.string({ unit: "binary" }), text: fc.string({ unit: "binary" }) });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 3 }), fc.boolean(), (texts, hasWindowsNodes) => {
      const question = { ...configCheckInput.parse({ texts: [{ text: "" }] }), texts, hasWindowsNodes };
      const sizes = texts.map((each) => measureText(each.text));
      expect(measureQuestion(question, sizes)).toBe(Buffer.byteLength(JSON.stringify(question)));
    }),
  );
});
