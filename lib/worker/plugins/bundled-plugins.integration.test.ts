import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { systemAccess } from "#lib/auth/system-access.ts";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { openDrayageBundle } from "#lib/engine/bundle/drayage/open-drayage-bundle.ts";
import { metadataFile, parsePluginMetadata } from "#lib/engine/bundle/plugins/plugin-metadata.ts";
import { readImageFile } from "#lib/engine/mirror/image-file.ts";
import { createRegistrySource, createRegistryTarget } from "#lib/engine/mirror/index.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { startExportInput, startImportInput } from "#lib/schemas/bundles.ts";
import { findReleaseInput } from "#lib/schemas/discoveries.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { startExport, startImport } from "#lib/services/bundles/index.ts";
import { getJob, startJob } from "#lib/services/jobs/index.ts";
import { findRelease } from "#lib/services/releases/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { type MemoryRegistry, startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type PluginSource, startPluginSource } from "#lib/testing/plugin-source.ts";
import { type RunningWorker, runWorker } from "../run-worker.ts";
import { publishBundledPlugins } from "./publish-plugins.ts";

const dataDir = vi.hoisted(
  () => (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-bundled-plugins-${process.pid}`),
);
const folder = "tanzu_cli/plugins";

let database: TestDatabase;
let worker: RunningWorker;
let source: PluginSource;
let mirrored: MemoryRegistry;
let imported: MemoryRegistry;
let accessOf: <P extends "catalog.write" | "job.start" | "job.read">(
  permission: P,
) => ReturnType<typeof systemAccess<P>>;

beforeAll(async () => {
  [database, source, mirrored, imported] = await Promise.all([
    createTestDatabase(),
    startPluginSource(),
    startMemoryRegistry(),
    startMemoryRegistry(),
  ]);
  const startedBy = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy }, permission);
  await addRegistry("vendor", source.registry.host);
  worker = await runWorker({ concurrency: 3, version: "test" });
});
afterAll(async () => {
  await worker.stop();
  await Promise.all([mirrored.stop(), imported.stop()]);
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test("plug-ins that cross the gap in a bundle are found as those that a mirror brings", async () => {
  const host = source.registry.host;
  const found = findReleaseInput.parse({
    ...{ name: "Plug-ins", version: "1", source: `${host}/${folder}` },
    request: { kind: "tanzu_plugins", groups: ["vmware-tkg/default:v2.5.4"], machines: ["linux/amd64"] },
  });
  const { id, releaseId } = await findRelease(accessOf("catalog.write"), found);
  await waitForEnd(id);
  const components = { where: { releaseId }, orderBy: { position: "asc" as const } };
  const before = await db.component.findMany(components);
  const ours = await addDestination("ours", mirrored.host);
  const job = startJobInput.parse({ releaseIds: [releaseId], sourceRegistryId: null, destinationId: ours });
  await waitForEnd((await startJob(accessOf("job.start"), job)).id);
  const [store] = await listHeldStores();
  const exported = startExportInput.parse({
    ...{ name: "plug-ins", storeId: store?.id, releaseIds: [releaseId], sourceRegistryId: null },
    ...{ format: "drayage", holdAfterPlanning: false },
  });
  await waitForEnd((await startExport(accessOf("job.start"), exported)).id);
  const bundle = await db.bundle.findFirstOrThrow({ where: { name: "plug-ins" } });

  // From here on nobody knows where it came from.
  await source.stop();
  await writeDb.jobRelease.deleteMany();
  await writeDb.release.delete({ where: { id: releaseId } });
  const far = await addDestination("far", imported.host);
  const input = startImportInput.parse({ bundleId: bundle.id, destinationId: far, holdAfterPlanning: false });
  await waitForEnd((await startImport(accessOf("job.start"), input)).id);

  const inventory = `cse/${folder}/plugin-inventory`;
  expect(imported.findTag(inventory, "latest")).toBe(source.inventoryDigest);
  expect(imported.listTags(inventory)).toEqual(mirrored.listTags(inventory));
  expect(imported.listTags(inventory)).toContain(`${source.inventoryDigest.replace(":", "-")}.sig`);
  const metadata = await readMetadata(imported);
  expect(metadata.groups.length).toBeGreaterThan(0);
  expect(metadata).toEqual(await readMetadata(mirrored));

  const release = await db.release.findFirstOrThrow({
    where: { name: "Plug-ins" },
    include: { components: { orderBy: { position: "asc" } } },
  });
  expect(release.source).toBe(`${host}/${folder}`);
  const pathsOf = (rows: typeof before) => rows.map(({ sourcePath, targetPath }) => [sourcePath, targetPath]);
  expect(pathsOf(release.components)).toEqual(pathsOf(before));
  expect(before.every(({ sourcePath }) => sourcePath !== "")).toBe(true);
});

test("a bundle that does not say how its plug-ins were chosen says so by its images", async () => {
  const [store] = await listHeldStores();
  const bundle = await openDrayageBundle(join(store?.path ?? "", "plug-ins"));
  const { images, releases } = bundle.document;
  await bundle.close();
  const older = { images, releases: releases.map(({ plugins: _chosen, ...release }) => release) };
  const metadata = `cse/${folder}/plugin-inventory-metadata`;
  await imported.removeManifest(metadata, imported.findTag(metadata, "latest") ?? "");
  const registry = parseRegistryHost(imported.host);
  const client = createRegistryClient({ registry, plainHttp: true, access: "pull,push" });
  const place = { target: createRegistryTarget(client), base: parseRepository("cse") };
  await publishBundledPlugins(older, place, new AbortController().signal);
  await client.close();
  const [said, expected] = await Promise.all([readMetadata(imported), readMetadata(mirrored)]);
  expect(said.plugins).toEqual(expected.plugins);
  expect(said.groups).toEqual(expect.arrayContaining([...expected.groups]));
});

async function addRegistry(name: string, host: string): Promise<string> {
  return (await writeDb.registry.create({ data: { name, host, tlsMode: "plain_http" } })).id;
}

async function addDestination(name: string, host: string): Promise<string> {
  const registryId = await addRegistry(name, host);
  return (await writeDb.destination.create({ data: { registryId, basePath: "cse" } })).id;
}

async function readMetadata({ host }: MemoryRegistry) {
  const client = createRegistryClient({ registry: parseRegistryHost(host), plainHttp: true });
  const repository = parseRepository(`cse/${folder}/plugin-inventory-metadata`);
  const limits = { maxFileBytes: 1_000_000, maxLayerBytes: 1_000_000 };
  const image = { repository, reference: parseTag("latest") };
  const { content } = await readImageFile(createRegistrySource(client), image, metadataFile, { limits });
  await client.close();
  return parsePluginMetadata(content);
}

async function waitForEnd(id: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
    const { state, error } = await getJob(accessOf("job.read"), id);
    if (!["planned", "succeeded", "failed", "cancelled"].includes(state)) continue;
    expect({ state, error }).toEqual({ state: "succeeded", error: null });
    return;
  }
  throw new Error("the job has not ended in time");
}
