import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { z } from "zod";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { JobState } from "#lib/db/generated/enums.ts";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { generateRelease } from "#lib/demo/generate-release.ts";
import { openDrayageBundle } from "#lib/engine/bundle/drayage/open-drayage-bundle.ts";
import type { Descriptor } from "#lib/engine/oci/descriptor.ts";
import { parseDigest } from "#lib/engine/oci/digest.ts";
import { parseManifest } from "#lib/engine/oci/manifests.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { startExportInput, startImportInput } from "#lib/schemas/bundles.ts";
import { startExport, startImport } from "#lib/services/bundles/index.ts";
import { confirmJob, getJob, listFailures } from "#lib/services/jobs/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import { startThrottle } from "#lib/testing/throttle.ts";
import { startWorkerProcess, type WorkerProcess } from "#lib/testing/worker-process.ts";

vi.hoisted(() => {
  // The workers are processes of their own and must read what is encrypted here.
  process.env.DRAYAGE_SECRET_KEY = Buffer.alloc(32, 7).toString("base64");
});

const recipe = { scale: 0.1 };
// An imgpkg bundle, an index of several platforms, plain images with shared bases.
const images = generateRelease(recipe).filter((_, index) => index < 1 || (index >= 27 && index < 37));

let database: TestDatabase;
let source: RegistryServer;
let target: RegistryServer;
let dataDir: string;
let quick: string;
let targetId: string;
let storeId: string;
let releaseId: string;
let accessOf: <
  P extends "job.start" | "job.cancel" | "job.retry" | "job.read" | "bundle.read" | "bundle.write",
>(
  permission: P,
) => ReturnType<typeof systemAccess<P>>;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  [database, source, target, dataDir] = await Promise.all([
    createTestDatabase(),
    startRegistry(),
    startRegistry(),
    mkdtemp(join(tmpdir(), "drayage-bundles-")),
  ]);
  const names = new Set(images.map(({ repository, tag }) => `${repository}:${tag}`));
  await fillRegistry(source.url, {
    ...recipe,
    only: ({ repository, tag }) => names.has(`${repository}:${tag}`),
  });
  const user = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy: user }, permission);
  quick = await addRegistry("vendor", source.host);
  targetId = await addRegistry("ours", target.host);
  releaseId = await addRelease("whole", images);
  const [worker] = await startWorkers(1);
  await worker?.stop();
  workers.pop();
  storeId = (await db.bundleStore.findFirstOrThrow()).id;
});

// What one test has brought to the target would be mounted by the next one instead of carried.
beforeEach(async () => {
  await writeDb.blobLease.deleteMany();
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
});
afterAll(async () => {
  await database.drop();
  await Promise.all([source, target].map((each) => each.stop()));
  await rm(dataDir, { recursive: true, force: true });
});

test("a release crosses the gap: exported, proven, imported where nobody knows its source", async () => {
  await startWorkers(1);
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

  await confirmJob(accessOf("job.start"), exported);
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

const waiting = { timeout: 60_000, interval: 50 };

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
  listed: readonly Pick<(typeof images)[number], "kind" | "repository" | "tag">[],
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

async function exportRelease(
  name: string,
  options: Partial<z.input<typeof startExportInput>> = {},
) {
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

async function importBundle(bundleId: string, folder: string, holdAfterPlanning = false): Promise<string> {
  const known = await db.destination.findFirst({ where: { registryId: targetId } });
  const destination =
    known ?? (await writeDb.destination.create({ data: { registryId: targetId, basePath: "base" } }));
  const input = startImportInput.parse({
    bundleId,
    destinationId: destination.id,
    folder,
    holdAfterPlanning,
  });
  return (await startImport(accessOf("job.start"), input)).id;
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
