import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { JobState } from "#lib/db/generated/enums.ts";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { generateRelease } from "#lib/demo/generate-release.ts";
import type { Descriptor } from "#lib/engine/oci/descriptor.ts";
import { parseDigest } from "#lib/engine/oci/digest.ts";
import { parseManifest } from "#lib/engine/oci/manifests.ts";
import { parseRegistryHost, parseRepository } from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { startJobInput, tasksQuery } from "#lib/schemas/jobs.ts";
import { createRegistryInput } from "#lib/schemas/registries.ts";
import {
  cancelJob,
  confirmJob,
  getJob,
  listFailures,
  listTasks,
  retryJob,
  startJob,
  streamLog,
} from "#lib/services/jobs/index.ts";
import { createDestination, createRegistry } from "#lib/services/registries/index.ts";
import { runProgram } from "#lib/testing/child-process.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import { startThrottle, type Throttle } from "#lib/testing/throttle.ts";
import { startWorkerProcess, type WorkerProcess } from "#lib/testing/worker-process.ts";

vi.hoisted(() => {
  // The workers are processes of their own and must read what is encrypted here.
  process.env.DRAYAGE_SECRET_KEY = Buffer.alloc(32, 7).toString("base64");
});

const recipe = { scale: 0.25 };
const credentials = { username: "robot", password: "a secret of the target" };
// Two imgpkg bundles, an index of several platforms, plain images with shared bases.
const images = generateRelease(recipe).filter((_, index) => index < 2 || (index >= 27 && index < 57));
const missing = { repository: "tkg/nobody-pushed-this", tag: "v1" };

let database: TestDatabase;
let source: RegistryServer;
let target: RegistryServer;
let slowLine: Throttle;
let verySlowLine: Throttle;
let crawlingLine: Throttle;
let quick: string;
let slow: string;
let verySlow: string;
let crawling: string;
let targetId: string;
let releaseId: string;
let incompleteId: string;
let accessOf: <
  P extends "job.start" | "job.cancel" | "job.confirm" | "job.retry" | "job.read" | "registry.write",
>(
  permission: P,
) => ReturnType<typeof systemAccess<P>>;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  [database, source, target] = await Promise.all([
    createTestDatabase(),
    startRegistry(),
    startRegistry({ htpasswd: credentials }),
  ]);
  slowLine = await startThrottle({ host: source.host, bytesPerSecond: 5_000_000 });
  verySlowLine = await startThrottle({ host: source.host, bytesPerSecond: 300_000 });
  // Even manifests take their time.
  crawlingLine = await startThrottle({ host: source.host, bytesPerSecond: 10_000 });
  const names = new Set(images.map(({ repository, tag }) => `${repository}:${tag}`));
  await fillRegistry(source.url, {
    ...recipe,
    only: (image) => names.has(`${image.repository}:${image.tag}`),
  });

  const user = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy: user }, permission);
  quick = await addRegistry("vendor", source.host);
  slow = await addRegistry("vendor over a slow line", slowLine.host);
  verySlow = await addRegistry("vendor over a very slow line", verySlowLine.host);
  crawling = await addRegistry("vendor over a crawling line", crawlingLine.host);
  targetId = await addRegistry("ours", target.host, credentials);
  releaseId = await addRelease("whole", names.size);
  incompleteId = await addRelease("incomplete", 6, missing);
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
  const lines = [slowLine, verySlowLine, crawlingLine];
  await Promise.all([...lines, source, target].map((each) => each.stop()));
});

