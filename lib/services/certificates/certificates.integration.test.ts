import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { defaultCseVersions } from "#lib/domain/catalog/cse-versions.ts";
import { editConfig, readField } from "#lib/domain/vcd/config-document.ts";
import { createConfigDocument } from "#lib/domain/vcd/new-config.ts";
import { addCertificatesInput, certificatesQuery } from "#lib/schemas/certificates.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { issueCertificate, type TestCertificate } from "#lib/testing/issue-certificate.ts";
import { createPeople } from "#lib/testing/people.ts";
import { readCurrentConfig, saveRevision } from "../server-config/index.ts";
import {
  addCertificates,
  deleteCertificate,
  getCertificate,
  listCertificates,
  listOneSided,
  moveInList,
  putIntoLists,
  readTrustLists,
  renameCertificate,
  takeOutOfList,
} from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
const as = <P extends Permission>(permission: P) => systemAccess(provider, permission);
const withCode = (code: string): unknown => expect.objectContaining({ code });
const wrongField = (field: string, code: string): unknown =>
  expect.objectContaining({ facts: { fields: { [field]: { code, facts: {} } } } });
const authority = (subject: string) => issueCertificate({ subject, ca: true, keyUsage: ["keyCertSign"] });
const nodeLists = ["bootstrap_vm", "cluster"] as const;

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await createPeople(writeDb).user() };
});
afterAll(() => database.drop());
beforeEach(async () => {
  await writeDb.certificateEntry.deleteMany();
  await writeDb.certificate.deleteMany();
  await writeDb.configRevision.deleteMany();
  await writeDb.auditEntry.deleteMany();
});

const add = (named: Readonly<Record<string, { pem: string }>>, lists: readonly TrustList[] = []) =>
  addCertificates(
    as("certificate.write"),
    addCertificatesInput.parse({
      certificates: Object.entries(named).map(([name, { pem }]) => ({ name, pem })),
      lists,
    }),
  );
const idOf = async (name: string) => (await writeDb.certificate.findUniqueOrThrow({ where: { name } })).id;
const places = async () => {
  const lists = await readTrustLists(as("certificate.read"));
  const names = (list: TrustList) =>
    lists[list].map(({ certificates }) => certificates.map(({ name }) => name).join(" + "));
  return { bootstrap_vm: names("bootstrap_vm"), cluster: names("cluster"), panel: names("panel") };
};
const textsOf = async (field: "bootstrapCertificates" | "clusterCertificates") => {
  const current = await readCurrentConfig(writeDb);
  return current && readField(current.document, field);
};
/** Makes a configuration with these texts in its Cluster list. */
async function saveClusterTexts(texts: readonly string[]): Promise<void> {
  const [newest] = defaultCseVersions;
  if (!newest) throw new Error("no release is known");
  const document = editConfig(createConfigDocument(newest.components), { clusterCertificates: texts });
  const actor = as("certificate.write").actor;
  await writeDb.$transaction((tx) => saveRevision(tx, actor, { document, origin: "imported", seen: null }));
}

test("one that does not hold yet is told so wherever its end is", async () => {
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
  const later = issueCertificate({
    ...{ subject: "Later CA", ca: true, notBefore: inDays(10), notAfter: inDays(700) },
  });
  await add({ now: authority("Now CA"), later }, ["panel"]);
  const { rows } = await listCertificates(as("certificate.read"), certificatesQuery.parse({}));
  const { panel } = await readTrustLists(as("certificate.read"));
  for (const told of [rows, panel.flatMap(({ certificates }) => certificates)]) {
    const begun = Object.fromEntries(told.map(({ name, isYetToBegin }) => [name, !isYetToBegin]));
    expect(begun).toEqual({ now: true, later: false });
  }
});

test("where there is no configuration, the first certificates begin one; the trail names each of them", async () => {
  const [one, two] = [authority("One CA"), authority("Two CA")];
  const result = await add({ one, two }, nodeLists);
  expect(result).toMatchObject({ added: [{ name: "one" }, { name: "two" }], known: [], revision: 1 });
  expect(await textsOf("bootstrapCertificates")).toEqual([one.pem, two.pem]);
  expect(await textsOf("clusterCertificates")).toEqual([one.pem, two.pem]);
  const revision = await writeDb.configRevision.findUniqueOrThrow({ where: { number: 1 } });
  expect(revision.origin).toBe("certificates");
  const current = await readCurrentConfig(writeDb);
  expect(current && readField(current.document, "capvcdVersion")).toBe("v1.3.2");
  const trail = await writeDb.auditEntry.findMany({ orderBy: { id: "asc" } });
  expect(trail).toMatchObject([
    {
      ...{ action: "certificate.add", objectId: await idOf("one"), objectName: "one" },
      after: { name: "one", lists: ["bootstrap_vm 1", "cluster 1"], revision: 1 },
    },
    { objectId: await idOf("two"), after: { lists: ["bootstrap_vm 2", "cluster 2"] } },
  ]);
});

