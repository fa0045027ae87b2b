import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { ociImageConfig, ociImageManifest } from "#lib/engine/oci/media-types.ts";
import { encryptSecret } from "#lib/secrets.ts";
import { bundleImagesQuery, startExportInput, startImportInput } from "#lib/schemas/bundles.ts";
import { startJobInput, tasksQuery } from "#lib/schemas/jobs.ts";
import { listBundleImages, startExport, startImport } from "#lib/services/bundles/index.ts";
import { getJob, listTasks, previewJob, repeatJob, startJob } from "#lib/services/jobs/index.ts";
import { saveRewrites } from "#lib/services/paths/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { type MemoryRegistry, startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type RunningWorker, runWorker } from "./run-worker.ts";

const dataDir = vi.hoisted(
  () => (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-named-sources-${process.pid}`),
);
const signIn = { username: "robot", password: "of the guarded vendor" };

let database: TestDatabase;
let worker: RunningWorker;
let open: MemoryRegistry;
let guarded: MemoryRegistry;
let target: MemoryRegistry;
let goneHost: string;
let destinationId: string;
let accessOf: <P extends "catalog.write" | "job.start" | "job.read" | "bundle.read">(
  permission: P,
) => ReturnType<typeof systemAccess<P>>;

beforeAll(async () => {
  const gone = await startMemoryRegistry();
  goneHost = gone.host;
  await gone.stop();
  [database, open, guarded, target] = await Promise.all([
    createTestDatabase(),
    startMemoryRegistry(),
    startMemoryRegistry({ auth: { scheme: "basic", ...signIn } }),
    startMemoryRegistry(),
  ]);
  const startedBy = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy }, permission);
  await addRegistry("open", open.host);
  await addRegistry("gone", goneHost);
  const { id } = await addRegistry("guarded", guarded.host);
  const passwordEncrypted = encryptSecret(signIn.password, `registry/${id}`);
  await writeDb.registry.update({
    where: { id },
    data: { username: signIn.username, passwordEncrypted },
  });
  const { id: registryId } = await addRegistry("ours", target.host);
  destinationId = (await writeDb.destination.create({ data: { registryId } })).id;
  await Promise.all([putImage(open, "sig-storage/attacher"), putImage(guarded, "vendor/director")]);
  worker = await runWorker({ concurrency: 2, version: "test" });
});

afterAll(async () => {
  await worker.stop();
  await Promise.all([open, guarded, target].map((registry) => registry.stop()));
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test("each image is read from the registry that its release names, as that is set up", async () => {
  const releaseId = await addRelease("two-vendors", [open.host, guarded.host]);
  const input = startJobInput.parse({ releaseIds: [releaseId], sourceRegistryId: null, destinationId });
  const { id } = await startJob(accessOf("job.start"), input);
  await waitForEnd(id, "succeeded");
  const { rows } = await listTasks(accessOf("job.read"), id, tasksQuery.parse({}));
  expect(rows.map(({ source, state }) => [source, state])).toEqual([
    [`${open.host}/sig-storage/attacher:v1`, "succeeded"],
    [`${guarded.host}/vendor/director:v1`, "succeeded"],
  ]);
  expect((await getJob(accessOf("job.read"), id)).source).toBeNull();
  const compared = await repeatJob(accessOf("job.start"), { jobId: id, kind: "verify", readBlobs: true });
  await waitForEnd(compared.id, "succeeded");
});

test("an image whose registry has moved is read where it is now, and called as its release calls it", async () => {
  const rule = { id: "1", from: "retired.example.com", to: open.host, enabled: true };
  await saveRewrites(accessOf("catalog.write"), { rewrites: [rule] });
  const releaseId = await addRelease("moved", ["retired.example.com"]);
  const input = startJobInput.parse({ releaseIds: [releaseId], sourceRegistryId: null, destinationId });
  const preview = await previewJob(accessOf("job.start"), input);
  const original = "retired.example.com/sig-storage/attacher:v1";
  const source = `${open.host}/sig-storage/attacher:v1`;
  expect(preview.images).toMatchObject([{ original, source }]);
  const { id } = await startJob(accessOf("job.start"), input);
  await waitForEnd(id, "succeeded");
  const { rows } = await listTasks(accessOf("job.read"), id, tasksQuery.parse({}));
  expect(rows).toMatchObject([{ name: original, source, state: "succeeded" }]);
});

test("a registry that is away costs its own images and no others", async () => {
  const releaseId = await addRelease("one-away", [goneHost, open.host]);
  const input = startJobInput.parse({ releaseIds: [releaseId], sourceRegistryId: null, destinationId });
  const { id } = await startJob(accessOf("job.start"), input);
  await waitForEnd(id, "failed");
  const { rows } = await listTasks(accessOf("job.read"), id, tasksQuery.parse({}));
  expect(rows.map(({ state, error }) => [state, error?.code ?? null, error?.facts.registry ?? null])).toEqual(
    [
      ["failed", "connection-refused", goneHost],
      ["succeeded", null, null],
    ],
  );
});

test("of registries that are all away, each is named with its own images", async () => {
  const otherHost = goneHost.replace("127.0.0.1", "localhost");
  await addRegistry("gone, too", otherHost);
  const releaseId = await addRelease("all-away", [goneHost, otherHost]);
  const input = startJobInput.parse({ releaseIds: [releaseId], sourceRegistryId: null, destinationId });
  const { id } = await startJob(accessOf("job.start"), input);
  await waitForEnd(id, "failed");
  const { rows } = await listTasks(accessOf("job.read"), id, tasksQuery.parse({}));
  expect(rows.map(({ error }) => error?.facts.registry)).toEqual([goneHost, otherHost]);
});

test("a bundle takes images from several registries, and tells of each what its release does", async () => {
  const releaseId = await addRelease("carried", [open.host, guarded.host]);
  const told = { moreTargets: ["carried/flat"], part: "storage" };
  await writeDb.component.updateMany({ where: { releaseId, position: 0 }, data: told });
  const [store] = await listHeldStores();
  const choice = { releaseIds: [releaseId], sourceRegistryId: null, storeId: store?.id, name: "carried" };
  const input = startExportInput.parse({ ...choice, holdAfterPlanning: false });
  const { id } = await startExport(accessOf("job.start"), input);
  await waitForEnd(id, "succeeded");
  const { bundleId } = await writeDb.mirrorJob.findUniqueOrThrow({ where: { id } });
  const page = await listBundleImages(accessOf("bundle.read"), bundleId ?? "", bundleImagesQuery.parse({}));
  expect(page.rows.map(({ original, repository }) => [original, repository])).toEqual([
    [`${open.host}/sig-storage/attacher:v1`, "carried/0"],
    [`${open.host}/sig-storage/attacher:v1`, "carried/flat"],
    [`${guarded.host}/vendor/director:v1`, "carried/1"],
  ]);
  await writeDb.jobRelease.deleteMany({ where: { releaseId } });
  await writeDb.release.delete({ where: { id: releaseId } });
  const wanted = startImportInput.parse({ bundleId, destinationId, holdAfterPlanning: false });
  const imported = await startImport(accessOf("job.start"), wanted);
  await waitForEnd(imported.id, "succeeded");
  const components = await writeDb.component.findMany({
    where: { release: { name: "carried" } },
    orderBy: { position: "asc" },
  });
  expect(components).toMatchObject([
    { targetPath: "carried/0", ...told },
    { targetPath: "carried/1", moreTargets: [], part: "" },
  ]);
});

function addRegistry(name: string, host: string) {
  return writeDb.registry.create({ data: { name, host, tlsMode: "plain_http" } });
}

async function addRelease(name: string, hosts: readonly string[]): Promise<string> {
  const components = hosts.map((sourceHost, position) => {
    const sourceRepository = sourceHost === guarded.host ? "vendor/director" : "sig-storage/attacher";
    // Below the release's own name, so that nothing stands there from another test.
    const targetPath = `${name}/${position}`;
    return { position, kind: "image" as const, sourceHost, sourceRepository, tag: "v1", targetPath };
  });
  const data = { kind: "list" as const, name, version: "1", components: { create: components } };
  return (await writeDb.release.create({ data })).id;
}

async function putImage(registry: MemoryRegistry, repository: string): Promise<void> {
  const config = Buffer.from(JSON.stringify({ os: "linux", words: repository }));
  const digest = await registry.putBlob(repository, config);
  const manifest = {
    schemaVersion: 2,
    mediaType: ociImageManifest,
    config: { mediaType: ociImageConfig, digest, size: config.byteLength },
    layers: [],
  };
  const raw = Buffer.from(JSON.stringify(manifest));
  await registry.putManifest(repository, raw, ociImageManifest, { tag: "v1" });
}

async function waitForEnd(id: string, state: "succeeded" | "failed"): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50)) {
    const job = await getJob(accessOf("job.read"), id);
    if (!["succeeded", "failed", "cancelled"].includes(job.state)) continue;
    expect(job).toMatchObject({ state, error: null });
    return;
  }
  throw new Error("the job has not ended in time");
}
