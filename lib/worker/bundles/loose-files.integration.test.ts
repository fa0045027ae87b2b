import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { deleteStoreFile, listStoreFiles, scanStore as askForScan } from "#lib/services/bundles/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { keepHouse } from "../handlers/keep-house.ts";
import { removeStoreFile } from "./remove-store-file.ts";
import { scanStore } from "./scan-store.ts";

const dataDir = vi.hoisted(
  () => (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-loose-files-${process.pid}`),
);

const longAgo = new Date("2026-01-02T03:04:05.678Z");

let database: TestDatabase;
let storeId: string;
let storePath: string;
let accessOf: <P extends "bundle.read" | "bundle.write">(permission: P) => ReturnType<typeof systemAccess<P>>;

beforeAll(async () => {
  database = await createTestDatabase();
  const user = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy: user }, permission);
  const [store] = await listHeldStores();
  if (!store) throw new Error("no store");
  [storeId, storePath] = [store.id, store.path];
  await writeDb.bundleStore.create({ data: { id: storeId, name: store.name } });
});
beforeEach(async () => {
  await writeDb.bundle.deleteMany();
  await writeDb.storeFile.deleteMany();
  for (const name of await readdir(storePath)) {
    if (name !== ".drayage-store") await rm(join(storePath, name), { recursive: true });
  }
});
afterAll(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function place(name: string, content: string, modifiedAt = longAgo): Promise<void> {
  await writeFile(join(storePath, name), content);
  await utimes(join(storePath, name), modifiedAt, modifiedAt);
}

const listed = () => listStoreFiles(accessOf("bundle.read"), storeId);
const namesOf = (rows: { name: string }[]) => rows.map(({ name }) => name);

async function messages(kind: string): Promise<unknown[]> {
  const rows = await db.$queryRaw<{ data: unknown }[]>`
    SELECT "data" FROM pgboss.job WHERE "data"->>'kind' = ${kind}`;
  return rows.map(({ data }) => data);
}

test("a look at a store finds the files beside its bundles, sees them change, and forgets those that are gone", async () => {
  await place("harbor v2.ova", "an appliance");
  await place("cli.zip", "a program");
  await place(".hidden", "of somebody");
  await place("half.partial", "being written");
  await place("näme.iso", "not to be named so in a bundle");
  await place("fresh.iso", "just being copied", new Date());
  await place("reserved.tar", "of a bundle that is written now");
  await mkdir(join(storePath, "folder"), { recursive: true });
  await symlink(join(storePath, "cli.zip"), join(storePath, "linked.zip"));
  await writeDb.bundle.create({
    data: { storeId, folder: "reserved.tar", name: "reserved", origin: "exported", state: "writing" },
  });
  await scanStore(storeId);
  expect(await listed()).toEqual([
    { name: "cli.zip", sizeBytes: 9, modifiedAt: longAgo.toISOString() },
    { name: "harbor v2.ova", sizeBytes: 12, modifiedAt: longAgo.toISOString() },
  ]);
  const { scannedAt } = await db.bundleStore.findUniqueOrThrow({ where: { id: storeId } });
  expect(Date.now() - (scannedAt?.getTime() ?? 0)).toBeLessThan(10_000);

  await place("cli.zip", "another program");
  await rm(join(storePath, "harbor v2.ova"));
  await place("fresh.iso", "copied by now");
  await scanStore(storeId);
  expect((await listed()).map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
    ["cli.zip", 15],
    ["fresh.iso", 13],
  ]);

  // While it is written to again, what was known of it stays; a link in its place is no file.
  await place("fresh.iso", "written to", new Date());
  await rm(join(storePath, "cli.zip"));
  await symlink(join(storePath, "fresh.iso"), join(storePath, "cli.zip"));
  await scanStore(storeId);
  expect((await listed()).map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([["fresh.iso", 13]]);
});

test("what has not changed is not looked into again", async () => {
  await place("known.tar", "no tar at all");
  await writeDb.storeFile.create({
    data: { storeId, name: "known.tar", sizeBytes: 13, modifiedAt: longAgo },
  });
  await scanStore(storeId);
  expect(await db.bundle.count()).toBe(0);
  expect(namesOf(await listed())).toContain("known.tar");
  // Looked into, it is a tar that is damaged: something that a person should see.
  await place("known.tar", "no tar at all!");
  await scanStore(storeId);
  expect(await db.bundle.count({ where: { folder: "known.tar" } })).toBe(1);
  expect(namesOf(await listed())).not.toContain("known.tar");
});

test("of more files than anybody chooses from, the first by name are kept", async () => {
  const names = Array.from({ length: 1002 }, (_, at) => `file-${String(at).padStart(4, "0")}`);
  for (const name of names) await place(name, "");
  await scanStore(storeId);
  expect(namesOf(await listed())).toEqual(names.slice(0, 1000));
  await place("an-earlier-one", "");
  await scanStore(storeId);
  expect(namesOf(await listed())).toEqual(["an-earlier-one", ...names.slice(0, 999)]);
});

test("files that an upload is just moving here are left to it", async () => {
  await place("moving.tar", "no tar at all");
  await writeDb.bundle.create({
    data: {
      ...{ storeId, folder: ".upload-x", name: "files", origin: "uploaded", state: "uploading", loose: true },
      files: { create: [{ name: "moving.tar", sizeBytes: 13 }] },
    },
  });
  await scanStore(storeId);
  expect(await db.bundle.count({ where: { folder: "moving.tar" } })).toBe(0);
  expect(namesOf(await listed())).not.toContain("moving.tar");
});

test("a look is asked for once at a time, of workers that hold the store", async () => {
  const access = accessOf("bundle.write");
  await expect(askForScan(access, { storeId: randomUUID() })).rejects.toMatchObject({
    code: "not-found",
    facts: { what: "bundle-store" },
  });
  await expect(askForScan(access, { storeId })).rejects.toMatchObject({
    code: "store-without-worker",
    facts: { name: "data" },
  });
  const { id: workerId } = await writeDb.worker.create({
    data: { id: randomUUID(), hostname: "host", pid: 1, version: "test", concurrency: 1 },
  });
  await writeDb.storeHolder.create({ data: { storeId, workerId, freeBytes: 1 } });
  await keepHouse();
  expect(await messages("scan")).toEqual([{ kind: "scan", storeId }]);
  await askForScan(access, { storeId });
  await askForScan(access, { storeId });
  expect(await messages("scan")).toEqual([
    { kind: "scan", storeId },
    { kind: "scan", storeId, asked: true },
  ]);
  const entries = await db.auditEntry.findMany({ where: { action: "bundle-store.scan" } });
  expect(entries.map(({ objectId, objectName }) => [objectId, objectName])).toEqual([
    [storeId, "data"],
    [storeId, "data"],
  ]);
});

test("a file is removed by a worker, also when its message was lost", async () => {
  await place("old.iso", "not needed any more");
  await scanStore(storeId);
  const access = accessOf("bundle.write");
  await deleteStoreFile(access, { storeId, name: "old.iso" });
  expect(namesOf(await listed())).not.toContain("old.iso");
  await expect(deleteStoreFile(access, { storeId, name: "old.iso" })).rejects.toMatchObject({
    code: "not-found",
    facts: { what: "store-file" },
  });
  expect(await messages("remove-file")).toEqual([{ kind: "remove-file", storeId, name: "old.iso" }]);
  await writeDb.$executeRaw`DELETE FROM pgboss.job WHERE "data"->>'kind' = 'remove-file'`;
  await keepHouse();
  expect(await messages("remove-file")).toEqual([{ kind: "remove-file", storeId, name: "old.iso" }]);
  // A look meanwhile brings it back to nobody.
  await scanStore(storeId);
  expect(namesOf(await listed())).not.toContain("old.iso");
  await removeStoreFile(storeId, "old.iso");
  expect(await db.storeFile.count({ where: { name: "old.iso" } })).toBe(0);
  await scanStore(storeId);
  expect(await db.storeFile.count({ where: { name: "old.iso" } })).toBe(0);
  const [entry] = await db.auditEntry.findMany({ where: { action: "store-file.delete" } });
  expect(entry).toMatchObject({ objectType: "store-file", objectName: "old.iso", organizationId: null });
});
