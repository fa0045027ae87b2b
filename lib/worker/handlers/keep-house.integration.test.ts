import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db, writeDb } from "#lib/db/client.ts";
import type { JobState, TaskState } from "#lib/db/generated/enums.ts";
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
