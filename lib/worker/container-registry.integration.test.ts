import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { editConfig } from "#lib/domain/vcd/config-document.ts";
import { codesOf, findClusterProblems, retiredHost } from "#lib/schemas/container-registry.ts";
import {
  checkContainerRegistry,
  getContainerRegistry,
  listOrganizationDestinations,
  saveContainerRegistry,
} from "#lib/services/container-registry/index.ts";
import { beginDocument, readCurrentConfig, saveRevision } from "#lib/services/server-config/index.ts";
import { writeCheckedRun } from "#lib/testing/checked-run.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { issueCertificate, type TestCertificate } from "#lib/testing/issue-certificate.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import { type RunningWorker, runWorker } from "./run-worker.ts";

let database: TestDatabase;
let worker: RunningWorker;
let authority: TestCertificate;
let open: RegistryServer;
let locked: RegistryServer;
let provider: JobOrigin;
const people = createPeople(writeDb);
const as = <P extends Permission>(permission: P) => systemAccess(provider, permission);
const withCode = (code: string) => expect.objectContaining({ code }) as Error;

beforeAll(async () => {
  authority = issueCertificate({ subject: "Private CA", ca: true, keyUsage: ["keyCertSign"] });
  const server = issueCertificate({ subject: "127.0.0.1", issuer: authority, names: ["127.0.0.1"] });
  const tls = { cert: server.pem, key: server.keyPem };
  [database, open, locked] = await Promise.all([
    createTestDatabase(),
    startRegistry({ tls }),
    startRegistry({ tls, htpasswd: { username: "robot", password: "secret" } }),
  ]);
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  worker = await runWorker({ concurrency: 2, version: "test" });
});
afterAll(async () => {
  await worker.stop();
  await Promise.all([open.stop(), locked.stop()]);
  await database.drop();
});

/** Has it examined to the end; what keeps clusters from pulling. */
async function examine(url: string): Promise<string[]> {
  const { id } = await checkContainerRegistry(as("settings.write"), { url });
  for (;;) {
    const run = await writeDb.doctorRun.findUniqueOrThrow({ where: { id } });
    expect(run.askedBy).toBe("settings");
    if (run.state === "failed") throw new Error("the check was broken off");
    if (run.state === "finished") break;
    await sleep(50);
  }
  const { check } = await view(url);
  expect(check?.runId).toBe(id);
  return codesOf(findClusterProblems(url, check?.findings ?? []));
}
const view = (draft = "") => getContainerRegistry(as("settings.read"), draft);
async function save(url: string, confirmed: string[] = [], seen?: number | null) {
  const { revision } = await view();
  const input = { url, seen: seen === undefined ? revision : seen, confirmed };
  return saveContainerRegistry(as("settings.write"), input);
}
async function changeLists(lists: { bootstrapCertificates?: string[]; clusterCertificates?: string[] }) {
  await writeDb.$transaction(async (tx) => {
    const current = await readCurrentConfig(tx);
    const document = editConfig(current?.document ?? (await beginDocument(tx)), lists);
    const revision = { document, origin: "certificates" as const, seen: current?.number ?? null };
    return saveRevision(tx, as("settings.write").actor, revision);
  });
}
const lastEntry = () =>
  writeDb.auditEntry.findFirstOrThrow({
    where: { action: "server-config.save" },
    orderBy: { id: "desc" },
  });

test("what nobody has chosen is the retired default, which is nobody's destination", async () => {
  expect(await view()).toMatchObject({
    ...{ url: "projects.registry.vmware.com", revision: null, hasField: true, shared: null, check: null },
    isShared: false,
  });
});

test("nothing is saved that was not examined, and a check of another URL is none", async () => {
  await expect(save(open.host)).rejects.toThrow(withCode("registry-unchecked"));
  await examine(`${open.host}/other`);
  await expect(save(open.host)).rejects.toThrow(withCode("registry-unchecked"));
  expect(await writeDb.configRevision.count()).toBe(0);
});

test("each list is judged for itself, and what keeps clusters from pulling is to be confirmed by name", async () => {
  const untrusted = await examine(open.host);
  expect(untrusted).toEqual(["trust-refused", "chain-unknown-authority"]);
  await expect(save(open.host)).rejects.toMatchObject({
    code: "registry-problems",
    facts: { registry: open.host, problems: untrusted },
  });
  await expect(save(open.host, ["trust-refused"])).rejects.toMatchObject({
    facts: { problems: ["chain-unknown-authority"] },
  });
  await changeLists({ bootstrapCertificates: [authority.pem] });
  // What was found was judged with other lists.
  await expect(save(open.host, untrusted)).rejects.toThrow(withCode("registry-unchecked"));
  expect(await examine(open.host)).toEqual(untrusted);
  await changeLists({ clusterCertificates: [authority.pem] });
  expect(await examine(open.host)).toEqual([]);
});