test("two workers plan, wait for a word, copy, and a second run moves nothing", async () => {
  const basePath = "spread";
  await startWorkers(2);
  const id = await start({ basePath, sourceRegistryId: slow, holdAfterPlanning: true });
  await waitFor(id, "planned");
  const preview = await getJob(accessOf("job.read"), id);
  expect(preview.snapshot.plan).toEqual({ total: images.length, resolved: images.length });
  expect(preview.totalBytes).toBeGreaterThan(1_000_000);
  expect(preview.doneBytes).toBe(0);
  const { rows } = await listTasks(
    accessOf("job.read"),
    id,
    tasksQuery.parse({ pageSize: 100, sort: "size" }),
  );
  expect(rows.every(({ sizeBytes }) => (sizeBytes ?? 0) > 0)).toBe(true);
  expect(rows[0]?.target.startsWith(`${target.host}/${basePath}/`)).toBe(true);

  await confirmJob(accessOf("job.confirm"), id);
  const speeds: number[] = [];
  await waitFor(id, "succeeded", (job) => speeds.push(job.snapshot.bytesPerSecond));
  expect(Math.max(...speeds)).toBeGreaterThan(100_000);
  const done = await getJob(accessOf("job.read"), id);
  expect(done.tasks.succeeded).toBe(images.length);
  expect(done.doneBytes).toBe(done.totalBytes);
  // Both took part, and between them every blob that the plan named crossed the wire once.
  expect(done.snapshot.bytes.received).toBe(done.totalBytes);
  const taken = await db.mirrorTask.groupBy({ by: ["workerId"], where: { jobId: id }, _count: true });
  expect(taken.map(({ workerId }) => workerId).toSorted()).toEqual(workers.map((each) => each.id).toSorted());
  await verifyTarget(id);
  const endings = await db.jobEvent.count({ where: { jobId: id, kind: "job_state", state: "succeeded" } });
  expect(endings).toBe(1);
  expect(await db.placement.count({ where: { task: { jobId: id } } })).toBe(images.length);
  await inspectWithSkopeo(basePath);

  const again = await start({ basePath, sourceRegistryId: quick });
  await waitFor(again, "succeeded");
  const { snapshot, tasks } = await getJob(accessOf("job.read"), again);
  expect(tasks.skipped).toBe(images.length);
  expect(snapshot.bytes).toEqual({ total: 0, done: 0, received: 0 });
});

test("a job survives a worker that is killed: another finishes it", async () => {
  const [first, second] = await startWorkers(2);
  const id = await start({ basePath: "one-killed", sourceRegistryId: slow });
  await waitForTasks(id, (counts) => counts.succeeded >= 3 && counts.running > 0);
  await first?.kill();
  const killedAt = Date.now();
  const held = await db.mirrorTask.findMany({
    where: { jobId: id, workerId: first?.id ?? "", finishedAt: null },
  });
  expect(held.length).toBeGreaterThan(0);
  const seen: number[] = [];
  await waitFor(id, "succeeded", (job) => seen.push(job.doneBytes));
  expect(Date.now() - killedAt).toBeLessThan(30_000);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  const resumed = await db.mirrorTask.findMany({ where: { id: { in: held.map((task) => task.id) } } });
  expect(resumed.every(({ workerId, attempt }) => workerId === second?.id && attempt === 2)).toBe(true);
  await verifyTarget(id);
});

test("jobs survive that everything is killed while one is planned and another copied", async () => {
  const [worker] = await startWorkers(1);
  const copied = await start({ basePath: "killed-while-copied", sourceRegistryId: verySlow });
  await waitForTasks(copied, (counts) => counts.succeeded >= 3 && counts.running > 0);
  const planned = await start({ basePath: "killed-while-planned", sourceRegistryId: crawling });
  await vi.waitFor(async () => {
    const job = await db.mirrorJob.findUniqueOrThrow({ where: { id: planned } });
    expect(job.planResolved).toBeGreaterThan(2);
  }, waiting);
  await worker?.kill();
  const states = await db.mirrorJob.findMany({
    where: { id: { in: [copied, planned] } },
    select: { state: true },
  });
  expect(states.map(({ state }) => state).toSorted()).toEqual(["planning", "running"]);
  await writeDb.mirrorJob.updateMany({
    where: { id: { in: [copied, planned] } },
    data: { sourceRegistryId: quick },
  });
  await startWorkers(1);
  await waitFor(copied, "succeeded");
  await waitFor(planned, "succeeded");
  const { snapshot } = await getJob(accessOf("job.read"), planned);
  expect(snapshot.plan).toEqual({ total: images.length, resolved: images.length });
  await verifyTarget(copied);
  await verifyTarget(planned);
});

test("a worker that is told to stop hands its images back at once", async () => {
  const [first] = await startWorkers(1);
  const id = await start({ basePath: "handed-back", sourceRegistryId: slow });
  await waitForTasks(id, (counts) => counts.succeeded >= 1 && counts.running > 0);
  await first?.stop();
  const left = await db.mirrorTask.groupBy({ by: ["state"], where: { jobId: id } });
  expect(left.map(({ state }) => state).toSorted()).toEqual(["queued", "succeeded"]);
  const row = await db.worker.findUniqueOrThrow({ where: { id: first?.id ?? "" } });
  expect(row.stoppedAt).not.toBeNull();
  await startWorkers(1);
  await waitFor(id, "succeeded");
});

