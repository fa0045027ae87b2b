import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { digestBytes, type Digest } from "../oci/digest.ts";
import { discardExport } from "./discard-export.ts";
import { journalName } from "./export-folder.ts";
import { ExportJournal, readPins } from "./export-journal.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-journal-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const digests = Array.from({ length: 12 }, (_, at) => digestBytes(String(at)));
const fingerprint = "f".repeat(64);
const pins = new Map<string, Digest>([
  ["vendor.example/a/b:v1 b:v1", digestBytes("pinned")],
  ["vendor.example/c@sha256:0 c", digestBytes("pinned, too")],
]);

async function begin(): Promise<string> {
  const folder = await mkdtemp(join(dir, "x-"));
  const journal = await ExportJournal.begin(folder, { fingerprint, files: ["x.tar"], pins });
  await Promise.all(digests.map((digest) => journal.add(digest)));
  await journal.close();
  return folder;
}

async function listDone(folder: string): Promise<Digest[]> {
  const journal = await ExportJournal.resume(folder, fingerprint);
  await journal.close();
  return digests.filter((digest) => journal.has(digest));
}

describe("the journal of an export", () => {
  test("knows what was noted, also once it is opened again", async () => {
    const folder = await begin();
    expect(await listDone(folder)).toEqual(digests);
    expect(await readPins(folder)).toEqual(pins);
    const journal = await ExportJournal.resume(folder, fingerprint);
    expect(journal.has(digestBytes("never"))).toBe(false);
    await journal.close();
  });

  test("cut off anywhere in its lines has lost the last ones only, and takes new ones", async () => {
    const folder = await begin();
    const whole = await readFile(join(folder, journalName));
    const bodyAt = whole.indexOf(digests[0] ?? "");
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: bodyAt, max: whole.byteLength }), async (length) => {
        await writeFile(join(folder, journalName), whole);
        await truncate(join(folder, journalName), length);
        const kept = digests.slice(0, Math.floor((length - bodyAt) / ((digests[0]?.length ?? 0) + 1)));
        const journal = await ExportJournal.resume(folder, fingerprint);
        expect(digests.filter((digest) => journal.has(digest))).toEqual(kept);
        await journal.add(digestBytes("new"));
        await journal.close();
        const again = await ExportJournal.resume(folder, fingerprint);
        expect(again.has(digestBytes("new"))).toBe(true);
        expect(digests.filter((digest) => again.has(digest))).toEqual(kept);
        await again.close();
        expect(await readPins(folder)).toEqual(pins);
      }),
      { numRuns: 30 },
    );
  });

  test("passes over lines that are none", async () => {
    const folder = await begin();
    await appendFile(join(folder, journalName), "\0\0\0\nsha256:short\n\n");
    expect(await listDone(folder)).toEqual(digests);
  });

  test("loses what turned out to be damaged", async () => {
    const folder = await begin();
    const journal = await ExportJournal.resume(folder, fingerprint);
    const left = await journal.without(new Set(digests.slice(3, 5)));
    expect(digests.filter((digest) => !left.has(digest))).toEqual(digests.slice(3, 5));
    await left.add(digests[3] ?? digestBytes(""));
    await left.close();
    expect(await listDone(folder)).toEqual(digests.filter((_, at) => at !== 4));
  });

  test("of another export is refused", async () => {
    const folder = await begin();
    const other = ExportJournal.resume(folder, "0".repeat(64));
    await expect(other).rejects.toMatchObject({ code: "export-differs", facts: { file: folder } });
    for (const text of ["", "not a journal\n", `drayage-export 999 ${fingerprint}\n`]) {
      await writeFile(join(folder, journalName), text);
      await expect(ExportJournal.resume(folder, fingerprint)).rejects.toMatchObject({
        code: "export-differs",
      });
    }
  });

  test.each(["../victim", "/etc/passwd", "..", ".", "", "a\\b"])(
    "that names a file outside of its folder is refused: %j",
    async (name) => {
      const folder = await mkdtemp(join(dir, "x-"));
      await writeFile(join(dir, "victim"), "not to be removed");
      await writeFile(
        join(folder, journalName),
        `drayage-export 1 ${fingerprint}\nfile x.tar\nfile ${name}\n${digestBytes("1")}\n`,
      );
      await expect(discardExport(folder)).rejects.toMatchObject({ code: "export-differs" });
      expect(await readFile(join(dir, "victim"), "utf8")).toBe("not to be removed");
    },
  );

  test("is not there where nothing is exported", async () => {
    expect(await readPins(await mkdtemp(join(dir, "none-")))).toBeNull();
  });
});
