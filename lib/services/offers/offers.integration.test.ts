import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { z } from "zod";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { listLimits } from "#lib/schemas/releases.ts";
import { maxOfferReleases, saveOfferInput } from "#lib/schemas/offers.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { findChosenComponents } from "../selections/chosen-components.ts";
import { getSelection, getSelectionOverview, saveSelection } from "../selections/index.ts";
import { deleteOffer, getOffer, getOfferChoices, listOfferComponents, saveOffer } from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
let auditor: JobOrigin;
let registryId: string;
/** Which all share. */
let destinationId: string;
const people = createPeople(writeDb);
const withCode = (code: string) => expect.objectContaining({ code }) as Error;
const as = <P extends Permission>(who: JobOrigin, permission: P) => systemAccess(who, permission);

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await people.user({ username: "sato" }) };
  auditor = { id: "test", organizationId: null, startedBy: await people.user({ role: "auditor" }) };
  const registry = await writeDb.registry.create({ data: { name: "harbor", host: "harbor.example.com" } });
  registryId = registry.id;
  destinationId = (await writeDb.destination.create({ data: { registryId, basePath: "shared" } })).id;
});
beforeEach(async () => {
  await writeDb.offer.deleteMany();
  await writeDb.release.deleteMany();
});
afterAll(() => database.drop());

async function addTenant(name?: string) {
  const organization = await people.organization(name === undefined ? {} : { name });
  const startedBy = await people.user({ organizationId: organization.id });
  const origin: JobOrigin = { id: "test", organizationId: organization.id, startedBy };
  return { ...organization, origin };
}
type Tenant = Awaited<ReturnType<typeof addTenant>>;

let made = 0;
/** Components by their names, all of one release. */
async function addRelease(names: readonly string[]) {
  const release = await writeDb.release.create({ data: { kind: "tkg", name: `R${++made}`, version: "v1" } });
  const components: Record<string, string> = {};
  for (const [position, name] of names.entries()) {
    const place = { sourceHost: "vendor.example", sourceRepository: `tkg/${name}`, sourcePath: name };
    const data = { releaseId: release.id, position, kind: "image" as const, ...place, tag: "v1" };
    components[name] = (
      await writeDb.component.create({ data: { ...data, targetPath: `tkg/${name}`, sizeBytes: 5n } })
    ).id;
  }
  return { id: release.id, name: `${release.name} v1`, components };
}

type Change = { place?: object } & Omit<Partial<z.input<typeof saveOfferInput>>, "place">;

/** Saves what was just seen, with this changed. */
async function save(who: Tenant | null, change: Change = {}) {
  const { seen } = await getOffer(as(provider, "offer.read"), who?.name ?? null);
  const input = saveOfferInput.parse({
    organizationId: who?.id ?? null,
    seen,
    place: who === null ? { kind: "existing", destinationId } : { kind: "shared" },
    ...{ readsFrom: "own_registries", publishOnSave: false },
    ...{ offered: [], withdrawn: [], required: [], withheld: [], free: [], confirmed: [], ...change },
  });
  return saveOffer(as(provider, "offer.write"), input);
}

const choose = async (name: string | null) => {
  const choices = await getOfferChoices(as(provider, "offer.read"), name);
  if (!choices) throw new Error("a provider has none to choose from");
  return choices;
};
const open = (name: string | null, who = provider) => getOffer(as(who, "offer.read"), name);
const offeredOf = async (name: string | null, who = provider) =>
  (await open(name, who)).releases
    .filter(({ isOffered }) => isOffered)
    .map((row) => `${row.name} ${row.version}`);
const lastEntry = (action: string) =>
  db.auditEntry.findFirstOrThrow({ where: { action }, orderBy: { id: "desc" } });
const fieldCode = (field: string, code: string) => ({
  code: "invalid-input",
  facts: { fields: { [field]: expect.objectContaining({ code }) as object } },
});

test("an offer for all is made, and holds for organizations that have none of their own", async () => {
  const [tenant, release] = [await addTenant(), await addRelease(["etcd", "grafana", "ako"])];
  expect(await open(null)).toMatchObject({ organization: null, seen: null, place: null, sharedPlace: null });
  const { etcd = "", ako = "" } = release.components;
  await save(null, { offered: [release.id], required: [etcd], withheld: [ako] });
  const shared = { id: destinationId, host: "harbor.example.com", basePath: "shared" };
  expect(await open(null)).toMatchObject({
    ...{ isOwn: true, place: shared, sharedPlace: shared, readsFrom: "own_registries" },
    releases: [{ id: release.id, isOffered: true, componentCount: 3, requiredCount: 1, withheldCount: 1 }],
  });
  const seenByTenant = await open(tenant.name, tenant.origin);
  expect(seenByTenant).toMatchObject({ isOwn: false, place: null, sharedPlace: shared });
  expect(await lastEntry("offer.save")).toMatchObject({
    ...{ objectType: "offer", objectName: "all", organizationId: null, before: null },
    after: {
      ...{ destination: "harbor.example.com/shared", readsFrom: "own_registries", publishOnSave: false },
      ...{ releases: 1, required: 1, withheld: 1, offered: [release.name] },
    },
  });
});