test("cancel stops while planning and in the middle of a blob, and retry goes on to success", async () => {
  await startWorkers(1);
  const id = await start({ basePath: "cancelled", sourceRegistryId: crawling, holdAfterPlanning: true });
  await vi.waitFor(async () => {
    expect((await db.mirrorJob.findUniqueOrThrow({ where: { id } })).planResolved).toBeGreaterThan(0);
  }, waiting);
  await cancelJob(accessOf("job.cancel"), id);
  const cancelled = await getJob(accessOf("job.read"), id);
  expect(cancelled.state).toBe("cancelled");
  const { total, resolved } = cancelled.snapshot.plan;
  expect(resolved).toBeLessThan(total);
  expect(cancelled.tasks.cancelled).toBe(images.length);
  // The planner has stopped, too: nothing of what it was still asking for is written any more.
  await sleep(2_000);
  expect((await getJob(accessOf("job.read"), id)).snapshot).toEqual(cancelled.snapshot);

  await writeDb.mirrorJob.update({ where: { id }, data: { sourceRegistryId: verySlow } });
  await retryJob(accessOf("job.retry"), id);
  // Nobody has seen its plan yet.
  await waitFor(id, "planned");
  await confirmJob(accessOf("job.confirm"), id);
  await vi.waitFor(async () => {
    const partial = { outcome: null, receivedBytes: { gt: 0 } };
    expect(await db.jobBlob.count({ where: { jobId: id, ...partial } })).toBeGreaterThan(0);
  }, waiting);
  const askedAt = Date.now();
  await cancelJob(accessOf("job.cancel"), id);
  await waitFor(id, "cancelled");
  expect(Date.now() - askedAt).toBeLessThan(3_000);
  const { tasks } = await getJob(accessOf("job.read"), id);
  expect(tasks.cancelled).toBeGreaterThan(0);
  expect(tasks.running + tasks.queued).toBe(0);

  await writeDb.mirrorJob.update({ where: { id }, data: { sourceRegistryId: quick } });
  await retryJob(accessOf("job.retry"), id);
  await waitFor(id, "succeeded");
  await verifyTarget(id);
});

test("an image that is missing leaves the job failed with its cause, and the rest copied", async () => {
  await startWorkers(1);
  const id = await start({ basePath: "incomplete", sourceRegistryId: quick, releaseIds: [incompleteId] });
  await waitFor(id, "failed");
  const { tasks } = await getJob(accessOf("job.read"), id);
  expect(tasks).toMatchObject({ succeeded: 6, failed: 1 });
  const [failure, ...others] = await listFailures(accessOf("job.read"), id);
  expect(others).toEqual([]);
  expect(failure).toMatchObject({
    count: 1,
    error: { code: "manifest-not-found", facts: { side: "source", repository: missing.repository } },
  });
  const log: string[] = [];
  for await (const lines of (await streamLog(accessOf("job.read"), id, "text")).lines) log.push(lines);
  expect(log.join("")).toContain("manifest-not-found");
  await verifyTarget(id);
});

test("a registry that is away fails the job with one cause", async () => {
  await startWorkers(1);
  const sourceRegistryId = await addRegistry("nobody", "127.0.0.1:9");
  const id = await start({ basePath: "away", sourceRegistryId });
  await waitFor(id, "failed");
  const job = await getJob(accessOf("job.read"), id);
  expect(job.error).toMatchObject({ code: "connection-refused", facts: { side: "source" } });
  expect(job.tasks.failed).toBe(images.length);
  await vi.waitFor(async () => {
    const registries = await db.registry.findMany({ where: { id: { in: [quick, sourceRegistryId] } } });
    const health = new Map(registries.map((row) => [row.id, row.health]));
    expect(health.get(quick)).toBe("healthy");
  }, waiting);
});

const waiting = { timeout: 60_000, interval: 50 };

async function startWorkers(count: number): Promise<WorkerProcess[]> {
  const environment = { WORKER_CONCURRENCY: "3", DATABASE_POOL_SIZE: "5" };
  const started = await Promise.all(
    Array.from({ length: count }, () => startWorkerProcess(database.url, environment)),
  );
  workers.push(...started);
  return started;
}

