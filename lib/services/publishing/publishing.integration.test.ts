import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { z } from "zod";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { publishQuery } from "#lib/schemas/publishing.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { getPublishingState, previewPublish, startPublish } from "./index.ts";

// No worker runs here: these are the rules of the services alone.
let database: TestDatabase;
let provider: JobOrigin;
let registryId: string;
let destinationId: string;
const people = createPeople(writeDb);
const withCode = (code: string) => expect.objectContaining({ code }) as Error;
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  const registry = await writeDb.registry.create({ data: { name: "harbor", host: "harbor.example.com" } });
  registryId = registry.id;
  destinationId = (await writeDb.destination.create({ data: { registryId, basePath: "shared" } })).id;
});
beforeEach(() => writeDb.offer.deleteMany());
afterAll(() => database.drop());

test("says what keeps an organization from publishing, and starts nothing", async () => {
  const { tenant, organizationId, name } = await addTenant();
  const refused = async (code: string) => {
    expect((await preview(tenant, organizationId)).obstacle).toMatchObject({ code, facts: { name } });
    await expect(publish(tenant, organizationId)).rejects.toThrow(withCode(code));
  };
  await refused("nothing-offered");
  const releaseId = await addRelease(["etcd"]);
  await writeDb.offer.create({ data: { organizationId, releases: { create: { releaseId } } } });
  await refused("destination-missing");
  await writeDb.offer.create({ data: { destinationId } });
  // There is a plan without anything selected: what was published before may be taken away.
  expect(await preview(tenant, organizationId)).toMatchObject({
    obstacle: null,
    plan: { rows: { total: 0 } },
  });
  await expect(publish(tenant, organizationId)).rejects.toThrow(withCode("nothing-selected"));
  await select(organizationId, releaseId);
  await writeDb.organization.update({ where: { id: organizationId }, data: { disabledAt: new Date() } });
  await refused("organization-disabled");
  expect(await db.mirrorJob.count({ where: { organizationId } })).toBe(0);
});

test("an offer of its own that reads the shared destination needs one", async () => {
  const { tenant, organizationId } = await addTenant();
  const data = { organizationId, destinationId, readsFrom: "shared_destination" as const };
  await writeDb.offer.create({ data });
  await expect(publish(tenant, organizationId)).rejects.toThrow(withCode("destination-missing"));
});

test("a tenant publishes and sees its own only, whatever it sends", async () => {
  const [{ tenant, organizationId }, other] = [await addTenant(), await addTenant()];
  const releaseId = await addRelease(["etcd"]);
  await writeDb.offer.create({ data: { destinationId, releases: { create: { releaseId } } } });
  await select(organizationId, releaseId);
  await select(other.organizationId, releaseId);
  const { id } = await publish(tenant, other.organizationId);
  expect(await db.mirrorJob.findUniqueOrThrow({ where: { id } })).toMatchObject({ organizationId });
  expect(await db.auditEntry.findFirstOrThrow({ where: { objectId: id } })).toMatchObject({
    action: "job.start",
    organizationId,
    after: { publishes: expect.any(String) as string, images: 1, releaseIds: [releaseId] },
  });
  await expect(preview(tenant, other.organizationId)).rejects.toThrow(withCode("not-found"));
  const access = systemAccess(tenant, "selection.read");
  await expect(getPublishingState(access, other.organizationId)).rejects.toThrow(withCode("not-found"));
  expect((await preview(provider, other.organizationId)).plan).not.toBeNull();
  await expect(publish(provider, destinationId)).rejects.toThrow(withCode("not-found"));
});

test("tells what is new, changed, there, and elsewhere", async () => {
  const { tenant, organizationId } = await addTenant();
  const releaseId = await addRelease(["new", "changed", "there", "unknown"], (name) => ({
    resolvedDigest: name === "unknown" ? null : digestOf("a"),
    sizeBytes: name === "unknown" ? null : 10n,
  }));
  await writeDb.offer.create({ data: { destinationId, releases: { create: { releaseId } } } });
  await select(organizationId, releaseId);
  const placed = { destinationId, tag: "v1", mediaType: "index", verifiedAt: new Date() };
  await writeDb.placement.createMany({
    data: [
      { ...placed, repository: "shared/tkg/changed", digest: digestOf("b") },
      { ...placed, repository: "shared/tkg/there", digest: digestOf("a") },
      { ...placed, repository: "elsewhere/tkg/new", digest: digestOf("a") },
    ],
  });
  const old = await writeDb.destination.create({ data: { registryId, basePath: "old" } });
  const published = { organizationId, destinationId: old.id, tag: "v1", digest: digestOf("a") };
  await writeDb.publication.create({ data: { ...published, repository: "old/tkg/there" } });
  const { plan, elsewhere } = await preview(tenant, organizationId);
  expect(elsewhere).toBe(1);
  expect(plan).toMatchObject({
    destination: { host: "harbor.example.com", basePath: "shared" },
    counts: { new: 2, changed: 1, present: 1, unselected: 0 },
    // Two images of one content are brought once.
    missingBytes: 10,
    unknownSizes: 1,
    selectedBytes: 10,
  });
  const only = await preview(tenant, organizationId, { state: "changed" });
  expect(only.plan?.rows).toMatchObject({
    total: 1,
    rows: [{ digest: digestOf("a"), standingDigest: digestOf("b"), state: "changed" }],
  });
  const found = await preview(tenant, organizationId, { search: "TKG/UNK" });
  expect(found.plan?.rows.rows.map(({ target }) => target)).toEqual([
    "harbor.example.com/shared/tkg/unknown:v1",
  ]);
  expect(await getPublishingState(systemAccess(tenant, "selection.read"), organizationId)).toEqual({
    publishedImages: 1,
    destination: { host: "harbor.example.com", basePath: "shared" },
  });
});

