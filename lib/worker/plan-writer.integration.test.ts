import { afterAll, beforeAll, expect, test } from "vitest";
import { db, writeDb } from "#lib/db/client.ts";
import type { ImagePlan, ImageProbe } from "#lib/engine/mirror/index.ts";
import { digestBytes } from "#lib/engine/oci/digest.ts";
import { parseReference } from "#lib/engine/oci/reference.ts";
import { findSnapshot } from "#lib/services/jobs/snapshot.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { PlanWriter } from "./plan-writer.ts";

let database: TestDatabase;
let destinationId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  const registry = await writeDb.registry.create({ data: { name: "ours", host: "ours.example.com" } });
  destinationId = (await writeDb.destination.create({ data: { registryId: registry.id } })).id;
});
afterAll(() => database.drop());

const reference = parseReference("vendor.example.com/a:v1");
const root = {
  digest: digestBytes("root"),
  mediaType: "application/vnd.oci.image.index.v1+json",
  sizeBytes: 1,
};
const blob = { digest: digestBytes("a layer"), mediaType: "application/octet-stream", sizeBytes: 1000 };

function planOf(os: string): ImagePlan {
  const platforms = [{ os, architecture: "amd64" }];
  const item = { source: reference, target: reference };
  return {
    item,
    kind: "image",
    root,
    platforms,
    platformsLeftOut: [],
    foreignLayers: [],
    referrers: new Map(),
    totalBytes: 1000,
    blobs: [{ descriptor: blob, sourceRepository: reference.repository }],
    manifests: [],
    nestedImages: 0,
  };
}

function probeOf(state: ImageProbe["state"]): ImageProbe {
  const isThere = state === "present";
  return { state, presentBlobs: isThere ? [blob] : [], lackingBlobs: isThere ? [] : [blob] };
}

function createJob(images: number) {
  const task = { kind: "image" as const, sourceRepository: "a", tag: "v1", originalName: "a:v1" };
  const tasks = Array.from({ length: images }, (_, position) => ({
    ...task,
    position,
    targetRepository: `image-${position}`,
  }));
  return writeDb.mirrorJob.create({
    data: { state: "planning", destinationId, tasks: { create: tasks } },
    include: { tasks: { orderBy: { position: "asc" } } },
  });
}

test("what a registry says of one image does not keep the others from being planned", async () => {
  const { id: jobId, tasks } = await createJob(2);
  const writer = new PlanWriter({ jobId, run: 1 });
  for (const [index, task] of tasks.entries()) {
    writer.addPlan(task, planOf(index === 0 ? "linux\u0000\ud800" : "linux"), probeOf("absent"));
  }
  await writer.close();
  const planned = await db.mirrorTask.findMany({ where: { jobId }, orderBy: { position: "asc" } });
  expect(planned.map(({ platforms }) => platforms)).toEqual([["linux\ufffd\ufffd/amd64"], ["linux/amd64"]]);
});

test("what a plan leaves where it is stays known, of each image and of all together", async () => {
  const { id: jobId, tasks } = await createJob(3);
  const writer = new PlanWriter({ jobId, run: 1 });
  const foreign = { digest: digestBytes("foreign"), mediaType: "application/octet-stream", sizeBytes: 500 };
  const arm = { os: "linux", architecture: "arm64" };
  for (const [index, task] of tasks.entries()) {
    const leaves = { foreignLayers: [foreign], platformsLeftOut: [arm, arm] };
    writer.addPlan(task, { ...planOf("linux"), ...(index > 0 && leaves) }, probeOf("absent"));
  }
  await writer.close();
  const planned = await db.mirrorTask.findMany({ where: { jobId }, orderBy: { position: "asc" } });
  expect(planned.map(({ platformsLeftOut }) => platformsLeftOut)).toEqual([
    [],
    ["linux/arm64"],
    ["linux/arm64"],
  ]);
  expect(planned.map(({ foreignLayers }) => foreignLayers)).toEqual([0, 1, 1]);
  expect(await findSnapshot(jobId)).toMatchObject({
    leftOut: { foreignLayers: 2, foreignBytes: 1000, foreignImages: 2, platforms: ["linux/arm64"] },
  });
});

test("a planner that was thought lost changes nothing once the job goes on, or is planned anew", async () => {
  const { id: jobId, tasks } = await createJob(2);
  const [first, second] = tasks;
  if (!first || !second) throw new Error("two tasks");
  const writer = new PlanWriter({ jobId, run: 1 });
  writer.addPlan(first, planOf("linux"), probeOf("absent"));
  await writer.close();
  const state = () =>
    db.mirrorJob.findUniqueOrThrow({ where: { id: jobId }, include: { tasks: true, blobs: true } });
  for (const change of [{ state: "running" as const }, { state: "planning" as const, run: 2 }]) {
    await writeDb.mirrorJob.update({ where: { id: jobId }, data: change });
    const before = await state();
    expect(before.blobs).toHaveLength(1);
    const late = new PlanWriter({ jobId, run: 1 });
    late.addPlan(second, planOf("linux"), probeOf("present"));
    await late.close();
    expect(await state()).toEqual(before);
  }
});