async function addRegistry(name: string, host: string, login = { username: "", password: "" }) {
  const fields = {
    name,
    host,
    tlsMode: "plain_http" as const,
    caPem: "",
    description: "",
    organizationId: null,
  };
  const input = createRegistryInput.parse({ ...fields, ...login });
  return (await createRegistry(accessOf("registry.write"), input)).id;
}

async function addRelease(name: string, count: number, extra?: typeof missing): Promise<string> {
  const listed = [...images.slice(0, count), ...(extra ? [{ ...extra, kind: "image" as const }] : [])];
  const components = listed.map(({ kind, repository, tag }, index) => ({
    position: index + 1,
    kind,
    sourceHost: "vendor.example.com",
    sourceRepository: repository,
    tag,
    targetPath: repository,
  }));
  const release = await writeDb.release.create({
    data: { kind: "list", name, version: "1", components: { create: components } },
  });
  return release.id;
}

async function start(options: {
  basePath: string;
  sourceRegistryId: string;
  releaseIds?: string[];
  holdAfterPlanning?: boolean;
}): Promise<string> {
  const { basePath, ...rest } = options;
  const known = await db.destination.findFirst({ where: { registryId: targetId, basePath } });
  const destination =
    known ?? (await createDestination(accessOf("registry.write"), { registryId: targetId, basePath }));
  const input = startJobInput.parse({ releaseIds: [releaseId], destinationId: destination.id, ...rest });
  return (await startJob(accessOf("job.start"), input)).id;
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
      const failures = JSON.stringify(await listFailures(accessOf("job.read"), id));
      const logs = await Promise.all(workers.map((worker) => worker.log()));
      throw new Error(`the job is ${job.state}, not ${state}: ${failures} ${logs.join("\n")}`);
    }
    await sleep(200);
  }
}

async function waitForTasks(id: string, reached: (counts: Job["tasks"]) => boolean): Promise<void> {
  await vi.waitFor(async () => {
    const { tasks } = await getJob(accessOf("job.read"), id);
    if (!reached(tasks)) throw new Error(`not yet: ${JSON.stringify(tasks)}`);
  }, waiting);
}

/** Reads every manifest and every blob of every image that is said to be there; the client proves each digest. */
async function verifyTarget(jobId: string): Promise<void> {
  const registry = parseRegistryHost(target.host);
  const client = createRegistryClient({ registry, plainHttp: true, credentials });
  const read = new Set<string>();
  const walk = async (
    repository: ReturnType<typeof parseRepository>,
    { digest }: Pick<Descriptor, "digest">,
  ) => {
    const { raw, descriptor } = await client.getManifest(repository, digest);
    const manifest = parseManifest(raw, descriptor.mediaType);
    if (manifest.kind === "index") {
      for (const child of manifest.manifests) await walk(repository, child);
      return;
    }
    for (const blob of [...(manifest.config ? [manifest.config] : []), ...manifest.layers]) {
      expect(await client.hasBlob(repository, blob.digest)).toBe(true);
      if (read.has(blob.digest)) continue;
      read.add(blob.digest);
      let sizeBytes = 0;
      for await (const chunk of await client.openBlob(repository, blob)) sizeBytes += chunk.byteLength;
      expect(sizeBytes).toBe(blob.sizeBytes);
    }
  };
  try {
    const tasks = await db.mirrorTask.findMany({ where: { jobId, state: { in: ["succeeded", "skipped"] } } });
    for (const task of tasks) {
      expect(task.finalDigest).toBe(task.plannedDigest);
      await walk(parseRepository(task.targetRepository), { digest: parseDigest(task.finalDigest ?? "") });
    }
  } finally {
    await client.close();
  }
}

async function inspectWithSkopeo(basePath: string): Promise<void> {
  const skopeo = await findProgram("skopeo");
  const image = images.find((each) => each.build().root.children.length > 0);
  const reference = `docker://${target.host}/${basePath}/${image?.repository ?? ""}:${image?.tag ?? ""}`;
  const login = `${credentials.username}:${credentials.password}`;
  const { stdout } = await runProgram(skopeo, [
    "inspect",
    "--raw",
    "--tls-verify=false",
    "--creds",
    login,
    reference,
  ]);
  expect((JSON.parse(stdout) as { manifests: unknown[] }).manifests.length).toBeGreaterThan(1);
}
