import { execFile } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { extract } from "tar-stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createMemoryFile } from "#lib/testing/memory-file.ts";
import { openFile } from "../random-access.ts";
import { indexTar } from "./index-tar.ts";
import { decodeTarHeader, encodeTarHeader, tarEndBytes, tarPadding } from "./tar-header.ts";

const run = promisify(execFile);
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-tar-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const longNames = [
  "a".repeat(100),
  "b".repeat(101),
  `deep/${"c/".repeat(120)}end`,
  `${"ü".repeat(49)}xy`,
  `${"한국".repeat(40)}/名前.tar`,
];

function archiveOf(files: readonly (readonly [string, Uint8Array])[]): Buffer {
  return Buffer.concat([
    ...files.flatMap(([name, content]) => [
      encodeTarHeader(name, content.byteLength),
      content,
      Buffer.alloc(tarPadding(content.byteLength)),
    ]),
    Buffer.alloc(tarEndBytes),
  ]);
}

describe("a header of ours", () => {
  test("is of whole blocks and says what it was made of", async () => {
    const part = fc.stringMatching(/^[a-z0-9_-]{1,40}$/);
    const name = fc.array(part, { minLength: 1, maxLength: 9 }).map((parts) => parts.join("/"));
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(name, fc.uint8Array({ maxLength: 1500 })), {
          selector: ([each]) => each,
          maxLength: 6,
        }),
        async (files) => {
          const entries = await indexTar(createMemoryFile(archiveOf(files)));
          expect([...entries.keys()]).toEqual(files.map(([each]) => each));
          for (const [each, content] of files) {
            const entry = entries.get(each);
            if (entry?.kind !== "file") throw new Error(`${each} is no file`);
            const read = Buffer.alloc(entry.content.sizeBytes);
            await entry.content.read(read, 0);
            expect(read.equals(content)).toBe(true);
          }
        },
      ),
    );
  });

  test("is read by GNU tar, long names and all", async () => {
    const path = join(dir, "names.tar");
    const handle = await open(path, "w");
    await handle.writeFile(archiveOf(longNames.map((name) => [name, Buffer.from(name)])));
    await handle.close();
    const listed = await run("tar", ["--quoting-style=literal", "-tf", path], {
      env: { ...process.env, LC_ALL: "C.UTF-8" },
    });
    expect(listed.stdout.trimEnd().split("\n")).toEqual(longNames);
    expect(listed.stderr).toBe("");
    const content = await run("tar", ["-xOf", path, longNames[2] ?? ""]);
    expect(content.stdout).toBe(longNames[2]);
  });

  test("is read by tar-stream, long names and all", async () => {
    const unpacking = extract();
    unpacking.end(archiveOf(longNames.map((name) => [name, Buffer.from(name)])));
    const found: [string, string][] = [];
    for await (const entry of unpacking) {
      let content = "";
      for await (const chunk of entry) content += String(chunk);
      found.push([entry.header.name, content]);
    }
    expect(found).toEqual(longNames.map((name) => [name, name]));
  });

  test("tells of more than 8 GiB, and what stands behind is found", async () => {
    const path = join(dir, "large.tar");
    const sizeBytes = 8 * 1024 ** 3 + 12_345;
    const handle = await open(path, "w");
    const first = encodeTarHeader("large", sizeBytes);
    await handle.write(first, 0, first.byteLength, 0);
    const behind = archiveOf([["small", Buffer.from("behind")]]);
    const at = first.byteLength + sizeBytes + tarPadding(sizeBytes);
    await handle.write(behind, 0, behind.byteLength, at);
    await handle.close();
    const listed = await run("tar", ["-tvf", path]);
    expect(listed.stdout.trimEnd().split("\n")).toEqual([
      expect.stringMatching(new RegExp(`\\b${sizeBytes}\\b.* large$`)),
      expect.stringMatching(/\b6\b.* small$/),
    ]);
    const file = await openFile(path, "large.tar");
    const entries = await indexTar(file);
    const sizes = [...entries.values()].map((entry) => entry.kind === "file" && entry.content.sizeBytes);
    expect(sizes).toEqual([sizeBytes, 6]);
    await file.close();
  });
});

describe("a header of another", () => {
  test("is damaged once a single byte of it is another", () => {
    const header = encodeTarHeader("blobs/sha256/abc", 4711);
    fc.assert(
      fc.property(fc.nat(511), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const block = Buffer.from(header);
        block[at] = (block[at] ?? 0) ^ change;
        const read = decodeTarHeader(block);
        // A sum that is written in another way is the same sum still.
        if (at >= 148 && at < 156 && read !== "damaged") {
          expect(read).toEqual(decodeTarHeader(header));
        } else expect(read).toBe("damaged");
      }),
    );
  });

  test("of any bytes is the end, damaged, or has a size that is a number", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 512, maxLength: 512 }), (block) => {
        const header = decodeTarHeader(block);
        if (typeof header === "object") {
          expect(Number.isSafeInteger(header.sizeBytes) && header.sizeBytes >= 0).toBe(true);
        } else expect(["end", "damaged"]).toContain(header);
      }),
    );
  });
});
