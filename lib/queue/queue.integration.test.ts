import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { db, writeDb } from "#lib/db/client.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { consume, type Consumer, type Delivery, HandedBack } from "./consume.ts";
import type { Payload } from "./contracts.ts";
import { openQueue } from "./enqueue.ts";
import { jobsChannel, listen, type Listener, notifyJob } from "./notifications.ts";

let database: TestDatabase;
let consumer: Consumer | undefined;
let listener: Listener | undefined;
beforeAll(async () => (database = await createTestDatabase()));
afterEach(async () => {
  await Promise.all([consumer?.stop(), listener?.close()]);
  consumer = listener = undefined;
});
afterAll(() => database.drop());

const waiting = { timeout: 10_000 };
const message = () => ({ taskId: randomUUID(), jobId: randomUUID(), run: 1 });
const states = async (taskId: string) =>
  (
    await db.$queryRaw<{ state: string }[]>`
      SELECT "state"::text FROM pgboss.job WHERE "data"->>'taskId' = ${taskId} ORDER BY "created_on"`
  ).map(({ state }) => state);

async function consumeCopies(handle: (payload: Payload<"copyTask">, delivery: Delivery) => Promise<void>) {
  const idle = { atOnce: 1, handle: () => Promise.resolve() };
  const copyTask = { atOnce: 2, handle };
  consumer = await consume({
    planJob: idle,
    prepareTarget: idle,
    copyTask,
    bundleWork: idle,
    probeRegistries: idle,
    keepHouse: idle,
    runSchedules: idle,
    deliverNotification: idle,
    checkCertificates: idle,
    endOverlaps: idle,
    examine: idle,
  });
}

test("a message stands or falls with its transaction, and is sent once", async () => {
  const enqueue = await openQueue();
  const [kept, dropped] = [message(), message()];
  await writeDb.$transaction((tx) => enqueue(tx, "copyTask", [kept]));
  await writeDb.$transaction((tx) => enqueue(tx, "copyTask", [kept]));
  const failing = writeDb.$transaction(async (tx) => {
    await enqueue(tx, "copyTask", [dropped]);
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await states(kept.taskId)).toEqual(["created"]);
  expect(await states(dropped.taskId)).toEqual([]);
  // The next run of a job is another message.
  await writeDb.$transaction((tx) => enqueue(tx, "copyTask", [{ ...kept, run: 2 }]));
  expect(await states(kept.taskId)).toEqual(["created", "created"]);
});

test("waiting messages are taken at once, one after the other, and what is not understood is dropped", async () => {
  const handled: string[] = [];
  await consumeCopies(({ taskId }) => Promise.resolve(void handled.push(taskId)));
  const enqueue = await openQueue();
  const messages = Array.from({ length: 20 }, message);
  const strange = { ...message(), run: 0 };
  const startedAt = Date.now();
  await writeDb.$transaction((tx) => enqueue(tx, "copyTask", [strange, ...messages]));
  const all = expect.arrayContaining(messages.map(({ taskId }) => taskId)) as string[];
  await vi.waitFor(() => expect(handled).toEqual(all), waiting);
  expect(Date.now() - startedAt).toBeLessThan(2_500);
  expect(handled).not.toContain(strange.taskId);
  await vi.waitFor(async () => expect(await states(strange.taskId)).toEqual(["completed"]), waiting);
});

test("what a handler gives back comes again, and says so", async () => {
  const returns: number[] = [];
  await consumeCopies((_payload, delivery) => {
    returns.push(delivery.returns);
    return delivery.returns === 0 ? Promise.reject(new HandedBack()) : Promise.resolve();
  });
  const enqueue = await openQueue();
  const given = message();
  await writeDb.$transaction((tx) => enqueue(tx, "copyTask", [given]));
  await vi.waitFor(() => expect(returns).toEqual([0, 1]), waiting);
  await vi.waitFor(async () => expect(await states(given.taskId)).toEqual(["completed"]), waiting);
});

test("a listener hears what is told, and hears again after its connection was cut", async () => {
  const heard: string[] = [];
  const onGap = vi.fn();
  listener = listen(jobsChannel, (ids) => void heard.push(...ids), onGap);
  await vi.waitFor(() => expect(onGap).toHaveBeenCalledOnce(), waiting);
  await notifyJob(writeDb, jobsChannel, "one");
  await vi.waitFor(() => expect(heard).toEqual(["one"]), waiting);
  await db.$queryRaw`
    SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
     WHERE application_name = 'drayage-listen' AND datname = current_database()`;
  await vi.waitFor(() => expect(onGap).toHaveBeenCalledTimes(2), waiting);
  await notifyJob(writeDb, jobsChannel, "two,three");
  await vi.waitFor(() => expect(heard).toEqual(["one", "two", "three"]), waiting);
});
