import { link, mkdir, readdir, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { bundlesQuery } from "#lib/schemas/bundles.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import {
  beginUpload,
  deleteBundle,
  findUploadFolder,
  finishUpload,
  getUpload,
  listBundles,
  listStoreFiles,
  receiveUpload,
} from "./index.ts";

const dataDir = vi.hoisted(
  () => (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-loose-upload-${process.pid}`),
);

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
afterEach(async () => {
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

const begin = (names: string[], sizeBytes = 4) =>
  beginUpload(accessOf("bundle.write"), {
    ...{ storeId, name: "a-few-files", loose: true },
    files: names.map((name) => ({ name, sizeBytes })),
  });

const send = (bundle: string, file: string, content = "data") =>
  receiveUpload(accessOf("bundle.write"), { bundle, file, offset: 0 }, new Response(content).body);

const finish = (id: string) => finishUpload(accessOf("bundle.write"), id);
const listed = async () => (await listStoreFiles(accessOf("bundle.read"), storeId)).map(({ name }) => name);
const visible = async () => (await readdir(storePath)).filter((name) => !name.startsWith(".")).toSorted();

/** An upload of which all has arrived. */
async function beginWhole(...names: string[]): Promise<string> {
  const { bundleId } = await begin(names);
  for (const name of names) await send(bundleId, name);
  return bundleId;
}

async function list(query: object): Promise<string[]> {
  const { rows } = await listBundles(accessOf("bundle.read"), bundlesQuery.parse(query));
  return rows.map(({ name, loose }) => `${name} ${loose}`);
}

test("files that are no bundle stand beside the bundles as soon as they have arrived", async () => {
  const { bundleId, loose, files } = await begin(["harbor.ova", "cli.tar.gz"]);
  expect({ loose, files: files.map(({ name }) => name) }).toEqual({
    loose: true,
    files: ["cli.tar.gz", "harbor.ova"],
  });
  // Among what is on its way, and among the bundles never.
  expect(await list({ state: "uploading" })).toEqual(["a-few-files true"]);
  expect(await list({})).toEqual([]);
  await send(bundleId, "harbor.ova");
  await expect(finish(bundleId)).rejects.toMatchObject({ code: "upload-incomplete" });
  expect(await visible()).toEqual([]);
  await send(bundleId, "cli.tar.gz", "CLIs");
  await finish(bundleId);
  expect(await visible()).toEqual(["cli.tar.gz", "harbor.ova"]);
  expect(await readFile(join(storePath, "cli.tar.gz"), "utf8")).toBe("CLIs");
  expect(await listed()).toEqual(["cli.tar.gz", "harbor.ova"]);
  expect(await db.bundle.count()).toBe(0);
  expect(await readdir(storePath)).not.toContain(`.upload-${bundleId}`);
  await expect(getUpload(accessOf("bundle.write"), bundleId)).rejects.toMatchObject({ code: "not-found" });
  await expect(finish(bundleId)).rejects.toMatchObject({ code: "not-found" });
  const entries = await db.auditEntry.findMany({ where: { objectId: bundleId }, orderBy: { id: "asc" } });
  expect(entries.map(({ action }) => action)).toEqual(["bundle.begin-upload", "bundle.finish-upload"]);
  // The name is only what people call it, and an empty file needs no bytes.
  const { bundleId: empty } = await begin(["empty"], 0);
  await finish(empty);
  expect(await listed()).toEqual(["cli.tar.gz", "empty", "harbor.ova"]);
});

test("a name that is taken by anything is refused, and nothing is overwritten", async () => {
  await mkdir(join(storePath, "folder"));
  await writeFile(join(storePath, "by-hand"), "mine");
  await writeDb.bundle.create({
    data: { storeId, folder: "planned", name: "planned", origin: "exported", state: "writing" },
  });
  await writeDb.storeFile.create({
    data: { storeId, name: "going", sizeBytes: 1, modifiedAt: new Date(), removing: true },
  });
  await begin(["coming"]);
  for (const name of ["folder", "by-hand", "planned", "going", "coming"]) {
    await expect(begin(["other", name])).rejects.toMatchObject({ code: "name-taken", facts: { name } });
  }
  const id = await beginWhole("late", "other");
  await writeFile(join(storePath, "late"), "mine, too");
  await expect(finish(id)).rejects.toMatchObject({
    code: "name-taken",
    facts: { what: "store-file", name: "late" },
  });
  expect(await readFile(join(storePath, "late"), "utf8")).toBe("mine, too");
  expect(await readFile(join(storePath, "by-hand"), "utf8")).toBe("mine");
  expect(await visible()).not.toContain("other");
  await rm(join(storePath, "late"));
  await finish(id);
  expect(await listed()).toEqual(["late", "other"]);
});

test("one that was interrupted while its files were moved is finished by the next try", async () => {
  const names = ["first", "second", "third"];
  const between = await beginWhole(...names);
  const hidden = findUploadFolder(storePath, between);
  // As it is left in the middle: one moved, one with both its names, one not yet.
  await writeFile(join(hidden, ".moving"), "");
  await rename(join(hidden, "first"), join(storePath, "first"));
  await link(join(hidden, "second"), join(storePath, "second"));
  await finish(between);
  expect(await visible()).toEqual(names);
  expect(await listed()).toEqual(names);
  expect((await stat(join(storePath, "second"))).nlink).toBe(1);

  const after = ["fourth", "fifth"];
  const unsaid = await beginWhole(...after);
  for (const name of after)
    await rename(join(findUploadFolder(storePath, unsaid), name), join(storePath, name));
  await rm(findUploadFolder(storePath, unsaid), { recursive: true });
  await finish(unsaid);
  expect(await listed()).toEqual([...names, ...after].toSorted());
  expect(await db.bundle.count()).toBe(0);
});

test("a file that has not arrived is not taken from what lies there under its name", async () => {
  const { bundleId } = await begin(["a", "b"]);
  await send(bundleId, "a");
  await writeFile(join(storePath, "b"), "data");
  await expect(finish(bundleId)).rejects.toMatchObject({ code: "upload-incomplete", facts: { file: "b" } });
  await unlink(join(storePath, "b"));
  await deleteBundle(accessOf("bundle.write"), bundleId);
  expect(await readdir(storePath)).not.toContain(`.upload-${bundleId}`);
  expect(await visible()).toEqual([]);
});

test("two who finish one upload leave one set of files", async () => {
  const id = await beginWhole("once");
  const ends = await Promise.allSettled([finish(id), finish(id)]);
  expect(ends.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(await listed()).toEqual(["once"]);
  expect(await visible()).toEqual(["once"]);
});
