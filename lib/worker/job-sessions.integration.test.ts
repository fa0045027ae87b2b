import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { db, writeDb } from "#lib/db/client.ts";
import type { JobState } from "#lib/db/generated/enums.ts";
import { ociImageConfig, ociImageManifest } from "#lib/engine/oci/media-types.ts";
import { parseImagePath, parseRegistryHost } from "#lib/engine/oci/reference.ts";
import { findSnapshot } from "#lib/services/jobs/snapshot.ts";
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
const pingSource = ({ sources }: JobSession) => Promise.all(sources.clients.map((client) => client.ping()));
const limitedOf = async (id: string) => (await findSnapshot(id))?.limited;

test("a session that could not be opened is opened by the next who needs it", async () => {
  const { id, from } = await createJob("running");
  const write = (passwordEncrypted: string | null) =>
    writeDb.registry.update({ where: { id: from.id }, data: { username: "robot", passwordEncrypted } });
  await write("no such secret");
  const attempts = await Promise.allSettled([open(id), open(id)]);
  expect(attempts.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await write(null);
  await use(id, (session) => pingSource(session));
});

test("jobs keep to a registry's limits together, of which each worker takes its part", async () => {
  const jobs = [await createJob("running"), await createJob("running", { requestsPerSecond: 40 })];
  sessions.share(2);
  for (const { id } of jobs) await open(id);
  const startedAt = performance.now();
  await Promise.all(
    jobs.flatMap(({ id }) => Array.from({ length: 8 }, () => use(id, (session) => pingSource(session)))),
  );
  // Five are free; the others take 50 ms each.
  expect(performance.now() - startedAt).toBeGreaterThan(500);
});

test.each([
  [
    "an image's manifest with 503",
    "get-manifest",
    { kind: "status", status: 503, headers: { "retry-after": "3" } },
    () => source,
  ],
  ["a question that many images share", "list-tags", { kind: "rate-limit", retryAfter: 3 }, () => target],
] as const)(
  "a registry that refuses %s rests for all jobs, which say so",
  async (_what, kind, action, side) => {
    const config = Buffer.from("{}");
    const digest = await source.putBlob("app", config);
    const manifest = {
      schemaVersion: 2,
      mediaType: ociImageManifest,
      config: { mediaType: ociImageConfig, digest, size: config.byteLength },
      layers: [],
    };
    const raw = Buffer.from(JSON.stringify(manifest));
    await source.putManifest("app", raw, ociImageManifest, { tag: "v1" });
    const fault = side().faults.add({ match: { kind }, action });
    const [{ id: refused }, { id: planned }] = [await createJob("running"), await createJob("planning")];
    await open(planned);
    const copied = use(refused, ({ mirrorOf }) => {
      const image = parseImagePath("app:v1");
      return mirrorOf("").copy({
        source: { registry: parseRegistryHost(source.host), ...image },
        target: image,
      });
    });
    await vi.waitFor(() => expect(fault.hits).toBe(1), { timeout: 5_000 });
    // One that comes later has not even asked yet; one that has ended is none of them.
    const [{ id: late }, { id: ended }] = [await createJob("running"), await createJob("failed")];
    await Promise.all([late, ended].map(open));
    for (const id of [refused, planned, late]) {
      await vi.waitFor(async () => expect(await limitedOf(id)).toMatchObject({ registry: side().host }));
    }
    const { limitedUntil } = await db.mirrorJob.findUniqueOrThrow({ where: { id: ended } });
    expect(limitedUntil).toBeNull();
    await use(late, (session) => Promise.all([pingSource(session), session.target.ping()]));
    await copied;
    const refusedAt = side().requests({ kind })[0]?.startedAt ?? 0;
    const later = side()
      .requests()
      .filter(({ startedAt }) => startedAt > refusedAt + 100);
    expect(Math.min(...later.map(({ startedAt }) => startedAt))).toBeGreaterThan(refusedAt + 2_900);
    expect(await limitedOf(refused)).toBeNull();
  },
);
