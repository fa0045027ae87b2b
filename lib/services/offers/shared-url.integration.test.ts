import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { type ConfigDocument, editConfig, readField } from "#lib/domain/vcd/config-document.ts";
import { createConfigDocument } from "#lib/domain/vcd/new-config.ts";
import { saveOfferInput } from "#lib/schemas/offers.ts";
import { writeCheckedRun } from "#lib/testing/checked-run.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { digestLists } from "../doctor/index.ts";
import { nodeListsOf, readCurrentConfig, saveRevision } from "../server-config/index.ts";
import { getOffer, saveOffer } from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
let registryId: string;
const people = createPeople(writeDb);
const components = {
  ...{ capvcd: "1.3.0", cloudProvider: "1.6.0", csiDriver: "1.6.0" },
  ...{ rdeProjector: "0.7.0", clusterType: "1.3.0" },
};
const fresh = createConfigDocument(components);

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
});
beforeEach(async () => {
  await writeDb.configRevision.deleteMany();
  await writeDb.doctorRun.deleteMany();
  await writeDb.offer.deleteMany();
  await writeDb.destination.deleteMany();
  await writeDb.registry.deleteMany();
  registryId = (await writeDb.registry.create({ data: { name: "Harbor", host: "harbor.example.com" } })).id;
});
afterAll(() => database.drop());

const access = () => systemAccess(provider, "offer.write");
/** As by somebody who has had the place examined, and nothing was found. */
async function share(basePath: string, change: object = {}) {
  const { document = null } = (await readCurrentConfig(writeDb)) ?? {};
  const listsDigest = digestLists(nodeListsOf(document));
  await writeCheckedRun(writeDb, { host: "harbor.example.com", basePath, listsDigest });
  return shareUnseen(basePath, change);
}
async function shareUnseen(basePath: string, change: object = {}) {
  const { seen } = await getOffer(systemAccess(provider, "offer.read"), null);
  const input = saveOfferInput.parse({
    ...{ organizationId: null, seen, place: { kind: "new", registryId, basePath } },
    ...{ readsFrom: "own_registries", publishOnSave: false },
    ...{ offered: [], withdrawn: [], required: [], withheld: [], free: [], confirmed: [], ...change },
  });
  return saveOffer(access(), input);
}
const saveConfig = (document: ConfigDocument, seen: number | null) =>
  writeDb.$transaction((tx) => saveRevision(tx, access().actor, { document, origin: "edited", seen }));
const readUrl = async () => {
  const current = await readCurrentConfig(writeDb);
  return current && readField(current.document, "containerRegistryUrl");
};
const readShared = async () => (await getOffer(systemAccess(provider, "offer.read"), null)).place?.basePath;
const lastEntry = () =>
  writeDb.auditEntry.findFirstOrThrow({ where: { action: "offer.save" }, orderBy: { id: "desc" } });

test("another shared destination becomes the URL, in a revision that says how it came to be", async () => {
  await saveConfig(fresh, null);
  await share("cse");
  expect(await readUrl()).toBe("harbor.example.com/cse");
  const revision = await writeDb.configRevision.findFirstOrThrow({ orderBy: { number: "desc" } });
  expect(revision).toMatchObject({ number: 2, origin: "destination", differenceCount: 1 });
  expect((await lastEntry()).after).toMatchObject({ configRevision: 2 });
  await share("");
  expect(await readUrl()).toBe("harbor.example.com");
  expect(await readShared()).toBe("");
});

test("nobody leads clusters elsewhere without knowing whether they can pull from there", async () => {
  await saveConfig(fresh, null);
  await expect(shareUnseen("cse")).rejects.toMatchObject({
    ...{ code: "registry-unchecked", facts: { registry: "harbor.example.com/cse" } },
  });
  expect(await writeDb.offer.count()).toBe(0);
  expect(await readUrl()).toBe("projects.registry.vmware.com");
  const findings = [{ step: "dns", code: "name-unknown", severity: "error", facts: {} }];
  const listsDigest = digestLists(nodeListsOf(fresh));
  await writeCheckedRun(writeDb, { host: "harbor.example.com", basePath: "cse", listsDigest, findings });
  await expect(shareUnseen("cse")).rejects.toMatchObject({ code: "registry-problems" });
  await shareUnseen("cse", { confirmed: ["name-unknown"] });
  expect(await readUrl()).toBe("harbor.example.com/cse");
});

test("what changes of the offer besides is no matter of the configuration", async () => {
  await share("cse");
  expect(await readUrl()).toBeNull();
  await saveConfig(fresh, null);
  const [destination] = await writeDb.destination.findMany();
  const place = { kind: "existing", destinationId: destination?.id };
  await share("cse", { place, publishOnSave: true });
  expect(await readUrl()).toBe("projects.registry.vmware.com");
  expect(await writeDb.configRevision.count()).toBe(1);
});

test("the entity of 4.0 has no such field, and gets none", async () => {
  await saveConfig({ ...editConfig(fresh, {}), typeVersion: "1.0.0" }, null);
  await share("cse");
  expect(await writeDb.configRevision.count()).toBe(1);
});

test("nothing is saved of the offer when the configuration refuses the URL", async () => {
  await saveConfig(fresh, null);
  const { id } = await writeDb.destination.create({ data: { registryId, basePath: "x/tanzu_cli" } });
  const place = { kind: "existing", destinationId: id };
  await expect(shareUnseen("", { place })).rejects.toMatchObject({ code: "config-invalid" });
  expect(await writeDb.offer.count()).toBe(0);
});

test("whoever changes either at the same time waits for the other, and URL and destination agree", async () => {
  await saveConfig(fresh, null);
  await share("start");
  for (let round = 0; round < 4; round++) {
    const current = await readCurrentConfig(writeDb);
    if (!current) throw new Error("there is no configuration");
    const { seen } = await getOffer(systemAccess(provider, "offer.read"), null);
    const url = `harbor.example.com/url-${round}`;
    const listsDigest = digestLists(nodeListsOf(current.document));
    await writeCheckedRun(writeDb, { host: "harbor.example.com", basePath: `url-${round}`, listsDigest });
    const outcomes = await Promise.allSettled([
      share(`offer-${round}`, { seen }),
      saveConfig(editConfig(current.document, { containerRegistryUrl: url }), current.number),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const [refused] = outcomes.filter((outcome) => outcome.status === "rejected");
    expect(["offer-overtaken", "config-overtaken"]).toContain((refused?.reason as { code: string }).code);
    expect(await readUrl()).toBe(`harbor.example.com/${await readShared()}`);
  }
});
