import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  buildSeeded,
  hashFiles,
  readWritten,
  startBundleJourney,
  type BundleJourney,
} from "#lib/testing/bundle-journey.ts";
import { reportOf, runDrayage, startDrayage } from "#lib/testing/drayage-command.ts";
import type { RequestFilter } from "#lib/testing/memory-registry/request-log.ts";
import { startThrottle, type Throttle } from "#lib/testing/throttle.ts";

const layerBytes = 700_000;
const images = Array.from({ length: 8 }, (_, number) => `app-${number}:v1`);
const kills = 6;
let journey: BundleJourney;
let line: Throttle;
/** An export through the slow line, and one straight from the source; the list and all else is the same. */
let slowly: (folder: string, ...more: string[]) => string[];
let straight: typeof slowly;
/** What the tags mean in the beginning. */
const digests = new Map<string, string>();
const at = (...names: string[]) => join(journey.dir, ...names);

/** Not smaller than a layer: what else is fetched is small and is read when an export is planned. */
const layersAsked = (filter: RequestFilter = { kind: "get-blob" }) =>
  journey.source.requests(filter).filter(({ bytesOut }) => bytesOut === 0 || bytesOut > 1000);
beforeAll(async () => {
  journey = await startBundleJourney();
  for (const path of images) {
    const layers = { base: 200_000, [`${path} 1`]: layerBytes, [`${path} 2`]: layerBytes };
    digests.set(path, (await journey.put(path, buildSeeded(layers))).descriptor.digest);
  }
  line = await startThrottle({ host: journey.source.host, bytesPerSecond: 4_000_000 });
  const args = await journey.exportTo("folder", images, "--name", "carried", "--volume-size", "2M");
  const replaced = (option: string, value: string) => (list: readonly string[]) =>
    list.with(list.indexOf(option) + 1, value);
  straight = (folder, ...more) => [...replaced("--to-dir", at(folder))(args), ...more];
  slowly = (folder, ...more) =>
    replaced("--from", line.host)(straight(folder, "--concurrency", "2", ...more));
  for (const undisturbed of [straight("undisturbed"), slowly("undisturbed slowly")]) {
    expect(reportOf(await runDrayage(...undisturbed))).toMatchObject({ complete: true });
  }
});
afterAll(async () => {
  await line.stop();
  await journey.stop();
});
beforeEach(async () => {
  for (const [path, digest] of digests) {
    const [name = "", tag = ""] = path.split(":");
    await journey.source.moveTag(name, tag, digest);
  }
  journey.source.clearRequests();
});

function digestAt(path: string): string | null {
  const [name = "", tag = ""] = path.split(":");
  return journey.source.findTag(name, tag);
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await sleep(5);
}

/** The same byte for byte; only the documents differ, in when they were made. */
async function expectSame(folder: string, undisturbed: string): Promise<void> {
  const read = async (each: string) => {
    const { "bundle.json": _document, SHA256SUMS: _sums, ...volumes } = await hashFiles(at(each));
    const document = JSON.parse(await readFile(at(each, "bundle.json"), "utf8")) as object;
    return { volumes, document: { ...document, createdAt: "" } };
  };
  expect(await read(folder)).toEqual(await read(undisturbed));
  expect(await runDrayage("bundle", "verify", at(folder))).toMatchObject({ status: 0 });
}

