import { afterAll, beforeAll, expect, test } from "vitest";
import { writeDb } from "#lib/db/client.ts";
import type { ChangeActor } from "#lib/db/with-change.ts";
import { type ConfigDocument, editConfig, parseConfigDocument } from "#lib/domain/vcd/config-document.ts";
import { createConfigDocument } from "#lib/domain/vcd/new-config.ts";
import {
  checkLifetimeMs,
  defaultContainerRegistryUrl,
  retiredHost,
} from "#lib/schemas/container-registry.ts";
import { writeCheckedRun } from "#lib/testing/checked-run.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { createPeople } from "#lib/testing/people.ts";
import { digestLists } from "../doctor/index.ts";
import { formatSaved, nodeListsOf, readCurrentConfig, saveRevision, type SavedRevision } from "./index.ts";

let database: TestDatabase;
let actor: ChangeActor;
const components = {
  ...{ capvcd: "1.3.0", cloudProvider: "1.6.0", csiDriver: "1.6.0" },
  ...{ rdeProjector: "0.7.0", clusterType: "1.3.0" },
};
const fresh = createConfigDocument(components);
const withCode = (code: string): unknown => expect.objectContaining({ code });

beforeAll(async () => {
  database = await createTestDatabase();
  const person = await createPeople(writeDb).user();
  actor = {
    ...{ userId: person.id, name: person.username, role: person.role },
    ...{ organizationId: null, requestId: "test", address: "" },
  };
});
afterAll(() => database.drop());

const save = (
  document: ConfigDocument,
  seen: number | null,
  confirmed: string[] = [],
): Promise<SavedRevision> =>
  writeDb.$transaction((tx) => saveRevision(tx, actor, { document, origin: "edited", seen, confirmed }));
async function change(
  edit: Parameters<typeof editConfig>[1],
  confirmed: string[] = [],
): Promise<SavedRevision> {
  const current = await readCurrentConfig(writeDb);
  return save(editConfig(current?.document ?? fresh, edit), current?.number ?? null, confirmed);
}
/** Has a place examined with the lists as they are. */
async function examine(host: string, basePath: string, findings: object[] = []): Promise<void> {
  const { document = null } = (await readCurrentConfig(writeDb)) ?? {};
  const listsDigest = digestLists(nodeListsOf(document));
  await writeCheckedRun(writeDb, { host, basePath, listsDigest, findings });
}
const sharedPlace = async () => {
  const offer = await writeDb.offer.findFirst({
    where: { organizationId: null },
    select: { destination: { select: { basePath: true, registry: { select: { name: true, host: true } } } } },
  });
  return offer?.destination ?? null;
};

test("the first revision makes the default nobody's destination, and its token is nowhere to be read", async () => {
  const token = "ghp_0123456789abcdefghijABCDEFGHIJ456789";
  const saved = await save(editConfig(fresh, { githubToken: token }), null);
  expect(saved).toMatchObject({ number: 1, followed: null, newCertificates: [] });
  expect(await sharedPlace()).toBeNull();
  const row = await writeDb.configRevision.findUniqueOrThrow({ where: { number: 1 } });
  expect(JSON.stringify(row)).not.toContain(token);
  const current = await readCurrentConfig(writeDb);
  expect(current?.document.text).toContain(token);
});

test("who has not seen the newest revision changes nothing, and of two at once one is told", async () => {
  await expect(save(fresh, null)).rejects.toThrow(withCode("config-overtaken"));
  const current = await readCurrentConfig(writeDb);
  const documents = ["TKG medium", "TKG large"].map((sizingPolicy) =>
    editConfig(current?.document ?? fresh, { sizingPolicy }),
  );
  const outcomes = await Promise.allSettled(documents.map((document) => save(document, 1)));
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(await writeDb.configRevision.count()).toBe(2);
});

test("a document with an error is refused with its place, one that no certificate can be read from as well", async () => {
  await expect(change({ syslogHost: "logs.example.com", syslogPort: "99999" })).rejects.toThrow(
    withCode("config-invalid"),
  );
  const unreadable = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n";
  await expect(change({ clusterCertificates: [unreadable] })).rejects.toMatchObject({
    facts: { path: "profiles[0].K8Config.certificateAuthorities", problem: "pem-format", count: 1 },
  });
  expect(await writeDb.configRevision.count()).toBe(2);
});

test("the certificates of the lists become known, each once, with their places; a date stays with its entry", async () => {
  const [one, two] = ["One CA", "Two CA"].map((subject) => issueCertificate({ subject, ca: true }).pem);
  if (one === undefined || two === undefined) throw new Error("two certificates are needed");
  const first = await change({ bootstrapCertificates: [one], clusterCertificates: [`${two}\n${one}`] });
  expect(first.newCertificates.toSorted()).toEqual(["one-ca", "two-ca"]);
  const until = new Date("2030-01-01T00:00:00Z");
  await writeDb.certificateEntry.updateMany({ where: { list: "cluster" }, data: { until } });
  const second = await change({ bootstrapCertificates: [two, one] });
  expect(second.newCertificates).toEqual([]);
  const entries = await writeDb.certificateEntry.findMany({
    select: { list: true, position: true, until: true, certificate: { select: { name: true } } },
    orderBy: [{ list: "asc" }, { position: "asc" }, { certificate: { name: "desc" } }],
  });
  expect(entries).toEqual([
    { list: "bootstrap_vm", position: 0, until: null, certificate: { name: "two-ca" } },
    { list: "bootstrap_vm", position: 1, until: null, certificate: { name: "one-ca" } },
    { list: "cluster", position: 0, until, certificate: { name: "two-ca" } },
    { list: "cluster", position: 0, until, certificate: { name: "one-ca" } },
  ]);
});

