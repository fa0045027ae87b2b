import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { z } from "zod";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { JobState } from "#lib/db/generated/enums.ts";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { generateRelease } from "#lib/demo/generate-release.ts";
import { openDrayageBundle } from "#lib/engine/bundle/drayage/open-drayage-bundle.ts";
import { measureFreeSpace } from "#lib/engine/bundle/export-folder.ts";
import type { Descriptor } from "#lib/engine/oci/descriptor.ts";
import { digestBytes, parseDigest } from "#lib/engine/oci/digest.ts";
import { parseManifest } from "#lib/engine/oci/manifests.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import type { Payload } from "#lib/queue/contracts.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { bundleImagesQuery, startExportInput, startImportInput } from "#lib/schemas/bundles.ts";
import {
  checkBundle,
  getBundle,
  listBundleImages,
  listStores,
  startExport,
  startImport,
  trustKey,
} from "#lib/services/bundles/index.ts";
import { cancelJob, confirmJob, getJob, listFailures, retryJob } from "#lib/services/jobs/index.ts";
import { runProgram } from "#lib/testing/child-process.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { runDrayage } from "#lib/testing/drayage-command.ts";
import { createPeople } from "#lib/testing/people.ts";
import { startPluginSource } from "#lib/testing/plugin-source.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import { startThrottle, type Throttle } from "#lib/testing/throttle.ts";
import { startWorkerProcess, type WorkerProcess } from "#lib/testing/worker-process.ts";
import { type RunningWorker, runWorker } from "./run-worker.ts";