test("what is said of components reaches what a tenant may choose and publishes", async () => {
  const [tenant, release] = [await addTenant(), await addRelease(["etcd", "grafana", "ako"])];
  const { etcd = "", grafana = "", ako = "" } = release.components;
  await save(null, { offered: [release.id], required: [etcd], withheld: [ako] });
  const place = { organization: tenant.name, release: release.id };
  const { components, offered } = await getSelection(as(tenant.origin, "selection.read"), place);
  expect(components.map(({ id, isRequired }) => [id, isRequired])).toEqual([
    [etcd, true],
    [grafana, false],
  ]);
  await saveSelection(as(tenant.origin, "selection.write"), {
    ...{ organizationId: tenant.id, releaseId: release.id, revision: 0, offered },
    ...{ turnedOn: [], turnedOff: [etcd, grafana] },
  });
  const chosen = async () => (await findChosenComponents([tenant.id])).map(({ id }) => id);
  expect(await chosen()).toEqual([etcd]);
  await save(null, { free: [etcd], required: [grafana] });
  expect(await chosen()).toEqual([etcd, grafana]);
  await save(null, { withdrawn: [release.id] });
  expect(await chosen()).toEqual([]);
  // Its rules have gone with it.
  await save(null, { offered: [release.id] });
  expect((await open(null)).releases[0]).toMatchObject({ requiredCount: 0, withheldCount: 0 });
});

test("an organization's own offer begins as the one for all, and is its own from then on", async () => {
  const [tenant, other] = [await addTenant(), await addTenant()];
  const [shared, more] = [await addRelease(["etcd", "ako"]), await addRelease(["pause"])];
  const { etcd = "", ako = "" } = shared.components;
  await save(null, { offered: [shared.id], required: [etcd], withheld: [ako] });
  await save(tenant, { offered: [more.id], free: [ako], publishOnSave: true });
  const own = await open(tenant.name, tenant.origin);
  expect(own).toMatchObject({ isOwn: true, place: null, publishOnSave: true });
  expect(await offeredOf(tenant.name)).toEqual([more.name, shared.name]);
  expect(own.releases.map(({ requiredCount, withheldCount }) => [requiredCount, withheldCount])).toEqual([
    [0, 0],
    [1, 0],
  ]);
  expect(await offeredOf(other.name)).toEqual([shared.name]);
  expect((await getSelectionOverview(as(other.origin, "selection.read"), other.name)).releases).toHaveLength(
    1,
  );
  // What is changed for all is not changed for it.
  await save(null, { withdrawn: [shared.id] });
  expect(await offeredOf(tenant.name)).toHaveLength(2);
  await save(tenant, { withdrawn: [more.id] });
  expect(await lastEntry("offer.save")).toMatchObject({
    ...{ objectName: tenant.name, organizationId: tenant.id },
    before: { destination: "shared", publishOnSave: true, releases: 2, required: 1, withheld: 0 },
    after: { destination: "shared", publishOnSave: false, releases: 1, withdrawn: [more.name] },
  });
});

test("an offer of its own that is withdrawn leaves the one for all", async () => {
  const [tenant, release] = [await addTenant(), await addRelease(["etcd"])];
  await save(null);
  await save(tenant, { offered: [release.id] });
  const { seen } = await open(tenant.name);
  const withdraw = (input: { seen: typeof seen }) =>
    deleteOffer(as(provider, "offer.write"), { organizationId: tenant.id, ...input });
  await expect(withdraw({ seen: null })).rejects.toThrow(withCode("offer-overtaken"));
  await withdraw({ seen });
  expect(await open(tenant.name)).toMatchObject({ isOwn: false, releases: [{ isOffered: false }] });
  expect(await lastEntry("offer.delete")).toMatchObject({
    ...{ objectName: tenant.name, organizationId: tenant.id, before: { releases: 1 } },
  });
  await expect(withdraw({ seen })).rejects.toThrow(withCode("not-found"));
  expect(await open(null)).toMatchObject({ isOwn: true, place: { id: destinationId } });
});

