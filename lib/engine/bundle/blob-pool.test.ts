import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMemoryFile } from "#lib/testing/memory-file.ts";
import { BlobProof } from "../oci/blob-proof.ts";
import { digestBytes, type Digest } from "../oci/digest.ts";
import { BlobPool } from "./blob-pool.ts";
import { slice } from "./random-access.ts";

const mediaType = "application/octet-stream";
const content = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7) % 253));
const digest = digestBytes(content);
const blob = { digest, sizeBytes: content.byteLength, mediaType };

/** The content in pieces of a file, other bytes between them. */
function pieces(bytes: Buffer, cuts: readonly number[]) {
  const ends = [...new Set([...cuts, bytes.byteLength])].sort((a, b) => a - b);
  const file = Buffer.concat(
    ends.flatMap((end, at) => [Buffer.from("between"), bytes.subarray(ends[at - 1] ?? 0, end)]),
  );
  const whole = createMemoryFile(file, "volume.tar");
  return ends.map((end, at) => slice(whole, (ends[at - 1] ?? 0) + 7 * (at + 1), end - (ends[at - 1] ?? 0)));
}

async function drain(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

describe("a pool of blobs", () => {
  test("gives a blob whole or from an offset on, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5000), { maxLength: 6 }), fc.nat(4999), async (cuts, offset) => {
        const pool = new BlobPool();
        pool.add(digest, pieces(content, cuts));
        expect(pool.sizeOf(digest)).toBe(5000);
        expect((await drain(pool.open(blob))).equals(content)).toBe(true);
        expect((await drain(pool.open(blob, { offset }))).equals(content.subarray(offset))).toBe(true);
        expect(Buffer.from(await pool.readAll(digest)).equals(content)).toBe(true);
      }),
    );
  });

  test("goes on with a proof that has got so far", async () => {
    const pool = new BlobPool();
    pool.add(digest, pieces(content, [1234]));
    const proof = new BlobProof(blob, 500);
    await drain(pool.open(blob, { proof }));
    expect((await drain(pool.open(blob, { proof, offset: 4000 }))).equals(content.subarray(4000))).toBe(true);
  });

  test("never gives all of a blob that is not what its digest says", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(4999), async (at) => {
        const spoilt = Buffer.from(content);
        spoilt[at] = (spoilt[at] ?? 0) ^ 1;
        const pool = new BlobPool();
        pool.add(digest, pieces(spoilt, [2000]));
        let given = 0;
        const read = async () => {
          for await (const chunk of pool.open(blob)) given += chunk.byteLength;
        };
        await expect(read()).rejects.toMatchObject({
          code: "bundle-content-damaged",
          facts: { file: "volume.tar", offset: 7, digest, retryable: false },
        });
        expect(given).toBeLessThan(5000);
      }),
      { numRuns: 20 },
    );
  });

  test("takes a blob of another size for damaged", async () => {
    for (const bytes of [content.subarray(1), Buffer.concat([content, content])]) {
      const pool = new BlobPool();
      pool.add(digest, pieces(Buffer.from(bytes), []));
      await expect(drain(pool.open(blob))).rejects.toMatchObject({ code: "bundle-content-damaged" });
    }
  });

  test("gives a blob of no bytes", async () => {
    const empty = digestBytes("");
    const pool = new BlobPool();
    pool.add(empty, [slice(createMemoryFile(content), 9, 0)]);
    expect(await drain(pool.open({ digest: empty, sizeBytes: 0, mediaType }))).toHaveLength(0);
  });

  test("says what it has not", async () => {
    const pool = new BlobPool();
    const missing: Digest = digestBytes("missing");
    expect(pool.has(missing)).toBe(false);
    expect(pool.sizeOf(missing)).toBeNull();
    expect(() => pool.open({ digest: missing, sizeBytes: 1, mediaType })).toThrow(/bundle-content-missing/);
    await expect(pool.readAll(missing)).rejects.toMatchObject({ code: "bundle-content-missing" });
  });
});
