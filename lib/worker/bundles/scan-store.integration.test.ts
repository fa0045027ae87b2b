import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { BundleState } from "#lib/db/generated/enums.ts";
import { findUploadFolder } from "#lib/services/bundles/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { removeBundle } from "./remove-bundle.ts";
import { scanStore } from "./scan-store.ts";

const dataDir = vi.hoisted(
  () => (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-scan-store-${process.pid}`),
);

const day = 24 * 3600 * 1000;
const daysAgo = (days: number) => new Date(Date.now() - days * day);

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
afterEach(() => writeDb.bundle.deleteMany());
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function addBundle(name: string, state: BundleState, createdAt = new Date()): Promise<string> {
  const place = { storeId, folder: name, name, origin: "uploaded" as const };
  return (await writeDb.bundle.create({ data: { ...place, state, createdAt } })).id;
}

const stateOf = async (id: string) => (await db.bundle.findUnique({ where: { id } }))?.state ?? null;

/** An upload that was begun long ago, of whose two files the last byte came `touchedAt`. */
async function addUpload(name: string, createdAt: Date, touchedAt: Date): Promise<string> {
  const id = await addBundle(name, "uploading", createdAt);
  const folder = findUploadFolder(storePath, id);
  await mkdir(folder);
  for (const [file, at] of [
    ["bundle.json", createdAt],
    ["carried.tar", touchedAt],
  ] as const) {
    await writeFile(join(folder, file), "what has arrived");
    await utimes(join(folder, file), at, at);
  }
  await utimes(folder, createdAt, createdAt);
  return id;
}

test("an upload of which nothing has come for seven days goes, with what has arrived; any other stays", async () => {
  const abandoned = await addUpload("abandoned", daysAgo(9), daysAgo(7.1));
  const slow = await addUpload("slow", daysAgo(30), daysAgo(6.9));
  const fresh = await addUpload("fresh", daysAgo(1), daysAgo(1));
  const begun = await addBundle("begun", "uploading", daysAgo(8));
  await scanStore(storeId);
  expect(await Promise.all([abandoned, slow, fresh, begun].map(stateOf))).toEqual([
    null,
    "uploading",
    "uploading",
    null,
  ]);
  const left = (await readdir(storePath)).filter((name) => name.startsWith(".upload-"));
  expect(left.toSorted()).toEqual([`.upload-${slow}`, `.upload-${fresh}`].toSorted());
});

test("a bundle whose files are taken away is missing, and is checked anew when they are back", async () => {
  const id = await addBundle("carried", "sound");
  await writeDb.bundle.update({ where: { id }, data: { checkedAt: new Date() } });
  const [place, away] = [join(storePath, "carried"), join(dataDir, "away")];
  await mkdir(place);
  await scanStore(storeId);
  expect(await stateOf(id)).toBe("sound");

  await rename(place, away);
  await scanStore(storeId);
  expect(await stateOf(id)).toBe("missing");
  await rename(away, place);
  await scanStore(storeId);
  expect(await db.bundle.findUnique({ where: { id } })).toMatchObject({
    state: "unchecked",
    checkedAt: null,
  });
  const messages = await db.$queryRaw<{ data: object }[]>`
    SELECT "data" FROM pgboss.job WHERE "data"->>'bundleId' = ${id}`;
  expect(messages).toEqual([{ data: { kind: "check", storeId, bundleId: id } }]);
});

test("of a store that is not here nothing is said to be missing", async () => {
  const elsewhere = randomUUID();
  await writeDb.bundleStore.create({ data: { id: elsewhere, name: "elsewhere" } });
  const { id } = await writeDb.bundle.create({
    data: { storeId: elsewhere, folder: "far", name: "far", origin: "found", state: "sound" },
  });
  await scanStore(elsewhere);
  expect(await stateOf(id)).toBe("sound");
});

test("of an upload that is to go, what has arrived goes, too", async () => {
  const id = await addUpload("given-up", daysAgo(0), daysAgo(0));
  await writeDb.bundle.update({ where: { id }, data: { removing: true } });
  await removeBundle(id);
  expect(await stateOf(id)).toBeNull();
  expect(await readdir(storePath)).not.toContain(`.upload-${id}`);
});
