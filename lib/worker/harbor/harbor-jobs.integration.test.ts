import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { startExportInput, startImportInput } from "#lib/schemas/bundles.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { startExport, startImport } from "#lib/services/bundles/index.ts";
import {
  cancelJob,
  confirmJob,
  getJob,
  retryJob,
  startJob,
  streamLog,
  type JobDetail,
} from "#lib/services/jobs/index.ts";
import { encryptSecret } from "#lib/secrets.ts";
import { buildSeeded } from "#lib/testing/bundle-journey.ts";
import { putSample } from "#lib/testing/contract/put-sample.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import type { HarborAccount, HarborProject } from "#lib/testing/harbor-server-access.ts";
import type { HarborServerOptions } from "#lib/testing/harbor-server.ts";
import { type HarborRegistry, startHarborRegistry } from "#lib/testing/harbor-registry.ts";
import { type MemoryRegistry, startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type RunningWorker, runWorker } from "../run-worker.ts";

const dataDir = vi.hoisted(
  () => (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-harbor-jobs-${process.pid}`),
);
const admin: HarborAccount = { kind: "user", name: "admin", password: "Harbor12345", administrator: true };
const member: HarborAccount = { kind: "user", name: "member", password: "Harbor12345" };
const paths = ["tkg/etcd", "tkg/coredns", "tanzu_cli/plugins/x"];

let database: TestDatabase;
let worker: RunningWorker;
let source: MemoryRegistry;
let provider: JobOrigin;
const harbors: HarborRegistry[] = [];
const accessTo = <P extends "job.start" | "job.confirm" | "job.read" | "job.retry" | "job.cancel">(
  permission: P,
) => systemAccess(provider, permission);

beforeAll(async () => {
  [database, source] = await Promise.all([createTestDatabase(), startMemoryRegistry()]);
  for (const path of paths) await putSample(source, path, buildSeeded({ [path]: 2_000 }), "v1");
  provider = { id: "test", organizationId: null, startedBy: await createPeople(writeDb).user() };
  await writeDb.registry.create({ data: { name: "vendor", host: source.host, tlsMode: "plain_http" } });
  worker = await runWorker({ concurrency: 2, version: "test" });
});
afterEach(async () => {
  const all = harbors.splice(0);
  await Promise.all(all.map((harbor) => harbor.stop()));
  expect(all.flatMap(({ api, refused }) => [...api.violations, ...refused])).toEqual([]);
});
afterAll(async () => {
  await worker.stop();
  await source.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

async function startHarbor(options: HarborServerOptions = {}): Promise<HarborRegistry> {
  const harbor = await startHarborRegistry({ accounts: [admin, member], ...options });
  harbors.push(harbor);
  return harbor;
}

let made = 0;
async function addDestination(host: string, account?: HarborAccount, basePath = ""): Promise<string> {
  const id = randomUUID();
  const signIn = account && {
    username: account.name,
    passwordEncrypted: encryptSecret(account.password, `registry/${id}`),
  };
  const name = `ours ${++made}`;
  await writeDb.registry.create({ data: { id, name, host, tlsMode: "plain_http", ...signIn } });
  return (await writeDb.destination.create({ data: { registryId: id, basePath } })).id;
}

async function addRelease(): Promise<string> {
  const components = paths.map((path, position) => {
    const place = { position, sourceHost: source.host, sourceRepository: path, targetPath: path };
    return { ...place, kind: "image" as const, tag: "v1" };
  });
  const data = { kind: "list" as const, name: `${++made}`, version: "1" };
  return (await writeDb.release.create({ data: { ...data, components: { create: components } } })).id;
}

async function mirror(destinationId: string, options: object = {}): Promise<string> {
  const input = startJobInput.parse({
    ...{ releaseIds: [await addRelease()], sourceRegistryId: null, destinationId },
    ...options,
  });
  return (await startJob(accessTo("job.start"), input)).id;
}

async function waitFor(id: string, state: string): Promise<JobDetail> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(50)) {
    const job = await getJob(accessTo("job.read"), id);
    if (job.state !== state && !["planned", "succeeded", "failed", "cancelled"].includes(job.state)) continue;
    expect([job.state, job.error]).toEqual([state, state === "failed" ? job.error : null]);
    return job;
  }
  throw new Error("not so in time");
}

const notice = (code: string, { host }: { host: string }, projects: string[]) => ({
  code: `harbor-projects-${code}`,
  facts: { registry: host, projects, count: projects.length },
});
/** As somebody else makes one. */
function addProject({ api }: HarborRegistry, name: string, isPublic: boolean): void {
  const project = { id: api.projects.size + 1, name, public: isPublic, ownerName: "admin", registryId: null };
  (api.projects as Map<string, HarborProject>).set(name, project);
}

const isPublic = ({ api }: HarborRegistry, name: string) => api.projects.get(name)?.public;

test("missing projects are made public before anything is pushed, and the job and its log say so", async () => {
  const harbor = await startHarbor();
  const id = await mirror(await addDestination(harbor.host, admin));
  const { snapshot } = await waitFor(id, "succeeded");
  expect(snapshot.tasks.succeeded).toBe(3);
  expect([isPublic(harbor, "tkg"), isPublic(harbor, "tanzu_cli")]).toEqual([true, true]);
  expect(snapshot.notices).toEqual([notice("created", harbor, ["tkg", "tanzu_cli"])]);
  const { lines } = await streamLog(accessTo("job.read"), id, "text");
  let log = "";
  for await (const line of lines) log += line;
  expect(log).toMatch(/notice harbor-projects-missing .*"tkg","tanzu_cli"/);
  expect(log).toMatch(/notice harbor-projects-created .*"tkg","tanzu_cli"/);
});

test("a job that waits for a person's word makes nothing before it has it", async () => {
  const harbor = await startHarbor({ projects: [{ name: "tanzu_cli", public: true }] });
  const id = await mirror(await addDestination(harbor.host, admin), { holdAfterPlanning: true });
  const { snapshot } = await waitFor(id, "planned");
  expect(snapshot.notices).toEqual([notice("missing", harbor, ["tkg"])]);
  expect(snapshot.tasks.queued).toBe(3);
  expect(snapshot.bytes.total).toBeGreaterThan(6_000);
  expect(harbor.api.projects.has("tkg")).toBe(false);
  await confirmJob(accessTo("job.confirm"), id);
  const done = await waitFor(id, "succeeded");
  expect(isPublic(harbor, "tkg")).toBe(true);
  expect(done.snapshot.notices).toEqual([notice("created", harbor, ["tkg"])]);
});

test("discarded, it leaves nothing behind", async () => {
  const harbor = await startHarbor();
  const id = await mirror(await addDestination(harbor.host, admin), { holdAfterPlanning: true });
  await waitFor(id, "planned");
  await cancelJob(accessTo("job.cancel"), id);
  await waitFor(id, "cancelled");
  expect([...harbor.api.projects.keys()]).toEqual([]);
});

test("below a base path its project is the only one", async () => {
  const harbor = await startHarbor();
  const id = await mirror(await addDestination(harbor.host, admin, "airgap/eu"));
  await waitFor(id, "succeeded");
  expect([...harbor.api.projects.keys()]).toEqual(["airgap"]);
  expect(harbor.registry.listRepositories()).toContain("airgap/eu/tkg/etcd");
});

test("who may not make projects is told which ones, before anything is pushed; a retry goes on", async () => {
  const harbor = await startHarbor({ projectCreation: "adminonly" });
  const id = await mirror(await addDestination(harbor.host, member));
  const { error, tasks } = await waitFor(id, "failed");
  expect(error).toEqual({
    code: "harbor-project-missing",
    facts: { registry: harbor.host, projects: ["tkg", "tanzu_cli"], reason: "forbidden" },
  });
  expect(tasks.failed).toBe(3);
  expect(harbor.registry.requests().filter(({ method }) => method !== "GET")).toEqual([]);
  // An administrator makes them, one of them private.
  addProject(harbor, "tkg", true);
  addProject(harbor, "tanzu_cli", false);
  await retryJob(accessTo("job.retry"), id);
  const { snapshot } = await waitFor(id, "succeeded");
  expect(snapshot.notices).toEqual([notice("private", harbor, ["tanzu_cli"])]);
});

test.each([
  ["without credentials", undefined, {}, { projects: ["tkg", "tanzu_cli"], reason: "unauthorized" }],
  ["in read-only mode", admin, { readOnly: true }, { projects: ["tkg", "tanzu_cli"], reason: "readOnly" }],
])("a job %s fails as a whole", async (_name, account, options, facts) => {
  const harbor = await startHarbor(options);
  const id = await mirror(await addDestination(harbor.host, account));
  const { error } = await waitFor(id, "failed");
  expect(error).toEqual({ code: "harbor-project-missing", facts: { registry: harbor.host, ...facts } });
});

test("a proxy cache, and a name that no project can have, are refused while planning", async () => {
  const harbor = await startHarbor({ projects: [{ name: "cache", public: true, registryId: 1 }] });
  const cached = await mirror(await addDestination(harbor.host, admin, "cache"));
  const named = await mirror(await addDestination(harbor.host, admin, "a__b"));
  const facts = (project: string, reason: string) => ({
    code: "harbor-project-unusable",
    facts: { registry: harbor.host, projects: [project], reason },
  });
  expect((await waitFor(cached, "failed")).error).toEqual(facts("cache", "proxyCache"));
  expect((await waitFor(named, "failed")).error).toEqual(facts("a__b", "nameRefused"));
});

test("private projects are reported, and written to", async () => {
  const projects = [{ name: "tkg" }, { name: "tanzu_cli", public: true }];
  const harbor = await startHarbor({ projects });
  const id = await mirror(await addDestination(harbor.host, admin));
  const { snapshot } = await waitFor(id, "succeeded");
  expect(snapshot.notices).toEqual([notice("private", harbor, ["tkg"])]);
  expect(isPublic(harbor, "tkg")).toBe(false);
});

test("projects that cannot be looked up are said, and do not stop the job", async () => {
  const harbor = await startHarbor({
    projects: [
      { name: "tkg", public: true },
      { name: "tanzu_cli", public: true },
    ],
  });
  harbor.api.befall(/^HEAD .*tkg/, (_request, response) => response.writeHead(302, { location: "/" }).end());
  const id = await mirror(await addDestination(harbor.host, admin));
  const { snapshot } = await waitFor(id, "succeeded");
  expect(snapshot.notices).toEqual([notice("unchecked", harbor, ["tkg", "tanzu_cli"])]);
});

test("a registry that is no Harbor is asked once", async () => {
  const plain = await startMemoryRegistry();
  const id = await mirror(await addDestination(plain.host));
  const { snapshot } = await waitFor(id, "succeeded");
  expect(snapshot.notices).toEqual([]);
  const asked = plain.requests().filter(({ path }) => path.startsWith("/api/"));
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /api/v2.0/systeminfo"]);
  await plain.stop();
});

test("whoever takes over from a lost worker finds what that one has made", async () => {
  const harbor = await startHarbor();
  const id = await mirror(await addDestination(harbor.host, admin), { holdAfterPlanning: true });
  await waitFor(id, "planned");
  // The project is there, and what it was made for has not been told to go on.
  harbor.api.befall(/^POST/, (_request, response) => {
    addProject(harbor, "tkg", true);
    response.destroy();
  });
  await confirmJob(accessTo("job.confirm"), id);
  const { snapshot } = await waitFor(id, "succeeded");
  expect(snapshot.notices).toEqual([notice("created", harbor, ["tkg", "tanzu_cli"])]);
  // A message that comes late changes nothing.
  const enqueue = await openQueue();
  await writeDb.$transaction((tx) => enqueue(tx, "prepareTarget", [{ jobId: id, run: 1 }]));
  await sleep(500);
  expect((await getJob(accessTo("job.read"), id)).state).toBe("succeeded");
});

test("an import of a bundle makes them, too", async () => {
  const [store] = await listHeldStores();
  const exported = startExportInput.parse({
    ...{ name: "carried", storeId: store?.id, releaseIds: [await addRelease()], sourceRegistryId: null },
    ...{ format: "drayage", holdAfterPlanning: false },
  });
  await waitFor((await startExport(accessTo("job.start"), exported)).id, "succeeded");
  const bundle = await db.bundle.findFirstOrThrow({ where: { name: "carried" } });
  const harbor = await startHarbor();
  const destinationId = await addDestination(harbor.host, admin);
  const input = startImportInput.parse({ bundleId: bundle.id, destinationId, holdAfterPlanning: true });
  const { id } = await startImport(accessTo("job.start"), input);
  expect((await waitFor(id, "planned")).snapshot.notices).toHaveLength(1);
  expect([...harbor.api.projects.keys()]).toEqual([]);
  await confirmJob(accessTo("job.confirm"), id);
  const { snapshot } = await waitFor(id, "succeeded");
  expect(snapshot.notices).toEqual([notice("created", harbor, ["tkg", "tanzu_cli"])]);
  expect(harbor.registry.listRepositories().toSorted()).toEqual([...paths].toSorted());
});
