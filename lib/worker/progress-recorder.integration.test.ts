import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { db, writeDb } from "#lib/db/client.ts";
import type { MirrorEvent } from "#lib/engine/mirror/index.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { parseReference } from "#lib/engine/oci/reference.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { claimTask } from "./claim-task.ts";
import { recordCopied, recordFailed } from "./end-task.ts";
import { ProgressRecorder } from "./progress-recorder.ts";
import type { TaskRecord } from "./task-record.ts";
import { maxTaskEvents } from "./write-progress.ts";

let database: TestDatabase;
let destinationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const registry = await writeDb.registry.create({ data: { name: "ours", host: "ours.example.com" } });
  destinationId = (await writeDb.destination.create({ data: { registryId: registry.id } })).id;
});
afterAll(() => database.drop());

const reference = parseReference("vendor.example.com/app:v1");
const item = { source: reference, target: reference };
const digests = Array.from({ length: 20 }, (_, index) => digestBytes(`blob ${index}`));
const digest = digestBytes("blob 0");
const sizeBytes = 1000;
const result = {
  outcome: "copied",
  rootDigest: digestBytes("root"),
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  blobsPresent: 0,
  blobsMounted: 0,
  blobsTransferred: 1,
  bytesTransferred: sizeBytes,
} as const;

type Told = MirrorEvent extends infer E ? (E extends MirrorEvent ? Omit<E, "item"> : never) : never;
const tell = (record: TaskRecord, ...events: Told[]) =>
  events.forEach((event) => record.hear({ ...event, item }));

const progress = (bytes: number, addedBytes = bytes): Told => ({
  type: "blob-progress",
  digest,
  sizeBytes,
  bytes,
  addedBytes,
});

async function createJob(tasks = 1) {
  return writeDb.mirrorJob.create({
    data: {
      state: "running",
      destinationId,
      blobs: { create: digests.map((each) => ({ digest: each, sizeBytes })) },
      tasks: {
        create: Array.from({ length: tasks }, (_, position) => ({
          position,
          kind: "image" as const,
          originalName: `vendor.example.com/app-${position}:v1`,
          sourceRepository: `app-${position}`,
          targetRepository: `app-${position}`,
          tag: "v1",
          blobsTotal: 1,
        })),
      },
    },
    include: { tasks: { orderBy: { position: "asc" } } },
  });
}

async function claim(recorder: ProgressRecorder, workerId: string, jobId: string, taskId: string) {
  const task = await claimTask(workerId, { taskId, jobId, run: 1 });
  if (!task) throw new Error("nothing to claim");
  const onLost = vi.fn();
  const record = recorder.begin(task, task, onLost);
  return { recorder, record, onLost };
}

function createWorker() {
  const id = randomUUID();
  return { id, recorder: new ProgressRecorder(id, 60_000) };
}

const readTask = (id: string) => db.mirrorTask.findUniqueOrThrow({ where: { id } });
const readBlob = (jobId: string) =>
  db.jobBlob.findUniqueOrThrow({ where: { jobId_digest: { jobId, digest } } });

test("what a lost attempt writes late changes nothing", async () => {
  const [a, b] = [createWorker(), createWorker()];
  const { id: jobId, tasks } = await createJob();
  const taskId = tasks[0]?.id ?? "";
  const lost = await claim(a.recorder, a.id, jobId, taskId);
  tell(lost.record, progress(300));
  await a.recorder.flush();
  expect((await readBlob(jobId)).receivedBytes).toBe(300n);

  const current = await claim(b.recorder, b.id, jobId, taskId);
  tell(current.record, progress(100));
  await b.recorder.flush();
  const [task, blob, events] = [await readTask(taskId), await readBlob(jobId), await db.jobEvent.count()];
  expect(task).toMatchObject({ attempt: 2, workerId: b.id, receivedBytes: 400n });

  tell(lost.record, progress(900), { type: "blob-transferred", digest, sizeBytes });
  tell(lost.record, { type: "blob-waiting", digest, sizeBytes });
  await a.recorder.flush();
  expect(lost.onLost).toHaveBeenCalledOnce();
  await recordFailed(lost, { code: "timeout", facts: {} });
  await recordCopied(lost, result);
  expect(await readTask(taskId)).toEqual(task);
  expect(await readBlob(jobId)).toEqual(blob);
  expect(await db.jobEvent.count()).toBe(events);
  expect(await db.placement.count({ where: { taskId } })).toBe(0);

  await recordCopied(current, result);
  expect(await readTask(taskId)).toMatchObject({ state: "succeeded", finalDigest: result.rootDigest });
  expect(await db.placement.count({ where: { taskId, digest: result.rootDigest } })).toBe(1);
  expect(current.onLost).not.toHaveBeenCalled();
});

