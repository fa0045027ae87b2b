import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  digestAlgorithm,
  digestBytes,
  digestHex,
  findDigest,
  parseDigest,
  verifyBytes,
  verifyContent,
} from "./digest.ts";
import { EngineError } from "./errors.ts";

async function* inChunks(content: Uint8Array, cuts: readonly number[]) {
  await Promise.resolve();
  const ends = [...cuts.map((cut) => cut % (content.byteLength + 1)), content.byteLength].sort(
    (a, b) => a - b,
  );
  let start = 0;
  for (const end of ends) {
    yield content.subarray(start, end);
    start = end;
  }
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<{ bytes: Buffer; error: unknown }> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of content) chunks.push(Uint8Array.from(chunk));
    return { bytes: Buffer.concat(chunks), error: null };
  } catch (error) {
    return { bytes: Buffer.concat(chunks), error };
  }
}

const bytes = fc.uint8Array({ maxLength: 2_000 });
const cuts = fc.array(fc.nat(), { maxLength: 5 });
const algorithm = fc.constantFrom("sha256", "sha512");

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
});

describe("verified content", () => {
  test("passes unchanged, however it is cut, and every byte is counted", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, cuts, algorithm, async (content, cutAt, by) => {
        let counted = 0;
        const expected = { digest: digestBytes(content, by), sizeBytes: content.byteLength };
        const passed = await collect(
          verifyContent(inChunks(content, cutAt), expected, (count) => (counted += count)),
        );
        expect(passed.error).toBeNull();
        expect(passed.bytes.equals(content)).toBe(true);
        expect(counted).toBe(content.byteLength);
      }),
    );
  });

  test("a changed, shortened or lengthened content never passes whole", async () => {
    const damage = fc.constantFrom("change", "shorten", "lengthen");
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
        cuts,
        damage,
        async (content, cutAt, kind) => {
          const expected = { digest: digestBytes(content), sizeBytes: content.byteLength };
          const damaged =
            kind === "shorten"
              ? content.subarray(1)
              : kind === "lengthen"
                ? Buffer.concat([content, content])
                : content.slice();
          if (kind === "change") damaged[0] = (damaged[0] ?? 0) ^ 1;
          const passed = await collect(verifyContent(inChunks(damaged, cutAt), expected));
          expect(passed.error).toBeInstanceOf(EngineError);
          expect(passed.error).toMatchObject({
            code: kind === "change" ? "digest-mismatch" : "size-mismatch",
            facts: { retryable: true },
          });
          expect(passed.bytes.byteLength).toBeLessThan(content.byteLength);
        },
      ),
    );
  });

  test("bytes in memory are held to the same", () => {
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
