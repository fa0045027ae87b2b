import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { deleteBundle } from "./index.ts";

const dataDir = vi.hoisted(
  () => (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-change-bundle-${process.pid}`),
);

const waiting = { timeout: 20_000 };

let database: TestDatabase;
let storeId: string;
let storePath: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const [store] = await listHeldStores();
  if (!store) throw new Error("no store");
  [storeId, storePath] = [store.id, store.path];
  await writeDb.bundleStore.create({ data: { id: storeId, name: store.name } });
});
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function addUpload(name: string): Promise<string> {
  const place = { storeId, folder: name, name, origin: "uploaded" as const };
  return (await writeDb.bundle.create({ data: { ...place, state: "uploading" } })).id;
}

/** Deletes a bundle while somebody else has begun to change it, who ends as soon as the deletion waits for that. */
async function deleteDuring(
  id: string,
  change: (tx: Prisma.TransactionClient) => Promise<unknown>,
): Promise<void> {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const changing = writeDb.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT 1 FROM "Bundle" WHERE "id" = ${id}::uuid FOR UPDATE`;
    begin();
    await vi.waitFor(async () => {
      const waits = await db.$queryRaw`
        SELECT 1 FROM pg_stat_activity WHERE "datname" = current_database() AND "wait_event_type" = 'Lock'`;
      expect(waits).toHaveLength(1);
    }, waiting);
    await change(tx);
  }, waiting);
  await begun;
  const access = systemAccess({ id: "test", organizationId: null, startedBy: null }, "bundle.write");
  const deleting = deleteBundle(access, id);
  // Heard of below, once the other has ended.
  deleting.catch(() => undefined);
  await changing;
  await deleting;
}

test("an upload that is finished while it is deleted leaves nothing behind", async () => {
  const id = await addUpload("finished");
  await deleteDuring(id, async (tx) => {
    await mkdir(join(storePath, "finished"));
    await tx.bundle.update({ where: { id }, data: { state: "unchecked" } });
  });
  expect(await db.bundle.count({ where: { id } })).toBe(0);
  expect(await readdir(storePath)).not.toContain("finished");
});

test("a bundle stays that a job has begun to read while it is deleted", async () => {
  const id = await addUpload("imported");
  const deleting = deleteDuring(id, (tx) =>
    tx.mirrorJob.create({ data: { kind: "import_bundle", state: "queued", bundleId: id } }),
  );
  await expect(deleting).rejects.toMatchObject({ code: "in-use", facts: { by: "job", count: 1 } });
  expect(await db.bundle.count({ where: { id } })).toBe(1);
});
