import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import {
  formatPluginMetadata,
  metadataFile,
  parsePluginMetadata,
} from "#lib/engine/bundle/plugins/plugin-metadata.ts";
import { readImageFile } from "#lib/engine/mirror/image-file.ts";
import { createRegistrySource } from "#lib/engine/mirror/index.ts";
import { parseRegistryHost, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { createRegistryClient } from "#lib/engine/oci/registry-client.ts";
import { findReleaseInput } from "#lib/schemas/discoveries.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { getJob, retryJob, startJob } from "#lib/services/jobs/index.ts";
import { findRelease } from "#lib/services/releases/index.ts";
import { putSample } from "#lib/testing/contract/put-sample.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { buildFileImage } from "#lib/demo/file-image.ts";
import { type MemoryRegistry, startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type PluginSource, startPluginSource } from "#lib/testing/plugin-source.ts";
import { type RunningWorker, runWorker } from "../run-worker.ts";
import { markCopied } from "./mark-copied.ts";

const group = "vmware-tkg/default:v2.5.4";
const base = "cse/tanzu_cli/plugins";

let database: TestDatabase;
let worker: RunningWorker;
let source: PluginSource;
let target: MemoryRegistry;
let destinationId: string;
let wholeGroup: string;
let onePlugin: string;
let accessOf: <P extends "catalog.write" | "job.start" | "job.read" | "job.retry">(
  permission: P,
) => ReturnType<typeof systemAccess<P>>;

beforeAll(async () => {
  [database, source, target] = await Promise.all([
    createTestDatabase(),
    startPluginSource(),
    startMemoryRegistry(),
  ]);
  const startedBy = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy }, permission);
  await writeDb.registry.create({
    data: { name: "vendor", host: source.registry.host, tlsMode: "plain_http" },
  });
  const ours = await writeDb.registry.create({
    data: { name: "ours", host: target.host, tlsMode: "plain_http" },
  });
  const destination = { registryId: ours.id, basePath: "cse" };
  destinationId = (await writeDb.destination.create({ data: destination })).id;
  worker = await runWorker({ concurrency: 3, version: "test" });
  const { plugins } = await source.choose({
    groups: [group],
    machines: [{ os: "linux", architecture: "amd64" }],
  });
  const [first] = plugins;
  wholeGroup = await findPlugins("group", { groups: [group] });
  onePlugin = await findPlugins("one", {
    plugins: [`${first?.name}@${first?.target}:${first?.version}`],
  });
});

afterAll(async () => {
  await worker.stop();
  await Promise.all([source.stop(), target.stop()]);
  await database.drop();
});

test("the registry says that it has the plug-ins before the job is done, and the inventory is signed", async () => {
  const id = await mirror(onePlugin);
  await waitForEnd(id, "succeeded");
  const some = await readMetadata();
  expect(some.groups.map(({ name }) => name)).toEqual(["essentials"]);
  expect(some.plugins.map(({ name, version }) => `${name} ${version}`)).toEqual([
    "isolated-cluster v0.32.5",
    "telemetry v1.1.0",
  ]);
  expect(target.listTags(`${base}/plugin-inventory`)).toContain(
    `${source.inventoryDigest.replace(":", "-")}.sig`,
  );

  const whole = await mirror(wholeGroup);
  await waitForEnd(whole, "succeeded");
  const { plugins, groups } = await source.choose({
    groups: [group],
    machines: [{ os: "linux", architecture: "amd64" }],
  });
  const metadata = await readMetadata();
  expect(metadata.plugins).toHaveLength(plugins.length);
  expect(metadata.groups.map(({ name, version }) => [name, version]).toSorted()).toEqual(
    groups.map(({ name, version }) => [name, version]).toSorted(),
  );
});

test("what stands in the way fails the job with its reason, and a retry finishes what is left", async () => {
  const put = (path: string, content: string | Buffer) =>
    putSample(target, `${base}/plugin-inventory-metadata`, buildFileImage([{ path, content }]), "latest");
  await put("words", "no metadata");
  const id = await mirror(wholeGroup);
  await waitForEnd(id, "failed");
  const failed = await db.mirrorTask.findMany({ where: { jobId: id, state: "failed" } });
  expect(failed).toMatchObject([{ errorCode: "image-file-missing", finalDigest: null }]);
  await put(metadataFile, Buffer.from(formatPluginMetadata({ plugins: [], groups: [] })));
  await retryJob(accessOf("job.retry"), id);
  await waitForEnd(id, "succeeded");
  expect((await readMetadata()).groups.length).toBeGreaterThan(0);
});

test("of tasks that are copied at the same time one is told to be the last", async () => {
  const job = await writeDb.mirrorJob.create({
    data: {
      state: "running",
      tasks: {
        create: [1, 2, 3].map((position) => ({
          position,
          kind: "image",
          originalName: "x",
          sourceRepository: "x",
          targetRepository: "x",
          state: "running",
          attempt: 1,
        })),
      },
    },
    include: { tasks: true },
  });
  const told = await Promise.all(
    job.tasks.map(({ id, attempt }) =>
      markCopied({ taskId: id, jobId: job.id, attempt }, source.inventoryDigest),
    ),
  );
  expect(told.filter(Boolean)).toHaveLength(1);
  // Whoever takes over a task of a worker that was lost meanwhile is the last again; the lost one is not asked.
  const [first] = job.tasks;
  const claim = { taskId: first?.id ?? "", jobId: job.id, attempt: 2 };
  expect(await markCopied(claim, source.inventoryDigest)).toBe(false);
  await writeDb.mirrorTask.update({ where: { id: claim.taskId }, data: { attempt: 2 } });
  expect(await markCopied(claim, source.inventoryDigest)).toBe(true);
  await writeDb.mirrorJob.delete({ where: { id: job.id } });
});

async function findPlugins(name: string, choice: object): Promise<string> {
  const input = findReleaseInput.parse({
    ...{ name, version: "1", source: `${source.registry.host}/tanzu_cli/plugins` },
    request: { kind: "tanzu_plugins", machines: ["linux/amd64"], ...choice },
  });
  const { id, releaseId } = await findRelease(accessOf("catalog.write"), input);
  await waitForEnd(id, "succeeded");
  return releaseId;
}

async function mirror(releaseId: string): Promise<string> {
  const input = startJobInput.parse({ releaseIds: [releaseId], sourceRegistryId: null, destinationId });
  return (await startJob(accessOf("job.start"), input)).id;
}

async function readMetadata() {
  const client = createRegistryClient({ registry: parseRegistryHost(target.host), plainHttp: true });
  const image = {
    repository: parseRepository(`${base}/plugin-inventory-metadata`),
    reference: parseTag("latest"),
  };
  const limits = { maxFileBytes: 1_000_000, maxLayerBytes: 1_000_000 };
  const { content } = await readImageFile(createRegistrySource(client), image, metadataFile, { limits });
  await client.close();
  return parsePluginMetadata(content);
}

async function waitForEnd(id: string, state: "succeeded" | "failed"): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
    const job = await getJob(accessOf("job.read"), id);
    if (!["succeeded", "failed", "cancelled"].includes(job.state)) continue;
    expect(job).toMatchObject({ state });
    return;
  }
  throw new Error("the job has not ended in time");
}
