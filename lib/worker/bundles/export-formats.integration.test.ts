import { createHash, randomBytes } from "node:crypto";
import { appendFile, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { z } from "zod";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import type { Permission } from "#lib/auth/permissions.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { JobState } from "#lib/db/generated/enums.ts";
import { buildIndex } from "#lib/demo/sample-image.ts";
import { openBundle } from "#lib/engine/bundle/open-any-bundle.ts";
import { startExportInput, startImportInput } from "#lib/schemas/bundles.ts";
import {
  deleteStoreFile,
  getBundle,
  listStoreFiles,
  openExtra,
  scanStore,
  startExport,
  startImport,
} from "#lib/services/bundles/index.ts";
import { confirmJob, getJob, listFailures, retryJob } from "#lib/services/jobs/index.ts";
import {
  type BundleJourney,
  buildSeeded,
  hashFiles,
  readWritten,
  startBundleJourney,
} from "#lib/testing/bundle-journey.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { startThrottle } from "#lib/testing/throttle.ts";
import { startWorkerProcess } from "#lib/testing/worker-process.ts";
import { type RunningWorker, runWorker } from "../run-worker.ts";

const dataDir = vi.hoisted(() => {
  // One worker is a process of its own and must read what is encrypted here.
  process.env.DRAYAGE_SECRET_KEY = Buffer.alloc(32, 7).toString("base64");
  return (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-export-formats-${process.pid}`);
});

const waiting = { timeout: 60_000, interval: 50 };
const plain = ["one", "two", "three", "four", "five"].map((seed) => `tkg/${seed}:v1`);
const paths = [...plain, "tkg/multi:v1"];

let database: TestDatabase;
let journey: BundleJourney;
let storeId: string;
let storePath: string;
let sourceId: string;
let accessOf: <P extends Permission>(permission: P) => ReturnType<typeof systemAccess<P>>;
let own: RunningWorker | undefined;

beforeAll(async () => {
  [database, journey] = await Promise.all([createTestDatabase(), startBundleJourney()]);
  const user = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy: user }, permission);
  const [store] = await listHeldStores();
  if (!store) throw new Error("no store");
  [storeId, storePath] = [store.id, store.path];
  await writeDb.bundleStore.create({ data: { id: storeId, name: store.name } });
  sourceId = await addRegistry("vendor", journey.source.host);
  for (const path of plain) await journey.put(path, buildSeeded({ shared: 100_000, [path]: 300_000 }));
  const platforms = ["amd64", "arm64"].map((architecture) => ({
    platform: { os: "linux", architecture },
    image: buildSeeded({ [architecture]: 100_000 }, architecture),
  }));
  await journey.put("tkg/multi:v1", buildIndex("oci", platforms));
});
afterEach(async () => {
  await own?.stop();
  own = undefined;
});
afterAll(async () => {
  await Promise.all([database.drop(), journey.stop()]);
  await rm(dataDir, { recursive: true, force: true });
});

async function addRegistry(name: string, host: string): Promise<string> {
  return (await writeDb.registry.create({ data: { name, host, tlsMode: "plain_http" } })).id;
}

let releases = 0;

async function exportImages(
  name: string,
  listed: readonly string[],
  options: Partial<z.input<typeof startExportInput>> = {},
): Promise<string> {
  const components = listed.map((path, index) => {
    const [repository = "", tag = ""] = path.split(":");
    const place = { sourceHost: "vendor.example.com", sourceRepository: repository, targetPath: repository };
    return { position: index + 1, kind: "image" as const, tag, ...place };
  });
  const { id } = await writeDb.release.create({
    data: { kind: "list", name: `r${++releases}`, version: "1", components: { create: components } },
  });
  const input = { name, storeId, releaseIds: [id], sourceRegistryId: sourceId, holdAfterPlanning: false };
  return (await startExport(accessOf("job.start"), startExportInput.parse({ ...input, ...options }))).id;
}

async function startOwnWorker(): Promise<void> {
  own = await runWorker({ concurrency: 3, version: "test" });
}

async function waitFor(id: string, state: JobState) {
  for (const deadline = Date.now() + waiting.timeout; ; await sleep(50)) {
    const job = await getJob(accessOf("job.read"), id);
    if (job.state === state) return job;
    const hasEnded = ["succeeded", "failed", "cancelled"].includes(job.state);
    if (!hasEnded && Date.now() < deadline) continue;
    const failures = await listFailures(accessOf("job.read"), id);
    throw new Error(`the job is ${job.state}, not ${state}: ${JSON.stringify([job.error, failures])}`);
  }
}

async function bundleOf(jobId: string) {
  return db.bundle.findFirstOrThrow({ where: { jobs: { some: { id: jobId } } } });
}

/** A file beside the bundles that has lain there for a while, as a look at the store finds it. */
async function placeFile(name: string, content: Uint8Array): Promise<void> {
  const path = join(storePath, name);
  await writeFile(path, content);
  const modifiedAt = new Date("2026-01-02T03:04:05.678Z");
  await utimes(path, modifiedAt, modifiedAt);
  await writeDb.storeFile.create({ data: { storeId, name, sizeBytes: content.byteLength, modifiedAt } });
}

const hash = (algorithm: string, content: Uint8Array) => createHash(algorithm).update(content).digest("hex");

describe("an export as imgpkg's tars", () => {
  let made: Record<string, string>;

  beforeAll(async () => {
    await journey.make("tars", paths, "--format", "imgpkg");
    made = await hashFiles(join(journey.dir, "tars"));
  });

  test("has the very files that the command makes, and is read back whole", async () => {
    await startOwnWorker();
    const id = await exportImages("tars", paths, { format: "imgpkg", holdAfterPlanning: true });
    const planned = await waitFor(id, "planned");
    const bundle = await bundleOf(id);
    expect(bundle).toMatchObject({ format: "imgpkg", state: "writing", imageCount: paths.length });
    const files = await db.bundleFile.findMany({ where: { bundleId: bundle.id } });
    expect(files.map(({ name }) => name).toSorted()).toEqual(
      Object.keys(made).filter((name) => name.endsWith(".tar")),
    );
    await confirmJob(accessOf("job.confirm"), id);
    const done = await waitFor(id, "succeeded");
    expect(done.totalBytes).toBe(planned.totalBytes);
    expect(done.doneBytes).toBe(done.totalBytes);
    expect(done.proof).toEqual({ done: Number(bundle.sizeBytes), total: Number(bundle.sizeBytes) });
    expect(await hashFiles(join(storePath, "tars"))).toEqual(made);
    expect(await bundleOf(id)).toMatchObject({ state: "sound", format: "imgpkg", imageCount: paths.length });
    const opened = await openBundle(join(storePath, "tars"));
    try {
      expect(opened.format).toBe("imgpkg");
      expect(await opened.check()).toEqual([]);
      const found = opened.images.map(({ repository, tag, digest }) => [
        `${repository}:${tag ?? ""}`,
        digest,
      ]);
      const standing = paths.map((path) => [path, journey.source.findTag(...splitPath(path))]);
      expect(found.toSorted()).toEqual(standing.toSorted());
    } finally {
      await opened.close();
    }
  });

  test("survives that its worker is killed, and fetches nothing twice", async () => {
    const line = await startThrottle({ host: journey.source.host, bytesPerSecond: 400_000 });
    try {
      const slow = await addRegistry("vendor, over a slow line", line.host);
      const environment = { WORKER_CONCURRENCY: "2", DATABASE_POOL_SIZE: "5", DATA_DIR: dataDir };
      const worker = await startWorkerProcess(database.url, environment);
      const id = await exportImages("killed", paths, { format: "imgpkg", sourceRegistryId: slow });
      await vi.waitFor(async () => {
        const { tasks } = await getJob(accessOf("job.read"), id);
        expect(tasks.succeeded).toBeGreaterThanOrEqual(2);
        expect(tasks.running).toBeGreaterThan(0);
      }, waiting);
      await worker.kill();
      journey.source.clearRequests();
      const written = await readWritten(join(storePath, "killed"));
      expect(written.length).toBeGreaterThan(1);
      await startOwnWorker();
      await waitFor(id, "succeeded");
      const fetched = journey.source.requests({ kind: "get-blob" }).map(({ path }) => path);
      expect(written.filter((digest) => fetched.some((path) => path.endsWith(digest)))).toEqual([]);
      const { "publish-images-fromtar.yaml": map, ...tars } = await hashFiles(join(storePath, "killed"));
      expect(map).toBe(made["publish-images-fromtar.yaml"]);
      // They say where they were read.
      expect(Object.keys(tars)).toEqual(Object.keys(made).filter((name) => name.endsWith(".tar")));
      const opened = await openBundle(join(storePath, "killed"));
      expect(await opened.check().finally(() => opened.close())).toEqual([]);
    } finally {
      await line.stop();
    }
  });

  test("that was closed and could not be said so is ended by the next worker", async () => {
    await startOwnWorker();
    const id = await exportImages("closed", plain.slice(0, 2), { format: "imgpkg", holdAfterPlanning: true });
    await waitFor(id, "planned");
    await confirmJob(accessOf("job.confirm"), id);
    await waitFor(id, "succeeded");
    const before = await hashFiles(join(storePath, "closed"));
    await own?.stop();
    await writeDb.bundle.updateMany({ where: { jobs: { some: { id } } }, data: { state: "writing" } });
    await writeDb.mirrorJob.update({ where: { id }, data: { state: "running", finishedAt: null } });
    journey.source.clearRequests();
    await startOwnWorker();
    await waitFor(id, "succeeded");
    expect(journey.source.requests({ kind: "get-blob" }).length).toBeLessThanOrEqual(2);
    expect(await hashFiles(join(storePath, "closed"))).toEqual(before);
    expect((await bundleOf(id)).state).toBe("sound");
  });

  test("fails with the image that the format cannot carry, and says why", async () => {
    await journey.put("tkg-one/a:v1", buildSeeded({ a: 1000 }));
    await journey.put("tkg/one-a:v1", buildSeeded({ b: 1000 }));
    await startOwnWorker();
    const partly = await exportImages("partly", [...plain.slice(0, 1), "tkg/multi:v1"], {
      format: "imgpkg",
      platforms: ["linux/amd64"],
    });
    await waitFor(partly, "failed");
    const failed = await db.mirrorTask.findMany({ where: { jobId: partly, state: "failed" } });
    expect(failed.map(({ targetRepository, errorCode }) => [targetRepository, errorCode])).toEqual([
      ["tkg/multi", "image-not-representable"],
    ]);
    expect(failed[0]?.errorFacts).toMatchObject({ platforms: "linux/arm64" });
    const same = await exportImages("same", ["tkg-one/a:v1", "tkg/one-a:v1"], { format: "imgpkg" });
    await waitFor(same, "failed");
    const twice = await db.mirrorTask.findMany({ where: { jobId: same, state: "failed" } });
    expect(twice.map(({ errorCode }) => errorCode)).toEqual(["image-not-representable"]);
    expect(twice[0]?.errorFacts).toMatchObject({ value: "tkg-one-a-v1.tar" });
  });
});

describe("files that travel along", () => {
  test("come out of the bundle where it was carried to, with their checksums", async () => {
    const content = {
      "harbor 2.ova": randomBytes(3_000_000),
      "tanzu-cli.tar.gz": randomBytes(50_000),
      empty: Buffer.alloc(0),
    };
    for (const [name, bytes] of Object.entries(content)) await placeFile(name, bytes);
    await startOwnWorker();
    const extraFiles = Object.keys(content);
    const id = await exportImages("with-files", plain.slice(0, 2), { extraFiles, holdAfterPlanning: true });
    const preview = await waitFor(id, "planned");
    const planned = await bundleOf(id);
    expect(Number(planned.sizeBytes)).toBeGreaterThan(preview.totalBytes);
    expect(preview.totalBytes).toBeGreaterThan(3_050_000);
    // What is to travel stays.
    const access = accessOf("bundle.write");
    await expect(deleteStoreFile(access, { storeId, name: "empty" })).rejects.toMatchObject({
      code: "in-use",
      facts: { what: "store-file", name: "empty", by: "job", count: 1 },
    });
    await confirmJob(accessOf("job.confirm"), id);
    const done = await waitFor(id, "succeeded");
    expect(done.proof).toEqual({ done: Number(planned.sizeBytes), total: Number(planned.sizeBytes) });
    expect(done.totalBytes).toBe(preview.totalBytes);
    expect(done.doneBytes).toBe(done.totalBytes);
    const received = await db.jobBlob.aggregate({ where: { jobId: id }, _sum: { receivedBytes: true } });
    expect(Number(received._sum.receivedBytes)).toBe(done.totalBytes);
    // A panel that has never heard of it.
    await writeDb.bundle.deleteMany({ where: { jobs: { some: { id } } } });
    await rename(join(storePath, "with-files"), join(storePath, "carried"));
    await placeInThePast("carried");
    const bundle = await vi.waitFor(
      async () => {
        await scanStore(access, { storeId });
        const found = await db.bundle.findFirstOrThrow({ where: { folder: "carried" } });
        expect(found.state).toBe("sound");
        return found;
      },
      { timeout: 60_000, interval: 500 },
    );
    const registryId = await addRegistry("ours", journey.target.host);
    const { id: destinationId } = await writeDb.destination.create({ data: { registryId, basePath: "" } });
    const input = startImportInput.parse({ bundleId: bundle.id, destinationId, holdAfterPlanning: false });
    await waitFor((await startImport(accessOf("job.start"), input)).id, "succeeded");
    const reader = accessOf("bundle.read");
    const { extraFiles: carried } = await getBundle(reader, bundle.id);
    expect(carried.map(({ name }) => name).toSorted()).toEqual(extraFiles.toSorted());
    for (const { name, sizeBytes, sha1, sha256, md5 } of carried) {
      const bytes = content[name as keyof typeof content];
      expect({ sha1, sha256, md5 }).toEqual({
        sha1: hash("sha1", bytes),
        sha256: hash("sha256", bytes),
        md5: hash("md5", bytes),
      });
      const file = await openExtra(reader, { bundle: bundle.id, file: name });
      const chunks: Buffer[] = [];
      for await (const chunk of file.read(0, sizeBytes)) chunks.push(Buffer.from(chunk));
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    }
  });

  test("are read again only where they may have changed, and never written as something else", async () => {
    await startOwnWorker();
    const known = new Date("2026-01-02T03:04:05.678Z");
    const contents = new Map<string, Buffer>();
    /** Lets something happen to a file between planning and writing. */
    const changeAfterPlanning = async (name: string, change: (path: string) => Promise<unknown>) => {
      const content = randomBytes(100_000);
      contents.set(name, content);
      await placeFile(name, content);
      const id = await exportImages(`of-${name}`, plain.slice(0, 1), {
        extraFiles: [name],
        holdAfterPlanning: true,
      });
      await waitFor(id, "planned");
      await change(join(storePath, name));
      await confirmJob(accessOf("job.confirm"), id);
      return id;
    };
    const failedWith = async (id: string) => (await waitFor(id, "failed")).error;
    const facts = (name: string) => ({ name, store: "data" });

    const touched = await changeAfterPlanning("touched", (path) => utimes(path, new Date(), new Date()));
    await waitFor(touched, "succeeded");
    const grown = await changeAfterPlanning("grown", (path) => appendFile(path, "more"));
    expect(await failedWith(grown)).toEqual({ code: "store-file-changed", facts: facts("grown") });
    const other = await changeAfterPlanning("other", (path) => writeFile(path, randomBytes(100_000)));
    expect(await failedWith(other)).toEqual({ code: "store-file-changed", facts: facts("other") });
    // Nothing but its bytes tells.
    const hidden = await changeAfterPlanning("hidden", async (path) => {
      await writeFile(path, randomBytes(100_000));
      await utimes(path, known, known);
    });
    expect(await failedWith(hidden)).toEqual({ code: "store-file-changed", facts: facts("hidden") });
    // What has been written of it is held to what was planned, until the file is that again.
    const retry = () => retryJob(accessOf("job.retry"), hidden);
    await utimes(join(storePath, "hidden"), new Date(), new Date());
    await retry();
    expect(await failedWith(hidden)).toEqual({ code: "store-file-changed", facts: facts("hidden") });
    await writeFile(join(storePath, "hidden"), contents.get("hidden") ?? "");
    await retry();
    await waitFor(hidden, "succeeded");
    // Nothing has been written of this one, so that it is planned anew.
    await retryJob(accessOf("job.retry"), grown);
    const again = await waitFor(grown, "succeeded");
    expect(again.totalBytes).toBe((await waitFor(touched, "succeeded")).totalBytes + 4);
    expect((await bundleOf(grown)).extraFiles).toMatchObject([{ name: "grown", sizeBytes: 100_004 }]);
    const gone = await changeAfterPlanning("gone", (path) => rm(path));
    expect(await failedWith(gone)).toEqual({ code: "store-file-missing", facts: facts("gone") });
    const linked = await changeAfterPlanning("linked", async (path) => {
      await rename(path, `${path}-itself`);
      await symlink(`${path}-itself`, path);
    });
    expect(await failedWith(linked)).toEqual({ code: "store-file-missing", facts: facts("linked") });
  });

  test("are files of the store that somebody has seen there", async () => {
    const unknown = exportImages("unknown", plain.slice(0, 1), { extraFiles: ["nobody.iso"] });
    await expect(unknown).rejects.toMatchObject({ code: "not-found", facts: { what: "store-file" } });
    await placeFile("going.iso", Buffer.from("going"));
    await deleteStoreFile(accessOf("bundle.write"), { storeId, name: "going.iso" });
    const going = exportImages("going", plain.slice(0, 1), { extraFiles: ["going.iso"] });
    await expect(going).rejects.toMatchObject({ code: "not-found", facts: { what: "store-file" } });
    const named = exportImages("touched", plain.slice(0, 1));
    await expect(named).rejects.toMatchObject({ code: "name-taken", facts: { what: "store-file" } });
    await startOwnWorker();
    await vi.waitFor(async () => {
      expect(await stat(join(storePath, "going.iso")).catch(() => null)).toBeNull();
    }, waiting);
    await vi.waitFor(
      async () => expect(await db.storeFile.count({ where: { name: "going.iso" } })).toBe(0),
      waiting,
    );
    const names = (await listStoreFiles(accessOf("bundle.read"), storeId)).map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(names).not.toContain("going.iso");
  });
});

function splitPath(path: string): [string, string] {
  const [repository = "", tag = ""] = path.split(":");
  return [repository, tag];
}

/** As if it had been carried here a while ago: what has just changed may still be being copied. */
async function placeInThePast(folder: string): Promise<void> {
  const past = new Date(Date.now() - 60_000);
  const place = join(storePath, folder);
  for (const name of Object.keys(await hashFiles(place))) await utimes(join(place, name), past, past);
}
