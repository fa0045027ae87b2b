import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { systemAccess } from "#lib/auth/system-access.ts";
import { getDatabaseUrl, writeDb } from "#lib/db/client.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { type DoctorFields, doctorRunsQuery, startDoctorRunInput } from "#lib/schemas/doctor.ts";
import { encryptSecret } from "#lib/secrets.ts";
import {
  deleteDoctorRun,
  digestLists,
  exportDoctorRun,
  findCheckedRun,
  getDoctorRun,
  listDoctorRuns,
  repeatDoctorRun,
  startDoctorRun,
  startSettingsRun,
} from "#lib/services/doctor/index.ts";
import { type CertificateAuthority, createCertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import { startWorkerProcess } from "#lib/testing/worker-process.ts";
import { keepHouse } from "./handlers/keep-house.ts";
import { type RunningWorker, runWorker } from "./run-worker.ts";

const dataDir = vi.hoisted(
  () => (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-examinations-${process.pid}`),
);
const password = "of the robot that pushes";

const silent = createLoopbackServers();
let database: TestDatabase;
let worker: RunningWorker | null = null;
let authority: CertificateAuthority;
let registry: RegistryServer;
/** One that lets nobody in without this password. */
let guarded: RegistryServer;
let accessOf: <P extends "doctor.run" | "doctor.read" | "settings.write">(
  permission: P,
) => ReturnType<typeof systemAccess<P>>;

beforeAll(async () => {
  [database, authority] = await Promise.all([createTestDatabase(), createCertificateAuthority("Lab CA")]);
  const tls = await authority.issueServer(["127.0.0.1", "localhost"]);
  [registry, guarded] = await Promise.all([
    startRegistry({ tls }),
    startRegistry({ tls, htpasswd: { username: "robot", password } }),
  ]);
  const startedBy = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy }, permission);
  worker = await runWorker({ concurrency: 2, version: "test" });
});

afterAll(async () => {
  await worker?.stop();
  await Promise.all([registry.stop(), guarded.stop(), silent.close()]);
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

beforeEach(async () => {
  await writeDb.certificateEntry.deleteMany();
  await writeDb.certificate.deleteMany();
});

const start = (input: Partial<DoctorFields> & { address: string }) =>
  startDoctorRun(accessOf("doctor.run"), startDoctorRunInput.parse(input));

const read = (id: string) => getDoctorRun(accessOf("doctor.read"), id);

async function waitForEnd(id: string) {
  await expect.poll(async () => (await read(id)).finishedAt, { timeout: 30_000 }).not.toBeNull();
  return read(id);
}

async function findings(id: string) {
  return (await waitForEnd(id)).findings.map(({ step, code }) => `${step} ${code}`);
}

async function store(name: string, lists: readonly TrustList[]) {
  const [found] = readCertificates(authority.cert).found;
  if (!found) throw new Error("no certificate");
  const { fingerprint, pem, details } = found.certificate;
  const entries = { create: lists.map((list) => ({ list, position: 0 })) };
  await writeDb.certificate.create({
    data: {
      ...{ name, fingerprint, pem, subject: details.subject.text, issuer: details.issuer.text, entries },
      ...{ notBefore: new Date(), notAfter: new Date(), isAuthority: true, isSelfSigned: true },
    },
  });
  return found.certificate;
}

describe("an examination", () => {
  test("says what is seen, how bad it is, and what to type on a node", async () => {
    const { id } = await start({ address: `https://${registry.host}/`, cloudDirector: "" });
    const run = await waitForEnd(id);
    expect(run).toMatchObject({ state: "finished", worst: "error", host: registry.host, basePath: "" });
    expect(run.findings.map(({ step, code }) => `${step} ${code}`)).toEqual(
      expect.arrayContaining([
        "tls tls-agreed",
        "trust chain-unknown-authority",
        "api api-unverified",
        "disk disk-enough",
        "cloud-director skipped",
      ]),
    );
    expect(run.commands.map(({ command }) => command)).toContainEqual(
      expect.stringMatching(new RegExp(`^openssl s_client -connect ${registry.host} `)),
    );
    expect(run.workerName).not.toBeNull();
  });

  test("goes by the lists as they stand, and knows what is stored beside them", async () => {
    await store("lab", ["panel", "cluster"]);
    const { id } = await start({ address: registry.host });
    const run = await waitForEnd(id);
    const accepted = run.findings.filter(({ code }) => code === "trust-accepted");
    expect(accepted.map(({ facts }) => facts.list)).toEqual(expect.arrayContaining(["panel", "cluster"]));
    expect(run.findings).toContainEqual(
      expect.objectContaining({
        code: "remedy-stored",
        facts: expect.objectContaining({ lists: ["bootstrap_vm"] }) as unknown,
      }),
    );
  });

  test("tries certificates that are pasted in all lists, and stores them in none", async () => {
    const { id } = await start({ address: registry.host, certificates: `text\r\n${authority.cert}` });
    const run = await waitForEnd(id);
    expect(run.findings.filter(({ code }) => code === "trust-accepted")).toHaveLength(3);
    expect(run.tried).toEqual(["Lab CA"]);
    expect(await writeDb.certificate.count()).toBe(0);
    const again = await repeatDoctorRun(accessOf("doctor.run"), id);
    expect((await waitForEnd(again.id)).tried).toEqual(["Lab CA"]);
  });

  test("refuses a private key, and keeps nothing of it", async () => {
    const { key } = await authority.issueServer(["localhost"]);
    const refused = start({ address: registry.host, certificates: `${authority.cert}${key}` });
    await expect(refused).rejects.toMatchObject({
      facts: { fields: { certificates: { code: "pem-private-key" } } },
    });
    await expect(start({ address: registry.host, certificates: "nothing" })).rejects.toMatchObject({
      facts: { fields: { certificates: { code: "pem-format" } } },
    });
  });

  test("shows a stored password to its own registry alone, and tells it to nobody", async () => {
    const { id: registryId } = await writeDb.registry.create({
      data: { name: "guarded", host: guarded.host, caPem: authority.cert, username: "robot" },
    });
    const passwordEncrypted = encryptSecret(password, `registry/${registryId}`);
    await writeDb.registry.update({ where: { id: registryId }, data: { passwordEncrypted } });
    await expect(start({ address: registry.host, registryId })).rejects.toMatchObject({
      facts: { fields: { address: { code: "password-for-new-host" } } },
    });
    const { id } = await start({ address: guarded.host, registryId });
    expect(await findings(id)).toEqual(
      expect.arrayContaining([
        "trust trust-accepted",
        "authentication authentication-basic-wanted",
        "push push-allowed",
      ]),
    );
    const exported = JSON.stringify([await exportDoctorRun(accessOf("doctor.read"), id), await read(id)]);
    const rows = JSON.stringify(await writeDb.doctorRun.findUnique({ where: { id } }));
    const secrets = [password, Buffer.from(`robot:${password}`).toString("base64")];
    for (const secret of secrets) expect(exported + rows).not.toContain(secret);
    // Another registry stands there by now: the password is not for that one.
    await writeDb.registry.update({ where: { id: registryId }, data: { host: "elsewhere.example.com" } });
    const again = await repeatDoctorRun(accessOf("doctor.run"), id);
    const repeated = await waitForEnd(again.id);
    expect(repeated.registry).toBeNull();
    expect(repeated.findings).toContainEqual(
      expect.objectContaining({ step: "push", code: "skipped", facts: { by: null, reason: "not-asked" } }),
    );
  });

  test("of settings that are not saved is found again by what it was judged with", async () => {
    const certificate = await store("lab", []);
    const lists = { bootstrap_vm: [certificate], cluster: [] };
    const place = { host: registry.host, basePath: "base/path" };
    expect(await findCheckedRun(writeDb, { host: place.host, base: place.basePath })).toBeNull();
    const { id } = await startSettingsRun(accessOf("settings.write"), {
      address: `${registry.host}/base/path`,
      lists,
    });
    expect((await waitForEnd(id)).askedBy).toBe("settings");
    const checked = await findCheckedRun(writeDb, { host: place.host, base: place.basePath });
    expect(checked).toMatchObject({ id, worst: "error", listsDigest: digestLists(lists) });
    expect(checked?.listsDigest).not.toBe(digestLists({ ...lists, cluster: [certificate] }));
  });

  test("is listed by host and verdict, and gone once it is deleted", async () => {
    const { id } = await start({ address: "localhost:1/some/base" });
    expect((await waitForEnd(id)).worst).toBe("error");
    const list = (query: object) => listDoctorRuns(accessOf("doctor.read"), doctorRunsQuery.parse(query));
    expect((await list({ search: "localhost:1" })).rows.map((row) => row.id)).toEqual([id]);
    expect((await list({ search: "localhost:1", worst: "ok,warning" })).total).toBe(0);
    await deleteDoctorRun(accessOf("doctor.run"), id);
    await expect(read(id)).rejects.toMatchObject({ code: "not-found" });
    await expect(deleteDoctorRun(accessOf("doctor.run"), id)).rejects.toMatchObject({ code: "not-found" });
    const entries = await writeDb.auditEntry.findMany({ where: { objectId: id }, orderBy: { id: "asc" } });
    expect(entries.map(({ action }) => action)).toEqual(["doctor-run.start", "doctor-run.delete"]);
  });

  test("asked for twice at once is made twice, and neither disturbs the other", async () => {
    const [one, other] = await Promise.all([
      start({ address: registry.host }),
      start({ address: registry.host }),
    ]);
    expect(await findings(one.id)).toEqual(await findings(other.id));
  });

  test("that is deleted while it is made ends", async () => {
    const host = await silent.listen(createServer());
    const { id } = await start({ address: host });
    await expect.poll(async () => (await read(id)).state).toBe("running");
    await deleteDoctorRun(accessOf("doctor.run"), id);
    // The worker is free for another.
    const next = await start({ address: registry.host });
    expect((await waitForEnd(next.id)).state).toBe("finished");
  });
});

