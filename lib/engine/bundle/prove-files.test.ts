import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestBytes, type Digest } from "../oci/digest.ts";
import type { BlobSegment } from "./layout.ts";
import { proveFiles, type ProvableFile, type ProvenFile } from "./prove-files.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** More than one chunk of reading, in parts that fall on no border. */
const large = Buffer.alloc(2_300_000, "0123456789abcdef-");

interface Made {
  readonly files: ProvableFile[];
  readonly contents: Buffer[];
  readonly sizes: Map<Digest, number>;
}

/** Files with gaps between the blobs; a blob may go on in the next file. */
function make(
  plan: readonly (readonly { readonly blob: Uint8Array; readonly cutAt?: number }[])[],
  gap = 7,
): Made {
  const contents: Buffer[] = [];
  const segments: BlobSegment[][] = [];
  const sizes = new Map<Digest, number>();
  let rest: { blob: Uint8Array; from: number } | null = null;
  for (const blobs of plan) {
    const pieces: Uint8Array[] = [];
    const here: BlobSegment[] = [];
    let offset = 0;
    const add = (blob: Uint8Array, from: number, to: number) => {
      pieces.push(Buffer.alloc(gap, 0xee), blob.subarray(from, to));
      here.push({ offset: offset + gap, digest: digestBytes(blob), from, sizeBytes: to - from });
      offset += gap + to - from;
    };
    if (rest) add(rest.blob, rest.from, rest.blob.byteLength);
    rest = null;
    for (const { blob, cutAt } of blobs) {
      sizes.set(digestBytes(blob), blob.byteLength);
      add(blob, 0, cutAt ?? blob.byteLength);
      if (cutAt !== undefined) rest = { blob, from: cutAt };
    }
    contents.push(Buffer.concat(pieces));
    segments.push(here);
  }
  return { contents, sizes, files: contents.map((content, at) => fileOf(content, segments[at] ?? [], at)) };
}

function fileOf(content: Buffer, blobs: readonly BlobSegment[], at: number): ProvableFile {
  return {
    name: `${at}.tar`,
    sizeBytes: content.byteLength,
    blobs,
    read(into, offset) {
      if (offset + into.byteLength > content.byteLength) return Promise.reject(new Error("out of bounds"));
      into.set(content.subarray(offset, offset + into.byteLength));
      return Promise.resolve();
    },
  };
}

async function prove({ files, sizes }: Made, onBytes?: (count: number) => void): Promise<ProvenFile[]> {
  const proven: ProvenFile[] = [];
  const sizeOf = (digest: Digest) => sizes.get(digest) ?? 0;
  for await (const file of proveFiles(files, sizeOf, onBytes ? { onBytes } : {})) proven.push(file);
  return proven;
}

const smallBlob = fc.uint8Array({ maxLength: 600 });
const plan = fc.array(
  fc.array(
    fc.oneof(
      { weight: 5, arbitrary: smallBlob },
      {
        weight: 1,
        arbitrary: fc.integer({ min: 1_000_000, max: 2_300_000 }).map((size) => large.subarray(0, size)),
      },
    ),
    { maxLength: 4 },
  ),
  { minLength: 1, maxLength: 4 },
);

describe("proving files", () => {
  test("hashes wholes, blobs and parts as hashing them one by one does", async () => {
    await fc.assert(
      fc.asyncProperty(plan, fc.double({ min: 0.01, max: 0.99, noNaN: true }), async (blobs, share) => {
        // The last blob of each file but the last goes on in the next, if there is something to cut.
        const cut = blobs.map((here, at) =>
          here.map((blob, index) => {
            const cutAt = Math.floor(blob.byteLength * share);
            const isCut = at < blobs.length - 1 && index === here.length - 1 && cutAt > 0;
            return isCut ? { blob, cutAt } : { blob };
          }),
        );
        const made = make(cut);
        let counted = 0;
        const proven = await prove(made, (count) => (counted += count));
        expect(proven.map((file) => file.sha256)).toEqual(made.contents.map(sha256));
        expect(proven.flatMap(({ damaged }) => damaged)).toEqual([]);
        expect(counted).toBe(made.contents.reduce((sum, { byteLength }) => sum + byteLength, 0));
        for (const [at, { parts }] of proven.entries()) {
          const content = made.contents[at] ?? Buffer.alloc(0);
          const cutHere = made.files[at]?.blobs.filter(
            ({ digest, sizeBytes }) => sizeBytes !== made.sizes.get(digest),
          );
          expect(parts).toEqual(
            cutHere?.map(({ digest, from, sizeBytes, offset }) => ({
              digest,
              offset,
              from,
              sizeBytes,
              sha256: sha256(content.subarray(offset, offset + sizeBytes)),
            })),
          );
        }
      }),
      { numRuns: 25 },
    );
  });

  test("finds every blob that a flipped bit is in, and no other", async () => {
    const blobs = [Buffer.from("first"), large.subarray(0, 1_500_000), Buffer.alloc(0), Buffer.from("last")];
    const { contents, files, sizes } = make([blobs.map((blob) => ({ blob }))]);
    const [content = Buffer.alloc(0)] = contents;
    await fc.assert(
      fc.asyncProperty(fc.nat(content.byteLength - 1), fc.nat(7), async (at, bit) => {
        const spoilt = Buffer.from(content);
        spoilt[at] = (spoilt[at] ?? 0) ^ (1 << bit);
        const segments = files[0]?.blobs ?? [];
        const [proven] = await prove({ contents: [spoilt], files: [fileOf(spoilt, segments, 0)], sizes });
        const hit = segments.filter(({ offset, sizeBytes }) => at >= offset && at < offset + sizeBytes);
        expect(proven?.damaged).toEqual(hit.map(({ digest, offset }) => ({ digest, offset })));
      }),
      { numRuns: 20 },
    );
  });

  test("finds a cut blob damaged by its first part in the file of its last", async () => {
    const blob = Buffer.from("a blob in two files");
    const made = make([[{ blob, cutAt: 5 }], [{ blob: Buffer.from("behind") }]]);
    const [first = Buffer.alloc(0)] = made.contents;
    first[8] = 0;
    const [, second] = await prove(made);
    expect(second?.damaged).toEqual([{ digest: digestBytes(blob), offset: 7 }]);
  });

  test("says what reading fails with, and ends when it is told to", async () => {
    const failing: ProvableFile = {
      name: "x",
      sizeBytes: 10,
      blobs: [],
      read: () => Promise.reject(new Error("the disk is gone")),
    };
    await expect(prove({ files: [failing], contents: [], sizes: new Map() })).rejects.toThrow(
      "the disk is gone",
    );
    const proving = proveFiles(make([[{ blob: large }]]).files, () => large.byteLength, {
      signal: AbortSignal.abort(),
    });
    await expect(proving.next()).rejects.toMatchObject({ code: "cancelled", facts: { file: "0.tar" } });
  });
});
