import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import {
  ociImageConfig,
  ociImageIndex,
  ociImageManifest,
  ociLayerGzip,
} from "#lib/engine/oci/media-types.ts";
import { startJobInput, tasksQuery } from "#lib/schemas/jobs.ts";
import { getJob, type JobDetail, listTaskEvents, listTasks, startJob } from "#lib/services/jobs/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { type MemoryRegistry, startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type RunningWorker, runWorker } from "./run-worker.ts";

let database: TestDatabase;
let worker: RunningWorker;
let source: MemoryRegistry;
let target: MemoryRegistry;
let provider: JobOrigin;
const read = () => systemAccess(provider, "job.read");

beforeAll(async () => {
  database = await createTestDatabase();
  worker = await runWorker({ concurrency: 2, version: "test" });
  provider = { id: "test", organizationId: null, startedBy: await createPeople(writeDb).user() };
});
afterAll(async () => {
  await worker.stop();
  await database.drop();
});
beforeEach(async () => {
  [source, target] = await Promise.all([startMemoryRegistry(), startMemoryRegistry()]);
});
afterEach(() => Promise.all([source.stop(), target.stop()]));

const foreignLayer = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
const bytesOf = (value: object) => Buffer.from(JSON.stringify(value));
const amd64 = { os: "linux", architecture: "amd64" };
const arm64 = { os: "linux", architecture: "arm64" };

async function putImage(words: string, fields: { tag?: string; foreign?: boolean } = {}) {
  const { tag, foreign = false } = fields;
  const put = async (bytes: Buffer, mediaType: string) => ({
    mediaType,
    digest: await source.putBlob("app", bytes),
    size: bytes.byteLength,
  });
  const config = await put(bytesOf({ os: "linux", words }), ociImageConfig);
  const layers: object[] = [await put(Buffer.from(`a layer of ${words}`), ociLayerGzip)];
  if (foreign) {
    const layer = await put(Buffer.from(`not ours: ${words}`), foreignLayer);
    layers.push({ ...layer, urls: [`${source.url}/v2/app/blobs/${layer.digest}`] });
  }
  const raw = bytesOf({ schemaVersion: 2, mediaType: ociImageManifest, config, layers });
  const digest = await source.putManifest("app", raw, ociImageManifest, {
    ...(tag !== undefined && { tag }),
  });
  return { mediaType: ociImageManifest, digest, size: raw.byteLength };
}

async function putIndex(tag: string) {
  const manifests = [
    { ...(await putImage("for amd64", { foreign: true })), platform: amd64 },
    { ...(await putImage("for arm64")), platform: arm64 },
  ];
  const raw = bytesOf({ schemaVersion: 2, mediaType: ociImageIndex, manifests });
  return source.putManifest("app", raw, ociImageIndex, { tag });
}

let made = 0;
/** A job that copies these tags of the repository `app`. */
async function start(tags: readonly string[], options: object = {}): Promise<string> {
  const name = `${++made}`;
  const registry = (side: string, { host }: MemoryRegistry) =>
    writeDb.registry.create({ data: { name: `${side} ${name}`, host, tlsMode: "plain_http" } });
  const [from, to] = [await registry("vendor", source), await registry("ours", target)];
  const destination = await writeDb.destination.create({ data: { registryId: to.id } });
  const components = tags.map((tag, position) => ({
    position,
    kind: "image" as const,
    sourceHost: "vendor.example.com",
    sourceRepository: "app",
    tag,
    targetPath: "app",
  }));
  const release = await writeDb.release.create({
    data: { kind: "list", name, version: "1", components: { create: components } },
  });
  const input = startJobInput.parse({
    releaseIds: [release.id],
    sourceRegistryId: from.id,
    destinationId: destination.id,
    ...options,
  });
  return (await startJob(systemAccess(provider, "job.start"), input)).id;
}

/** Waits until a job is so, and says what was seen on the way. */
async function watch(id: string, isSo: (job: JobDetail) => boolean): Promise<JobDetail[]> {
  const seen: JobDetail[] = [];
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50)) {
    const job = await getJob(read(), id);
    seen.push(job);
    if (isSo(job)) return seen;
  }
  throw new Error(`not so in time: ${JSON.stringify(seen.at(-1))}`);
}
const hasEnded = ({ state }: JobDetail) => ["succeeded", "failed", "cancelled"].includes(state);
const waitForEnd = async (id: string) => (await watch(id, hasEnded)).at(-1);
const tasksOf = async (id: string) => (await listTasks(read(), id, tasksQuery.parse({}))).rows;

test("only the chosen platforms are copied, and the plan says what it leaves out", async () => {
  const root = await putIndex("v1");
  const id = await start(["v1"], { platforms: ["linux/amd64"] });
  const job = await waitForEnd(id);
  expect((await tasksOf(id)).map(({ error }) => error)).toEqual([null]);
  expect(job).toMatchObject({
    state: "succeeded",
    platforms: ["linux/amd64"],
    snapshot: { leftOut: { foreignLayers: 1, foreignImages: 1, platforms: ["linux/arm64"] } },
  });
  const [task] = await tasksOf(id);
  expect(task).toMatchObject({
    platforms: ["linux/amd64"],
    platformsLeftOut: ["linux/arm64"],
    foreignLayers: 1,
    foreignBytes: Buffer.byteLength("not ours: for amd64"),
    finalDigest: root,
  });
  expect(target.findTag("app", "v1")).toBe(root);
  const { manifests } = JSON.parse(
    Buffer.from(await (await fetch(`${target.url}/v2/app/manifests/v1`)).arrayBuffer()).toString(),
  ) as { manifests: { digest: string }[] };
  expect(manifests.map(({ digest }) => target.hasManifest("app", digest))).toEqual([true, false]);
});

test("foreign layers come along when the job is asked to bring them", async () => {
  await putIndex("v1");
  const id = await start(["v1"], { foreignLayers: true });
  expect(await waitForEnd(id)).toMatchObject({
    state: "succeeded",
    snapshot: { leftOut: { foreignLayers: 0, platforms: [] } },
  });
  expect((await target.verifyAll()).problems).toEqual([]);
});

test.each([
  ["planning", "get-manifest", () => source],
  ["copying", "put-manifest", () => target],
] as const)("a registry that limits requests is named while %s waits for it", async (_what, kind, side) => {
  await putImage("limited", { tag: "v1" });
  side().faults.add({ match: { kind }, action: { kind: "rate-limit", retryAfter: 2 } });
  const id = await start(["v1"]);
  const seen = await watch(id, hasEnded);
  const limited = seen.map(({ snapshot }) => snapshot.limited).find((each) => each !== null);
  expect(limited?.registry).toBe(side().host);
  expect(seen.at(-1)).toMatchObject({ state: "succeeded", snapshot: { limited: null } });
  expect(await db.mirrorJob.findUniqueOrThrow({ where: { id } })).toMatchObject({
    limitedRegistry: side().host,
  });
  const [task] = await tasksOf(id);
  if (kind === "get-manifest") return;
  expect(task).toMatchObject({ retries: 1, state: "succeeded" });
  const events = await listTaskEvents(read(), id, task?.id ?? "");
  expect(events.map((event) => event.kind)).toEqual(["task_state", "retry", "task_state"]);
});
