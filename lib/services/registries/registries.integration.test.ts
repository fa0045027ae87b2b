import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { parseRepository } from "#lib/engine/oci/reference.ts";
import { RegistryLanes } from "#lib/engine/oci/registry-lanes.ts";
import {
  createDestinationInput,
  createRegistryInput,
  registryListQuery,
  testConnectionInput,
  updateRegistryInput,
  type RegistryFields,
} from "#lib/schemas/registries.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { type CertificateAuthority, createCertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { type MemoryRegistry, startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import {
  createDestination,
  createRegistry,
  deleteDestination,
  deleteRegistry,
  getRegistry,
  listRegistries,
  listRegistryChoices,
  openRegistry,
  pingRegistry,
  probeRegistry,
  testConnection,
  updateRegistry,
} from "./index.ts";

const robot = { username: "robot", password: "correct horse battery" };
let database: TestDatabase;
let guarded: RegistryServer;
let provider: JobOrigin;
let tenant: JobOrigin;
let stranger: JobOrigin;
const servers = createLoopbackServers();
const people = createPeople(writeDb);
const as = <P extends Permission>(who: JobOrigin, permission: P) => systemAccess(who, permission);
const withCode = (code: string) => expect.objectContaining({ code }) as Error;
const wrongField = (field: string, code: string) =>
  expect.objectContaining({
    code: "invalid-input",
    facts: { fields: { [field]: { code, facts: {} } } },
  }) as Error;

beforeAll(async () => {
  [database, guarded] = await Promise.all([createTestDatabase(), startRegistry({ htpasswd: robot })]);
  const [own, other] = await Promise.all([people.organization(), people.organization()]);
  const origin = async (organizationId: string | null): Promise<JobOrigin> => ({
    id: "test",
    organizationId,
    startedBy: await people.user(organizationId === null ? {} : { organizationId }),
  });
  [provider, tenant, stranger] = await Promise.all([origin(null), origin(own.id), origin(other.id)]);
});
afterAll(async () => {
  await Promise.all([database.drop(), guarded.stop(), servers.close()]);
});

let made = 0;
function texts(change: Partial<RegistryFields> = {}) {
  return {
    name: `registry ${++made}`,
    host: guarded.host,
    tlsMode: "plain_http",
    caPem: "",
    username: "",
    password: "",
    description: "",
    organizationId: null,
    ...change,
  } as const;
}
const fields = (change: Partial<RegistryFields> = {}) => createRegistryInput.parse(texts(change));
const create = (change: Partial<RegistryFields> = {}) =>
  createRegistry(as(provider, "registry.write"), fields(change));
const open = (who: JobOrigin, id: string, lanes = new RegistryLanes()) =>
  openRegistry(as(who, "job.start"), id, { access: "pull", lanes });
const read = (who: JobOrigin, id: string) => getRegistry(as(who, "registry.read"), id);
const edit = (id: string, change: Partial<RegistryFields>) =>
  updateRegistry(as(provider, "registry.write"), updateRegistryInput.parse({ ...texts(change), id }));
const addDestination = (registryId: string, basePath: string) =>
  createDestination(as(provider, "registry.write"), createDestinationInput.parse({ registryId, basePath }));

/** A job that reads one registry and writes to a destination; no worker runs here. */
async function createJob(sourceRegistryId: string, destinationId: string): Promise<void> {
  await writeDb.mirrorJob.create({ data: { sourceRegistryId, destinationId } });
}

test("shows a tenant its own registries and nothing of others, by list, choice and address", async () => {
  const mine = await create({ organizationId: tenant.organizationId });
  const foreign = await create({ organizationId: stranger.organizationId });
  const shared = await create();
  const query = registryListQuery.parse({ pageSize: 100 });
  const list = async (who: JobOrigin) =>
    (await listRegistries(as(who, "registry.read"), query)).rows.map(({ id }) => id);
  expect(await list(tenant)).toEqual([mine.id]);
  expect(await list(provider)).toEqual(expect.arrayContaining([mine.id, foreign.id, shared.id]));
  const choices = await listRegistryChoices(as(tenant, "registry.read"));
  expect(choices.map(({ id }) => id)).toEqual([mine.id]);
  await expect(read(tenant, foreign.id)).rejects.toEqual(withCode("not-found"));
  await expect(read(tenant, shared.id)).rejects.toEqual(withCode("not-found"));
  await expect(pingRegistry(as(tenant, "registry.read"), foreign.id)).rejects.toEqual(withCode("not-found"));
});

