import fc from "fast-check";
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

  test("of any bytes are read back, and no bytes pass for others", () => {
    const algorithm = fc.constantFrom("sha256" as const, "sha512" as const);
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), algorithm, (content, other, named) => {
        const digest = digestBytes(content, named);
        expect(parseDigest(digest)).toBe(digest);
        expect(`${digestAlgorithm(digest)}:${digestHex(digest)}`).toBe(digest);
        expect(digestAlgorithm(digest)).toBe(named);
        verifyBytes(content, { digest, sizeBytes: content.byteLength });
        const isSame = Buffer.compare(content, other) === 0;
        const verify = () => {
          verifyBytes(other, { digest });
        };
        if (isSame) verify();
        else expect(verify).toThrow(expect.objectContaining({ code: "digest-mismatch" }));
      }),
    );
  });

  test("are taken from a text only as they are written, whole and in lower case", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string({ minLength: 1, maxLength: 3 }), (content, more) => {
        const digest = digestBytes(content);
        for (const text of [`${digest}${more}`, `${more}${digest}`, digest.slice(0, -1)]) {
          expect(findDigest(text)).toBeNull();
        }
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(findDigest(text)).toBeNull();
      }),
    );
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
