import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { db, writeDb } from "#lib/db/client.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import type { TransferCoordinator } from "#lib/engine/mirror/index.ts";
import { parseRepository } from "#lib/engine/oci/reference.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { LeaseCoordinator } from "./lease-coordinator.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});

const repository = parseRepository("tkg/app");
const elsewhere = parseRepository("tkg/other");
const opened: LeaseCoordinator[] = [];

function open(organizationId: string | null = null): TransferCoordinator {
  const coordinator = new LeaseCoordinator(randomUUID());
  opened.push(coordinator);
  return coordinator.of(organizationId);
}

let key: { origin: string; digest: ReturnType<typeof digestBytes> };
beforeEach(() => {
  key = { origin: "https://harbor.example.com", digest: digestBytes(randomUUID()) };
});
afterAll(async () => {
  await Promise.all(opened.map((each) => each.stop()));
  await database.drop();
});

async function take(coordinator: TransferCoordinator, evenIfKnown = false, of = key) {
  const lease = await coordinator.acquire(of, { evenIfKnown });
  if (!lease.held) throw new Error("not held");
  return lease;
}

describe("a blob that two workers need", () => {
  test("is carried by one; the other waits, then knows where it is", async () => {
    const [a, b] = [open(), open()];
    const lease = await take(a);
    const onWait = vi.fn();
    const waiting = b.acquire(key, { onWait });
    await vi.waitFor(() => expect(onWait).toHaveBeenCalled(), { timeout: 5_000 });
    await lease.complete(repository);
    expect(await waiting).toEqual({ held: false, repositories: [repository] });
    expect(onWait).toHaveBeenCalledOnce();
    expect(await b.find(key)).toEqual([repository]);
  });

  test("is carried by the other when the first gives up", async () => {
    const [a, b] = [open(), open()];
    const lease = await take(a);
    const waiting = take(b);
    await lease.release();
    await (await waiting).complete(elsewhere);
    expect(await open().acquire(key, {})).toEqual({ held: false, repositories: [elsewhere] });
  });

  test("is carried once, however many ask at the same time", async () => {
    const workers = Array.from({ length: 6 }, () => open());
    let carried = 0;
    await Promise.all(
      workers.flatMap((worker) =>
        [1, 2, 3].map(async () => {
          const lease = await worker.acquire(key, {});
          if (!lease.held) return;
          carried++;
          await sleep(50);
          await lease.complete(repository);
        }),
      ),
    );
    expect(carried).toBe(1);
  });

  test("is taken from a worker that was lost, whose late word changes nothing", async () => {
    const [a, b] = [open(), open()];
    const lost = await take(a);
    await writeDb.$executeRaw`UPDATE "BlobLease" SET "expiresAt" = now() - interval '1 second'
      WHERE "digest" = ${key.digest}`;
    const lease = await take(b);
    await lost.complete(elsewhere);
    expect(await db.blobLease.findUnique({ where: { origin_digest: key } })).toMatchObject({
      repository: null,
    });
    await lease.complete(repository);
    await lost.release();
    expect(await open().acquire(key, {})).toEqual({ held: false, repositories: [repository] });
  });

  test("is waited for only until the wait is cancelled", async () => {
    const [a, b] = [open(), open()];
    const lease = await take(a);
    await expect(b.acquire(key, { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({
      name: "AbortError",
    });
    // Nothing of the cancelled wait stands in the way of the next one.
    await lease.release();
    await (await take(b)).release();
  });
});

test("what is known to be wrong is carried again", async () => {
  const [a, b] = [open(), open()];
  await (await take(a)).complete(repository);
  expect(await b.acquire(key, {})).toMatchObject({ held: false });
  await b.forget(key, repository);
  const lease = await take(b, true);
  await lease.complete(elsewhere);
  expect(await open().acquire(key, {})).toEqual({ held: false, repositories: [elsewhere] });
});

test("an organization is not told of another's repositories", async () => {
  const [ours, theirs] = [randomUUID(), randomUUID()];
  const worker = new LeaseCoordinator(randomUUID());
  opened.push(worker);
  await (await take(worker.of(ours))).complete(repository);
  for (const stranger of [worker.of(theirs), worker.of(null), open(theirs)]) {
    expect(await stranger.find(key)).toBeNull();
    const lease = await take(stranger);
    await lease.release();
  }
  const again = await take(open(theirs));
  const waiting = take(open(ours));
  await again.complete(elsewhere);
  await (await waiting).complete(repository);
  expect(await open(ours).find(key)).toEqual([repository]);
});

test("what is known of blobs is forgotten with each prune that has begun or ended since, and not without one", async () => {
  const worker = new LeaseCoordinator(randomUUID());
  opened.push(worker);
  const coordinator = worker.of(null);
  const { id } = await writeDb.mirrorJob.create({ data: { kind: "prune", state: "planned" } });
  const learn = async () => {
    await coordinator.record(key, repository);
    await worker.heedPrunes();
    return coordinator.find(key);
  };
  await worker.heedPrunes();
  expect(await learn()).toEqual([repository]);
  for (const change of [
    { state: "running" },
    { state: "failed", finishedAt: new Date() },
    { state: "queued", run: 2, finishedAt: null },
    { state: "running" },
    { state: "succeeded", finishedAt: new Date() },
  ] as const) {
    await writeDb.mirrorJob.update({ where: { id }, data: change });
    expect(await learn()).toBeNull();
    expect(await learn()).toEqual([repository]);
  }
});

test("a worker that stops leaves nothing that others must wait for", async () => {
  const a = new LeaseCoordinator(randomUUID());
  await take(a.of(null));
  await a.stop();
  await (await take(open())).release();
});

describe("renewal", () => {
  const renewalMs = 200;
  const otherKey = () => ({ ...key, digest: digestBytes(randomUUID()) });
  const expiryOf = async (of: typeof key) =>
    (await db.blobLease.findUniqueOrThrow({ where: { origin_digest: of } })).expiresAt.getTime();

  function openQuick() {
    const coordinator = new LeaseCoordinator(randomUUID(), renewalMs);
    opened.push(coordinator);
    return coordinator.of(null);
  }

  /** Has the database do something before it changes the row of a blob, as long as `run` lasts. */
  async function withTrigger(of: typeof key, on: string, body: string, run: () => Promise<void>) {
    await writeDb.$executeRawUnsafe(
      `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body}; END $$`,
    );
    await writeDb.$executeRawUnsafe(
      `CREATE TRIGGER meddle BEFORE ${on} ON "BlobLease" FOR EACH ROW
       WHEN (OLD."digest" = '${of.digest}') EXECUTE FUNCTION meddle()`,
    );
    try {
      await run();
    } finally {
      await writeDb.$executeRawUnsafe(`DROP FUNCTION meddle CASCADE`);
    }
  }

  test.each(["complete", "release"] as const)(
    "leaves alone what the database could not %s, which then runs out",
    async (end) => {
      const a = openQuick();
      const lease = await take(a);
      const other = otherKey();
      const held = await take(a, false, other);
      await withTrigger(key, "UPDATE OR DELETE", "RAISE EXCEPTION 'down'", async () => {
        await lease[end](repository);
      });
      const [expiry, otherExpiry] = [await expiryOf(key), await expiryOf(other)];
      await vi.waitFor(async () => expect(await expiryOf(other)).toBeGreaterThan(otherExpiry), {
        timeout: 10_000,
      });
      expect(await expiryOf(key)).toBe(expiry);
      await held.release();
    },
  );

  test("gives up what another has taken, and nothing that was taken while it lasted", async () => {
    const a = openQuick();
    const lost = await take(a);
    const slow = otherKey();
    const held = await take(a, false, slow);
    const late = otherKey();
    await withTrigger(slow, "UPDATE", "PERFORM pg_sleep(1); RETURN NEW", async () => {
      await sleep(2 * renewalMs);
      const taken = await take(a, false, late);
      await writeDb.$executeRaw`UPDATE "BlobLease" SET "ownerId" = ${randomUUID()}::uuid
        WHERE "digest" = ${key.digest}`;
      await vi.waitFor(() => expect(lost.signal?.aborted).toBe(true), { timeout: 10_000 });
      expect(taken.signal?.aborted).toBe(false);
      await taken.release();
    });
    expect(held.signal?.aborted).toBe(false);
    await held.release();
  });
});

test("what was learnt of a blob is believed for as long as the row that told it", async () => {
  const [a, b] = [open(), open()];
  await (await take(a)).complete(repository);
  await writeDb.$executeRaw`UPDATE "BlobLease" SET "expiresAt" = now() + interval '1 second'
    WHERE "digest" = ${key.digest}`;
  expect(await b.find(key)).toEqual([repository]);
  await sleep(1_200);
  expect(await b.find(key)).toBeNull();
});
