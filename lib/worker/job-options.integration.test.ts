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
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { extrasQuery, maxKeptExtras, startJobInput, tasksQuery } from "#lib/schemas/jobs.ts";
import {
  cancelJob,
  confirmJob,
  getJob,
  type JobDetail,
  listExtras,
  listTaskEvents,
  listTasks,
  repeatJob,
  retryJob,
  startJob,
  streamLog,
} from "#lib/services/jobs/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { type MemoryRegistry, startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { createPeople } from "#lib/testing/people.ts";
import { startRegistry } from "#lib/testing/registry-server.ts";
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
/** A job that copies these tags of the repository `app`, to `app` or as `repository:tag` says. */
async function start(
  names: readonly string[],
  options: object = {},
  { host: targetHost }: { host: string } = target,
): Promise<string> {
  const name = `${++made}`;
  const registry = (side: string, host: string) =>
    writeDb.registry.create({ data: { name: `${side} ${name}`, host, tlsMode: "plain_http" } });
  const [from, to] = [await registry("vendor", source.host), await registry("ours", targetHost)];
  const destination = await writeDb.destination.create({ data: { registryId: to.id } });
  const components = names.map((each, position) => {
    const [tag = "", targetPath = "app"] = each.split(":").toReversed();
    const place = { position, sourceHost: "vendor.example.com", sourceRepository: "app" };
    return { ...place, kind: "image" as const, tag, targetPath };
  });
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

async function repeat(jobId: string, kind: "mirror" | "verify", readBlobs = false): Promise<string> {
  return (await repeatJob(systemAccess(provider, "job.start"), { jobId, kind, readBlobs })).id;
}

test("what was copied is compared with the source: same, missing, different, and mirrored again", async () => {
  for (const tag of ["a", "b", "c"]) await putImage(`image ${tag}`, { tag });
  const id = await start(["a", "b", "c"], { platforms: ["linux/amd64"] });
  await waitForEnd(id);
  const placements = () => db.placement.findMany({ where: { task: { jobId: id } }, orderBy: { tag: "asc" } });
  const before = await placements();

  const whole = await repeat(id, "verify");
  expect(await waitForEnd(whole)).toMatchObject({
    kind: "verify",
    state: "succeeded",
    platforms: ["linux/amd64"],
    snapshot: { verdicts: { same: 3, missing: 0, different: 0, damaged: 0 }, bytes: { total: 0 } },
  });
  const seen = await placements();
  expect(seen.map(({ taskId }) => taskId)).toEqual(before.map(({ taskId }) => taskId));
  expect(seen.every((row, index) => row.verifiedAt > (before[index]?.verifiedAt ?? Infinity))).toBe(true);

  const moved = await putImage("image b, built again", { tag: "b" });
  await target.removeManifest("app", target.findTag("app", "c") ?? "");
  const differing = await repeat(id, "verify");
  const job = await waitForEnd(differing);
  expect(job).toMatchObject({
    state: "failed",
    tasks: { succeeded: 1, failed: 2 },
    snapshot: { verdicts: { same: 1, missing: 1, different: 1, damaged: 0 } },
  });
  expect(await tasksOf(differing)).toMatchObject([
    { verdict: "same", error: null },
    {
      verdict: "different",
      plannedDigest: moved.digest,
      targetDigest: target.findTag("app", "b"),
      error: { code: "image-different", facts: { registry: target.host, reference: "b" } },
    },
    { verdict: "missing", targetDigest: null, error: { code: "image-missing" } },
  ]);
  const query = tasksQuery.parse({ verdict: "missing,different" });
  expect((await listTasks(read(), differing, query)).total).toBe(2);

  const again = await repeat(differing, "mirror");
  await watch(again, ({ state }) => state === "planned");
  await confirmJob(systemAccess(provider, "job.confirm"), again);
  expect(await waitForEnd(again)).toMatchObject({ kind: "mirror", state: "succeeded" });
  await retryJob(systemAccess(provider, "job.retry"), differing);
  expect(await waitForEnd(differing)).toMatchObject({
    state: "succeeded",
    snapshot: { verdicts: { same: 3, missing: 0 } },
  });
});

test("a layer that is gone at the target is found when every layer is read, and only then", async () => {
  await putImage("whole", { tag: "v1" });
  const id = await start(["v1"]);
  await waitForEnd(id);
  const digest = await source.putBlob("app", Buffer.from("a layer of whole"));
  await target.removeBlob("app", digest);
  expect(await waitForEnd(await repeat(id, "verify"))).toMatchObject({ state: "succeeded" });
  const thorough = await repeat(id, "verify", true);
  expect(await waitForEnd(thorough)).toMatchObject({
    state: "failed",
    readBlobs: true,
    snapshot: { verdicts: { same: 0, damaged: 1 } },
  });
  const [task] = await tasksOf(thorough);
  expect(task?.error).toMatchObject({ code: "image-damaged", facts: { repository: "app", digest } });

  const again = await repeat(thorough, "mirror");
  await watch(again, ({ state }) => state === "planned");
  await confirmJob(systemAccess(provider, "job.confirm"), again);
  expect(await waitForEnd(again)).toMatchObject({ state: "succeeded", tasks: { succeeded: 1 } });
  expect(target.hasBlob("app", digest)).toBe(true);
  expect(await waitForEnd(await repeat(again, "verify", true))).toMatchObject({ state: "succeeded" });
});

test("what a job of fewer platforms left out comes with one of more, though the root stands there", async () => {
  const root = await putIndex("v1");
  const few = { platforms: ["linux/amd64"] };
  await waitForEnd(await start(["v1"], few));
  const { manifests } = JSON.parse(
    Buffer.from(await (await fetch(`${target.url}/v2/app/manifests/v1`)).arrayBuffer()).toString(),
  ) as { manifests: { digest: string }[] };
  const standing = () => manifests.map(({ digest }) => target.hasManifest("app", digest));
  expect(standing()).toEqual([true, false]);

  // The same choice again has nothing to ask for.
  const same = await start(["v1"], few);
  expect(await waitForEnd(same)).toMatchObject({ state: "succeeded", tasks: { skipped: 1 } });
  const all = await start(["v1"]);
  expect(await waitForEnd(all)).toMatchObject({ state: "succeeded", tasks: { succeeded: 1 } });
  expect(standing()).toEqual([true, true]);
  expect(target.findTag("app", "v1")).toBe(root);
  expect(await waitForEnd(await start(["v1"]))).toMatchObject({ state: "succeeded", tasks: { skipped: 1 } });
  const foreign = await start(["v1"], { foreignLayers: true });
  expect(await waitForEnd(foreign)).toMatchObject({ state: "succeeded", tasks: { succeeded: 1 } });
  expect((await target.verifyAll()).problems).toEqual([]);
});

test("a comparison is cancelled, and a registry that cannot be asked is no verdict", async () => {
  await putImage("whole", { tag: "v1" });
  const id = await start(["v1"]);
  await waitForEnd(id);
  const late = { match: { kind: "head-manifest" }, action: { kind: "delay", ms: 20_000 } } as const;
  const active = target.faults.add(late);
  const cancelled = await repeat(id, "verify");
  await watch(cancelled, () => active.hits > 0);
  await cancelJob(systemAccess(provider, "job.cancel"), cancelled);
  expect(await waitForEnd(cancelled)).toMatchObject({ state: "cancelled", tasks: { cancelled: 1 } });
  target.faults.clear();
  target.faults.add({
    match: { kind: "head-manifest" },
    action: { kind: "status", status: 403, code: "DENIED" },
  });
  const refused = await repeat(id, "verify");
  expect(await waitForEnd(refused)).toMatchObject({ state: "failed", tasks: { failed: 1 } });
  const [task] = await tasksOf(refused);
  expect(task).toMatchObject({ verdict: null, error: { code: "forbidden", facts: { side: "target" } } });
});

const extrasOf = (id: string, query: object = {}) => listExtras(read(), id, extrasQuery.parse(query));
async function logOf(id: string): Promise<string> {
  let log = "";
  for await (const lines of (await streamLog(read(), id, "text")).lines) log += lines;
  return log;
}
const nothingExtra = { found: 0, listed: 0, unlisted: 0 };

test("what stands beside the compared images is told, and who put it there; it is nothing wrong", async () => {
  const server = await startRegistry();
  try {
    for (const tag of ["a", "b", "c"]) await putImage(`image ${tag}`, { tag });
    const compared = await start(["a", "b", "elsewhere:a"], {}, server);
    const other = await start(["c"], {}, server);
    await Promise.all([waitForEnd(compared), waitForEnd(other)]);
    const client = createRegistryClient({
      registry: parseRegistryHost(server.host),
      plainHttp: true,
      access: "pull,push",
    });
    const app = parseRepository("app");
    const image = await client.getManifest(app, parseTag("a"));
    for (const tag of ["stray", `sha256-${"0".repeat(64)}.sig`])
      await client.putManifest(app, parseTag(tag), image);
    await client.close();

    const id = await repeat(compared, "verify");
    const seen = await watch(id, hasEnded);
    expect(seen.at(-1)).toMatchObject({
      state: "succeeded",
      snapshot: {
        verdicts: { same: 3 },
        extras: { found: 2, listed: 2, unlisted: 0 },
        plan: { total: 2, resolved: 2 },
      },
    });
    expect((await getJob(read(), other)).snapshot.extras).toEqual(nothingExtra);
    const { number } = await getJob(read(), other);
    const reference = (tag: string) => ({ name: `app:${tag}`, reference: `${server.host}/app:${tag}` });
    const rows = [
      { ...reference("c"), placedBy: { id: other, number } },
      { ...reference("stray"), placedBy: null },
    ];
    expect(await extrasOf(id)).toMatchObject({ rows, total: 2, unlisted: [] });
    expect((await extrasOf(id, { order: "desc", pageSize: "10" })).rows).toEqual(rows.toReversed());
    for (const search of ["stray", "APP:str", `${server.host}/app:stray`]) {
      expect((await extrasOf(id, { search })).rows).toEqual(rows.slice(1));
    }
    expect(await extrasOf(id, { search: "elsewhere" })).toMatchObject({ rows: [], total: 0 });

    const log = await logOf(id);
    expect(log).toContain(` extra ${server.host}/app:c {"job":${number}}\n`);
    expect(log).toContain(` extra ${server.host}/app:stray {"job":null}\n`);
  } finally {
    await server.stop();
  }
});

test("a repository that cannot be listed is told, and listed again when the job is retried", async () => {
  for (const tag of ["a", "b"]) await putImage(`image ${tag}`, { tag });
  const id = await start(["a", "closed:a", "closed:b"]);
  await waitForEnd(id);
  await target.moveTag("app", "stray", target.findTag("app", "a") ?? "");
  await target.moveTag("closed", "stray", target.findTag("closed", "a") ?? "");
  target.faults.add({
    match: { kind: "list-tags", repository: "closed" },
    action: { kind: "status", status: 403, code: "DENIED" },
    times: Infinity,
  });
  const open = await repeat(id, "verify");
  expect(await waitForEnd(open)).toMatchObject({
    state: "succeeded",
    snapshot: { extras: { found: 1, listed: 1, unlisted: 1 } },
  });
  expect(await extrasOf(open)).toMatchObject({
    rows: [{ name: "app:stray" }],
    unlisted: [
      { error: { code: "forbidden", facts: { side: "target" } }, count: 1, repositories: ["closed"] },
    ],
  });
  const told = { jobId: open, taskId: null, kind: "error", code: "forbidden" } as const;
  expect(await db.jobEvent.count({ where: told })).toBe(1);

  await target.removeManifest("closed", target.findTag("closed", "b") ?? "");
  const lacking = await repeat(id, "verify");
  expect(await waitForEnd(lacking)).toMatchObject({ state: "failed", snapshot: { extras: { unlisted: 1 } } });
  target.faults.clear();
  await retryJob(systemAccess(provider, "job.retry"), lacking);
  expect(await waitForEnd(lacking)).toMatchObject({
    state: "failed",
    snapshot: { extras: { found: 2, listed: 2, unlisted: 0 }, plan: { total: 2, resolved: 2 } },
  });
  expect((await extrasOf(lacking)).rows.map(({ name }) => name)).toEqual(["app:stray", "closed:stray"]);
});

test("what a lost planner has listed stays, and is listed no second time", async () => {
  await putImage("image a", { tag: "a" });
  const id = await start(["a", "slow:a"]);
  await waitForEnd(id);
  await target.moveTag("app", "stray", target.findTag("app", "a") ?? "");
  const late = {
    match: { kind: "list-tags", repository: "slow" },
    action: { kind: "delay", ms: 60_000 },
  } as const;
  target.faults.add(late);
  target.clearRequests();
  const compared = await repeat(id, "verify");
  await watch(compared, ({ snapshot }) => snapshot.extras.listed === 1);
  await worker.stop();
  target.faults.clear();
  worker = await runWorker({ concurrency: 2, version: "test" });
  expect(await waitForEnd(compared)).toMatchObject({
    state: "succeeded",
    snapshot: { extras: { found: 1, listed: 2, unlisted: 0 }, plan: { total: 2, resolved: 2 } },
  });
  expect(await extrasOf(compared)).toMatchObject({ total: 1, rows: [{ name: "app:stray" }] });
  expect(target.requests({ kind: "list-tags", repository: "app" })).toHaveLength(1);
});

test("of very many extra tags a bounded number is kept, and all are counted", async () => {
  await putImage("image a", { tag: "a" });
  const id = await start(["a", "other:a"]);
  await waitForEnd(id);
  const digest = target.findTag("app", "a") ?? "";
  const half = maxKeptExtras / 2 + 10;
  for (let index = 0; index < half; index++) {
    for (const repository of ["app", "other"]) await target.moveTag(repository, `t${index}`, digest);
  }
  const compared = await repeat(id, "verify");
  expect(await waitForEnd(compared)).toMatchObject({
    state: "succeeded",
    snapshot: { extras: { found: 2 * half, listed: 2 } },
  });
  expect((await extrasOf(compared)).total).toBe(maxKeptExtras);
  expect(await logOf(compared)).toMatch(/ extra .* truncated \{"extraTags":20\}\n$/s);
});