test("what is stored is PEM as a certificate writes it, and one that is known is not doubled", async () => {
  const one = authority("One CA");
  const pasted = `Subject: One\r\n${one.pem.replaceAll("\n", "\r\n")}\r\nsecret remark`;
  await add({ "my-ca": { pem: pasted } }, ["cluster"]);
  expect(await writeDb.certificate.findMany({ select: { name: true, pem: true } })).toEqual([
    { name: "my-ca", pem: one.pem },
  ]);
  expect(await textsOf("clusterCertificates")).toEqual([one.pem]);
  const again = await add({ "other-name": one }, nodeLists);
  expect(again).toMatchObject({ added: [], known: [{ name: "my-ca" }], revision: 2 });
  expect(await places()).toEqual({ bootstrap_vm: ["my-ca"], cluster: ["my-ca"], panel: [] });
  // Nothing to change: no revision.
  expect((await add({ x: one }, nodeLists)).revision).toBeNull();
  expect(await writeDb.configRevision.count()).toBe(2);
});

test("names are the panel's own rule, and no two certificates have one", async () => {
  const [one, two, three] = [authority("One CA"), authority("Two CA"), authority("Three CA")];
  expect(() => addCertificatesInput.parse({ certificates: [{ pem: "", name: "a b" }], lists: [] })).toThrow(
    "trust-name-format",
  );
  await add({ lab: one });
  await expect(add({ lab: two })).rejects.toEqual(wrongField("certificates.0.name", "trust-name-taken"));
  const twice = { certificates: [two, three].map(({ pem }) => ({ pem, name: "same" })), lists: [] };
  await expect(addCertificates(as("certificate.write"), addCertificatesInput.parse(twice))).rejects.toEqual(
    wrongField("certificates.1.name", "trust-name-taken"),
  );
  await add({ two });
  const rename = async (from: string, name: string) =>
    renameCertificate(as("certificate.write"), { certificateId: await idOf(from), name });
  await expect(rename("two", "lab")).rejects.toEqual(wrongField("name", "trust-name-taken"));
  await rename("two", "Lab_2.root-ca");
  expect(await getCertificate(as("certificate.read"), await idOf("Lab_2.root-ca"))).toMatchObject({
    lists: [],
    nodeFiles: [
      { consumer: "vsphere", writtenTo: "/etc/ssl/certs/tkg-Lab_2.root-ca.pem" },
      { consumer: "tkg" },
    ],
  });
  const bad = { certificates: [{ pem: one.pem + two.pem, name: "both" }], lists: [] };
  await expect(addCertificates(as("certificate.write"), addCertificatesInput.parse(bad))).rejects.toEqual(
    wrongField("certificates.0.pem", "pem-format"),
  );
});

test("is searched by name, subject and fingerprint as programs print it, and by lists", async () => {
  const [one, two] = [authority("Alpha Root"), authority("Beta Root")];
  await add({ one }, nodeLists);
  await add({ two }, ["panel"]);
  const find = async (query: object) => {
    const page = await listCertificates(as("certificate.read"), certificatesQuery.parse(query));
    return page.rows.map(({ name }) => name);
  };
  expect(await find({})).toEqual(["one", "two"]);
  expect(await find({ search: "beta" })).toEqual(["two"]);
  const row = await writeDb.certificate.findUniqueOrThrow({ where: { name: "one" } });
  const printed = row.fingerprint.toUpperCase().match(/../g)?.slice(0, 8).join(":");
  expect(await find({ search: printed })).toEqual(["one"]);
  expect(await find({ list: "panel" })).toEqual(["two"]);
  expect(await find({ list: "none" })).toEqual([]);
  expect(await find({ pageSize: 10, page: 2 })).toEqual([]);
  await takeOutOfList(as("certificate.write"), { certificateId: await idOf("two"), list: "panel" });
  expect(await find({ list: "none,cluster" })).toEqual(["one", "two"]);
});

test("is deleted out of the lists that were named, and out of no other", async () => {
  await add({ one: authority("One CA"), two: authority("Two CA") }, [...nodeLists, "panel"]);
  const remove = async (lists: TrustList[]) =>
    deleteCertificate(as("certificate.write"), { certificateId: await idOf("one"), lists });
  await expect(remove([])).rejects.toEqual(withCode("certificate-listed"));
  await expect(remove([...nodeLists])).rejects.toEqual(withCode("certificate-listed"));
  expect(await places()).toMatchObject({ cluster: ["one", "two"], panel: ["one", "two"] });
  await remove([...nodeLists, "panel"]);
  expect(await places()).toEqual({ bootstrap_vm: ["two"], cluster: ["two"], panel: ["two"] });
  expect(await writeDb.certificate.count()).toBe(1);
  await expect(
    getCertificate(as("certificate.read"), "00000000-0000-4000-8000-000000000000"),
  ).rejects.toEqual(withCode("not-found"));
});

