import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { buildBundle, listRelocated } from "#lib/demo/imgpkg-bundles.ts";
import type { SampleManifest } from "#lib/demo/sample-image.ts";
import { digestHex } from "#lib/engine/oci/digest.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient, type RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { confirmJob, getJob, retryJob, cancelJob } from "#lib/services/jobs/index.ts";
import { getPruneSummary, startPrune } from "#lib/services/pruning/index.ts";
import { findBroken } from "#lib/testing/contract/prune-bench.ts";
import { sampleImage, sampleIndex } from "#lib/testing/contract/prune-scenarios.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { pushSample } from "#lib/testing/push-sample.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import { startWorkerProcess, type WorkerProcess } from "#lib/testing/worker-process.ts";

vi.hoisted(() => {
  // The workers are processes of their own and must read what is encrypted here.
  process.env.DRAYAGE_SECRET_KEY = Buffer.alloc(32, 7).toString("base64");
});

const bundleImages = 24;
/** Of one fill; in each, one deletion may be under way when a worker is lost or stopped. */
const repositories = 2;
const waiting = { timeout: 60_000, interval: 20 };

let database: TestDatabase;
let registry: RegistryServer;
let client: RegistryClient;
let destinationId: string;
let provider: JobOrigin;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  [database, registry] = await Promise.all([createTestDatabase(), startRegistry()]);
  const { host } = registry;
  client = createRegistryClient({
    registry: parseRegistryHost(host),
    plainHttp: true,
    access: "pull,push",
  });
  provider = { id: "test", organizationId: null, startedBy: await createPeople(writeDb).user() };
  const { id } = await writeDb.registry.create({ data: { name: "ours", host, tlsMode: "plain_http" } });
  destinationId = (await writeDb.destination.create({ data: { registryId: id } })).id;
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
});
afterAll(async () => {
  await client.close();
  await registry.stop();
  await database.drop();
});

test("a worker that is killed midway is taken over from, and the result is the same", async () => {
  const { gone, kept } = await fill("killed");
  const [first] = await startWorkers(1);
  const id = await plan();
  const planned = await deletionStates(id);
  expect(planned.size).toBeGreaterThan(bundleImages);
  await confirmJob(as("job.confirm"), id);
  await vi.waitFor(async () => {
    expect(countOf(await deletionStates(id), "deleted")).toBeGreaterThan(3);
  }, waiting);
  await first?.kill();
  const atDeath = await deletionStates(id);
  expect(countOf(atDeath, "planned")).toBeGreaterThan(3);
  expect(await findBroken(client, parseRepository("killed/packages"))).toEqual([]);

  await startWorkers(1);
  await vi.waitFor(() => expectState(id, "succeeded"), waiting);
  // What the lost worker had under way may have been deleted without its word.
  const after = await deletionStates(id);
  expect(countOf(after, "deleted") + countOf(after, "absent")).toBe(planned.size);
  expect(countOf(after, "absent")).toBeLessThanOrEqual(repositories);
  const tasks = await db.mirrorTask.findMany({ where: { jobId: id } });
  expect(tasks.some(({ attempt }) => attempt > 1)).toBe(true);
  await expectGone("killed", { gone, kept });
  expect(await getPruneSummary(as("job.read"), id)).toMatchObject({ images: { total: 2, removed: 2 } });
});

test("what was stopped midway is planned anew by a retry, images of an index that is gone included", async () => {
  const { gone, kept } = await fill("stopped");
  await startWorkers(1);
  const id = await plan();
  await confirmJob(as("job.confirm"), id);
  await vi.waitFor(async () => {
    expect(countOf(await deletionStates(id), "deleted")).toBeGreaterThan(3);
  }, waiting);
  await cancelJob(as("job.cancel"), id);
  await vi.waitFor(() => expectState(id, "cancelled"), waiting);
  const left = countOf(await deletionStates(id), "planned");
  expect(left).toBeGreaterThan(3);
  // The bundle, which lists its images, is the first that went.
  const [bundle] = gone;
  expect(
    bundle && (await client.findManifest(parseRepository("stopped/packages"), digestOf(bundle))),
  ).toBeNull();
  await retryJob(as("job.retry"), id);
  await vi.waitFor(() => expectState(id, "planned"), waiting);
  const again = await deletionStates(id);
  expect(countOf(again, "planned")).toBeGreaterThanOrEqual(left - repositories);
  await confirmJob(as("job.confirm"), id);
  await vi.waitFor(() => expectState(id, "succeeded"), waiting);
  await expectGone("stopped", { gone, kept });
});