test("the shared destination follows the URL: a new registry, another path, a retired host", async () => {
  await examine("harbor.example.com:8443", "cse");
  const made = await change({ containerRegistryUrl: "harbor.example.com:8443/cse" });
  expect(made.followed).toEqual({
    name: "harbor.example.com:8443/cse",
    madeRegistry: "harbor.example.com:8443",
  });
  expect(await sharedPlace()).toEqual({
    basePath: "cse",
    registry: { name: "harbor.example.com:8443", host: "harbor.example.com:8443" },
  });
  await examine("harbor.example.com:8443", "");
  const moved = await change({ containerRegistryUrl: "harbor.example.com:8443" });
  expect(moved.followed).toEqual({ name: "harbor.example.com:8443" });
  expect(await sharedPlace()).toMatchObject({ basePath: "" });
  expect((await change({ sizingPolicy: "TKG small" })).followed).toBeNull();
  await examine("projects.registry.vmware.com", "");
  const retired = await change({ containerRegistryUrl: "projects.registry.vmware.com" }, [retiredHost]);
  expect(retired.followed).toBeNull();
  expect(await sharedPlace()).toMatchObject({ registry: { host: "harbor.example.com:8443" } });
});

test("clusters pull from nowhere that was not examined with the lists that are saved with it", async () => {
  const host = "registry.example.com";
  const move = { containerRegistryUrl: host };
  await expect(change(move)).rejects.toThrow(withCode("registry-unchecked"));
  await examine(host, "cse");
  await expect(change(move)).rejects.toThrow(withCode("registry-unchecked"));
  await examine(host, "");
  // Whoever brings another certificate with it has not seen what comes of both.
  const { pem } = issueCertificate({ subject: "Three CA", ca: true });
  await expect(change({ ...move, clusterCertificates: [pem] })).rejects.toThrow(
    withCode("registry-unchecked"),
  );
  await writeDb.doctorRun.updateMany({
    where: { host, basePath: "" },
    data: { finishedAt: new Date(Date.now() - checkLifetimeMs - 1000) },
  });
  await expect(change(move)).rejects.toThrow(withCode("registry-unchecked"));
  await examine(host, "");
  // Another's run with other lists comes later, and takes nothing from it.
  await writeCheckedRun(writeDb, { host, listsDigest: "of others" });
  expect(await change(move)).toMatchObject({ followed: { name: host }, inSpiteOf: [] });
});

test("what keeps clusters from pulling is confirmed by name, and told of what was saved in spite of it", async () => {
  const host = "locked.example.com";
  const found = (code: string, severity: string) => ({ step: "authentication", code, severity, facts: {} });
  await examine(host, "", [
    found("authentication-basic-wanted", "error"),
    found("catalog-closed", "warning"),
    { ...found("push-refused", "error"), step: "push" },
  ]);
  const move = { containerRegistryUrl: host };
  await expect(change(move, ["push-refused"])).rejects.toMatchObject({
    ...{ code: "registry-problems" },
    facts: { registry: host, count: 1, problems: ["authentication-basic-wanted"] },
  });
  const saved = await change(move, ["authentication-basic-wanted", "something-else"]);
  expect(saved.inSpiteOf).toEqual(["authentication-basic-wanted"]);
  expect(formatSaved(saved)).toMatchObject({ inSpiteOf: ["authentication-basic-wanted"] });
});

test("a configuration that does not say where clusters pull from has the default", async () => {
  const { document, number } = (await readCurrentConfig(writeDb)) ?? { document: fresh, number: 0 };
  const old = { ...editConfig(document, {}), typeVersion: "1.0.0" };
  const text = old.text.replace(/,?\s*"containerRegistryUrl": "[^"]*"/, "");
  await writeDb.doctorRun.deleteMany();
  const silent = { ...parseConfigDocument(text), typeVersion: "1.0.0" };
  await expect(save(silent, number)).rejects.toMatchObject({
    ...{ code: "registry-unchecked", facts: { registry: defaultContainerRegistryUrl } },
  });
  await examine(defaultContainerRegistryUrl, "");
  await save(silent, number, [retiredHost]);
  expect(await sharedPlace()).toMatchObject({ registry: { host: "locked.example.com" } });
});

test("documents are encrypted for their revision alone", async () => {
  const rows = await writeDb.configRevision.findMany({ orderBy: { number: "asc" }, take: 2 });
  const [one, two] = rows;
  await writeDb.configRevision.update({
    where: { number: one?.number ?? 0 },
    data: { documentEncrypted: two?.documentEncrypted ?? "" },
  });
  const { decryptDocument } = await import("./read-current-config.ts");
  const swapped = await writeDb.configRevision.findUniqueOrThrow({ where: { number: one?.number ?? 0 } });
  expect(() => decryptDocument(swapped)).toThrow(withCode("secret-unreadable"));
  expect(parseConfigDocument(fresh.text).text).toBe(fresh.text);
});
