import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { OfferRule } from "#lib/db/generated/enums.ts";
import { parseReleaseList } from "#lib/domain/catalog/parse-release-list.ts";
import { parseRegistryBase } from "#lib/engine/oci/reference.ts";
import { importReleaseQuery } from "#lib/schemas/releases.ts";
import { revisionListQuery, selectionStateQuery } from "#lib/schemas/selections.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { downloadDocument } from "../dependencies/index.ts";
import { importRelease } from "../releases/index.ts";
import {
  downloadSelectionText,
  getRevisionChanges,
  getSelection,
  getSelectionOverview,
  getSelectionText,
  listRevisions,
  listSelectionStates,
  restoreSelection,
  saveSelection,
} from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
/** Which all share. */
let destinationId: string;
const people = createPeople(writeDb);
const withCode = (code: string) => expect.objectContaining({ code }) as Error;
const as = <P extends Permission>(who: JobOrigin, permission: P) => systemAccess(who, permission);

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await people.user({ username: "sato" }) };
  const registry = await writeDb.registry.create({ data: { name: "harbor", host: "harbor.example.com" } });
  const data = { registryId: registry.id, basePath: "shared" };
  destinationId = (await writeDb.destination.create({ data })).id;
});
beforeEach(async () => {
  await writeDb.offer.deleteMany();
});
afterAll(() => database.drop());

interface Tenant {
  origin: JobOrigin;
  organization: { id: string; name: string };
}

async function addTenant(): Promise<Tenant> {
  const organization = await people.organization();
  const startedBy = await people.user({ organizationId: organization.id });
  return { origin: { id: "test", organizationId: organization.id, startedBy }, organization };
}

const list = [
  "vendor.example/cse  cluster-api  v1",
  "# for disks",
  "#vendor.example/cse csi-driver v1",
  "vendor.example/cse cpi v1\r",
  "##\tvendor.example/cse old v1",
].join("\n");

let made = 0;
async function addRelease(text = list, kind = "getting_started_airgapped"): Promise<string> {
  const query = importReleaseQuery.parse({
    kind,
    name: `R${++made}`,
    version: "1",
    source: "vendor.example/cse",
  });
  return (await importRelease(as(provider, "catalog.write"), { ...query, text })).id;
}

/** Ids of a release's components by the last part of their names. */
async function idsOf(releaseId: string): Promise<Record<string, string>> {
  const rows = await db.component.findMany({ where: { releaseId } });
  return Object.fromEntries(
    rows.map(({ id, sourceRepository }) => [sourceRepository.split("/").at(-1) ?? "", id]),
  );
}

const offer = (releaseIds: string[], rules: { componentId: string; rule: OfferRule }[] = []) =>
  writeDb.offer.create({
    data: {
      destinationId,
      releases: { create: releaseIds.map((releaseId) => ({ releaseId })) },
      components: { create: rules },
    },
  });

function open({ origin, organization }: Tenant, release: string, who = origin) {
  return getSelection(as(who, "selection.read"), { organization: organization.name, release });
}

const onOf = (detail: { components: { source: string; isOn: boolean }[] }) =>
  detail.components.filter(({ isOn }) => isOn).map(({ source }) => source.split("/").at(-1));

/** Saves what was just seen, with these turned. */
async function save(
  tenant: Tenant,
  release: string,
  turned: { on?: string[]; off?: string[] } = {},
  who = tenant.origin,
) {
  const { revision, offered } = await open(tenant, release);
  return saveSelection(as(who, "selection.write"), {
    organizationId: tenant.organization.id,
    releaseId: release,
    revision,
    offered,
    turnedOn: turned.on ?? [],
    turnedOff: turned.off ?? [],
  });
}

