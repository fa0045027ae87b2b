import { mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImage, buildLayer } from "#lib/demo/sample-image.ts";
import { sampleMaking, startSampleSource, type SampleSource } from "#lib/testing/sample-source.ts";
import { createMirrorSession } from "../mirror/index.ts";
import type { Digest } from "../oci/digest.ts";
import { createBundleTarget } from "./bundle-target.ts";
import { BundleWriter } from "./bundle-writer.ts";
import type { DrayageLayout } from "./drayage/lay-out-bundle.ts";
import { openDrayageBundle } from "./drayage/open-drayage-bundle.ts";
import { discardExport } from "./discard-export.ts";
import { journalName, lockName, partialSuffix } from "./export-folder.ts";
import { pinImages } from "./export-layout.ts";
import type { BlobSegment } from "./layout.ts";

const platform = { os: "linux", architecture: "amd64" };
const layer = (seed: string, sizeBytes: number) =>
  buildLayer([{ path: `opt/${seed}`, content: { seed, sizeBytes } }]);

let dir: string;
let samples: SampleSource;
let layout: DrayageLayout;
let blobs: readonly Digest[];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-writer-"));
  const layers = [layer("a", 90_000), layer("b", 5_000), layer("c", 30_000)];
  samples = await startSampleSource({
    "tkg/app:v1": buildImage({ format: "oci", platform, layers }),
    "tkg/other:v1": buildImage({ format: "docker", platform, layers: layers.slice(1) }),
  });
  ({ layout } = await samples.layOut({ volumeBytes: 60_000 }));
  blobs = [...new Set(layout.files.flatMap((file) => file.blobs.map(({ digest }) => digest)))];
});
afterAll(async () => {
  await samples.stop();
  await rm(dir, { recursive: true, force: true });
});

const folder = () => mkdtemp(join(dir, "export-"));
const start = (path: string, what = layout) => BundleWriter.open(path, what, pinImages(what.images));
const partial = (path: string, at = 0) => join(path, `${layout.files[at]?.name ?? ""}${partialSuffix}`);
const lacking = (writer: BundleWriter) => blobs.filter((digest) => !writer.has(digest));

/** Brings what a writer lacks. @returns how many blobs were asked for */
async function copyAll(writer: BundleWriter): Promise<number> {
  samples.registry.clearRequests();
  const session = createMirrorSession({ source: samples.source, target: createBundleTarget(writer) });
  for (const { plan } of layout.images) await session.copy(plan.item, { plan });
  return samples.registry
    .requests()
    .filter(({ method, path }) => method === "GET" && path.includes("/blobs/")).length;
}

async function findSegment(digest: Digest): Promise<{ file: number; segment: BlobSegment }> {
  for (const [file, each] of layout.files.entries()) {
    const segment = each.blobs.find((blob) => blob.digest === digest);
    if (segment) return { file, segment };
  }
  return Promise.reject(new Error("no such blob"));
}

/** Changes bytes on disk. */
async function spoil(path: string, offset: number): Promise<void> {
  const handle = await open(path, "r+");
  await handle.write("spoilt", offset);
  await handle.close();
}

async function assertSound(path: string): Promise<void> {
  const names = await readdir(path);
  expect(names.sort()).toEqual(["SHA256SUMS", "bundle.json", ...layout.files.map(({ name }) => name)].sort());
  const bundle = await openDrayageBundle(path);
  expect(await bundle.check()).toEqual([]);
  await bundle.close();
}

