import { createHmac, timingSafeEqual } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeSecret, signBody } from "./signature.ts";

/** As `docs/notifications.md` tells receivers to. */
function verify(secret: string, header: string, body: string, now: Date): boolean {
  const { t = "", v1 = "" } = Object.fromEntries(
    header.split(",").map((part) => part.split("=") as [string, string]),
  );
  if (Math.abs(now.getTime() / 1000 - Number(t)) > 300) return false;
  const wanted = createHmac("sha256", secret).update(`${t}.${body}`).digest();
  const given = Buffer.from(v1, "hex");
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const now = new Date("2026-03-01T12:00:00.789Z");

describe("a signature", () => {
  it("is the HMAC of time and body", () => {
    // printf '1772366400.{"a":1}' | openssl dgst -sha256 -hmac 'a secret of sixteen'
    const expected = "1e055becb31ed27597bba5c7c41755a8f8a47489088d43be4882af206f0b1880";
    expect(signBody("a secret of sixteen", '{"a":1}', now)).toBe(`t=1772366400,v1=${expected}`);
  });

  it("is believed by who has the secret, for any body", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ unit: "grapheme" }), (secret, body) => {
        expect(verify(secret, signBody(secret, body, now), body, now)).toBe(true);
      }),
    );
  });

  it("is not believed for another body, another secret, another time", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.integer({ min: 1, max: 10 ** 6 }), (body, other, seconds) => {
        const header = signBody("one secret", body, now);
        expect(verify("another secret", header, body, now)).toBe(false);
        if (other !== body) expect(verify("one secret", header, other, now)).toBe(false);
        const time = Math.floor(now.getTime() / 1000);
        const moved = header.replace(`t=${time}`, `t=${time + seconds}`);
        const later = new Date(now.getTime() + seconds * 1000);
        expect(verify("one secret", moved, body, later)).toBe(false);
        const tooLate = new Date(now.getTime() + (seconds + 300) * 1000);
        expect(verify("one secret", header, body, tooLate)).toBe(false);
      }),
    );
  });
});

it("makes secrets that differ and are long enough", () => {
  const secrets = Array.from({ length: 50 }, makeSecret);
  expect(new Set(secrets).size).toBe(50);
  expect(secrets.every((each) => /^whsec_[\w-]{43}$/.test(each))).toBe(true);
});
