import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { pseudoRandomFraction } from "#lib/demo/random.ts";
import { buildImage, buildIndex, buildLayer, type SampleManifest } from "#lib/demo/sample-image.ts";
import { createRegistrySource } from "#lib/engine/mirror/index.ts";
import { createVerifySession } from "#lib/engine/mirror/verify-session.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { parseImagePath, parseRegistryHost } from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { createRegistryInput } from "#lib/schemas/registries.ts";
import { getJob, listFailures, startJob } from "#lib/services/jobs/index.ts";
import { createDestination, createRegistry } from "#lib/services/registries/index.ts";
import { runProgram } from "#lib/testing/child-process.ts";
import { putSample } from "#lib/testing/contract/put-sample.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import type { FaultAction } from "#lib/testing/memory-registry/fault-actions.ts";
import { startMemoryRegistry, type MemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import type { RequestKind } from "#lib/testing/memory-registry/route.ts";
import { createPeople } from "#lib/testing/people.ts";
import { findProgram } from "#lib/testing/programs.ts";
import { startRegistry, type RegistryServer } from "#lib/testing/registry-server.ts";
import { startWorkerProcess, type WorkerProcess } from "#lib/testing/worker-process.ts";

vi.hoisted(() => {
  // The workers are processes of their own and must read what is encrypted here.
  process.env.DRAYAGE_SECRET_KEY = Buffer.alloc(32, 7).toString("base64");
});

const full = process.env.DRAYAGE_SOAK === "full";
const scale = full
  ? { images: 300, layerBytes: 500_000, killEveryMs: 4_000, timeoutMs: 20 * 60_000 }
  : { images: 60, layerBytes: 60_000, killEveryMs: Infinity, timeoutMs: 110_000 };
const seed = process.env.DRAYAGE_SOAK_SEED ?? "soak";
const workerCount = 3;
const imagesPerWorker = 3;
const basePath = "mirror";

/** Of each request that fits, how likely it is that this befalls it: about one in twenty meets something. */
const misfortunes: readonly { kind?: RequestKind; action: FaultAction; odds: number }[] = [
  { action: { kind: "reset" }, odds: 0.005 },
  { action: { kind: "cut-answer" }, odds: 0.005 },
  { action: { kind: "status", status: 500 }, odds: 0.01 },
  { action: { kind: "rate-limit", retryAfter: 0 }, odds: 0.005 },
  {
    kind: "get-manifest",
    action: { kind: "truncate", afterBytes: 50, framing: "chunked-ended" },
    odds: 0.02,
  },
  { kind: "get-blob", action: { kind: "reset-download", afterBytes: 20_000 }, odds: 0.02 },
  {
    kind: "get-blob",
    action: { kind: "truncate", afterBytes: 10_000, framing: "length-of-part" },
    odds: 0.01,
  },
  { kind: "get-blob", action: { kind: "wrong-bytes" }, odds: 0.01 },
];

let dir: string;
let database: TestDatabase;
let source: MemoryRegistry;
let target: RegistryServer;
let accessOf: <P extends "job.start" | "job.read" | "registry.write">(
  permission: P,
) => ReturnType<typeof systemAccess<P>>;
const workers: WorkerProcess[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "drayage-soak-"));
  [database, source, target] = await Promise.all([
    createTestDatabase(),
    startMemoryRegistry({ maxLoggedRequests: 200_000 }),
    startRegistry(),
  ]);
  const user = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "soak", organizationId: null, startedBy: user }, permission);
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  await database.drop();
  await Promise.all([source.stop(), target.stop()]);
  await rm(dir, { recursive: true, force: true });
});

interface Listed {
  readonly repository: string;
  readonly tag: string;
  readonly sample: SampleManifest;
}

const platforms = ["amd64", "arm64"].map((architecture) => ({ os: "linux", architecture }));
const layer = (name: string, sizeBytes: number) =>
  buildLayer([{ path: name, content: { seed: name, sizeBytes } }]);