test("begins as the vendor's list has it, and becomes what the tenant saves", async () => {
  const [tenant, release] = [await addTenant(), await addRelease()];
  const ids = await idsOf(release);
  await offer([release]);
  const before = await open(tenant, release);
  expect(before).toMatchObject({
    revision: 0,
    destination: "harbor.example.com/shared",
    publishOnSave: false,
  });
  expect(onOf(before)).toEqual(["cluster-api", "cpi"]);
  expect(before.components.some(({ isNew }) => isNew)).toBe(false);
  // Nobody has looked them up yet.
  expect(before.components.every(({ platforms }) => platforms.length === 0)).toBe(true);

  const saved = await save(tenant, release, { on: [ids["csi-driver"] ?? ""], off: [ids.cpi ?? ""] });
  expect(saved).toEqual({ revision: 1, isChanged: true, publish: false });
  expect(onOf(await open(tenant, release))).toEqual(["cluster-api", "csi-driver"]);
  const entry = await db.auditEntry.findFirstOrThrow({ where: { action: "selection.save" } });
  expect(entry).toMatchObject({ organizationId: tenant.organization.id, objectType: "selection" });
  expect(entry.after).toEqual({
    ...{ organization: tenant.organization.name, revision: 1, on: 2, off: 2, turnedOn: 1, turnedOff: 1 },
  });
  // Nothing changed, nothing written.
  expect(await save(tenant, release)).toEqual({ revision: 1, isChanged: false, publish: false });
  expect(await db.auditEntry.count({ where: { objectId: entry.objectId } })).toBe(1);
});

test("a tenant has its own selection only, the provider acts for any", async () => {
  const [own, other, release] = [await addTenant(), await addTenant(), await addRelease()];
  await offer([release]);
  const { revision, offered } = await open(own, release);
  const access = as(other.origin, "selection.write");
  const seen = { organizationId: own.organization.id, releaseId: release, revision, offered };
  const read = as(other.origin, "selection.read");
  const params = { organization: own.organization.name, release };
  for (const attempt of [
    () => saveSelection(access, { ...seen, turnedOn: [], turnedOff: [] }),
    () => restoreSelection(access, { ...seen, restoredRevision: 1 }),
    () => getSelection(read, params),
    () => getSelectionOverview(read, params.organization),
    () => getSelectionText(read, params),
    () => downloadSelectionText(read, params),
    () => listRevisions(read, params, revisionListQuery.parse({})),
    () => getRevisionChanges(read, { ...params, revision: 1 }),
  ]) {
    await expect(attempt()).rejects.toMatchObject({ code: "not-found", facts: { what: "organization" } });
  }
  const query = selectionStateQuery.parse({});
  expect((await listSelectionStates(read, query)).rows.map(({ id }) => id)).toEqual([other.organization.id]);

  await save(own, release, {}, provider);
  const page = await listRevisions(as(provider, "selection.read"), params, revisionListQuery.parse({}));
  expect(page.rows).toMatchObject([{ revision: 1, savedBy: "sato" }]);
  // The provider's people have no names for tenants.
  const tenants = await listRevisions(as(own.origin, "selection.read"), params, revisionListQuery.parse({}));
  expect(tenants.rows).toMatchObject([{ revision: 1, savedBy: null }]);
  expect((await open(other, release)).revision).toBe(0);
  const states = await listSelectionStates(as(provider, "selection.read"), { ...query, pageSize: 100 });
  expect(states.rows.find(({ id }) => id === own.organization.id)).toMatchObject({
    ...{ offeredCount: 1, savedCount: 1, savedAt: page.rows[0]?.savedAt },
  });
});

test("what the provider requires stays on, what it withholds is not there", async () => {
  const [tenant, release] = [await addTenant(), await addRelease()];
  const ids = await idsOf(release);
  const rule = (name: string, of: OfferRule) => ({ componentId: ids[name] ?? "", rule: of });
  const rules = [rule("csi-driver", "required"), rule("cpi", "withheld")];
  await offer([release], rules);
  const detail = await open(tenant, release);
  expect(onOf(detail)).toEqual(["cluster-api", "csi-driver"]);
  expect(detail.components.map(({ isRequired }) => isRequired)).toEqual([false, true, false]);
  await expect(save(tenant, release, { on: [ids.cpi ?? ""] })).rejects.toMatchObject({
    ...{ code: "not-found", facts: { what: "component" } },
  });
  await save(tenant, release, { off: [ids["csi-driver"] ?? "", ids["cluster-api"] ?? ""] });
  expect(onOf(await open(tenant, release))).toEqual(["csi-driver"]);
  await expect(open(tenant, await addRelease())).rejects.toThrow(withCode("not-found"));
});