const digestOf = ({ descriptor }: SampleManifest) => descriptor.digest;
const as = <P extends Permission>(permission: P) => systemAccess(provider, permission);

/** A bundle of many images and an index, which are wanted no longer, beside an image of both that is. */
async function fill(base: string): Promise<{ gone: SampleManifest[]; kept: SampleManifest }> {
  const packages = parseRepository(`${base}/packages`);
  const images = Array.from({ length: bundleImages }, (_, index) => sampleImage(`${base} ${index}`));
  const nested = images.map((manifest) => ({ origin: `vendor.example.com/${base}`, manifest }));
  const bundle = buildBundle(base, [], nested);
  for (const { tag, manifest } of listRelocated(bundle, nested)) {
    await pushSample(client, packages, tag, manifest);
  }
  await pushSample(client, packages, parseTag("v1"), bundle);
  const [kept, ...parts] = images as [SampleManifest, ...SampleManifest[]];
  await pushSample(client, packages, parseTag("theirs"), kept);
  const index = sampleIndex(sampleImage(`${base} a`), sampleImage(`${base} b`));
  await pushSample(client, parseRepository(`${base}/multi`), parseTag("v1"), index);
  await writeDb.publication.createMany({
    data: [
      { destinationId, repository: packages, tag: "v1", digest: digestOf(bundle) },
      { destinationId, repository: `${base}/multi`, tag: "v1", digest: digestOf(index) },
    ],
  });
  return { gone: [bundle, ...parts], kept };
}

async function plan(): Promise<string> {
  const { id } = await startPrune(as("prune.start"), { organizationId: null, destinationId });
  await vi.waitFor(() => expectState(id, "planned"), waiting);
  return id;
}

async function expectState(id: string, state: string): Promise<void> {
  expect((await getJob(as("job.read"), id)).state).toBe(state);
}

async function deletionStates(id: string): Promise<Map<string, string>> {
  const rows = await db.pruneDeletion.findMany({ where: { task: { jobId: id } } });
  return new Map(rows.map(({ taskId, position, state }) => [`${taskId} ${position}`, state]));
}

function countOf(states: Map<string, string>, state: string): number {
  return [...states.values()].filter((each) => each === state).length;
}

async function expectGone(base: string, { gone, kept }: { gone: SampleManifest[]; kept: SampleManifest }) {
  const packages = parseRepository(`${base}/packages`);
  for (const manifest of gone) expect(await client.findManifest(packages, digestOf(manifest))).toBeNull();
  expect(await client.findManifest(packages, digestOf(kept))).not.toBeNull();
  // Nor are there locations of a bundle that is gone.
  const ownTag = `sha256-${digestHex(digestOf(kept))}.imgpkg`;
  expect((await client.listTags(packages)).toSorted()).toEqual([ownTag, "theirs"]);
  expect(await client.listTags(parseRepository(`${base}/multi`))).toEqual([]);
  expect(await findBroken(client, packages)).toEqual([]);
  expect(await db.publication.count({ where: { repository: { startsWith: `${base}/` } } })).toBe(0);
}

async function startWorkers(count: number): Promise<WorkerProcess[]> {
  const environment = { WORKER_CONCURRENCY: "2", DATABASE_POOL_SIZE: "5" };
  const started = await Promise.all(
    Array.from({ length: count }, () => startWorkerProcess(database.url, environment)),
  );
  workers.push(...started);
  return started;
}