describe("without the worker that began it", () => {
  test("an examination is begun again by another", async () => {
    await worker?.stop();
    worker = null;
    const host = await silent.listen(createServer());
    const lost = await startWorkerProcess(getDatabaseUrl(), { DATA_DIR: dataDir });
    const { id } = await start({ address: host });
    await expect.poll(async () => (await read(id)).findings.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await lost.kill();
    // What takes a connection and says nothing holds up nobody any more.
    await silent.close();
    const before = await read(id);
    expect(before).toMatchObject({ state: "running", finishedAt: null });
    worker = await runWorker({ concurrency: 2, version: "test" });
    const run = await waitForEnd(id);
    expect(run.state).toBe("finished");
    expect(Date.parse(run.startedAt ?? "")).toBeGreaterThan(Date.parse(before.startedAt ?? ""));
    expect(run.findings.filter(({ step }) => step === "dns")).toHaveLength(
      new Set(run.findings.filter(({ step }) => step === "dns").map(({ code }) => code)).size,
    );
  }, 60_000);

  test("one that nobody can carry to its end is told failed, and old ones are forgotten", async () => {
    await worker?.stop();
    worker = null;
    const day = 86_400_000;
    const row = (daysAgo: number) => ({
      ...{ askedBy: "doctor" as const, host: "old.example.com", createdByName: "x" },
      ...{ question: {}, createdAt: new Date(Date.now() - daysAgo * day) },
    });
    const stuck = await writeDb.doctorRun.create({ data: row(2) });
    await writeDb.doctorRun.createMany({
      data: Array.from({ length: 205 }, () => ({ ...row(91), state: "finished" as const })),
    });
    await keepHouse();
    expect(await writeDb.doctorRun.findUnique({ where: { id: stuck.id } })).toMatchObject({
      state: "failed",
    });
    expect(await writeDb.doctorRun.count()).toBe(200);
    // What an older version has asked is shown all the same.
    const kept = await writeDb.doctorRun.findFirstOrThrow({ where: { host: "old.example.com" } });
    expect(await read(kept.id)).toMatchObject({ host: "old.example.com", findings: [], tried: [] });
  });
});