test("searches and sorts on the server", async () => {
  const description = `needle ${Date.now()}`;
  const [first, second] = [await create({ description }), await create({ description })];
  const list = (query: object) =>
    listRegistries(as(provider, "registry.read"), registryListQuery.parse({ search: "NEEDLE", ...query }));
  const ids = (page: Awaited<ReturnType<typeof list>>) => page.rows.map(({ id }) => id);
  expect(ids(await list({ sort: "name", order: "desc" }))).toEqual([second.id, first.id]);
  expect(await list({ page: 2 })).toMatchObject({ rows: [], total: 2, page: 2 });
});

test("stores a password encrypted, uses it, and gives it to nobody", async () => {
  const { id } = await create(robot);
  expect(await probeRegistry(as(provider, "registry.write"), id)).toMatchObject({ ok: true });
  const client = await open(tenant, id);
  await expect(client.hasRepository(parseRepository("none/such"))).resolves.toBe(false);
  await client.close();
  const row = await writeDb.registry.findUniqueOrThrow({ where: { id } });
  const shown = [await read(provider, id), await listRegistryChoices(as(provider, "registry.read"))];
  const trail = await writeDb.auditEntry.findMany({ where: { objectId: id } });
  expect(trail.map(({ action }) => action)).toEqual(["registry.create", "registry.probe"]);
  expect(inspect([row, shown, trail], { depth: null })).not.toContain(robot.password);
  expect(JSON.stringify(shown)).not.toContain(row.passwordEncrypted);
  expect(await read(provider, id)).toMatchObject({ username: "robot", hasPassword: true });
});

test("keeps a stored password while the host stays, and asks for it again when the host changes", async () => {
  const { id } = await create(robot);
  const before = await writeDb.registry.findUniqueOrThrow({ where: { id } });
  await edit(id, { username: "robot", description: "renamed" });
  const after = await writeDb.registry.findUniqueOrThrow({ where: { id } });
  expect(after).toMatchObject({ description: "renamed", passwordEncrypted: before.passwordEncrypted });

  const elsewhere = { username: "robot", host: "attacker.example.com" };
  const refusal = wrongField("password", "password-for-new-host");
  await expect(edit(id, elsewhere)).rejects.toEqual(refusal);
  const asked = testConnectionInput.parse({ ...texts(elsewhere), id });
  await expect(testConnection(as(provider, "registry.write"), asked)).rejects.toEqual(refusal);
  expect(await writeDb.registry.findUniqueOrThrow({ where: { id } })).toEqual(after);

  await edit(id, { host: "attacker.example.com" });
  expect(await read(provider, id)).toMatchObject({
    host: "attacker.example.com",
    username: "",
    hasPassword: false,
  });
});

describe("a client certificate", () => {
  let own: Awaited<ReturnType<CertificateAuthority["issueClient"]>>;
  let other: typeof own;
  let strict: MemoryRegistry;
  let connection: Partial<RegistryFields>;

  beforeAll(async () => {
    const ca = await createCertificateAuthority();
    [own, other] = [await ca.issueClient("drayage"), await ca.issueClient("drayage")];
    const server = await ca.issueServer(["127.0.0.1"]);
    strict = await startMemoryRegistry({ tls: { ...server, clientCa: ca.cert } });
    connection = { host: strict.host, tlsMode: "verify", caPem: ca.cert };
  });
  afterAll(() => strict.stop());

  test("opens a registry that wants one, is stored encrypted and shown to nobody", async () => {
    const refused = await create(connection);
    expect(await probeRegistry(as(provider, "registry.write"), refused.id)).toMatchObject({ ok: false });
    const pair = { ...connection, clientCertPem: own.cert, clientKeyPem: own.key };
    const { id } = await create(pair);
    expect(await probeRegistry(as(provider, "registry.write"), id)).toMatchObject({ ok: true });
    const client = await open(tenant, id);
    await expect(client.hasRepository(parseRepository("none/such"))).resolves.toBe(false);
    await client.close();
    const form = { ...fields({ ...pair, clientKeyPem: "" }), id };
    expect(await testConnection(as(provider, "registry.write"), form)).toMatchObject({ ok: true });

    const row = await writeDb.registry.findUniqueOrThrow({ where: { id } });
    const shown = await read(provider, id);
    expect(shown).toMatchObject({ clientCertPem: own.cert.trim(), hasClientKey: true });
    const trail = await writeDb.auditEntry.findMany({ where: { objectId: id } });
    expect(trail).toMatchObject([{ after: { clientKey: "stored" } }, {}]);
    const secret = own.key.split("\n")[1] ?? "none";
    expect(inspect([row, shown, trail], { depth: null })).not.toContain(secret);

    await edit(id, { ...connection, clientCertPem: own.cert, description: "renamed" });
    expect(await probeRegistry(as(provider, "registry.write"), id)).toMatchObject({ ok: true });
    await edit(id, connection);
    expect(await read(provider, id)).toMatchObject({ clientCertPem: "", hasClientKey: false });
  });

  test("is refused, by the name of the field, unless it and its key are a pair", async () => {
    const refuses = async (change: Partial<RegistryFields>, field: string, code: string) =>
      expect(create({ ...connection, ...change })).rejects.toEqual(
        expect.objectContaining({ facts: { fields: { [field]: { code, facts: {} } } } }),
      );
    await refuses({ clientCertPem: own.cert }, "clientKeyPem", "required");
    await refuses({ clientCertPem: own.cert, clientKeyPem: other.key }, "clientKeyPem", "key-mismatch");
    const broken = "-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----";
    await refuses({ clientCertPem: own.cert, clientKeyPem: broken }, "clientKeyPem", "key-format");
    const { id } = await create({ ...connection, clientCertPem: own.cert, clientKeyPem: own.key });
    await expect(edit(id, { ...connection, clientCertPem: other.cert })).rejects.toEqual(
      wrongField("clientKeyPem", "key-mismatch"),
    );
    const elsewhere = { ...connection, host: "elsewhere.example.com", clientCertPem: own.cert };
    await expect(edit(id, elsewhere)).rejects.toEqual(wrongField("clientKeyPem", "key-for-new-host"));
    const asked = { ...fields(elsewhere), id };
    await expect(testConnection(as(provider, "registry.write"), asked)).rejects.toEqual(
      wrongField("clientKeyPem", "key-for-new-host"),
    );
  });
});