test("whoever saves what somebody else has saved meanwhile is told so, and nothing is written", async () => {
  const [tenant, release] = [await addTenant(), await addRelease(["etcd"])];
  const before = (await open(tenant.name)).seen;
  await save(null);
  // What was shown is not what holds now: there was none, or that for all, or the own one as it was.
  await expect(save(tenant, { seen: before })).rejects.toThrow(withCode("offer-overtaken"));
  const ofAll = (await open(tenant.name)).seen;
  await save(tenant);
  await expect(save(tenant, { seen: ofAll })).rejects.toThrow(withCode("offer-overtaken"));
  const first = (await open(tenant.name)).seen;
  await save(tenant, { publishOnSave: true });
  await expect(save(tenant, { seen: first, offered: [release.id] })).rejects.toThrow(
    withCode("offer-overtaken"),
  );
  expect(await offeredOf(tenant.name)).toEqual([]);
  expect((await open(tenant.name)).publishOnSave).toBe(true);
  // Of two at once one is later.
  const seen = (await open(tenant.name)).seen;
  const both = await Promise.allSettled([save(tenant, { seen }), save(tenant, { seen })]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
});

test("a new destination is made with the offer, or taken where it stands", async () => {
  const tenant = await addTenant("ACME..Corp");
  await save(null);
  const choices = await choose(tenant.name);
  expect(choices.proposedPath).toBe("acme-corp");
  const place = { kind: "new", registryId, basePath: choices.proposedPath };
  await save(tenant, { place });
  expect(await open(tenant.name)).toMatchObject({
    place: { host: "harbor.example.com", basePath: "acme-corp" },
    sharedPlace: { basePath: "shared" },
  });
  expect((await lastEntry("offer.save")).after).toMatchObject({
    destination: "harbor.example.com/acme-corp",
    madeDestination: "harbor.example.com/acme-corp",
  });
  await save(tenant, { place });
  expect((await lastEntry("offer.save")).after).not.toHaveProperty("madeDestination");
  expect(await db.destination.count({ where: { registryId, basePath: "acme-corp" } })).toBe(1);
});

test("no two offers lead to one destination, by whichever name of its registry", async () => {
  const [one, two] = [await addTenant(), await addTenant()];
  await save(null);
  await save(one, { place: { kind: "new", registryId, basePath: "one" } });
  const own = (await db.destination.findFirstOrThrow({ where: { basePath: "one" } })).id;
  const taken = (place: object, code: string, field = "place.destinationId", who: Tenant | null = two) =>
    expect(save(who, { place })).rejects.toMatchObject(fieldCode(field, code));
  await taken({ kind: "existing", destinationId: own }, "destination-taken");
  await taken({ kind: "existing", destinationId }, "destination-shared");
  await taken({ kind: "existing", destinationId: own }, "destination-taken", "place.destinationId", null);
  await taken({ kind: "new", registryId, basePath: "one" }, "destination-taken", "place.basePath");
  const again = await writeDb.registry.create({ data: { name: "again", host: "HARBOR.example.com" } });
  const anew = { kind: "new", registryId: again.id, basePath: "one" };
  await taken(anew, "destination-taken", "place.basePath");
  await save(one, { place: anew });
  const choices = await choose(two.name);
  const takenBy = (registry: string) =>
    choices.destinations.filter(({ registryName }) => registryName === registry).map((each) => each.takenBy);
  expect(takenBy("again")).toEqual([{ organization: one.displayName }]);
  expect(takenBy("harbor")).toContainEqual({ organization: null });
});

test("no organization publishes within the path of another, nor around it", async () => {
  const [one, two] = [await addTenant(), await addTenant()];
  await save(null);
  const anew = (basePath: string) => ({ place: { kind: "new", registryId, basePath } });
  // Within the shared destination, which is the provider's, it may.
  await save(one, anew("shared/one"));
  const refused = (basePath: string, code: string, who: Tenant | null = two) =>
    expect(save(who, anew(basePath))).rejects.toMatchObject(fieldCode("place.basePath", code));
  await refused("shared/one/two", "destination-nested");
  await refused("shared/one/two", "destination-nested", null);
  await refused("", "destination-around-shared");
  await expect(save(two, anew("shared/one/two"))).rejects.toMatchObject({
    facts: {
      fields: {
        "place.basePath": {
          facts: { organization: one.displayName, path: "harbor.example.com/shared/one" },
        },
      },
    },
  });
  await save(two, anew("shared/one-two"));
  await save(one, anew("deep/one"));
  await refused("deep", "destination-around");
  await save(null, anew("deep"));
  // What stands around another already can be saved again, with something else changed.
  const around = await writeDb.destination.create({ data: { registryId, basePath: "deep/one/more" } });
  await writeDb.offer.updateMany({ where: { organizationId: two.id }, data: { destinationId: around.id } });
  const { place } = await open(one.name);
  await save(one, { place: { kind: "existing", destinationId: place?.id }, publishOnSave: true });
});

test("another organization's registry is none to choose", async () => {
  const [one, two] = [await addTenant(), await addTenant()];
  const data = { name: "own", host: "own.example.com", organizationId: one.id };
  const registry = await writeDb.registry.create({ data });
  const place = await writeDb.destination.create({ data: { registryId: registry.id } });
  await save(null);
  for (const who of [two, null]) {
    await expect(save(who, { place: { kind: "existing", destinationId: place.id } })).rejects.toThrow(
      withCode("not-found"),
    );
    await expect(
      save(who, { place: { kind: "new", registryId: registry.id, basePath: "x" } }),
    ).rejects.toThrow(withCode("not-found"));
    const { registries } = await choose(who?.name ?? null);
    expect(registries.map(({ id }) => id)).not.toContain(registry.id);
  }
  await save(one, { place: { kind: "existing", destinationId: place.id } });
  expect((await open(one.name)).place).toEqual({ id: place.id, host: "own.example.com", basePath: "" });
});

test("refuses what is not there, what fills itself, and more than it takes", async () => {
  const [tenant, release] = [await addTenant(), await addRelease(["etcd"])];
  const { etcd = "" } = release.components;
  const missing = "00000000-0000-4000-8000-000000000000";
  await expect(save(null, { offered: [missing] })).rejects.toThrow(withCode("not-found"));
  // Its release is not offered.
  await expect(save(null, { required: [etcd] })).rejects.toThrow(withCode("not-found"));
  await expect(save(null, { offered: [release.id], withheld: [missing] })).rejects.toThrow(
    withCode("not-found"),
  );
  const wrong = (change: Change, organizationId: string | null = tenant.id) =>
    saveOfferInput
      .safeParse({
        ...{ organizationId, seen: null, place: { kind: "shared" }, readsFrom: "own_registries" },
        ...{
          publishOnSave: false,
          offered: [],
          withdrawn: [],
          required: [],
          withheld: [],
          free: [],
          confirmed: [],
          ...change,
        },
      })
      .error?.issues.map(({ path, message }) => [path.join("."), message]);
  expect(wrong({})).toBeUndefined();
  expect(wrong({}, null)).toEqual([["place", "required"]]);
  expect(wrong({ readsFrom: "shared_destination" })).toEqual([["readsFrom", "reads-itself"]]);
  expect(wrong({ place: { kind: "existing", destinationId: "" } })).toEqual([
    ["place.destinationId", "required"],
  ]);
  expect(wrong({ place: { kind: "new", registryId, basePath: "x/tkg" } })).toEqual([
    ["place.basePath", "path-ends-in-folder"],
  ]);
  const ids = (count: number) => Array.from({ length: count }, () => missing);
  expect(wrong({ offered: ids(maxOfferReleases + 1) })).toHaveLength(1);
  expect(wrong({ required: ids(listLimits.limitLines + 1) })).toHaveLength(1);
  expect(await db.offer.count()).toBe(0);
});

test("a tenant sees its own organization's offer only, and of releases those that are offered", async () => {
  const [tenant, other] = [await addTenant(), await addTenant()];
  const [offered, hidden] = [await addRelease(["etcd", "ako"]), await addRelease(["pause"])];
  const { ako = "" } = offered.components;
  await save(null, { offered: [offered.id], withheld: [ako] });
  await expect(open(other.name, tenant.origin)).rejects.toThrow(withCode("not-found"));
  await expect(open(null, tenant.origin)).rejects.toThrow(withCode("not-found"));
  expect((await open(tenant.name, tenant.origin)).releases.map(({ id }) => id)).toEqual([offered.id]);
  const components = (name: string | null, release: string, who = tenant.origin) =>
    listOfferComponents(as(who, "offer.read"), name, release);
  expect(await components(tenant.name, offered.id)).toMatchObject([
    { source: "vendor.example/tkg/etcd", sizeBytes: 5, rule: null, suggested: "control_plane" },
    { source: "vendor.example/tkg/ako", rule: "withheld", suggested: null },
  ]);
  await expect(components(tenant.name, hidden.id)).rejects.toThrow(withCode("not-found"));
  await expect(components(other.name, offered.id)).rejects.toThrow(withCode("not-found"));
  await expect(components(null, offered.id)).rejects.toThrow(withCode("not-found"));
  expect(await components(null, hidden.id, provider)).toHaveLength(1);
  // An auditor reads all, and chooses nothing; no more does a tenant.
  expect(await getOfferChoices(as(auditor, "offer.read"), null)).toBeNull();
  expect(await getOfferChoices(as(tenant.origin, "offer.read"), tenant.name)).toBeNull();
  expect((await open(null, auditor)).releases).toHaveLength(1);
  await expect(open("no-such", auditor)).rejects.toThrow(withCode("not-found"));
});
