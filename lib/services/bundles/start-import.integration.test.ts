import { afterAll, beforeAll, expect, test } from "vitest";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { startImportInput } from "#lib/schemas/bundles.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { startImport } from "./index.ts";

const storeId = "00000000-0000-4000-8000-00000000000a";
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;

let database: TestDatabase;
let destinationId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await writeDb.bundleStore.create({ data: { id: storeId, name: "bundles" } });
  const registry = await writeDb.registry.create({ data: { name: "ours", host: "ours.example.com" } });
  destinationId = (await writeDb.destination.create({ data: { registryId: registry.id } })).id;
});
afterAll(() => database.drop());

test("two images of a bundle for one place are refused with both named, one image twice is not", async () => {
  const twice = await addBundle("twice", ["a", "a"]);
  await expect(start(twice)).resolves.toMatchObject({ number: expect.any(Number) as number });
  const colliding = await addBundle("colliding", ["a", "b"]);
  await expect(start(colliding)).rejects.toMatchObject({
    code: "target-collision",
    facts: {
      target: "ours.example.com/tkg/etcd:v1",
      first: `vendor.example.com/0:v1@${digestOf("a")}`,
      second: `vendor.example.com/1:v1@${digestOf("b")}`,
    },
  });
  expect(await db.mirrorJob.count({ where: { bundleId: colliding } })).toBe(0);
});

async function addBundle(name: string, letters: readonly string[]): Promise<string> {
  const images = letters.map((letter, position) => ({
    position,
    repository: "tkg/etcd",
    tag: "v1",
    digest: digestOf(letter),
    original: `vendor.example.com/${position}:v1`,
  }));
  const place = { storeId, folder: name, name, origin: "uploaded" as const, state: "sound" as const };
  const data = { ...place, imageCount: images.length, images: { create: images } };
  return (await writeDb.bundle.create({ data })).id;
}

function start(bundleId: string) {
  const access = systemAccess({ id: "test", organizationId: null, startedBy: null }, "job.start");
  return startImport(access, startImportInput.parse({ bundleId, destinationId }));
}