test("refuses what was decided on by what is not so any more", async () => {
  const [tenant, release] = [await addTenant(), await addRelease()];
  const ids = await idsOf(release);
  const { id: offerId } = await offer([release]);
  const { revision, offered } = await open(tenant, release);
  const seen = { organizationId: tenant.organization.id, releaseId: release, revision, offered };
  const access = as(tenant.origin, "selection.write");
  const turn = (turnedOff: string[]) => saveSelection(access, { ...seen, turnedOn: [], turnedOff });
  const outcomes = await Promise.allSettled([turn([ids.cpi ?? ""]), turn([ids["cluster-api"] ?? ""])]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const reason = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason as Error] : [],
  );
  expect(reason).toEqual([withCode("selection-changed")]);
  expect(await db.selection.count({ where: { releaseId: release } })).toBe(1);

  await writeDb.offerComponent.create({ data: { offerId, componentId: ids.cpi ?? "", rule: "required" } });
  await expect(
    saveSelection(access, { ...seen, revision: 1, turnedOn: [], turnedOff: [ids.cpi ?? ""] }),
  ).rejects.toThrow(withCode("offer-changed"));
});

test("tells who changed what when, and brings a revision back as far as it still can be", async () => {
  const [tenant, release] = [await addTenant(), await addRelease()];
  const ids = await idsOf(release);
  const { id: offerId } = await offer([release]);
  await save(tenant, release);
  await save(tenant, release, { on: [ids["csi-driver"] ?? "", ids.old ?? ""], off: [ids.cpi ?? ""] });
  await save(tenant, release, { off: [ids["csi-driver"] ?? "", ids.old ?? "", ids["cluster-api"] ?? ""] });
  const params = { organization: tenant.organization.name, release };
  const read = as(tenant.origin, "selection.read");
  const query = { ...revisionListQuery.parse({}), pageSize: 2 };
  expect(await listRevisions(read, params, query)).toMatchObject({
    total: 3,
    rows: [
      { revision: 3, onCount: 0, addedCount: 0, removedCount: 3, savedBy: tenant.origin.startedBy?.username },
      { revision: 2, onCount: 3, addedCount: 2, removedCount: 1 },
    ],
  });
  expect(await listRevisions(read, params, { ...query, page: 2 })).toMatchObject({
    rows: [{ revision: 1, onCount: 2, addedCount: 2, removedCount: 0 }],
  });
  expect(await getRevisionChanges(read, { ...params, revision: 2 })).toEqual({
    added: ["cse/csi-driver:v1", "cse/old:v1"],
    removed: ["cse/cpi:v1"],
  });
  await expect(getRevisionChanges(read, { ...params, revision: 4 })).rejects.toThrow(withCode("not-found"));

  // One is withheld now, one is gone, one has come.
  const data = { offerId, componentId: ids["csi-driver"] ?? "", rule: "withheld" as const };
  await writeDb.offerComponent.create({ data });
  await writeDb.component.delete({ where: { id: ids.old ?? "" } });
  const place = {
    sourceHost: "vendor.example",
    sourceRepository: "cse/newer",
    targetPath: "newer",
    tag: "v1",
  };
  await writeDb.component.create({ data: { releaseId: release, position: 9, kind: "image", ...place } });
  const { revision, offered, components } = await open(tenant, release);
  expect(components.filter(({ isNew }) => isNew).map(({ source }) => source)).toEqual([
    "vendor.example/cse/newer",
  ]);
  const seen = { organizationId: tenant.organization.id, releaseId: release, revision, offered };
  const restored = await restoreSelection(as(tenant.origin, "selection.write"), {
    ...seen,
    restoredRevision: 2,
  });
  expect(restored).toMatchObject({
    ...{ revision: 4, isChanged: true, leftOut: ["cse/csi-driver:v1"], leftOutCount: 1, goneCount: 1 },
  });
  expect(onOf(await open(tenant, release))).toEqual(["cluster-api"]);
  expect((await listRevisions(read, params, query)).rows[0]).toMatchObject({ revision: 4, restoredFrom: 2 });
  const entry = await db.auditEntry.findFirstOrThrow({ where: { action: "selection.restore" } });
  expect(entry.after).toMatchObject({ restoredFrom: 2, on: 1, leftOut: 1, gone: 1 });
});