test("names what collides or overlaps, and does not start it", async () => {
  const { tenant, organizationId } = await addTenant();
  const colliding = await addRelease(["one", "two"], () => ({ targetPath: "tkg/same" }));
  const offer = await writeDb.offer.create({
    data: { destinationId, releases: { create: { releaseId: colliding } } },
  });
  await select(organizationId, colliding);
  const target = "harbor.example.com/shared/tkg/same:v1";
  expect((await preview(tenant, organizationId)).plan).toMatchObject({
    collisions: [
      { target, first: "vendor.example.com/vendor/one:v1", second: "vendor.example.com/vendor/two:v1" },
    ],
  });
  await expect(publish(tenant, organizationId)).rejects.toThrow(withCode("target-collision"));
  const overlapping = await addRelease(["etcd"], () => ({
    sourceHost: "harbor.example.com",
    sourceRepository: "shared/tkg/etcd",
  }));
  await writeDb.offerRelease.updateMany({ where: { offerId: offer.id }, data: { releaseId: overlapping } });
  await select(organizationId, overlapping);
  expect((await preview(tenant, organizationId)).plan?.overlaps).toHaveLength(1);
  await expect(publish(tenant, organizationId)).rejects.toThrow(withCode("source-is-target"));
});

test("a plan of 5000 images is quick", async () => {
  const { tenant, organizationId } = await addTenant();
  const names = Array.from({ length: 5000 }, (_, index) => `image-${index}`);
  const releaseId = await addRelease(names, () => ({ resolvedDigest: digestOf("a") }));
  await writeDb.offer.create({ data: { destinationId, releases: { create: { releaseId } } } });
  await select(organizationId, releaseId);
  const rows = names.map((name) => ({ destinationId, tag: "v1", digest: digestOf("a"), name }));
  await writeDb.placement.createMany({
    data: rows.map(({ name, ...row }) => ({
      ...row,
      repository: `shared/tkg/${name}`,
      mediaType: "index",
      verifiedAt: new Date(),
    })),
  });
  await writeDb.publication.createMany({
    data: [organizationId, (await addTenant()).organizationId].flatMap((owner) =>
      rows.map(({ name, ...row }) => ({ ...row, organizationId: owner, repository: `shared/was/${name}` })),
    ),
  });
  const started = performance.now();
  const { plan } = await preview(tenant, organizationId);
  expect(performance.now() - started).toBeLessThan(2000);
  expect(plan).toMatchObject({
    counts: { new: 0, changed: 0, present: 5000, unselected: 5000 },
    neededByOthers: 5000,
    rows: { total: 10_000, rows: { length: 25 } },
  });
});

async function addTenant() {
  const { id: organizationId, name } = await people.organization();
  const tenant: JobOrigin = { id: "test", organizationId, startedBy: await people.user({ organizationId }) };
  return { tenant, organizationId, name };
}

interface ComponentFields {
  sourceHost?: string;
  sourceRepository?: string;
  targetPath?: string;
  resolvedDigest?: string | null;
  sizeBytes?: bigint | null;
}

let releases = 0;

async function addRelease(
  names: readonly string[],
  fieldsOf: (name: string) => ComponentFields = () => ({}),
): Promise<string> {
  const components = names.map((name, position) => ({
    position,
    kind: "image" as const,
    sourceHost: "vendor.example.com",
    sourceRepository: `vendor/${name}`,
    tag: "v1",
    targetPath: `tkg/${name}`,
    ...fieldsOf(name),
  }));
  const release = await writeDb.release.create({
    data: { kind: "list", name: `release-${++releases}`, version: "1" },
  });
  await writeDb.component.createMany({
    data: components.map((component) => ({ ...component, releaseId: release.id })),
  });
  return release.id;
}

/** Turns everything of a release on. */
async function select(organizationId: string, releaseId: string): Promise<void> {
  const components = await db.component.findMany({ where: { releaseId }, select: { id: true } });
  const { id } = await writeDb.selection.create({ data: { organizationId, releaseId } });
  await writeDb.selectionComponent.createMany({
    data: components.map((component) => ({ selectionId: id, componentId: component.id, enabled: true })),
  });
}

function preview(who: JobOrigin, organizationId: string, query: z.input<typeof publishQuery> | object = {}) {
  return previewPublish(systemAccess(who, "selection.read"), organizationId, publishQuery.parse(query));
}

function publish(who: JobOrigin, organizationId: string) {
  return startPublish(systemAccess(who, "publish.start"), { organizationId });
}
