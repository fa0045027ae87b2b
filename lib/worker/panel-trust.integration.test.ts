import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { startJobInput, tasksQuery } from "#lib/schemas/jobs.ts";
import { testConnectionInput } from "#lib/schemas/registries.ts";
import { addCertificates, takeOutOfList } from "#lib/services/certificates/index.ts";
import { getJob, listTasks, startJob } from "#lib/services/jobs/index.ts";
import { testConnection } from "#lib/services/registries/index.ts";
import { type CertificateAuthority, createCertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import { startWorkerProcess, type WorkerProcess } from "#lib/testing/worker-process.ts";

// Real registries behind TLS of a private authority, and a worker that is a process of its own.
let database: TestDatabase;
let worker: WorkerProcess;
let authority: CertificateAuthority;
let folder: string;
let source: RegistryServer;
let target: RegistryServer;
let destinationId: string;
let releaseId: string;
let as: <P extends Permission>(permission: P) => ReturnType<typeof systemAccess<P>>;

beforeAll(async () => {
  [database, authority] = await Promise.all([createTestDatabase(), createCertificateAuthority("Private CA")]);
  folder = await mkdtemp(join(tmpdir(), "drayage-panel-trust-"));
  const rootDir = join(folder, "source");
  const plain = await startRegistry({ rootDir });
  await fillRegistry(plain.url, { scale: 0.05, only: ({ repository }) => repository === "tkg/pause" });
  await plain.stop();
  const tls = await authority.issueServer(["127.0.0.1"]);
  [source, target] = await Promise.all([startRegistry({ rootDir, tls }), startRegistry({ tls })]);
  const startedBy = await createPeople(writeDb).user();
  as = (permission) => systemAccess({ id: "test", organizationId: null, startedBy }, permission);
  await writeDb.registry.create({ data: { name: "vendor", host: source.host } });
  const ours = await writeDb.registry.create({ data: { name: "ours", host: target.host } });
  destinationId = (await writeDb.destination.create({ data: { registryId: ours.id } })).id;
  const component = {
    ...{ position: 0, kind: "image" as const, sourceHost: source.host },
    ...{ sourceRepository: "tkg/pause", tag: "3.7", targetPath: "tkg/pause" },
  };
  const release = { kind: "list" as const, name: "Trusted", version: "1" };
  releaseId = (await writeDb.release.create({ data: { ...release, components: { create: [component] } } }))
    .id;
  worker = await startWorkerProcess(database.url, { DATA_DIR: folder });
});
afterAll(async () => {
  await worker.stop();
  await Promise.all([source.stop(), target.stop()]);
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function mirror() {
  const input = startJobInput.parse({ releaseIds: [releaseId], sourceRegistryId: null, destinationId });
  const { id } = await startJob(as("job.start"), input);
  return until(async () => {
    const job = await getJob(as("job.read"), id);
    if (!["succeeded", "failed"].includes(job.state)) return null;
    const { rows } = await listTasks(as("job.read"), id, tasksQuery.parse({}));
    return { state: job.state, code: job.error?.code ?? rows[0]?.error?.code ?? null };
  });
}

async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(100)) {
    const seen = await look();
    if (seen !== null) return seen;
  }
  throw new Error("it has not come in time");
}

const healths = async () =>
  (await writeDb.registry.findMany({ orderBy: { name: "asc" } })).map(({ health }) => health);
const healthsBecome = (wanted: string) =>
  until(async () => ((await healths()).every((health) => health === wanted) ? wanted : null));
const ask = () =>
  testConnection(
    as("registry.write"),
    testConnectionInput.parse({
      ...{ host: target.host, tlsMode: "verify", caPem: "", username: "", password: "", id: null },
    }),
  );

test("what the panel trusts, it and its workers trust for every verified registry, and its health is asked for anew", async () => {
  expect(await mirror()).toEqual({ state: "failed", code: "tls-untrusted" });
  expect(await ask()).toMatchObject({ ok: false, error: { code: "tls-untrusted" } });
  await writeDb.registry.updateMany({ data: { health: "unhealthy", probedAt: new Date() } });

  const certificates = [{ pem: authority.cert, name: "private-ca" }];
  const { added, revision } = await addCertificates(as("certificate.write"), {
    ...{ certificates, lists: ["panel"] },
  });
  // The configuration of the CSE server has nothing to do with it.
  expect(revision).toBeNull();
  expect(await healthsBecome("healthy")).toBe("healthy");
  expect(await ask()).toMatchObject({ ok: true });
  expect(await mirror()).toEqual({ state: "succeeded", code: null });

  const [{ id: certificateId = "" } = {}] = added;
  await takeOutOfList(as("certificate.write"), { certificateId, list: "panel" });
  expect(await healthsBecome("unhealthy")).toBe("unhealthy");
  expect(await ask()).toMatchObject({ ok: false, error: { code: "tls-untrusted" } });
});
