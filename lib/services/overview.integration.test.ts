import { afterAll, beforeAll, expect, test } from "vitest";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { previewJob, startJob } from "./jobs/index.ts";
import { getOverview } from "./overview.ts";

let database: TestDatabase;
let provider: JobOrigin;
let tenant: JobOrigin;

beforeAll(async () => {
  database = await createTestDatabase();
  const people = createPeople(writeDb);
  const own = await people.organization();
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  tenant = { id: "test", organizationId: own.id, startedBy: await people.user({ organizationId: own.id }) };
});
afterAll(() => database.drop());

const overview = (who = provider) => getOverview(systemAccess(who, "overview.read"));
const openSteps = async () => (await overview()).openSteps;

test("leads from an empty panel to the first job, one step after the other", async () => {
  expect(await openSteps()).toEqual(["source", "destination", "trust", "release", "job"]);
  const source = await writeDb.registry.create({ data: { name: "vendor", host: "vendor.example.com" } });
  expect(await openSteps()).toEqual(["destination", "trust", "release", "job"]);

  const target = await writeDb.registry.create({ data: { name: "harbor", host: "harbor.example.com" } });
  const destination = await writeDb.destination.create({ data: { registryId: target.id } });
  expect(await overview()).toMatchObject({
    openSteps: ["trust", "release", "job"],
    untrustedRegistryId: target.id,
  });

  await writeDb.registry.update({ where: { id: target.id }, data: { health: "healthy" } });
  expect(await overview()).toMatchObject({ openSteps: ["release", "job"], untrustedRegistryId: null });

  const component = (name: string, sourceHost: string, position: number) => ({
    position,
    kind: "image" as const,
    sourceHost,
    sourceRepository: `${sourceHost}/${name}`,
    tag: "v1",
    targetPath: name,
    sizeBytes: position === 0 ? 7n : null,
  });
  const create = [component("etcd", "one", 0), component("kapp", "one", 1), component("etcd", "two", 2)];
  const release = await writeDb.release.create({
    data: { kind: "list", name: "three", version: "1", components: { create } },
    include: { components: { orderBy: { position: "asc" } } },
  });
  expect(await openSteps()).toEqual(["job"]);

  const input = startJobInput.parse({
    releaseIds: [release.id],
    sourceRegistryId: source.id,
    sourceBasePath: "proxy",
    destinationId: destination.id,
    organizationId: null,
    holdAfterPlanning: true,
  });
  const preview = await previewJob(systemAccess(provider, "job.start"), input);
  expect(preview.images.map(({ source: from, target: to, sizeBytes }) => [from, to, sizeBytes])).toEqual([
    ["vendor.example.com/proxy/one/etcd:v1", "harbor.example.com/etcd:v1", 7],
    ["vendor.example.com/proxy/one/kapp:v1", "harbor.example.com/kapp:v1", null],
  ]);
  expect(preview.collisions).toMatchObject([{ second: "vendor.example.com/proxy/two/etcd:v1" }]);
  expect(await openSteps()).toEqual(["job"]);

  const componentIds = release.components.slice(0, 2).map(({ id }) => id);
  await startJob(systemAccess(provider, "job.start"), { ...input, componentIds });
  expect(await overview()).toMatchObject({
    openSteps: [],
    registries: { total: 2, unhealthy: 0 },
    releases: 1,
    jobs: { running: 1, failed: 0 },
  });
});

test("counts nothing of others to a tenant", async () => {
  expect(await overview(tenant)).toMatchObject({
    registries: { total: 0, unhealthy: 0 },
    images: 0,
    jobs: { running: 0, failed: 0 },
  });
});