test("a URL that was examined is saved, with its registry, its destination and the offer for all", async () => {
  await expect(save(open.host, [], null)).rejects.toThrow(withCode("config-overtaken"));
  const saved = await save(open.host);
  expect(saved).toEqual({ revision: 3, isChanged: true, madeRegistry: open.host });
  expect(await view()).toMatchObject({
    ...{ url: open.host, revision: 3, isShared: true },
    shared: { host: open.host, basePath: "", registry: { name: open.host, health: "unknown" } },
  });
  expect((await lastEntry()).after).toMatchObject({
    ...{ revision: 3, url: open.host, sharedDestination: open.host, madeRegistry: open.host },
    changed: ["profiles[0].containerRegistryUrl"],
  });
  expect(await save(open.host)).toMatchObject({ revision: 3, isChanged: false });
  expect(await writeDb.configRevision.count()).toBe(3);
});

test("a registry that wants credentials is named, and can be saved by who says so", async () => {
  const problems = await examine(locked.host);
  expect(problems).toContain("authentication-basic-wanted");
  await expect(save(locked.host)).rejects.toThrow(withCode("registry-problems"));
  await save(locked.host, problems);
  expect((await lastEntry()).after).toMatchObject({ url: locked.host, inSpiteOf: problems });
});

test("what was found long ago is found anew", async () => {
  expect(await examine(open.host)).toEqual([]);
  const host = { host: open.host, basePath: "" };
  const finishedAt = new Date(Date.now() - 16 * 60_000);
  await writeDb.doctorRun.updateMany({ where: host, data: { finishedAt } });
  await expect(save(open.host)).rejects.toThrow(withCode("registry-unchecked"));
});

test("the retired default is confirmed as such, and leaves the shared destination where it is", async () => {
  // Nothing answers it here; that it was asked is what counts.
  const url = "projects.registry.vmware.com";
  await writeCheckedRun(writeDb, { host: url, listsDigest: (await view()).listsDigest });
  await expect(save(url)).rejects.toMatchObject({ facts: { problems: [retiredHost] } });
  await save(url, [retiredHost]);
  expect(await view()).toMatchObject({ url, isShared: false, shared: { host: locked.host } });
});

test("two who save at once: one is told", async () => {
  const urls = [`${open.host}/one`, `${open.host}/two`];
  for (const url of urls) expect(await examine(url)).toEqual([]);
  const { revision } = await view();
  const outcomes = await Promise.allSettled(urls.map((url) => save(url, [], revision)));
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect((await view()).isShared).toBe(true);
});

test("the configuration of a version without the field is not given one", async () => {
  await examine(open.host);
  const { number = 0, document } = (await readCurrentConfig(writeDb)) ?? {};
  if (!document) throw new Error("there is no configuration");
  const old = { ...editConfig(document, { sizingPolicy: "TKG large" }), typeVersion: "1.0.0" };
  const revision = { document: old, origin: "imported" as const, seen: number };
  await writeDb.$transaction((tx) => saveRevision(tx, as("settings.write").actor, revision));
  expect(await view()).toMatchObject({ hasField: false });
  await expect(save(open.host)).rejects.toThrow(withCode("config-invalid"));
});

test("each organization is listed with where it publishes to", async () => {
  const [one, two] = [await people.organization({ name: "aa" }), await people.organization({ name: "bb" })];
  const registry = await writeDb.registry.create({ data: { name: "Own", host: "own.example.com" } });
  const place = await writeDb.destination.create({ data: { registryId: registry.id, basePath: "one" } });
  await writeDb.offer.create({ data: { organizationId: one.id, destinationId: place.id } });
  await writeDb.offer.create({ data: { organizationId: two.id } });
  const list = async (query: object) => {
    const window = { search: "", sort: "name", order: "asc", page: 1, pageSize: 25, kind: "" } as const;
    const { rows, total } = await listOrganizationDestinations(as("settings.read"), { ...window, ...query });
    expect(total).toBe(rows.length);
    return rows.map(({ name, isPrivate, place: at }) => [name, isPrivate, at?.host]);
  };
  const shared = (await view()).shared?.host;
  expect(await list({})).toEqual([
    ["aa", true, "own.example.com"],
    ["bb", false, shared],
  ]);
  expect(await list({ kind: "private" })).toEqual([["aa", true, "own.example.com"]]);
  expect(await list({ kind: "shared" })).toEqual([["bb", false, shared]]);
  expect(await list({ search: "AA" })).toHaveLength(1);
});