describe("an export that is killed", () => {
  test("goes on where it was, fetches nothing twice that was there, and ends as if nothing had happened", async () => {
    const args = slowly("killed");
    const done = new Set<string>();
    for (let kill = 1; kill <= kills; kill++) {
      journey.source.clearRequests();
      const { child, ended } = startDrayage(args);
      await until(async () => {
        const now = await readWritten(at("killed"));
        return child.exitCode !== null || now.filter((each) => !done.has(each)).length >= 1;
      });
      await sleep(Math.random() * 400);
      child.kill("SIGKILL");
      await ended;
      const asked = layersAsked().map(({ digest }) => digest);
      expect(asked.filter((digest) => done.has(digest ?? ""))).toEqual([]);
      for (const each of await readWritten(at("killed"))) done.add(each);
      // What is unfinished is no bundle.
      const verified = await runDrayage("bundle", "verify", at("killed"), "--json");
      expect(reportOf(verified)).toMatchObject({ findings: [{ code: "bundle-unfinished" }] });
      if (kill !== 2) continue;
      // From here on some tags mean something else.
      for (const path of images.slice(0, 3)) await journey.put(path, buildSeeded({ moved: 10_000 }));
    }
    expect(done.size).toBeGreaterThanOrEqual(kills);
    for (const path of images.slice(0, 3)) expect(digestAt(path)).not.toBe(digests.get(path));
    journey.source.clearRequests();
    const ended = await runDrayage(...args);
    expect(reportOf(ended)).toMatchObject({ complete: true, images: images.length, failed: 0 });
    const asked = layersAsked().map(({ digest }) => digest);
    expect(asked.filter((digest) => done.has(digest ?? ""))).toEqual([]);
    expect(asked.length).toBe(new Set(asked).size);
    await expectSame("killed", "undisturbed slowly");
  });

  test("at any moment, while it plans, fetches, proves or closes", async () => {
    const args = straight("anywhen");
    for (let kill = 1; kill <= 12; kill++) {
      const { child, ended } = startDrayage(args);
      await sleep(150 + Math.random() * 450);
      child.kill("SIGKILL");
      await ended;
    }
    const ended = await runDrayage(...args);
    if (ended.status !== 0) {
      // One of them was quicker than its end.
      expect(reportOf(ended)).toMatchObject({ error: { code: "folder-occupied" } });
    }
    await expectSame("anywhen", "undisturbed");
    const left = await readdir(at("anywhen"));
    expect(left.filter((name) => name.endsWith(".partial") || name === ".drayage-export")).toEqual([]);
  });
});

describe("an export that is interrupted", () => {
  test("says that it is unfinished, and goes on; or is discarded", async () => {
    const args = slowly("interrupted");
    const { child, ended } = startDrayage(args);
    await until(async () => (await readWritten(at("interrupted"))).length >= 2);
    // Nobody else may write there, nor throw it away, meanwhile.
    const beside = await runDrayage(...args, "--discard");
    expect(reportOf(beside)).toMatchObject({ error: { code: "export-in-use" } });
    child.kill("SIGINT");
    const interrupted = await ended;
    expect(interrupted.status).toBe(1);
    expect(reportOf(interrupted)).toMatchObject({ complete: false, error: { code: "cancelled" } });
    expect(interrupted.stderr).toContain("The export is unfinished: run it again to go on");
    const done = await readWritten(at("interrupted"));

    const other = await runDrayage(...(await journey.exportTo("interrupted", images.slice(4, 6))));
    expect(other.status).toBe(1);
    expect(reportOf(other)).toMatchObject({ error: { code: "export-differs" } });

    journey.source.clearRequests();
    expect(reportOf(await runDrayage(...args))).toMatchObject({ complete: true });
    expect(layersAsked().filter(({ digest }) => done.includes(digest ?? ""))).toEqual([]);
  });

  test("is discarded on demand, for another in its place", async () => {
    const { child, ended } = startDrayage(slowly("discarded"));
    await until(async () => (await readWritten(at("discarded"))).length >= 1);
    child.kill("SIGTERM");
    expect((await ended).status).toBe(1);
    await journey.make("discarded", images.slice(0, 1), "--discard");
    expect((await readdir(at("discarded"))).sort()).toEqual(["SHA256SUMS", "bundle.json", "discarded.tar"]);
  });
});

describe("an import that is killed", () => {
  test("goes on where it was, and leaves the same as an undisturbed one", async () => {
    const args = journey.importFrom("undisturbed", "--bandwidth", "3M", "--concurrency", "2");
    const finished = () =>
      journey.target.requests().filter(({ kind, status }) => kind === "put-blob" && status === 201).length;
    for (let kill = 1; kill <= kills; kill++) {
      const { child, ended } = startDrayage(args);
      const before = finished();
      await until(() => child.exitCode !== null || finished() > before);
      await sleep(Math.random() * 400);
      child.kill("SIGKILL");
      await ended;
    }
    const ended = await runDrayage(...args);
    expect(reportOf(ended)).toMatchObject({ images: images.length, failed: 0, findings: [] });
    for (const path of images) {
      const [name = "", tag = ""] = path.split(":");
      expect(journey.target.findTag(`mirror/${name}`, tag)).toBe(digests.get(path));
    }
    expect((await journey.target.verifyAll()).problems).toEqual([]);
    // Every layer once, besides those under way at a kill, and what the images share once more for each run.
    const layers = images.length * 2 + 1;
    const sent = journey.target.requests().filter(({ bytesIn }) => bytesIn > 100_000);
    expect(sent.length).toBeLessThanOrEqual(layers + kills * 3);
  });
});
