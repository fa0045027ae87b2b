import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemoryFile } from "#lib/testing/memory-file.ts";
import { openFile, readWhole, slice, stream } from "./random-access.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-access-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const patterned = (sizeBytes: number) => Buffer.from(Array.from({ length: sizeBytes }, (_, at) => at % 251));

describe("a slice", () => {
  test("reads what a slice of the bytes is, also of a slice", async () => {
    const bytes = patterned(300);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(300), { minLength: 4, maxLength: 4 }), async (numbers) => {
        const [a = 0, b = 0, c = 0, d = 0] = numbers;
        const outer = bytes.subarray(Math.min(a, b), Math.max(a, b));
        const begin = Math.min(c, d, outer.byteLength);
        const end = Math.min(Math.max(c, d), outer.byteLength);
        const whole = createMemoryFile(bytes);
        const part = slice(slice(whole, Math.min(a, b), outer.byteLength), begin, end - begin);
        expect(part.start).toBe(Math.min(a, b) + begin);
        expect(Buffer.from(await readWhole(part)).equals(outer.subarray(begin, end))).toBe(true);
      }),
    );
  });
});

describe("a stream", () => {
  const bytes = patterned(1_700_000);

  test("brings all bytes from an offset to an end, in order", async () => {
    const place = fc.oneof(fc.nat(1_700_000), fc.constantFrom(0, 262_144, 262_145, 524_288, 1_700_000));
    await fc.assert(
      fc.asyncProperty(place, place, async (a, b) => {
        const [offset, end] = [Math.min(a, b), Math.max(a, b)];
        const chunks: Buffer[] = [];
        for await (const chunk of stream(createMemoryFile(bytes), { offset, end })) {
          chunks.push(Buffer.from(chunk));
        }
        expect(Buffer.concat(chunks).equals(bytes.subarray(offset, end))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("brings its own bytes beside others, after others, and after some that were left early", async () => {
    const contents = Array.from({ length: 12 }, (_, at) => Buffer.alloc(700_000, at + 1));
    const readFrom = async (content: Buffer, chunks: number) => {
      const read: Buffer[] = [];
      for await (const chunk of stream(createMemoryFile(content))) {
        // Others take their turns while this one looks at its chunk.
        await setImmediate();
        read.push(Buffer.from(chunk));
        if (read.length === chunks) break;
      }
      const whole = Buffer.concat(read);
      expect(whole.equals(content.subarray(0, whole.byteLength))).toBe(true);
      return whole.byteLength;
    };
    for (let round = 0; round < 3; round++) {
      const lengths = await Promise.all(
        contents.map((content, at) => readFrom(content, at % 3 === 0 ? 1 : Infinity)),
      );
      for (const [at, length] of lengths.entries()) {
        if (at % 3 === 0) expect(length).toBeLessThan(700_000);
        else expect(length).toBe(700_000);
      }
    }
  });

  test("ends when it is told to", async () => {
    const controller = new AbortController();
    const read = async () => {
      for await (const chunk of stream(createMemoryFile(bytes), { signal: controller.signal })) {
        expect(chunk.byteLength).toBeGreaterThan(0);
        controller.abort();
      }
    };
    await expect(read()).rejects.toMatchObject({ name: "AbortError" });
  });

  test("says where a file ends that has become shorter since it was opened", async () => {
    const path = join(dir, "shrinking");
    await writeFile(path, bytes);
    const file = await openFile(path, "shrinking.tar");
    await truncate(path, 600_000);
    const read = async () => {
      for await (const chunk of stream(file)) expect(chunk.byteLength).toBeGreaterThan(0);
    };
    await expect(read()).rejects.toMatchObject({
      code: "bundle-file-truncated",
      facts: { file: "shrinking.tar", actualBytes: 600_000 },
    });
    await file.close();
  });
});

describe("a file", () => {
  test("that is not there is missing", async () => {
    await expect(openFile(join(dir, "none"), "none.tar")).rejects.toMatchObject({
      code: "bundle-file-missing",
      facts: { file: "none.tar" },
    });
  });

  test("that is a folder or a pipe is refused, and nobody waits for it", async () => {
    await mkdir(join(dir, "folder"));
    await promisify(execFile)("mkfifo", [join(dir, "pipe")]);
    for (const name of ["folder", "pipe"]) {
      await expect(openFile(join(dir, name), name)).rejects.toMatchObject({
        code: "disk-failed",
        facts: { file: name },
      });
    }
  }, 5_000);
});