describe("writing a bundle", () => {
  test("ends with a sound bundle and nothing else in the folder", async () => {
    const path = await folder();
    const writer = await start(path);
    expect(await copyAll(writer)).toBe(blobs.length);
    const proven = await writer.finish(sampleMaking);
    expect(proven.map(({ name }) => name)).toEqual(layout.files.map(({ name }) => name));
    await writer.close();
    await assertSound(path);
  });

  test("goes on after it was left anywhere, and fetches only what it lacks", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: blobs.length }), async (count) => {
        const path = await folder();
        const first = await start(path);
        const session = createMirrorSession({
          source: samples.source,
          target: createBundleTarget(first),
          limits: { blobs: 1, images: 1 },
        });
        const controller = new AbortController();
        let seen = 0;
        for (const { plan } of layout.images) {
          if (count === 0) break;
          await session
            .copy(plan.item, {
              plan,
              signal: controller.signal,
              onEvent: ({ type }) => {
                if (type === "blob-transferred" && ++seen === count) controller.abort();
              },
            })
            .catch(() => undefined);
        }
        // As a killed process leaves it: nothing is finished.
        await first.close();
        expect(await readdir(path)).toContain(journalName);
        await expect(openDrayageBundle(path)).rejects.toMatchObject({ code: "bundle-unfinished" });
        const second = await start(path);
        const missing = lacking(second);
        expect(missing.length).toBeLessThanOrEqual(blobs.length - Math.min(count, 1));
        expect(await copyAll(second)).toBe(missing.length);
        await second.finish(sampleMaking);
        await second.close();
        await assertSound(path);
      }),
      { numRuns: 6 },
    );
  }, 30_000);

  test("does not finish while something is lacking", async () => {
    const path = await folder();
    const writer = await start(path);
    await expect(writer.finish(sampleMaking)).rejects.toMatchObject({ code: "bundle-content-missing" });
    await copyAll(writer);
    await writer.finish(sampleMaking);
    await writer.close();
    await assertSound(path);
  });

  test("finds what the disk has spoilt, brings that again, and only that", async () => {
    for (const digest of blobs) {
      const path = await folder();
      const writer = await start(path);
      await copyAll(writer);
      const { file, segment } = await findSegment(digest);
      await spoil(partial(path, file), segment.offset + Math.floor(segment.sizeBytes / 2));
      await expect(writer.finish(sampleMaking)).rejects.toMatchObject({
        code: "bundle-content-damaged",
        facts: { digest },
      });
      expect(await readdir(path)).not.toContain("bundle.json");
      expect(lacking(writer)).toEqual([digest]);
      expect(await copyAll(writer)).toBe(1);
      await writer.finish(sampleMaking);
      await writer.close();
      await assertSound(path);
    }
  }, 30_000);

  test("finds spoilt what was written before it was left, too", async () => {
    const path = await folder();
    const first = await start(path);
    await copyAll(first);
    await first.close();
    const [digest] = blobs;
    if (digest === undefined) throw new Error("no blobs");
    const { file, segment } = await findSegment(digest);
    await spoil(partial(path, file), segment.offset);
    const second = await start(path);
    expect(lacking(second)).toEqual([]);
    await expect(second.finish(sampleMaking)).rejects.toMatchObject({ code: "bundle-content-damaged" });
    await second.close();
    const third = await start(path);
    expect(lacking(third)).toEqual([digest]);
    await copyAll(third);
    await third.finish(sampleMaking);
    await third.close();
    await assertSound(path);
  });

  test("finds a header or padding that the disk has spoilt", async () => {
    for (const offset of [20, (layout.files[0]?.sizeBytes ?? 0) - 100]) {
      const path = await folder();
      const writer = await start(path);
      await copyAll(writer);
      await spoil(partial(path), offset);
      await expect(writer.finish(sampleMaking)).rejects.toMatchObject({
        code: "bundle-content-damaged",
        facts: { file: layout.files[0]?.name },
      });
      await copyAll(writer);
      await writer.finish(sampleMaking);
      await writer.close();
      await assertSound(path);
    }
  });

  test("begins anew when a file was cut short or is gone", async () => {
    for (const harm of [
      (path: string) => truncate(partial(path), 1000),
      (path: string) => rm(partial(path, 1)),
      (path: string) => writeFile(partial(path), Buffer.alloc((layout.files[0]?.sizeBytes ?? 0) + 1)),
    ]) {
      const path = await folder();
      const first = await start(path);
      await copyAll(first);
      await first.close();
      await harm(path);
      const second = await start(path);
      expect(lacking(second)).toEqual(blobs);
      await copyAll(second);
      await second.finish(sampleMaking);
      await second.close();
      await assertSound(path);
    }
  });

  test("says so when a file is cut short while it is proven", async () => {
    const path = await folder();
    const writer = await start(path);
    await copyAll(writer);
    await truncate(partial(path), 1000);
    await expect(writer.finish(sampleMaking)).rejects.toMatchObject({
      code: "bundle-file-truncated",
      facts: { file: layout.files[0]?.name },
    });
    await writer.close();
  }, 5_000);

  test("goes on after the files had got their names", async () => {
    const path = await folder();
    const first = await start(path);
    await copyAll(first);
    const journal = await readFile(join(path, journalName));
    await first.finish(sampleMaking);
    await first.close();
    await writeFile(join(path, journalName), journal);
    await expect(openDrayageBundle(path)).rejects.toMatchObject({ code: "bundle-unfinished" });
    const second = await start(path);
    expect(await copyAll(second)).toBe(0);
    await second.finish(sampleMaking);
    await second.close();
    await assertSound(path);
  });
});

describe("the folder of an export", () => {
  test("is refused when anything else is in it", async () => {
    const path = await folder();
    await writeFile(join(path, "notes.txt"), "mine");
    await expect(start(path)).rejects.toMatchObject({ code: "folder-occupied", facts: { file: path } });
    expect(await readdir(path)).toEqual(["notes.txt"]);
    const finished = await folder();
    await samples.write(finished);
    await expect(start(finished)).rejects.toMatchObject({ code: "folder-occupied" });
  });

  test("is refused to another export than the one that was begun in it", async () => {
    const path = await folder();
    await (await start(path)).close();
    const { layout: other } = await samples.layOut({ volumeBytes: 70_000 });
    await expect(start(path, other)).rejects.toMatchObject({ code: "export-differs" });
    // And free for the first one still.
    await (await start(path)).close();
  });

  test("is one writer's", async () => {
    const path = await folder();
    const writer = await start(path);
    await expect(start(path)).rejects.toMatchObject({ code: "export-in-use" });
    await writer.close();
    await (await start(path)).close();
  });

  test("is emptied of an export that is given up, and of nothing else", async () => {
    const path = await folder();
    await (await start(path)).close();
    expect(await discardExport(path)).toBe(true);
    expect(await readdir(path)).toEqual([]);
    expect(await discardExport(path)).toBe(false);
    const finished = await folder();
    await samples.write(finished);
    const names = await readdir(finished);
    expect(await discardExport(finished)).toBe(false);
    expect(await readdir(finished)).toEqual(names);
  });

  test("is used again after a begin that was cut short", async () => {
    const path = await folder();
    await writeFile(partial(path), "half");
    await writeFile(join(path, lockName), "another-machine 1\n");
    await expect(start(path)).rejects.toMatchObject({ code: "export-in-use" });
    await rm(join(path, lockName));
    const writer = await start(path);
    await copyAll(writer);
    await writer.finish(sampleMaking);
    await writer.close();
    await assertSound(path);
  });
});
