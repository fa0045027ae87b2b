import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db, writeDb } from "#lib/db/client.ts";
import type { BundleState, JobState, TaskState } from "#lib/db/generated/enums.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { keepHouse } from "./keep-house.ts";

let database: TestDatabase;
beforeAll(async () => (database = await createTestDatabase()));
afterAll(() => database.drop());

function createJob(state: JobState, task: { state: TaskState; workerId?: string }) {
  const fields = { kind: "image" as const, originalName: "a", sourceRepository: "a", targetRepository: "a" };
  return writeDb.mirrorJob.create({
    data: { state, tasks: { create: { ...fields, ...task, position: 1 } } },
  });
}

function createWorker(silentMs: number) {
  const about = { hostname: "here", pid: 1, version: "1", concurrency: 1 };
  const heartbeatAt = new Date(Date.now() - silentMs);
  return writeDb.worker.create({ data: { ...about, id: randomUUID(), heartbeatAt } });
}

const messagesOf = async (jobId: string) =>
  (
    await db.$queryRaw<{ name: string }[]>`SELECT "name" FROM pgboss.job WHERE "data"->>'jobId' = ${jobId}`
  ).map(({ name }) => name);

test("sends what has no message, once, and leaves alone what a living worker has", async () => {
  const [living, silent] = [await createWorker(0), await createWorker(120_000)];
  const unplanned = await createJob("queued", { state: "queued" });
  const waiting = await createJob("running", { state: "queued" });
  const lost = await createJob("running", { state: "running", workerId: silent.id });
  const busy = await createJob("running", { state: "running", workerId: living.id });
  const held = await createJob("planned", { state: "queued" });
  await keepHouse();
  await keepHouse();
  expect(await messagesOf(unplanned.id)).toEqual(["plan-job"]);
  expect(await messagesOf(waiting.id)).toEqual(["copy-task"]);
  expect(await messagesOf(lost.id)).toEqual(["copy-task"]);
  expect(await messagesOf(busy.id)).toEqual([]);
  expect(await messagesOf(held.id)).toEqual([]);
});

test("ends a job of which nothing is left", async () => {
  const { id } = await createJob("running", { state: "failed" });
  await keepHouse();
  expect(await db.mirrorJob.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: "failed" });
});

test("sends what is to be done with bundles to their store, and ends what nobody can stop", async () => {
  const store = await writeDb.bundleStore.create({ data: { id: randomUUID(), name: "usb" } });
  const addBundle = (name: string, more: { state?: BundleState; removing?: boolean } = {}) => {
    const place = { storeId: store.id, folder: name, name, origin: "exported" as const };
    return writeDb.bundle.create({ data: { ...place, state: "writing", ...more } });
  };
  const addJob = async (state: JobState, cancelRequestedAt: Date | null = null, removing = false) => {
    const { id } = await createJob(state, { state: "queued" });
    const bundle = await addBundle(`of ${id}`, { removing });
    const data = { kind: "export_bundle", cancelRequestedAt, bundleId: bundle.id } as const;
    await writeDb.mirrorJob.update({ where: { id }, data });
    return { id, bundleId: bundle.id };
  };
  const queued = await addJob("queued");
  const running = await addJob("running");
  const left = await addJob("running", new Date(), true);
  const unchecked = await addBundle("unchecked", { state: "unchecked" });
  await keepHouse();
  await keepHouse();
  const queue = `bundle-work.${store.id}`;
  const sent = await db.$queryRaw<{ data: { kind: string; jobId?: string; bundleId?: string } }[]>`
    SELECT "data" FROM pgboss.job WHERE "name" = ${queue} ORDER BY "data"->>'kind'`;
  expect(sent.map(({ data: { kind, jobId, bundleId } }) => [kind, jobId ?? bundleId])).toEqual([
    ["check", unchecked.id],
    ["copy", running.id],
    ["plan", queued.id],
    ["remove", left.bundleId],
    ["scan", undefined],
  ]);
  const ended = await db.mirrorJob.findUniqueOrThrow({
    where: { id: left.id },
    include: { tasks: true, bundle: true },
  });
  expect([ended.state, ended.tasks[0]?.state, ended.bundle?.state]).toEqual([
    "cancelled",
    "cancelled",
    "unfinished",
  ]);
});