test("goes through the proxy that is set, with its password, and past it where the rules say so", async () => {
  const seen: string[] = [];
  const url = await servers.serve((request, response) => {
    seen.push(`${request.url} ${request.headers["proxy-authorization"]}`);
    response.setHeader("docker-distribution-api-version", "registry/2.0").end("{}");
  });
  const proxy = { proxyUrl: url, proxyUsername: "us er", proxyPassword: "p@ss:word" };
  const far = { ...proxy, host: "registry.test" };
  const { id } = await create({ ...far, requestsPerSecond: "2.5", bytesPerSecond: "1.5" });
  expect(await probeRegistry(as(provider, "registry.write"), id)).toMatchObject({ ok: true });
  const basic = `Basic ${Buffer.from("us er:p@ss:word").toString("base64")}`;
  expect(seen).toEqual([`http://registry.test/v2/ ${basic}`]);
  const shown = await read(provider, id);
  expect(shown).toMatchObject({ requestsPerSecond: 2.5, bytesPerSecond: 1_572_864, hasProxyPassword: true });
  const trail = await writeDb.auditEntry.findMany({ where: { objectId: id } });
  expect(trail[0]?.after).toMatchObject({ bytesPerSecond: 1_572_864, proxyAuthentication: "stored" });
  const row = await writeDb.registry.findUniqueOrThrow({ where: { id } });
  expect(inspect([row, shown, trail], { depth: null })).not.toContain("p@ss");

  const kept = { ...fields({ ...far, proxyPassword: "" }), id };
  expect(await testConnection(as(provider, "registry.write"), kept)).toMatchObject({ ok: true });
  const moved = { ...far, proxyPassword: "", proxyUrl: "http://127.0.0.1:9" };
  await expect(edit(id, moved)).rejects.toEqual(wrongField("proxyPassword", "password-for-new-host"));
  const past = { ...fields({ ...proxy, noProxy: "example.com, 127.0.0.0/8" }), id: null };
  expect(await testConnection(as(provider, "registry.write"), past)).toMatchObject({ ok: false });
  expect(seen).toHaveLength(2);
});

test("keeps to the strictest limits that a host has in any of its rows, as they are now", async () => {
  const url = await servers.serve((_request, response) => {
    response.setHeader("docker-distribution-api-version", "registry/2.0").end("{}");
  });
  const { host } = new URL(url);
  const [free, limited] = [await create({ host }), await create({ host, requestsPerSecond: "20" })];
  await create({ host, requestsPerSecond: "50" });
  const lanes = new RegistryLanes();
  const clients = [await open(tenant, limited.id, lanes), await open(tenant, free.id, lanes)];
  const timeToAsk = async () => {
    const startedAt = performance.now();
    await Promise.all(clients.flatMap((client) => Array.from({ length: 8 }, () => client.ping())));
    return performance.now() - startedAt;
  };
  // Five are free; the others take 50 ms each.
  expect(await timeToAsk()).toBeGreaterThan(500);
  await edit(limited.id, { host, requestsPerSecond: "100" });
  clients.push(await open(tenant, limited.id, lanes));
  // Sixteen of the 24 take 20 ms each, by the row that is the strictest now.
  const again = await timeToAsk();
  expect(again).toBeGreaterThan(200);
  expect(again).toBeLessThan(800);
  await Promise.all(clients.map((client) => client.close()));
});

