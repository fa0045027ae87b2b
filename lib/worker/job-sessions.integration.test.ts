import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { writeDb } from "#lib/db/client.ts";
import type { JobState } from "#lib/db/generated/enums.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { type MemoryRegistry, startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type JobSession, JobSessions } from "./job-sessions.ts";
import { LeaseCoordinator } from "./lease-coordinator.ts";

let database: TestDatabase;
let coordinator: LeaseCoordinator;
let sessions: JobSessions;
let source: MemoryRegistry;
let target: MemoryRegistry;
let startedById: string;

beforeAll(async () => {
  database = await createTestDatabase();
  startedById = (await createPeople(writeDb).user()).id;
  coordinator = new LeaseCoordinator(randomUUID());
});
afterAll(async () => {
  await coordinator.stop();
  await database.drop();
});
beforeEach(async () => {
  sessions = new JobSessions(4, coordinator);
  [source, target] = await Promise.all([startMemoryRegistry(), startMemoryRegistry()]);
});
afterEach(async () => {
  await sessions.closeAll();
  await Promise.all([source.stop(), target.stop()]);
});

async function createJob(state: JobState, registry: { requestsPerSecond?: number } = {}) {
  const add = ({ host }: MemoryRegistry) =>
    writeDb.registry.create({ data: { name: randomUUID(), host, tlsMode: "plain_http", ...registry } });
  const [from, to] = [await add(source), await add(target)];
  const destination = await writeDb.destination.create({ data: { registryId: to.id } });
  const { id } = await writeDb.mirrorJob.create({
    data: { state, sourceRegistryId: from.id, destinationId: destination.id, startedById },
  });
  return { id, from };
}

const use = <T>(id: string, work: (session: JobSession) => Promise<T>) => sessions.use(id, 1, work);
const open = (id: string) => use(id, () => Promise.resolve());

test("a session that could not be opened is opened by the next who needs it", async () => {
  const { id, from } = await createJob("running");
  const write = (passwordEncrypted: string | null) =>
    writeDb.registry.update({ where: { id: from.id }, data: { username: "robot", passwordEncrypted } });
  await write("no such secret");
  const attempts = await Promise.allSettled([open(id), open(id)]);
  expect(attempts.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await write(null);
  await use(id, (session) => session.source.ping());
});

test("jobs keep to a registry's limits together, of which each worker takes its part", async () => {
  const jobs = [await createJob("running"), await createJob("running", { requestsPerSecond: 40 })];
  sessions.share(2);
  for (const { id } of jobs) await open(id);
  const startedAt = performance.now();
  await Promise.all(
    jobs.flatMap(({ id }) => Array.from({ length: 8 }, () => use(id, (session) => session.source.ping()))),
  );
  // Five are free; the others take 50 ms each.
  expect(performance.now() - startedAt).toBeGreaterThan(500);
});