test("a text with several certificates is one place: it moves whole, and loses only what is taken out", async () => {
  const [one, two, three] = [authority("One CA"), authority("Two CA"), authority("Three CA")];
  const comment = "# as the vendor sent them\n";
  await saveClusterTexts([`${comment}${one.pem}${two.pem}`, three.pem]);
  expect((await places()).cluster).toEqual(["one-ca + two-ca", "three-ca"]);
  const detail = await getCertificate(as("certificate.read"), await idOf("two-ca"));
  expect(detail.nodeFiles[0]).toMatchObject({
    ...{ consumer: "cse", writtenTo: "/etc/ssl/certs/custom_certificate_0.crt", isCrowded: true },
  });
  await moveInList(as("certificate.write"), {
    ...{ certificateId: await idOf("two-ca"), list: "cluster", direction: "down" },
  });
  expect((await places()).cluster).toEqual(["three-ca", "one-ca + two-ca"]);
  expect(await textsOf("clusterCertificates")).toEqual([three.pem, `${comment}${one.pem}${two.pem}`]);
  await takeOutOfList(as("certificate.write"), { certificateId: await idOf("one-ca"), list: "cluster" });
  expect(await textsOf("clusterCertificates")).toEqual([three.pem, two.pem]);
  expect((await places()).cluster).toEqual(["three-ca", "two-ca"]);
  expect(await listOneSided(as("certificate.read"))).toMatchObject([
    { name: "three-ca", list: "cluster", missingIn: "bootstrap_vm" },
    { name: "two-ca", list: "cluster", missingIn: "bootstrap_vm" },
  ]);
  await putIntoLists(as("certificate.write"), {
    certificateIds: [await idOf("three-ca"), await idOf("two-ca")],
    lists: ["bootstrap_vm"],
  });
  expect(await listOneSided(as("certificate.read"))).toEqual([]);
});

test("the outermost goes no further, and who is not in the list does not move", async () => {
  await add({ one: authority("One CA"), two: authority("Two CA") }, ["panel"]);
  const move = async (name: string, list: TrustList, direction: "up" | "down") =>
    moveInList(as("certificate.write"), { certificateId: await idOf(name), list, direction });
  await move("one", "panel", "up");
  await move("two", "panel", "down");
  await move("one", "cluster", "down");
  expect(await places()).toEqual({ bootstrap_vm: [], cluster: [], panel: ["one", "two"] });
  await move("two", "panel", "up");
  expect((await places()).panel).toEqual(["two", "one"]);
});

describe("at the same time", () => {
  const made: TestCertificate[] = Array.from({ length: 6 }, (_, index) => authority(`Number ${index}`));

  test("additions, moves and removals leave each list in an order without gaps", async () => {
    await add({ first: authority("First"), last: authority("Last") }, [...nodeLists, "panel"]);
    const [first, last] = [await idOf("first"), await idOf("last")];
    const all = [...nodeLists, "panel"] as const;
    const outcomes = await Promise.allSettled([
      ...made.map((each, index) => add({ [`n${index}`]: each }, all)),
      ...all.map((list) =>
        moveInList(as("certificate.write"), { certificateId: last, list, direction: "up" }),
      ),
      deleteCertificate(as("certificate.write"), { certificateId: first, lists: [...all] }),
    ]);
    expect(outcomes.filter(({ status }) => status === "rejected")).toEqual([]);
    const shown = await places();
    for (const list of all) {
      expect(shown[list].toSorted()).toEqual(["last", "n0", "n1", "n2", "n3", "n4", "n5"]);
      const entries = await writeDb.certificateEntry.findMany({
        where: { list },
        orderBy: { position: "asc" },
      });
      expect(entries.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    }
    expect(shown.bootstrap_vm).toEqual(shown.cluster);
    const revisions = await writeDb.configRevision.findMany({ orderBy: { number: "asc" } });
    expect(revisions.map(({ number }) => number)).toEqual(revisions.map((_, index) => index + 1));
  });

  test("one certificate that two add is known once", async () => {
    const same = authority("Same");
    const results = await Promise.all([add({ a: same }, ["cluster"]), add({ b: same }, ["cluster"])]);
    expect(results.flatMap(({ added }) => added)).toHaveLength(1);
    expect(results.flatMap(({ known }) => known)).toHaveLength(1);
    expect((await places()).cluster).toHaveLength(1);
  });
});