const dataDir = vi.hoisted(() => {
  // Some workers are processes of their own and must read what is encrypted here.
  process.env.DRAYAGE_SECRET_KEY = Buffer.alloc(32, 7).toString("base64");
  process.env.BUNDLE_DIRS = `small=${process.env.TMPDIR ?? "/tmp"}/drayage-bundle-jobs-${process.pid}-small`;
  return (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-bundle-jobs-${process.pid}`);
});

const smallDir = `${dataDir}-small`;
/** Only root may mount; others cannot write to a folder that forbids it. */
const mounts = process.platform === "linux" && process.getuid?.() === 0;
const runMount = (command: string, ...args: string[]) => runProgram({ path: command, env: {} }, args);
const recipe = { scale: 0.1 };
// An imgpkg bundle, an index of several platforms, plain images with shared bases.
const images = generateRelease(recipe).filter((_, index) => index < 1 || (index >= 27 && index < 37));

let database: TestDatabase;
let source: RegistryServer;
let target: RegistryServer;
let quick: string;
let slow: string;
let slowTargetId: string;
let slowLine: Throttle;
let slowAnswers: Throttle;
let targetId: string;
let storeId: string;
let releaseId: string;
let accessOf: <
  P extends
    "job.start" | "job.cancel" | "job.confirm" | "job.retry" | "job.read" | "bundle.read" | "bundle.write",
>(
  permission: P,
) => ReturnType<typeof systemAccess<P>>;
const workers: WorkerProcess[] = [];
let own: RunningWorker | undefined;

beforeAll(async () => {
  [database, source, target] = await Promise.all([createTestDatabase(), startRegistry(), startRegistry()]);
  const names = new Set(images.map(({ repository, tag }) => `${repository}:${tag}`));
  await fillRegistry(source.url, {
    ...recipe,
    only: ({ repository, tag }) => names.has(`${repository}:${tag}`),
  });
  const user = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy: user }, permission);
  slowLine = await startThrottle({ host: source.host, bytesPerSecond: 300_000 });
  // A registry is written to as fast as it answers.
  slowAnswers = await startThrottle({ host: target.host, bytesPerSecond: 8_000 });
  quick = await addRegistry("vendor", source.host);
  slow = await addRegistry("vendor over a slow line", slowLine.host);
  targetId = await addRegistry("ours", target.host);
  slowTargetId = await addRegistry("ours, over a slow line", slowAnswers.host);
  releaseId = await addRelease("whole", images);
  const [store] = await listHeldStores();
  storeId = store?.id ?? "";
  await writeDb.bundleStore.create({ data: { id: storeId, name: "data" } });
});

// What one test has brought to the target would be mounted by the next one instead of carried.
beforeEach(async () => {
  await writeDb.blobLease.deleteMany();
});
afterEach(async () => {
  await Promise.all([own?.stop(), ...workers.splice(0).map((worker) => worker.kill())]);
  own = undefined;
});
afterAll(async () => {
  await database.drop();
  await Promise.all([slowLine, slowAnswers, source, target].map((each) => each.stop()));
  await rm(dataDir, { recursive: true, force: true });
  await rm(smallDir, { recursive: true, force: true });
});

test("a release crosses the gap: exported, proven, imported where nobody knows its source", async () => {
  await startOwnWorker();
  const line = await startThrottle({ host: source.host, bytesPerSecond: 1_000_000_000 });
  const vendor = await addRegistry("vendor, for a while", line.host);
  const exported = await exportRelease("first", {
    sourceRegistryId: vendor,
    holdAfterPlanning: true,
    sign: true,
  });
  await waitFor(exported, "planned");
  const preview = await getJob(accessOf("job.read"), exported);
  expect(preview.snapshot.plan).toEqual({ total: images.length, resolved: images.length });
  expect(preview.totalBytes).toBeGreaterThan(500_000);
  const planned = await bundleOf(exported);
  expect(planned).toMatchObject({ state: "writing", imageCount: images.length, format: "drayage" });
  expect(Number(planned.sizeBytes)).toBeGreaterThan(preview.totalBytes);

  await confirmJob(accessOf("job.confirm"), exported);
  await waitFor(exported, "succeeded");
  const done = await getJob(accessOf("job.read"), exported);
  expect(done.doneBytes).toBe(done.totalBytes);
  expect(done.bundle).toEqual({ id: planned.id, name: "first" });
  expect(done.proof?.done).toBe(done.proof?.total);
  const bundle = await bundleOf(exported);
  expect(bundle).toMatchObject({ state: "sound", imageCount: images.length, findings: [] });
  expect(bundle.signedBy).toBe((await db.signingKey.findFirstOrThrow()).fingerprint);
  await expectSound("first");

  // From here on the source is gone, and what the panel knew of its release, too.
  await line.stop();
  await writeDb.jobRelease.deleteMany();
  await writeDb.release.delete({ where: { id: releaseId } });
  const imported = await importBundle(bundle.id, "carried");
  await waitFor(imported, "succeeded");
  const { tasks, doneBytes, totalBytes, proof } = await getJob(accessOf("job.read"), imported);
  expect(tasks.succeeded).toBe(images.length);
  expect(doneBytes).toBe(totalBytes);
  expect(proof).toEqual({ done: proof?.total, total: proof?.total });
  await expectCarried(imported);
  expect(await db.placement.count({ where: { task: { jobId: imported } } })).toBe(images.length);
  const release = await db.release.findFirstOrThrow({
    where: { name: "whole" },
    include: { components: { orderBy: { position: "asc" } } },
  });
  releaseId = release.id;
  expect(release.document).toBe("# the list\n");
  expect(release.components.map(({ sourceHost, tag, targetPath }) => [sourceHost, tag, targetPath])).toEqual(
    images.map(({ repository, tag }) => ["vendor.example.com", tag, repository]),
  );
  expect(release.components.every(({ resolvedDigest }) => resolvedDigest !== null)).toBe(true);

  // Once more: all is there, and the release, too.
  const again = await importBundle(bundle.id, "carried");
  await waitFor(again, "succeeded");
  expect((await getJob(accessOf("job.read"), again)).tasks.skipped).toBe(images.length);
  const notes = await db.jobEvent.findMany({ where: { jobId: again, kind: "skip", taskId: null } });
  expect(notes.map(({ facts }) => facts)).toEqual([{ release: "whole 1" }]);
});

test("an export and an import survive that their worker is killed, and fetch nothing twice", async () => {
  const [worker] = await startWorkers(1);
  const bundleId = await makeBundle("survivor");
  const exported = await exportRelease("killed", { sourceRegistryId: slow });
  const imported = await importBundle(bundleId, "killed", { registryId: slowTargetId });
  await waitForTasks(exported, (counts) => counts.succeeded >= 3 && counts.running > 0);
  await waitForTasks(imported, (counts) => counts.succeeded >= 2 && counts.running > 0);
  expect((await getJob(accessOf("job.read"), exported)).tasks.running).toBeGreaterThan(0);
  await worker?.kill();
  await writeDb.mirrorJob.update({ where: { id: exported }, data: { sourceRegistryId: quick } });
  const unfinished = await db.jobBlob.aggregate({
    where: { jobId: exported, OR: [{ outcome: null }, { outcome: "present" }] },
    _sum: { sizeBytes: true },
  });
  const seen: number[] = [];
  await startWorkers(1);
  await waitFor(exported, "succeeded", (job) => seen.push(job.doneBytes));
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  const { snapshot, tasks } = await getJob(accessOf("job.read"), exported);
  expect(tasks.succeeded + tasks.skipped).toBe(images.length);
  // What was complete was not fetched again: at most what was on its way when the worker died was.
  const repeated = snapshot.bytes.received - snapshot.bytes.total;
  expect(repeated).toBeLessThan(Number(unfinished._sum.sizeBytes));
  expect(snapshot.blobs.transferred).toBeGreaterThan(0);
  await expectSound("killed");
  await waitFor(imported, "succeeded");
  await expectCarried(imported);
});

test("an export whose worker was lost after it had closed the bundle is only said to be done", async () => {
  await startOwnWorker();
  const id = await exportRelease("closed", {});
  await waitFor(id, "succeeded");
  const { received } = (await getJob(accessOf("job.read"), id)).snapshot.bytes;
  const { mtimeMs } = await stat(join(folderOf("closed"), "bundle.json"));
  const { bundleId } = await writeDb.mirrorJob.update({
    where: { id },
    data: { state: "running", finishedAt: null },
  });
  await writeDb.bundle.update({ where: { id: bundleId ?? "" }, data: { state: "writing", checkedAt: null } });
  await send({ kind: "copy", storeId, jobId: id, run: 1 });
  await waitFor(id, "succeeded");
  expect((await bundleOf(id)).state).toBe("sound");
  expect((await getJob(accessOf("job.read"), id)).snapshot.bytes.received).toBe(received);
  expect((await stat(join(folderOf("closed"), "bundle.json"))).mtimeMs).toBe(mtimeMs);
});

test("a cancelled export stops within seconds; what it has written is kept for a retry, or goes", async () => {
  await startOwnWorker();
  const kept = await exportRelease("cancelled", { sourceRegistryId: slow });
  await waitForTasks(kept, (counts) => counts.succeeded >= 2 && counts.running > 0);
  const askedAt = Date.now();
  await cancelJob(accessOf("job.cancel"), kept);
  await waitFor(kept, "cancelled");
  expect(Date.now() - askedAt).toBeLessThan(4_000);
  expect((await bundleOf(kept)).state).toBe("unfinished");
  expect(await readdir(folderOf("cancelled"))).toContain(".drayage-export");
  const { snapshot: before } = await getJob(accessOf("job.read"), kept);
  await writeDb.mirrorJob.update({ where: { id: kept }, data: { sourceRegistryId: quick } });
  await retryJob(accessOf("job.retry"), kept);
  await waitFor(kept, "succeeded");
  const { snapshot: after } = await getJob(accessOf("job.read"), kept);
  expect(before.bytes.received).toBeGreaterThan(0);
  expect(after.bytes.total).toBe(before.bytes.total);
  expect((await bundleOf(kept)).state).toBe("sound");
  await expectSound("cancelled");

  const removed = await exportRelease("removed", { sourceRegistryId: slow });
  await waitForTasks(removed, (counts) => counts.succeeded >= 1 && counts.running > 0);
  await cancelJob(accessOf("job.cancel"), removed, { removeBundle: true });
  await waitFor(removed, "cancelled");
  await vi.waitFor(async () => {
    expect(await db.bundle.count({ where: { name: "removed" } })).toBe(0);
  }, waiting);
  expect(await readdir(join(dataDir, "bundles"))).not.toContain("removed");
  expect((await getJob(accessOf("job.read"), removed)).bundle).toBeNull();
  await expect(retryJob(accessOf("job.retry"), removed)).rejects.toMatchObject({ code: "not-found" });
});

test("a job waits for a worker that holds its store, and says so; cancelled, it waits no more", async () => {
  const disk = await mkdtemp(join(tmpdir(), "drayage-disk-"));
  const [first] = await startWorkers(1, { BUNDLE_DIRS: `usb=${disk}` });
  const stick = await db.bundleStore.findFirstOrThrow({ where: { name: "usb" } });
  const stores = await listStores(accessOf("bundle.read"));
  expect(stores.find(({ id }) => id === stick.id)).toMatchObject({ workers: 1, reachable: false });
  await first?.stop();
  workers.pop();
  await startWorkers(1);
  const id = await exportRelease("on-a-stick", { storeId: stick.id });
  const other = await exportRelease("never", { storeId: stick.id });
  await sleep(1_000);
  const waits = await getJob(accessOf("job.read"), id);
  expect([waits.state, waits.waitsForStore, waits.snapshot.waitsForStore]).toEqual(["queued", "usb", "usb"]);
  await cancelJob(accessOf("job.cancel"), other, { removeBundle: true });
  expect((await getJob(accessOf("job.read"), other)).state).toBe("cancelled");
  await startWorkers(1, { BUNDLE_DIRS: `usb=${disk}` });
  await waitFor(id, "succeeded");
  expect((await getJob(accessOf("job.read"), id)).waitsForStore).toBeNull();
  expect((await readdir(disk)).toSorted()).toEqual([".drayage-store", "on-a-stick"]);
  await vi.waitFor(async () => expect(await db.bundle.count({ where: { name: "never" } })).toBe(0), waiting);
  await rm(disk, { recursive: true, force: true });
});

test("a damaged bundle is refused before anything is written, and says what is wrong with it", async () => {
  await startOwnWorker();
  const bundleId = await makeBundle("spoilt");
  const path = join(folderOf("spoilt"), "spoilt.tar");
  const file = await open(path, "r+");
  const { size } = await file.stat();
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, Math.floor(size / 2));
  await file.write(Buffer.from([(byte[0] ?? 0) ^ 1]), 0, 1, Math.floor(size / 2));
  await file.close();
  const id = await importBundle(bundleId, "spoilt");
  await waitFor(id, "failed");
  const job = await getJob(accessOf("job.read"), id);
  expect(job.error).toMatchObject({ code: "bundle-content-damaged", facts: { file: "spoilt.tar" } });
  expect(job.tasks.failed).toBe(images.length);
  expect(await listTarget("base/spoilt")).toEqual([]);
  const bundle = await getBundle(accessOf("bundle.read"), bundleId);
  expect(bundle.state).toBe("damaged");
  expect(bundle.findings.map(({ code }) => code)).toEqual(["bundle-content-damaged"]);
  await expect(importBundle(bundleId, "spoilt")).rejects.toMatchObject({
    code: "bundle-not-ready",
    facts: { name: "spoilt", state: "damaged" },
  });

  const mend = await open(path, "r+");
  await mend.write(byte, 0, 1, Math.floor(size / 2));
  await mend.close();
  await checkBundle(accessOf("bundle.write"), bundleId);
  await vi.waitFor(async () => {
    const { state, check, findings } = await getBundle(accessOf("bundle.read"), bundleId);
    expect({ state, check, findings }).toEqual({ state: "sound", check: null, findings: [] });
  }, waiting);
});

test("a bundle that was spoilt after its plan was seen is refused, too", async () => {
  await startOwnWorker();
  const bundleId = await makeBundle("spoilt-later");
  const id = await importBundle(bundleId, "spoilt-later", { holdAfterPlanning: true });
  await waitFor(id, "planned");
  await truncate(join(folderOf("spoilt-later"), "spoilt-later.tar"), 100_000);
  await confirmJob(accessOf("job.confirm"), id);
  await waitFor(id, "failed");
  expect((await getJob(accessOf("job.read"), id)).error?.code).toBe("bundle-file-truncated");
  expect(await listTarget("base/spoilt-later")).toEqual([]);
});

test("a bundle signed with a key that nobody knows is not imported before somebody trusts it", async () => {
  await startOwnWorker();
  const bundleId = await makeBundle("signed", { sign: true });
  const { fingerprint } = await db.signingKey.findFirstOrThrow();
  // To another panel the key would be a stranger's.
  await writeDb.signingKey.deleteMany();
  const before = await getBundle(accessOf("bundle.read"), bundleId);
  expect(before.signature).toEqual({ fingerprint, trustedAs: null });
  await expect(importBundle(bundleId, "signed")).rejects.toMatchObject({
    code: "bundle-key-untrusted",
    facts: { name: "signed", fingerprint },
  });
  const other = { bundleId, fingerprint: "0".repeat(64), name: "the other side" };
  await expect(trustKey(accessOf("bundle.write"), other)).rejects.toMatchObject({
    code: "bundle-key-untrusted",
  });
  await trustKey(accessOf("bundle.write"), { ...other, fingerprint });
  const after = await getBundle(accessOf("bundle.read"), bundleId);
  expect(after.signature).toEqual({ fingerprint, trustedAs: "the other side" });
  const id = await importBundle(bundleId, "signed");
  await waitFor(id, "succeeded");
  // The trust may be gone by the time that a job begins its work.
  const held = await importBundle(bundleId, "signed-later", { holdAfterPlanning: true });
  await waitFor(held, "planned");
  await writeDb.trustedKey.deleteMany();
  await confirmJob(accessOf("job.confirm"), held);
  await waitFor(held, "failed");
  expect((await getJob(accessOf("job.read"), held)).error?.code).toBe("bundle-key-unknown");
});

test("an increment carries what its base lacks, and is imported only where the base is", async () => {
  await startOwnWorker();
  const few = await addRelease("few", images.slice(0, 6));
  const baseBundleId = await makeBundle("base", { releaseIds: [few] });
  const id = await exportRelease("increment", { baseBundleId });
  await waitFor(id, "succeeded");
  const job = await getJob(accessOf("job.read"), id);
  expect([job.tasks.skipped, job.tasks.succeeded]).toEqual([6, images.length - 6]);
  const increment = await bundleOf(id);
  const base = await getBundle(accessOf("bundle.read"), baseBundleId);
  const whole = await db.bundle.findFirstOrThrow({ where: { name: "survivor" } });
  expect(Number(increment.sizeBytes)).toBeLessThan(Number(whole.sizeBytes) - (base.sizeBytes ?? 0) / 2);
  expect(increment.baseContentId).toBe(base.contentId);
  expect(base.dependents).toEqual([{ id: increment.id, name: "increment", state: "sound" }]);
  const detail = await getBundle(accessOf("bundle.read"), increment.id);
  expect(detail.base).toEqual({ id: baseBundleId, name: "base", state: "sound" });
  const list = await listBundleImages(accessOf("bundle.read"), increment.id, bundleImagesQuery.parse({}));
  expect(list.rows.filter(({ inBase }) => inBase)).toHaveLength(6);

  const early = await importBundle(increment.id, "chain");
  await waitFor(early, "failed");
  expect((await getJob(accessOf("job.read"), early)).error).toMatchObject({
    code: "bundle-base-missing",
    facts: { bundle: "base" },
  });
  expect(await listTarget("base/chain")).toEqual([]);
  const first = await importBundle(baseBundleId, "chain");
  await waitFor(first, "succeeded");
  await retryJob(accessOf("job.retry"), early);
  await waitFor(early, "succeeded");
  await expectCarried(early);
});

test("an image that cannot be resolved leaves no bundle that seems whole", async () => {
  await startOwnWorker();
  const missing = { kind: "image" as const, repository: "tkg/nobody-pushed-this", tag: "v1" };
  const releaseIds = [await addRelease("incomplete", [...images.slice(0, 3), missing])];
  const id = await exportRelease("incomplete", { releaseIds });
  await waitFor(id, "failed");
  const { tasks, error } = await getJob(accessOf("job.read"), id);
  expect({ ...tasks, error }).toMatchObject({ failed: 1, cancelled: 3, error: null });
  const [failure] = await listFailures(accessOf("job.read"), id);
  expect(failure?.error).toMatchObject({ code: "manifest-not-found", facts: { side: "source" } });
  expect((await bundleOf(id)).state).toBe("unfinished");
});

test("an export that the disk has no room for is refused with both figures, before anything is fetched", async () => {
  const vendor = await startMemoryRegistry();
  try {
    const sourceRegistryId = await addRegistry("vendor of very large images", vendor.host);
    const layerBytes = 2 ** 43;
    await pushHuge(vendor.host, layerBytes);
    await startOwnWorker();
    const huge = { kind: "image" as const, repository: "huge", tag: "v1" };
    const releaseIds = [await addRelease("huge", [huge])];
    const id = await exportRelease("huge", { sourceRegistryId, releaseIds });
    await waitFor(id, "failed");
    const { error } = await getJob(accessOf("job.read"), id);
    expect(await listFailures(accessOf("job.read"), id)).toMatchObject([{ error: { code: "disk-full" } }]);
    expect(error?.code).toBe("disk-full");
    expect(error?.facts.requiredBytes).toBeGreaterThan(layerBytes);
    expect(error?.facts.availableBytes).toBeLessThan(layerBytes);
    expect((await bundleOf(id)).state).toBe("unfinished");
  } finally {
    await vendor.stop();
  }
});

test("bundles that lie in a store are found and checked, and missed when they are gone", async () => {
  await startOwnWorker();
  await makeBundle("original");
  const place = folderOf("brought");
  await cp(folderOf("original"), place, { recursive: true });
  await writeFile(join(dataDir, "bundles", "notes.txt"), "no bundle");
  const longAgo = new Date(Date.now() - 60_000);
  for (const name of await readdir(place)) await utimes(join(place, name), longAgo, longAgo);
  await utimes(join(dataDir, "bundles", "notes.txt"), longAgo, longAgo);
  const scan = () => send({ kind: "scan", storeId });
  await scan();
  await vi.waitFor(async () => {
    const found = await db.bundle.findMany({ where: { origin: "found" } });
    expect(found).toMatchObject([{ folder: "brought", state: "sound", imageCount: images.length }]);
  }, waiting);
  await rm(place, { recursive: true });
  await scan();
  await vi.waitFor(async () => {
    expect((await db.bundle.findFirstOrThrow({ where: { origin: "found" } })).state).toBe("missing");
  }, waiting);
});

test("a disk that fills up ends an export with its reason, which goes on once there is room", async () => {
  await mkdir(smallDir);
  if (mounts) await runMount("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", smallDir);
  try {
    await startOwnWorker();
    const small = await db.bundleStore.findFirstOrThrow({ where: { name: "small" } });
    const id = await exportRelease("cramped", { storeId: small.id, holdAfterPlanning: true });
    await waitFor(id, "planned");
    const filler = join(smallDir, "filler");
    // Room for some of it, so that several images are on their way when it ends.
    if (mounts) await writeFile(filler, Buffer.alloc((await measureFreeSpace(smallDir)) - 1_200_000));
    else await chmod(smallDir, 0o500);
    await confirmJob(accessOf("job.confirm"), id);
    await waitFor(id, "failed");
    const { error, tasks } = await getJob(accessOf("job.read"), id);
    expect(error?.code).toBe(mounts ? "disk-full" : "disk-failed");
    expect(tasks.failed).toBeGreaterThan(0);
    expect(tasks.failed + tasks.succeeded).toBe(images.length);
    expect((await bundleOf(id)).state).toBe("unfinished");
    if (mounts) await rm(filler);
    else await chmod(smallDir, 0o700);
    await retryJob(accessOf("job.retry"), id);
    await waitFor(id, "succeeded");
    expect((await bundleOf(id)).state).toBe("sound");
  } finally {
    await own?.stop();
    if (mounts) await runMount("umount", smallDir);
  }
});

test("an archive of another tool is checked, and imported below a folder", async () => {
  const image = images.find(({ kind }) => kind === "image");
  const path = `${image?.repository ?? ""}:${image?.tag ?? ""}`;
  const skopeo = await findProgram("skopeo");
  const archive = `oci-archive:${join(dataDir, "bundles", "foreign.tar")}:${path}`;
  const options = ["--src-tls-verify=false", "--all"];
  await runProgram(skopeo, ["copy", ...options, `docker://${source.host}/${path}`, archive]);
  const { id: bundleId } = await writeDb.bundle.create({
    data: { storeId, folder: "foreign.tar", name: "foreign.tar", origin: "uploaded", state: "unchecked" },
  });
  await expect(importBundle(bundleId, "foreign")).rejects.toMatchObject({ code: "bundle-not-ready" });
  await startOwnWorker();
  await checkBundle(accessOf("bundle.write"), bundleId);
  await vi.waitFor(async () => {
    const { state, format, imageCount } = await getBundle(accessOf("bundle.read"), bundleId);
    expect({ state, format, imageCount }).toEqual({ state: "sound", format: "oci_layout", imageCount: 1 });
  }, waiting);
  const id = await importBundle(bundleId, "foreign");
  await waitFor(id, "succeeded");
  const tags = await fetch(`${target.url}/v2/base/foreign/${image?.repository ?? ""}/tags/list`);
  expect(await tags.json()).toMatchObject({ tags: [image?.tag] });
  expect(await db.jobRelease.count({ where: { jobId: id } })).toBe(0);
});

test("a bundle of Tanzu plug-ins says at the target which of them can be had there", async () => {
  const plugins = await startPluginSource();
  try {
    const from = ["--from", `${plugins.registry.host}/tanzu_cli/plugins`, "--from-plain-http"];
    const what = ["--format", "tanzu-plugins", "--group", "vmware-tkg/default:v2.5.4"];
    const place = ["--to-dir", folderOf("plugins"), "--name", "plugin-bundle"];
    const made = await runDrayage("export", ...from, ...what, ...place);
    expect(made).toMatchObject({ status: 0 });
  } finally {
    await plugins.stop();
  }
  const { id: bundleId } = await writeDb.bundle.create({
    data: { storeId, folder: "plugins", name: "plugins", origin: "uploaded", state: "unchecked" },
  });
  await startOwnWorker();
  await checkBundle(accessOf("bundle.write"), bundleId);
  await vi.waitFor(async () => {
    const { state, format } = await getBundle(accessOf("bundle.read"), bundleId);
    expect({ state, format }).toEqual({ state: "sound", format: "tanzu_plugins" });
  }, waiting);
  const id = await importBundle(bundleId, "tanzu");
  await waitFor(id, "succeeded");
  const arrived = await listTarget("base/tanzu");
  const metadata = arrived.find((repository) => repository.endsWith("plugin-inventory-metadata"));
  const tags = await fetch(`${target.url}/v2/${metadata ?? ""}/tags/list`);
  expect(await tags.json()).toMatchObject({ tags: ["latest"] });
  expect(arrived.length).toBeGreaterThan(2);
});

const waiting = { timeout: 60_000, interval: 50 };

/** A worker in this process: it takes no time to start. */
async function startOwnWorker(): Promise<void> {
  own = await runWorker({ concurrency: 3, version: "test" });
}

async function startWorkers(
  count: number,
  environment: Record<string, string> = {},
): Promise<WorkerProcess[]> {
  const given = { WORKER_CONCURRENCY: "3", DATABASE_POOL_SIZE: "5", DATA_DIR: dataDir, ...environment };
  const started = await Promise.all(
    Array.from({ length: count }, () => startWorkerProcess(database.url, given)),
  );
  workers.push(...started);
  return started;
}

async function addRegistry(name: string, host: string): Promise<string> {
  return (await writeDb.registry.create({ data: { name, host, tlsMode: "plain_http" } })).id;
}

async function addRelease(
  name: string,
  listed: readonly { kind: "image" | "bundle"; repository: string; tag: string }[],
) {
  const components = listed.map(({ kind, repository, tag }, index) => ({
    position: index + 1,
    kind,
    sourceHost: "vendor.example.com",
    sourceRepository: repository,
    tag,
    targetPath: repository,
  }));
  const release = await writeDb.release.create({
    data: { kind: "list", name, version: "1", document: "# the list\n", components: { create: components } },
  });
  return release.id;
}

async function exportRelease(name: string, options: Partial<z.input<typeof startExportInput>> = {}) {
  const input = startExportInput.parse({
    name,
    storeId,
    releaseIds: [releaseId],
    sourceRegistryId: quick,
    holdAfterPlanning: false,
    ...options,
  });
  return (await startExport(accessOf("job.start"), input)).id;
}

interface ImportChoice {
  holdAfterPlanning?: boolean;
  registryId?: string;
}

async function importBundle(
  bundleId: string,
  folder: string,
  { holdAfterPlanning = false, registryId = targetId }: ImportChoice = {},
): Promise<string> {
  const known = await db.destination.findFirst({ where: { registryId } });
  const destination = known ?? (await writeDb.destination.create({ data: { registryId, basePath: "base" } }));
  const input = startImportInput.parse({
    bundleId,
    destinationId: destination.id,
    folder,
    holdAfterPlanning,
  });
  return (await startImport(accessOf("job.start"), input)).id;
}

async function send(message: Payload<"bundleWork">): Promise<void> {
  const enqueue = await openQueue();
  await writeDb.$transaction((tx) => enqueue(tx, "bundleWork", [message]));
}

/** A bundle that is whole. */
async function makeBundle(name: string, options: Parameters<typeof exportRelease>[1] = {}): Promise<string> {
  const jobId = await exportRelease(name, options);
  await waitFor(jobId, "succeeded");
  return (await bundleOf(jobId)).id;
}

async function bundleOf(jobId: string) {
  return db.bundle.findFirstOrThrow({ where: { jobs: { some: { id: jobId } } } });
}

function folderOf(name: string): string {
  return join(dataDir, "bundles", name);
}

async function expectSound(name: string): Promise<void> {
  const bundle = await openDrayageBundle(folderOf(name));
  try {
    expect(await bundle.check()).toEqual([]);
  } finally {
    await bundle.close();
  }
}

/** Repositories of the target below a path. */
async function listTarget(path: string): Promise<string[]> {
  const response = await fetch(`${target.url}/v2/_catalog?n=1000`);
  const { repositories } = (await response.json()) as { repositories: string[] };
  return repositories.filter((repository) => repository.startsWith(`${path}/`));
}

/** An image that names a layer which nobody has, larger than any disk. */
async function pushHuge(host: string, layerBytes: number): Promise<void> {
  const client = createRegistryClient({
    registry: parseRegistryHost(host),
    plainHttp: true,
    access: "pull,push",
  });
  try {
    const plain = images.filter(({ kind }) => kind === "image").map((each) => each.build().root);
    const image = plain.find(({ children }) => children.length === 0);
    if (!image) throw new Error("the release has no plain image");
    await pushSample(client, parseRepository("huge"), parseTag("v1"), image);
    const { raw, descriptor } = image;
    const manifest = JSON.parse(Buffer.from(raw).toString()) as { layers: { size: number }[] };
    for (const layer of manifest.layers) layer.size = layerBytes;
    const content = Buffer.from(JSON.stringify(manifest));
    await client.putManifest(parseRepository("huge"), parseTag("v1"), {
      raw: content,
      descriptor: { ...descriptor, digest: digestBytes(content), sizeBytes: content.byteLength },
    });
  } finally {
    await client.close();
  }
}

type Job = Awaited<ReturnType<typeof getJob>>;

async function waitFor(
  id: string,
  state: JobState,
  onLook: (job: Job) => void = () => undefined,
): Promise<void> {
  const deadline = Date.now() + waiting.timeout;
  for (;;) {
    const job = await getJob(accessOf("job.read"), id);
    onLook(job);
    if (job.state === state) return;
    const ended = ["succeeded", "failed", "cancelled"].includes(job.state);
    if (ended || Date.now() > deadline) {
      const failures = JSON.stringify([job.error, await listFailures(accessOf("job.read"), id)]);
      const logs = await Promise.all(workers.map((worker) => worker.log()));
      throw new Error(`the job is ${job.state}, not ${state}: ${failures} ${logs.join("\n")}`);
    }
    await sleep(100);
  }
}

async function waitForTasks(id: string, reached: (counts: Job["tasks"]) => boolean): Promise<void> {
  await vi.waitFor(async () => {
    const { tasks, error } = await getJob(accessOf("job.read"), id);
    if (!reached(tasks)) throw new Error(`not yet: ${JSON.stringify({ tasks, error })}`);
  }, waiting);
}

/** Reads every image of a job at the target down to its last blob, and compares its digest with the source's. */
async function expectCarried(jobId: string): Promise<void> {
  const open = (host: string) => createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true });
  const [from, to] = [open(source.host), open(target.host)];
  const walk = async (
    repository: ReturnType<typeof parseRepository>,
    { digest }: Pick<Descriptor, "digest">,
  ) => {
    const { raw, descriptor } = await to.getManifest(repository, digest);
    const manifest = parseManifest(raw, descriptor.mediaType);
    if (manifest.kind === "index") {
      for (const child of manifest.manifests) await walk(repository, child);
      return;
    }
    for (const blob of [...(manifest.config ? [manifest.config] : []), ...manifest.layers]) {
      let sizeBytes = 0;
      for await (const chunk of await to.openBlob(repository, blob)) sizeBytes += chunk.byteLength;
      expect(sizeBytes).toBe(blob.sizeBytes);
    }
  };
  try {
    const tasks = await db.mirrorTask.findMany({ where: { jobId } });
    expect(tasks.length).toBeGreaterThan(0);
    for (const { sourceRepository, targetRepository, tag, finalDigest } of tasks) {
      const digest = parseDigest(finalDigest ?? "");
      const original = await from.getManifest(parseRepository(sourceRepository), parseTag(tag));
      expect(digest).toBe(original.descriptor.digest);
      await walk(parseRepository(targetRepository), { digest });
    }
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}
