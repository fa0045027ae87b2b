import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { writeDb } from "#lib/db/client.ts";
import { editConfig } from "#lib/domain/vcd/config-document.ts";
import { createConfigDocument } from "#lib/domain/vcd/new-config.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { followUrl } from "./follow-url.ts";

let database: TestDatabase;
const people = createPeople(writeDb);
const components = {
  ...{ capvcd: "1.3.0", cloudProvider: "1.6.0", csiDriver: "1.6.0" },
  ...{ rdeProjector: "0.7.0", clusterType: "1.3.0" },
};
const fresh = createConfigDocument(components);
const at = (containerRegistryUrl: string) => editConfig(fresh, { containerRegistryUrl });

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  await writeDb.offer.deleteMany();
  await writeDb.destination.deleteMany();
  await writeDb.registry.deleteMany();
});
afterAll(() => database.drop());

const follow = (after: string, before: string | null = null) =>
  writeDb.$transaction((tx) => followUrl(tx, before === null ? null : at(before), at(after)));
const addRegistry = (name: string, host: string, organizationId: string | null = null) =>
  writeDb.registry.create({ data: { name, host, organizationId } });
const addDestination = (registryId: string, basePath: string) =>
  writeDb.destination.create({ data: { registryId, basePath } });
const readShared = async () => {
  const offer = await writeDb.offer.findFirst({
    where: { organizationId: null },
    select: { destination: { select: { basePath: true, registry: { select: { name: true, host: true } } } } },
  });
  return offer?.destination ?? null;
};
const addOrganization = async (destinationId: string) => {
  const organization = await people.organization();
  await writeDb.offer.create({ data: { organizationId: organization.id, destinationId } });
  return organization;
};

test("an unknown host becomes a registry, verified and as nobody, whose name is free", async () => {
  await addRegistry("harbor.example.com", "elsewhere.example.com");
  expect(await follow("harbor.example.com/cse")).toEqual({
    name: "harbor.example.com/cse",
    madeRegistry: "harbor.example.com (2)",
  });
  expect(await writeDb.registry.findFirst({ where: { host: "harbor.example.com" } })).toMatchObject({
    ...{ organizationId: null, tlsMode: "verify", username: null, passwordEncrypted: null, caPem: null },
  });
  expect(await readShared()).toMatchObject({ basePath: "cse" });
});

test("a known host with another base gets a destination, and its registry stays as it is", async () => {
  const registry = await addRegistry("Harbor", "harbor.example.com");
  await addDestination(registry.id, "old");
  expect(await follow("harbor.example.com/new", "harbor.example.com/old")).toEqual({
    name: "harbor.example.com/new",
  });
  expect(await readShared()).toEqual({
    basePath: "new",
    registry: { name: "Harbor", host: "harbor.example.com" },
  });
  expect(await writeDb.registry.count()).toBe(1);
});

test("of several registries of one host, one of the provider's, and of those the one with the destination", async () => {
  const organization = await people.organization();
  await addRegistry("An organization's", "harbor.example.com", organization.id);
  await addRegistry("First", "harbor.example.com");
  const second = await addRegistry("Second", "harbor.example.com");
  await addDestination(second.id, "cse");
  await follow("harbor.example.com/other");
  expect((await readShared())?.registry.name).toBe("First");
  await follow("harbor.example.com/cse", "harbor.example.com/other");
  expect((await readShared())?.registry.name).toBe("Second");
});

test("a registry that only an organization has is not taken from it", async () => {
  const organization = await people.organization();
  await addRegistry("An organization's", "own.example.com", organization.id);
  expect(await follow("own.example.com")).toEqual({
    name: "own.example.com",
    madeRegistry: "own.example.com",
  });
  expect(await writeDb.registry.count({ where: { host: "own.example.com", organizationId: null } })).toBe(1);
});

test("what leads there already is left alone, by whichever of the host's registries", async () => {
  await addRegistry("First", "harbor.example.com");
  const second = await addRegistry("Second", "harbor.example.com");
  const { id } = await addDestination(second.id, "cse");
  const offer = await writeDb.offer.create({ data: { destinationId: id } });
  expect(await follow("harbor.example.com/cse")).toBeNull();
  expect(await writeDb.offer.findFirst()).toEqual(offer);
});

test("a registry that answers no more, and a URL that stays, change nothing", async () => {
  await follow("harbor.example.com/cse");
  expect(await follow("projects.registry.vmware.com", "harbor.example.com/cse")).toBeNull();
  expect(await follow("harbor.example.com/cse", "harbor.example.com/cse")).toBeNull();
  expect(await readShared()).toMatchObject({ basePath: "cse" });
});

test("what an organization publishes to, or what lies within it, does not become what all share", async () => {
  const registry = await addRegistry("Harbor", "harbor.example.com");
  const own = await addDestination(registry.id, "own");
  const organization = await addOrganization(own.id);
  const facts = { organization: organization.displayName, path: "harbor.example.com/own" };
  const refused = (code: string) => ({
    code: "invalid-input",
    facts: { fields: { containerRegistryUrl: { code, facts } } },
  });
  await expect(follow("harbor.example.com/own")).rejects.toMatchObject(refused("destination-taken"));
  await expect(follow("harbor.example.com/own/in")).rejects.toMatchObject(refused("destination-nested"));
  expect(await writeDb.destination.count()).toBe(1);
  // Around it may be what the provider shares.
  expect(await follow("harbor.example.com")).toEqual({ name: "harbor.example.com" });
});
