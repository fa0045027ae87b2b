import { expect, test } from "vitest";
import { createOneTimeToken, hashOneTimeToken } from "./one-time-token.ts";

test("a token has 256 random bits, and only its hash is kept", () => {
  const { token, tokenHash } = createOneTimeToken();
  expect(Buffer.from(token, "base64url")).toHaveLength(32);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(hashOneTimeToken(token)).toBe(tokenHash);
  expect(tokenHash).toMatch(/^[0-9a-f]{64}$/);
  expect(createOneTimeToken().token).not.toBe(token);
});
