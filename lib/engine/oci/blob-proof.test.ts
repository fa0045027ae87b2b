import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BlobProof } from "./blob-proof.ts";
import type { Descriptor } from "./descriptor.ts";
import { digestBytes, type DigestAlgorithm } from "./digest.ts";
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

const checkpointBytes = 100;

function describeBlob(content: Uint8Array, by: DigestAlgorithm = "sha256"): Descriptor {
  const digest = digestBytes(content, by);
  return { mediaType: "application/octet-stream", digest, sizeBytes: content.byteLength };
}

describe("a proven blob", () => {
  test("passes unchanged, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, cuts, algorithm, async (content, cutAt, by) => {
        const proof = new BlobProof(describeBlob(content, by), checkpointBytes);
        const passed = await collect(proof.verify(inChunks(content, cutAt), 0));
        expect(passed.error).toBeNull();
        expect(passed.bytes.equals(content)).toBe(true);
      }),
    );
  });

  test("changed, shortened or lengthened, never passes whole", async () => {
    const damage = fc.constantFrom("change", "shorten", "lengthen");
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 2_000 }),
        cuts,
        damage,
        async (content, cutAt, kind) => {
          const damaged =
            kind === "shorten"
              ? content.subarray(1)
              : kind === "lengthen"
                ? Buffer.concat([content, content])
                : content.slice();
          if (kind === "change") damaged[0] = (damaged[0] ?? 0) ^ 1;
          const proof = new BlobProof(describeBlob(content), checkpointBytes);
          const passed = await collect(proof.verify(inChunks(damaged, cutAt), 0));
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

  test("goes on from any place it has passed, reading little of it again", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, cuts, fc.nat(), fc.nat(), async (content, cutAt, breaksAt, goesOnAt) => {
        const proof = new BlobProof(describeBlob(content), checkpointBytes);
        const broken = async function* () {
          yield* inChunks(content.subarray(0, breaksAt % (content.byteLength + 1)), cutAt);
          throw new Error("cut");
        };
        const first = await collect(proof.verify(broken(), 0));
        const offset = goesOnAt % (first.bytes.byteLength + 1);
        const start = proof.findStart(offset);
        expect(start).toBeLessThanOrEqual(offset);
        const second = await collect(proof.verify(inChunks(content.subarray(start), cutAt), offset));
        expect(second.error).toBeNull();
        expect(Buffer.concat([first.bytes.subarray(0, offset), second.bytes]).equals(content)).toBe(true);
      }),
    );
  });

  test("reads no more than a stretch between two marks again", async () => {
    const content = new Uint8Array(1_000).fill(7);
    const proof = new BlobProof(describeBlob(content), checkpointBytes);
    const cutAt = Array.from({ length: 100 }, (_, at) => at * 10);
    await collect(proof.verify(inChunks(content, cutAt), 0));
    expect(proof.findStart(950)).toBeGreaterThan(950 - 2 * checkpointBytes);
  });

  test("that goes on from another content is not believed, and begins anew after that", async () => {
    const content = new Uint8Array(1_000).fill(7);
    const other = new Uint8Array(1_000).fill(8);
    const proof = new BlobProof(describeBlob(content), checkpointBytes);
    await collect(proof.verify(inChunks(other, [300, 600]), 0));
    expect(proof.findStart(600)).toBe(0);
    const again = await collect(proof.verify(inChunks(content, [300, 600]), 0));
    expect(again.error).toBeNull();
    expect(again.bytes.equals(Buffer.from(content))).toBe(true);
  });
});