/** Images over three bases, every third for two platforms, ten tags to a repository. */
function buildImages(count: number, layerBytes: number): Listed[] {
  return Array.from({ length: count }, (_, index) => {
    const images = platforms.slice(0, index % 3 === 0 ? 2 : 1).map((platform) => {
      const base = layer(`base-${index % 3}/${platform.architecture}`, layerBytes * 4);
      const own = layer(`own-${index}/${platform.architecture}`, layerBytes);
      const entrypoint = `/own-${index}`;
      return { platform, image: buildImage({ format: "oci", platform, layers: [base, own], entrypoint }) };
    });
    const [first] = images;
    const sample = images.length > 1 || !first ? buildIndex("oci", images) : first.image;
    return { repository: `team/part-${Math.floor(index / 10)}`, tag: `v${index}`, sample };
  });
}

test(
  "a job comes to its end whole, through faults of the source and the death of workers",
  { timeout: scale.timeoutMs + 60_000 },
  async () => {
    const images = buildImages(scale.images, scale.layerBytes);
    for (const { repository, tag, sample } of images) await putSample(source, repository, sample, tag);
    const faults = misfortunes.map(({ kind, action, odds }, index) =>
      source.faults.add({
        ...(kind === undefined ? {} : { match: { kind } }),
        action,
        probability: odds,
        seed: `${seed}/${index}`,
      }),
    );
    await startWorkers(workerCount);
    const id = await start(images);
    const kills = await killUntilDone(id);

    expect(kills).toBeGreaterThan(0);
    const { tasks } = await getJob(accessOf("job.read"), id);
    // Killed between an image's tag and its word, a worker leaves one behind that the next finds there.
    expect(tasks.succeeded + tasks.skipped).toBe(images.length);
    expect(tasks.skipped).toBeLessThanOrEqual(kills * imagesPerWorker);
    const hits = faults.reduce((sum, { hits }) => sum + hits, 0);
    expect(hits).toBeGreaterThan(images.length / 5);
    source.faults.clear();
    expectFewReads(images, kills);
    await expectSameBySkopeo(images);
    await expectSameByUs(images);
  },
);

test("a blob that many images share is read once, however many workers need it", async () => {
  const shared = layer("shared by all", 1_000_000);
  const images = Array.from({ length: 12 }, (_, index): Listed => {
    const [platform] = platforms;
    if (!platform) throw new Error("no platform");
    const layers = [shared, layer(`alone-${index}`, 20_000)];
    return { repository: `app-${index}`, tag: "v1", sample: buildImage({ format: "oci", platform, layers }) };
  });
  for (const { repository, tag, sample } of images) await putSample(source, repository, sample, tag);
  // So slow that all who need it come while it is on its way.
  source.faults.add({
    match: { kind: "get-blob", digest: shared.digest },
    action: { kind: "drip", bytesPerSecond: 400_000 },
    times: Infinity,
  });
  await startWorkers(2);
  const id = await start(images);
  await waitFor(id);
  const took = await db.mirrorTask.groupBy({ by: ["workerId"], where: { jobId: id } });
  expect(took).toHaveLength(2);
  expect(source.requests({ kind: "get-blob", digest: shared.digest })).toHaveLength(1);
  // Where it is not read it was mounted: it is whole in every repository.
  await expectSameByUs(images);
});

async function startWorkers(count: number): Promise<void> {
  const environment = { WORKER_CONCURRENCY: String(imagesPerWorker), DATABASE_POOL_SIZE: "5" };
  const started = Array.from({ length: count }, () => startWorkerProcess(database.url, environment));
  workers.push(...(await Promise.all(started)));
}

async function start(images: readonly Listed[]): Promise<string> {
  const add = async (name: string, host: string) => {
    const fields = { name, host, tlsMode: "plain_http", caPem: "", description: "", organizationId: null };
    const input = createRegistryInput.parse({ ...fields, username: "", password: "" });
    return (await createRegistry(accessOf("registry.write"), input)).id;
  };
  const [sourceRegistryId, registryId] = [await add("vendor", source.host), await add("ours", target.host)];
  const destination = await createDestination(accessOf("registry.write"), { registryId, basePath });
  const components = images.map(({ repository, tag }, index) => ({
    position: index + 1,
    kind: "image" as const,
    sourceHost: "vendor.example.com",
    sourceRepository: repository,
    tag,
    targetPath: repository,
  }));
  const release = await writeDb.release.create({
    data: { kind: "list", name: "soak", version: "1", components: { create: components } },
  });
  const input = { releaseIds: [release.id], destinationId: destination.id, sourceRegistryId };
  return (await startJob(accessOf("job.start"), startJobInput.parse(input))).id;
}

