import { describe, expect, test } from "vitest";
import { digestAlgorithm, digestBytes, digestHex, findDigest, parseDigest, verifyBytes } from "./digest.ts";
import { EngineError } from "./errors.ts";

describe("digests", () => {
  test("known values", () => {
    expect(digestBytes("")).toBe("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const long = digestBytes("abc", "sha512");
    expect(digestHex(long)).toMatch(/^ddaf35a193617aba/);
    expect(digestAlgorithm(parseDigest(long))).toBe("sha512");
  });

  test.each([
    "sha256:abc",
    "md5:d41d8cd98f00b204e9800998ecf8427e",
    `sha256:${"A".repeat(64)}`,
    `sha512:${"a".repeat(64)}`,
    "",
  ])("%s is none", (text) => {
    expect(findDigest(text)).toBeNull();
    expect(() => parseDigest(text)).toThrow(EngineError);
  });

  test("bytes in memory are held to their digest and size", () => {
    const content = Buffer.from("layer");
    verifyBytes(content, { digest: digestBytes(content), sizeBytes: 5 });
    expect(() => verifyBytes(content, { digest: digestBytes("other") })).toThrow(
      expect.objectContaining({ code: "digest-mismatch" }),
    );
    expect(() => verifyBytes(content, { digest: digestBytes(content), sizeBytes: 4 })).toThrow(
      expect.objectContaining({ code: "size-mismatch" }),
    );
  });
});
