import { afterAll, beforeAll, expect, test } from "vitest";
import { db, writeDb } from "#lib/db/client.ts";
import type { JobState } from "#lib/db/generated/enums.ts";
import { findSnapshot } from "#lib/services/jobs/snapshot.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { writeRequestLimit } from "./request-limit.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const createJob = async (state: JobState) => (await writeDb.mirrorJob.create({ data: { state } })).id;
const now = Date.now();
const vendor = { registry: "vendor.example.com", until: now + 60_000 };
const ours = { registry: "ours.example.com", until: now + 30_000 };

test.each(["planning", "running"] as const)(
  "a job that is %s names the registry that rests longest",
  async (state) => {
    const id = await createJob(state);
    await writeRequestLimit(id, ours);
    await writeRequestLimit(id, vendor);
    await writeRequestLimit(id, ours);
    expect((await findSnapshot(id))?.limited).toEqual({
      registry: vendor.registry,
      until: new Date(vendor.until).toISOString(),
    });
  },
);

test("what a job was told of a rest is of no interest once it has ended", async () => {
  const id = await createJob("running");
  await writeRequestLimit(id, vendor);
  await writeDb.mirrorJob.update({ where: { id }, data: { state: "failed" } });
  expect(await findSnapshot(id)).toMatchObject({ state: "failed", limited: null });
});

test("a job that is not at work is told of no rest", async () => {
  for (const state of ["queued", "planned", "succeeded"] as const) {
    const id = await createJob(state);
    await writeRequestLimit(id, vendor);
    const job = await db.mirrorJob.findUniqueOrThrow({ where: { id } });
    expect(job).toMatchObject({ limitedUntil: null, limitedRegistry: null });
  }
});

test("a rest that cannot be written stops nobody", async () => {
  await expect(writeRequestLimit("no such job", vendor)).resolves.toBeUndefined();
});