/** Ends workers as a crash does, and starts others: one when a third is done, or again and again in the full run. */
async function killUntilDone(id: string): Promise<number> {
  let kills = 0;
  let nextAt = Date.now() + scale.killEveryMs;
  await waitFor(id, async ({ succeeded }) => {
    const isFirst = kills === 0 && succeeded >= scale.images / 3;
    const due = Date.now() >= nextAt || isFirst;
    if (!due) return;
    const victim = Math.floor(pseudoRandomFraction(`${seed}/kill-${kills++}`) * workers.length);
    const [killed] = workers.splice(victim, 1);
    await Promise.all([killed?.kill(), startWorkers(1)]);
    nextAt = Date.now() + scale.killEveryMs;
  });
  return kills;
}

type Tasks = Awaited<ReturnType<typeof getJob>>["tasks"];

async function waitFor(id: string, onLook: (tasks: Tasks) => Promise<void> = () => Promise.resolve()) {
  const deadline = Date.now() + scale.timeoutMs;
  for (;;) {
    const { state, tasks } = await getJob(accessOf("job.read"), id);
    if (state === "succeeded") return;
    const ended = ["failed", "cancelled"].includes(state);
    if (ended || Date.now() > deadline) {
      const failures = JSON.stringify(await listFailures(accessOf("job.read"), id));
      const logs = await Promise.all(workers.map((worker) => worker.log()));
      throw new Error(`the job is ${state}: ${JSON.stringify(tasks)} ${failures} ${logs.join("\n")}`);
    }
    await onLook(tasks);
    await sleep(200);
  }
}

function* walk(manifest: SampleManifest): Generator<SampleManifest> {
  yield manifest;
  for (const child of manifest.children) yield* walk(child);
}

/** Each layer crossed the wire once, and once more for each fault that befell it and each worker that died. */
function expectFewReads(images: readonly Listed[], kills: number): void {
  const reads = Map.groupBy(source.requests({ kind: "get-blob" }), ({ digest }) => digest);
  for (const manifest of images.flatMap(({ sample }) => [...walk(sample)])) {
    for (const [index, { descriptor }] of manifest.blobs.entries()) {
      const asked = reads.get(descriptor.digest) ?? [];
      const hindered = asked.filter(({ faults }) => faults.length > 0).length;
      // Who plans an image reads its configuration, and another may copy it.
      const readers = index === 0 ? 2 : 1;
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.length, descriptor.digest).toBeLessThanOrEqual(readers + hindered + kills);
    }
  }
}

/** A client that is not ours reads every manifest and blob of every platform, and proves each. */
async function expectSameBySkopeo(images: readonly Listed[]): Promise<void> {
  const skopeo = await findProgram("skopeo");
  const repositories = new Set(images.map(({ repository }) => `${basePath}/${repository}`));
  for (const repository of repositories) {
    await runProgram(
      skopeo,
      [
        ...["sync", "--all", "--scoped", "--src", "docker", "--dest", "dir", "--src-tls-verify=false"],
        ...[`${target.host}/${repository}`, dir],
      ],
      { timeoutMs: 300_000 },
    );
  }
  for (const { repository, tag, sample } of images) {
    const manifest = join(dir, `${target.host}/${basePath}/${repository}:${tag}`, "manifest.json");
    expect(digestBytes(await readFile(manifest))).toBe(sample.descriptor.digest);
  }
}

async function expectSameByUs(images: readonly Listed[]): Promise<void> {
  const [from, to] = [source.host, target.host].map((host) =>
    createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true }),
  );
  if (!from || !to) throw new Error("no clients");
  const session = createVerifySession({
    source: createRegistrySource(from),
    target: createRegistrySource(to, "target"),
    blobs: true,
  });
  try {
    const verdicts = await Promise.all(
      images.map(({ repository, tag }) =>
        session.verify({
          source: { registry: from.registry, ...parseImagePath(`${repository}:${tag}`) },
          target: parseImagePath(`${basePath}/${repository}:${tag}`),
        }),
      ),
    );
    expect(verdicts).toEqual(
      images.map(({ sample }) => ({ state: "same", rootDigest: sample.descriptor.digest })),
    );
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}
