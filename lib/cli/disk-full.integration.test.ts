import { mkdir, open, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { assertRoom } from "#lib/engine/bundle/export-folder.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import {
  buildSeeded,
  readWritten,
  startBundleJourney,
  type BundleJourney,
} from "#lib/testing/bundle-journey.ts";
import { runProgram } from "#lib/testing/child-process.ts";
import { reportOf, runDrayage, startDrayage } from "#lib/testing/drayage-command.ts";
import { startThrottle, type Throttle } from "#lib/testing/throttle.ts";

const mebibyte = 1024 * 1024;
const layerBytes = mebibyte;
const images = Array.from({ length: 6 }, (_, number) => `app-${number}:v1`);
/** Only root may mount; others meet the limit that a shell sets on the size of files. */
const mounts = process.platform === "linux" && process.getuid?.() === 0;
let journey: BundleJourney;
let line: Throttle;
const at = (...names: string[]) => join(journey.dir, ...names);
const disk = () => at("disk");

beforeAll(async () => {
  journey = await startBundleJourney();
  for (const path of images) {
    await journey.put(path, buildSeeded({ [`${path} 1`]: layerBytes, [`${path} 2`]: layerBytes }));
  }
  line = await startThrottle({ host: journey.source.host, bytesPerSecond: 5_000_000 });
  await mkdir(disk());
  if (mounts) await runMount("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", disk());
});
afterAll(async () => {
  if (mounts) await runMount("umount", disk());
  await line.stop();
  await journey.stop();
});
beforeEach(() => journey.source.clearRequests());

const runMount = (command: string, ...args: string[]) => runProgram({ path: command, env: {} }, args);
const fetchedLayers = () =>
  journey.source
    .requests({ kind: "get-blob" })
    .flatMap(({ digest, bytesOut }) => (bytesOut > 1000 ? [digest ?? ""] : []));

/** Takes all the room that is left. */
async function fillDisk(): Promise<void> {
  const file = await open(join(disk(), "filler"), "w");
  try {
    for (let size = mebibyte; size >= 512;) {
      const written = await file.write(Buffer.alloc(size)).catch(() => null);
      if (written === null) size /= 2;
    }
  } finally {
    await file.close();
  }
}

/** Starts an export that runs into the end of its room, and tells how it ended. */
async function runOutOfRoom(folder: string, args: readonly string[]) {
  if (!mounts) {
    // What a limit on files makes of a write that goes beyond it, instead of ending the process.
    const limited = ["bash", "-c", 'trap "" XFSZ; ulimit -f 4096; exec "$@"', "bash"];
    return startDrayage(args, limited).ended;
  }
  const { child, ended } = startDrayage(args);
  while (child.exitCode === null && (await readWritten(folder)).length < 2) await sleep(5);
  await fillDisk();
  return ended;
}

describe("a disk that has no room", () => {
  test("while it is written to, ends an export with the file's name, and lets it go on once there is room", async () => {
    const folder = join(disk(), "carried");
    const args = await journey.exportTo("disk/carried", images, "--concurrency", "2");
    args.splice(args.indexOf("--from") + 1, 1, line.host);
    const ended = await runOutOfRoom(folder, args);
    expect(ended.status).toBe(1);
    expect(reportOf(ended)).toMatchObject({ complete: false, error: { code: "disk-full" } });
    expect(ended.stderr).toMatch(/There is no room left on the disk for (carried\.tar|\.drayage-export)\./);
    expect(ended.stderr).toContain("run the same command again");
    expect(ended.stderr).not.toContain("    at ");
    expect((await readdir(folder)).filter((name) => ["bundle.json", "SHA256SUMS"].includes(name))).toEqual(
      [],
    );
    const done = await readWritten(folder);

    if (mounts) {
      journey.source.clearRequests();
      const early = await runDrayage(...args);
      expect(reportOf(early)).toMatchObject({ complete: false, error: { code: "disk-full" } });
      expect(early.stderr).toMatch(/ [\d.]+ MiB are needed, [\d.]+ [KM]?i?B are free/);
      expect(fetchedLayers()).toEqual([]);
      await rm(join(disk(), "filler"));
    }
    journey.source.clearRequests();
    const again = await runDrayage(...args);
    expect(reportOf(again)).toMatchObject({ complete: true, failed: 0 });
    expect(fetchedLayers().filter((digest) => done.includes(digest))).toEqual([]);
    expect(await runDrayage("bundle", "verify", folder)).toMatchObject({ status: 0 });
    await rm(folder, { recursive: true });
  });

  test("has it for an export that was killed when all was written and named", async () => {
    const folder = join(disk(), "named");
    await mkdir(folder);
    const sizeBytes = 20 * mebibyte;
    await writeFile(join(folder, "named.tar"), Buffer.alloc(sizeBytes));
    await writeFile(join(folder, ".drayage-export"), "");
    await assertRoom(folder, sizeBytes);
    await rm(folder, { recursive: true });
  });

  test("is found out before anything is fetched, and said in figures", async () => {
    // Layers as large as a layer may be, by what their manifest says.
    const { raw, descriptor, blobs } = buildSeeded({ small: 10_000 });
    const [config] = blobs;
    await journey.source.putBlob("vast", Buffer.concat([...(config?.content() ?? [])]));
    const manifest = JSON.parse(Buffer.from(raw).toString()) as { layers: object[] };
    const layers = Array.from({ length: 40 }, (_, number) => {
      return { ...manifest.layers[0], digest: digestBytes(`${number}`), size: 2 ** 44 };
    });
    const bytes = Buffer.from(JSON.stringify({ ...manifest, layers }));
    await journey.source.putManifest("vast", bytes, descriptor.mediaType, { tag: "v1" });
    const ended = await runDrayage(...(await journey.exportTo("vast", [...images, "vast:v1"])));
    expect(ended.status).toBe(1);
    expect(reportOf(ended)).toMatchObject({ complete: false, error: { code: "disk-full" } });
    const [, needed = "", free = ""] =
      /: (\d+) TiB are needed, ([\d.]+) [MGT]iB are free/.exec(ended.stderr) ?? [];
    expect(Number(needed)).toBeGreaterThanOrEqual((40 * 2 ** 44) / 2 ** 40);
    expect(Number(free)).toBeGreaterThan(0);
    expect(fetchedLayers()).toEqual([]);
    expect(await readdir(journey.dir)).not.toContain("vast");
  });
});