test("is the same thing as text: the vendor's own with other switches, or a line for each", async () => {
  const [tenant, release] = [await addTenant(), await addRelease()];
  const ids = await idsOf(release);
  const { id: offerId } = await offer([release]);
  const params = { organization: tenant.organization.name, release };
  const read = as(tenant.origin, "selection.read");
  const download = async (of = params) => (await downloadSelectionText(read, of)).text;
  const vendors = await downloadDocument(as(provider, "catalog.read"), release);
  expect(await downloadSelectionText(read, params)).toEqual(vendors);
  await save(tenant, release, { on: [ids["csi-driver"] ?? ""], off: [ids.cpi ?? ""] });
  const chosen = list
    .replace("#vendor.example/cse csi-driver", "vendor.example/cse csi-driver")
    .replace("vendor.example/cse cpi", "#vendor.example/cse cpi");
  expect(await download()).toBe(chosen);
  // What is shown while it is edited is the same text.
  const shown = await getSelectionText(read, params);
  const on = new Set([ids["cluster-api"], ids["csi-driver"]]);
  expect(
    shown.lines
      .map((line) => (line.componentId !== null && on.has(line.componentId) ? line.on : line.off))
      .join("\n"),
  ).toBe(chosen);
  const data = { offerId, componentId: ids["cluster-api"] ?? "", rule: "withheld" as const };
  await writeDb.offerComponent.create({ data });
  expect(await download()).toBe(`#${chosen}`);

  const without = await addRelease();
  await writeDb.release.update({ where: { id: without }, data: { document: null } });
  await writeDb.offerRelease.create({ data: { offerId, releaseId: without } });
  const text = await download({ ...params, release: without });
  expect(text).toBe(
    [
      "vendor.example/cse cluster-api v1",
      "#vendor.example/cse csi-driver v1",
      "vendor.example/cse cpi v1",
      "#vendor.example/cse old v1",
      "",
    ].join("\n"),
  );
  const options = {
    kind: "getting_started_airgapped",
    source: parseRegistryBase("a.io"),
    file: "x",
  } as const;
  const stored = await db.component.findMany({ where: { releaseId: without }, orderBy: { position: "asc" } });
  expect(parseReleaseList(text, options).map(({ targetPath, enabled }) => [targetPath, enabled])).toEqual(
    stored.map(({ targetPath, enabled }) => [targetPath, enabled]),
  );
});

test("knows what has been published where the organization publishes to", async () => {
  const [tenant, other, release] = [await addTenant(), await addTenant(), await addRelease()];
  const ids = await idsOf(release);
  await offer([release]);
  const [digest, moved] = ["a", "b"].map((letter) => `sha256:${letter.repeat(64)}`);
  await writeDb.component.updateMany({
    where: { releaseId: release },
    data: { sizeBytes: 10n, resolvedDigest: digest ?? "" },
  });
  const place = { destinationId, tag: "v1" };
  const at = (name: string) => `shared/vmware-cloud-director/${name}`;
  await writeDb.publication.createMany({
    data: [
      { ...place, organizationId: tenant.organization.id, repository: at("cpi"), digest: digest ?? "" },
      // Another image by now; one of somebody else.
      { ...place, organizationId: tenant.organization.id, repository: at("old"), digest: moved ?? "" },
      { ...place, organizationId: other.organization.id, repository: at("csi-driver"), digest: digest ?? "" },
    ],
  });
  await writeDb.component.update({ where: { id: ids.cpi ?? "" }, data: { sizeBytes: null } });
  const published = async () =>
    (await open(tenant, release)).components.filter(({ isPublished }) => isPublished).map(({ id }) => id);
  expect(await published()).toEqual([ids.cpi]);
  const read = as(tenant.origin, "selection.read");
  expect(await getSelectionOverview(read, tenant.organization.name)).toMatchObject({
    destination: "harbor.example.com/shared",
    releases: [
      {
        ...{ id: release, componentCount: 4, onCount: 2, onBytes: 10, unknownCount: 1 },
        ...{ newCount: 0, publishedCount: 1, saved: null },
      },
    ],
  });
  // It stands at one of two places.
  await writeDb.component.update({ where: { id: ids.cpi ?? "" }, data: { moreTargets: ["flat/cpi"] } });
  expect(await published()).toEqual([]);
  await save(tenant, release);
  expect((await getSelectionOverview(read, tenant.organization.name)).releases[0]?.saved?.revision).toBe(1);
  // Nothing offered at all is no error.
  await writeDb.offer.deleteMany();
  expect((await getSelectionOverview(read, tenant.organization.name)).releases).toEqual([]);
});
