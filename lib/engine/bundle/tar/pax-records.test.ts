import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { paxRecord } from "#lib/testing/tar-blocks.ts";
import { parsePaxRecords } from "./pax-records.ts";

const key = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes("="));
const parse = (text: string) => parsePaxRecords(Buffer.from(text));

describe("pax records", () => {
  test("are read whatever is in their values, the last of a key winning", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(key, fc.string({ unit: "grapheme", maxLength: 120 })), { maxLength: 8 }),
        (records) => {
          const text = records.map(([name, value]) => paxRecord(name, value)).join("");
          expect(parse(text)).toEqual(new Map(records));
        },
      ),
    );
  });

  test.each([
    ["no length", " path=a\n"],
    ["a length of zero", "0 path=a\n"],
    ["a negative length", "-9 path=a\n"],
    ["a length in hexadecimal", "0x9 path=a\n"],
    ["a length with a sign", "+9 path=a\n"],
    ["a length beyond the header", "99 path=a\n"],
    ["a length that is too short", "8 path=a\n"],
    ["a length that ends before its own blank", "1 path=a\n"],
    ["a length of many digits", `${"9".repeat(40)} path=a\n`],
    ["no end", "9 path=ab"],
    ["no key", "6 =ab\n"],
    ["no equals sign", "7 path\n"],
    ["bytes behind the last record", `${paxRecord("path", "a")}\0\0`],
  ])("are refused with %s", (_, text) => {
    expect(parse(text)).toBeNull();
  });

  test("never fail otherwise", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const records = parsePaxRecords(bytes);
        expect(records === null || records instanceof Map).toBe(true);
      }),
    );
  });
});