test("tests what stands in a form, with the stored password or the typed one, and saves nothing", async () => {
  const { id } = await create(robot);
  const before = await writeDb.registry.findUniqueOrThrow({ where: { id } });
  const entries = await writeDb.auditEntry.count();
  const ask = (change: Partial<RegistryFields>, saved: string | null = id) =>
    testConnection(
      as(provider, "registry.write"),
      testConnectionInput.parse({ ...texts(change), id: saved }),
    );
  expect(await ask({ username: "robot" })).toMatchObject({ ok: true });
  expect(await ask(robot, null)).toMatchObject({ ok: true });
  expect(await ask({ ...robot, password: "wrong" })).toMatchObject({
    ok: false,
    error: { code: "unauthorized", facts: { credentialsSent: true } },
  });
  expect(await ask({})).toMatchObject({ error: { code: "unauthorized", facts: { credentialsSent: false } } });
  expect(await ask({ host: "127.0.0.1:9" }, null)).toMatchObject({ error: { code: "connection-refused" } });
  expect(await ask({ tlsMode: "verify" }, null)).toMatchObject({ error: { code: "protocol-mismatch" } });
  expect(await writeDb.registry.findUniqueOrThrow({ where: { id } })).toEqual(before);
  expect(await writeDb.auditEntry.count()).toBe(entries);
});

test("keeps the answer to a probe as health, and forgets it when the connection changes", async () => {
  const { id } = await create();
  await probeRegistry(as(provider, "registry.write"), id);
  expect((await read(provider, id)).health).toMatchObject({
    state: "unhealthy",
    error: { code: "unauthorized", facts: { registry: guarded.host } },
  });
  await edit(id, { name: "only the name" });
  expect((await read(provider, id)).health.state).toBe("unhealthy");
  await edit(id, robot);
  expect((await read(provider, id)).health).toMatchObject({ state: "unknown", probedAt: null, error: null });
});

test("refuses a taken name, an unknown organization and a text that holds no certificate, and writes nothing", async () => {
  const { id } = await create({ name: "taken" });
  const before = await writeDb.registry.count();
  const entries = await writeDb.auditEntry.count();
  await expect(create({ name: "taken" })).rejects.toEqual(withCode("name-taken"));
  await expect(create({ organizationId: id })).rejects.toEqual(wrongField("organizationId", "invalid"));
  const caPem = "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----";
  await expect(create({ caPem })).rejects.toEqual(wrongField("caPem", "pem-format"));
  await expect(create({ username: "robot" })).rejects.toEqual(wrongField("password", "required"));
  expect(await writeDb.registry.count()).toBe(before);
  expect(await writeDb.auditEntry.count()).toBe(entries);
  // The same name is free in another organization.
  await create({ name: "taken", organizationId: tenant.organizationId });
});

test("lets nothing go that jobs or destinations point at", async () => {
  const [source, target] = [await create(), await create()];
  const used = await addDestination(target.id, "base");
  const unused = await addDestination(target.id, "");
  await expect(addDestination(target.id, "base")).rejects.toEqual(withCode("name-taken"));
  const remove = (id: string) => deleteRegistry(as(provider, "registry.write"), id);
  const removeDestination = (id: string) => deleteDestination(as(provider, "registry.write"), id);
  await expect(remove(target.id)).rejects.toMatchObject({
    code: "in-use",
    facts: { by: "destination", count: 2 },
  });

  await createJob(source.id, used.id);
  await expect(remove(source.id)).rejects.toMatchObject({ code: "in-use", facts: { by: "job", count: 1 } });
  await expect(removeDestination(used.id)).rejects.toMatchObject({ code: "in-use", facts: { by: "job" } });
  await expect(edit(target.id, { organizationId: tenant.organizationId })).rejects.toEqual(
    withCode("in-use"),
  );
  await removeDestination(unused.id);
  expect(await read(provider, target.id)).toMatchObject({
    destinations: [{ basePath: "base", jobCount: 1, imageCount: 0 }],
    jobCount: 1,
  });

  const free = await create(robot);
  await remove(free.id);
  await expect(read(provider, free.id)).rejects.toEqual(withCode("not-found"));
  const [entry] = await writeDb.auditEntry.findMany({
    where: { objectId: free.id, action: "registry.delete" },
  });
  expect(entry?.before).toMatchObject({ host: guarded.host, authentication: "stored" });
});