test("progress never runs backwards: not by a new attempt at a blob, not by a new worker", async () => {
  const [a, b] = [createWorker(), createWorker()];
  const { id: jobId, tasks } = await createJob();
  const taskId = tasks[0]?.id ?? "";
  const first = await claim(a.recorder, a.id, jobId, taskId);
  tell(first.record, progress(800));
  await a.recorder.flush();
  const cause = new EngineError("connection-lost", { operation: "get-blob", retryable: true });
  tell(first.record, { type: "retrying", cause, digest, attempt: 1, nextAttemptAt: Date.now() + 60_000 });
  await a.recorder.flush();
  expect(await readTask(taskId)).toMatchObject({ state: "retrying", retries: 1 });
  tell(first.record, progress(100));
  await a.recorder.flush();
  expect(await readTask(taskId)).toMatchObject({
    state: "running",
    receivedBytes: 900n,
    nextAttemptAt: null,
  });
  expect(await readBlob(jobId)).toMatchObject({ receivedBytes: 800n, outcome: null });
  tell(first.record, { type: "blob-transferred", digest, sizeBytes });
  await a.recorder.flush();
  expect(await readBlob(jobId)).toMatchObject({ receivedBytes: 1000n, outcome: "transferred" });

  // The next worker finds at the target what the first has brought there.
  const second = await claim(b.recorder, b.id, jobId, taskId);
  tell(second.record, { type: "blob-present", digest, sizeBytes });
  await b.recorder.flush();
  expect(await readBlob(jobId)).toMatchObject({ receivedBytes: 1000n, outcome: "transferred" });
  expect(await readTask(taskId)).toMatchObject({ blobsTransferred: 1, blobsPresent: 0 });
});

test("keeps a hundred events of a task and one that says there were more", async () => {
  const { id, recorder } = createWorker();
  const { id: jobId, tasks } = await createJob();
  const taskId = tasks[0]?.id ?? "";
  const { record } = await claim(recorder, id, jobId, taskId);
  for (let round = 0; round < 4; round++) {
    for (let each = 0; each < 40; each++) tell(record, { type: "blob-waiting", digest, sizeBytes });
    await recorder.flush();
  }
  const kinds = await db.jobEvent.groupBy({ by: ["kind"], where: { taskId }, _count: true });
  const counts = Object.fromEntries(kinds.map(({ kind, _count }) => [kind, _count]));
  expect(counts).toEqual({ task_state: 1, wait: maxTaskEvents - 1, truncated: 1 });
});

test("tells who listens, and measures speed while bytes move", async () => {
  const { id, recorder } = createWorker();
  const { id: jobId, tasks } = await createJob();
  const { record } = await claim(recorder, id, jobId, tasks[0]?.id ?? "");
  tell(record, progress(500));
  await recorder.flush();
  const [rate] = await db.jobRate.findMany({ where: { jobId } });
  expect(rate?.bytesPerSecond).toBeGreaterThan(0);
});

test("many workers end a job exactly once, and never wait for each other in a circle", async () => {
  const workers = [1, 2, 3].map(createWorker);
  const { id: jobId, tasks } = await createJob(12);
  const attempts: { recorder: ProgressRecorder; record: TaskRecord }[] = [];
  for (const [index, { id: taskId }] of tasks.entries()) {
    const worker = workers[index % workers.length];
    if (worker) attempts.push(await claim(worker.recorder, worker.id, jobId, taskId));
  }
  for (let round = 1; round <= 5; round++) {
    for (const [index, { record }] of attempts.entries()) {
      const ordered = index % 2 === 0 ? digests : digests.toReversed();
      for (const each of ordered) tell(record, { ...progress(round * 100), digest: each } as Told);
    }
    await Promise.all(workers.map(({ recorder }) => recorder.flush()));
  }
  await Promise.all(attempts.map((attempt) => recordCopied(attempt, result)));
  expect(await db.mirrorJob.findUniqueOrThrow({ where: { id: jobId } })).toMatchObject({
    state: "succeeded",
  });
  expect(await db.jobEvent.count({ where: { jobId, kind: "job_state", state: "succeeded" } })).toBe(1);
  expect(await db.jobBlob.count({ where: { jobId, outcome: null } })).toBe(0);
});
