import { describe, expect, test } from "vitest";
import { hashPassword, verifyPassword } from "./passwords.ts";

describe("verifyPassword", () => {
  test("knows the password, in whichever way its letters are composed", async () => {
    const password = "한국어と日本語 ガギグ é";
    const hash = await hashPassword(password.normalize("NFC"));
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=47104,t=2,p=1\$/);
    expect(await verifyPassword(hash, password.normalize("NFD"))).toBe(true);
    expect(await verifyPassword(hash, `${password} `)).toBe(false);
  });

  test("works as long without a hash as with one, and says no", async () => {
    const hash = await hashPassword("correct horse battery staple");
    await verifyPassword(null, "warms up");
    const time = async (stored: string | null) => {
      const start = performance.now();
      for (let round = 0; round < 5; round++) {
        expect(await verifyPassword(stored, "wrong")).toBe(false);
      }
      return performance.now() - start;
    };
    const [withHash, without] = [await time(hash), await time(null)];
    // A lookup that skipped the work would be a thousand times faster.
    expect(without / withHash).toBeGreaterThan(0.2);
    expect(without / withHash).toBeLessThan(5);
  });
});
