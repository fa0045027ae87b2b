import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import type { WorkerContext } from "../worker-context.ts";
import { bundleWork } from "./bundle-work.ts";

const dataDir = vi.hoisted(
  () => (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-bundle-work-${process.pid}`),
);

let database: TestDatabase;
beforeAll(async () => (database = await createTestDatabase()));
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test("files that the disk does not give up are left for the next look, and not tried at once without end", async () => {
  const [store] = await listHeldStores();
  if (!store) throw new Error("no store");
  await writeDb.bundleStore.create({ data: { id: store.id, name: store.name } });
  // No file system has names of this length, and Node says so in its own words.
  const folder = "x".repeat(300);
  const { id } = await writeDb.bundle.create({
    data: { storeId: store.id, folder, name: "stuck", origin: "found", state: "sound", removing: true },
  });
  const never = new AbortController().signal;
  const context = { shutdown: never } as WorkerContext;
  const message = { kind: "remove", storeId: store.id, bundleId: id } as const;
  await bundleWork(context, message, { returns: 0, signal: never });
  expect(await db.bundle.findUnique({ where: { id } })).toMatchObject({ removing: true });
});
