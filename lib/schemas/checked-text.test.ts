import fc from "fast-check";
import { expect, it } from "vitest";
import { createRegistryInput } from "./registries.ts";
import { textLine } from "./checked-text.ts";

it("takes one line of any script and nothing that cannot be seen", () => {
  const line = textLine(20, "name-format");
  expect(line.parse("  한국어 日本語 ")).toBe("한국어 日本語");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 31 }), (code) => {
      const result = line.safeParse(`a${String.fromCharCode(code)}b`);
      expect(result.error?.issues[0]?.message).toBe("name-format");
    }),
  );
});

it("lets no zero character into any text of a registry", () => {
  const { shape } = createRegistryInput;
  const pem = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----";
  expect(shape.caPem.safeParse(pem).success).toBe(true);
  expect(shape.caPem.safeParse(`\u0000${pem}`).success).toBe(false);
  for (const field of ["name", "username", "description", "host"] as const) {
    expect([field, shape[field].safeParse("a\u0000b").success]).toEqual([field, false]);
  }
});
