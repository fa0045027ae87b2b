import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { saveOfferInput } from "#lib/schemas/offers.ts";
import { updateRegistryInput } from "#lib/schemas/registries.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { deleteDestination, deleteRegistry, updateRegistry } from "../registries/index.ts";
import { deleteRelease } from "../releases/index.ts";
import { getOffer, saveOffer } from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
let registryId: string;
let destinationId: string;
const people = createPeople(writeDb);
let made = 0;
const as = <P extends Permission>(permission: P) => systemAccess(provider, permission);
const inUse = (facts: object) => ({ code: "in-use", facts: expect.objectContaining(facts) as object });

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
});
beforeEach(async () => {
  await writeDb.offer.deleteMany();
  await writeDb.selection.deleteMany();
  const name = `harbor-${++made}`;
  const registry = await writeDb.registry.create({ data: { name, host: `${name}.example.com` } });
  registryId = registry.id;
  destinationId = (await writeDb.destination.create({ data: { registryId } })).id;
});
afterAll(() => database.drop());

async function addRelease(count = 1): Promise<{ id: string; components: string[] }> {
  const { id } = await writeDb.release.create({ data: { kind: "list", name: `R${++made}`, version: "1" } });
  const place = { sourceHost: "vendor.example", kind: "image" as const, tag: "v1", releaseId: id };
  await writeDb.component.createMany({
    data: Array.from({ length: count }, (_, position) => ({
      ...{ ...place, position, sourceRepository: `a/${position}`, targetPath: `a/${position}` },
    })),
  });
  const rows = await db.component.findMany({ where: { releaseId: id }, select: { id: true } });
  return { id, components: rows.map((row) => row.id) };
}

async function save(who: { id: string; name: string } | null, change: object) {
  const { seen } = await getOffer(as("offer.read"), who?.name ?? null);
  const input = saveOfferInput.parse({
    ...{ organizationId: who?.id ?? null, seen, place: { kind: "existing", destinationId } },
    ...{ readsFrom: "own_registries", publishOnSave: false },
    ...{ offered: [], withdrawn: [], required: [], withheld: [], free: [], confirmed: [], ...change },
  });
  return saveOffer(as("offer.write"), input);
}

test("a release that is offered is not deleted, and says to whom it is", async () => {
  const [one, two, release] = [await people.organization(), await people.organization(), await addRelease()];
  await save(null, { offered: [release.id] });
  for (const who of [one, two]) {
    await save(who, { place: { kind: "new", registryId, basePath: who.name }, offered: [] });
  }
  const remove = () => deleteRelease(as("catalog.write"), release.id);
  const names = [one.displayName, two.displayName].toSorted();
  await expect(remove()).rejects.toMatchObject(
    inUse({ what: "release", by: "offer", count: 3, names, forAll: true }),
  );
  await save(null, { withdrawn: [release.id] });
  await expect(remove()).rejects.toMatchObject(inUse({ count: 2, names, forAll: false }));
  for (const who of [one, two]) await save(who, { place: { kind: "shared" }, withdrawn: [release.id] });
  await remove();
  expect(await db.release.count({ where: { id: release.id } })).toBe(0);
});

test("a release that organizations have selected is not deleted while something of it is on", async () => {
  const [one, two, release] = [await people.organization(), await people.organization(), await addRelease(2)];
  const select = (organizationId: string, revision: number, enabled: boolean) =>
    writeDb.selection.create({
      data: {
        ...{ organizationId, releaseId: release.id, revision },
        components: { create: release.components.map((componentId) => ({ componentId, enabled })) },
      },
    });
  await select(one.id, 1, true);
  await select(two.id, 1, true);
  await select(two.id, 2, false);
  const remove = () => deleteRelease(as("catalog.write"), release.id);
  const facts = { what: "release", by: "selection", count: 1, names: [one.displayName] };
  await expect(remove()).rejects.toMatchObject(inUse(facts));
  await select(one.id, 2, false);
  await remove();
  expect(await db.selection.count({ where: { releaseId: release.id } })).toBe(0);
});

test("the names of those who use something are bounded", async () => {
  const release = await addRelease();
  for (let index = 0; index < 25; index++) {
    const { id } = await people.organization();
    const releases = { create: { releaseId: release.id } };
    await writeDb.offer.create({ data: { organizationId: id, releases } });
  }
  const failed = deleteRelease(as("catalog.write"), release.id);
  await expect(failed).rejects.toMatchObject(inUse({ by: "offer", count: 25 }));
  await expect(failed).rejects.toMatchObject({ facts: { names: { length: 20 } } });
});

test("a destination that an offer leads to is not deleted, nor its registry", async () => {
  const tenant = await people.organization();
  await save(tenant, {});
  const facts = { by: "offer", count: 1, names: [tenant.displayName], forAll: false };
  await expect(deleteDestination(as("registry.write"), destinationId)).rejects.toMatchObject(
    inUse({ what: "destination", ...facts }),
  );
  await expect(deleteRegistry(as("registry.write"), registryId)).rejects.toMatchObject(
    inUse({ what: "registry", ...facts }),
  );
  await save(tenant, { place: { kind: "shared" } });
  await deleteDestination(as("registry.write"), destinationId);
  await deleteRegistry(as("registry.write"), registryId);
});

test("a registry that others are offered does not become one organization's", async () => {
  const [one, two] = [await people.organization(), await people.organization()];
  const { name, host } = await db.registry.findUniqueOrThrow({ where: { id: registryId } });
  const give = (organizationId: string | null) =>
    updateRegistry(
      as("registry.write"),
      updateRegistryInput.parse({
        ...{ id: registryId, name, host, organizationId, tlsMode: "verify", caPem: "", description: "" },
        ...{ username: "", password: "", proxyUrl: "", proxyUsername: "", noProxy: "" },
        ...{ requestsPerSecond: "", bytesPerSecond: "" },
      }),
    );
  await save(one, {});
  await expect(give(two.id)).rejects.toMatchObject(inUse({ what: "registry", names: [one.displayName] }));
  await give(one.id);
  await give(null);
  await writeDb.offer.deleteMany();
  await save(null, {});
  await expect(give(one.id)).rejects.toMatchObject(inUse({ names: [], forAll: true }));
});

test("rules of thousands of components are saved and changed", async () => {
  const { id, components } = await addRelease(5000);
  await save(null, { offered: [id], required: components });
  expect(await db.offerComponent.count({ where: { rule: "required" } })).toBe(5000);
  const entry = await db.auditEntry.findFirstOrThrow({
    where: { action: "offer.save" },
    orderBy: { id: "desc" },
  });
  expect(JSON.stringify(entry.after).length).toBeLessThan(1000);
  await save(null, { withheld: components.slice(0, 2500), free: components.slice(2500, 4999) });
  expect(await db.offerComponent.groupBy({ by: ["rule"], _count: true, orderBy: { rule: "asc" } })).toEqual([
    { rule: "required", _count: 1 },
    { rule: "withheld", _count: 2500 },
  ]);
});
