import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listHeldStores } from "#lib/bundle-stores.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { startExportInput } from "#lib/schemas/bundles.ts";
import { findReleaseInput } from "#lib/schemas/discoveries.ts";
import { startExport } from "#lib/services/bundles/index.ts";
import { getJob } from "#lib/services/jobs/index.ts";
import { findRelease } from "#lib/services/releases/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { runDrayage } from "#lib/testing/drayage-command.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type PluginSource, startPluginSource } from "#lib/testing/plugin-source.ts";
import { type RunningWorker, runWorker } from "../run-worker.ts";

const dataDir = vi.hoisted(
  () => (process.env.DATA_DIR = `${process.env.TMPDIR ?? "/tmp"}/drayage-plugin-export-${process.pid}`),
);
const group = "vmware-tkg/default:v2.5.4";

let database: TestDatabase;
let worker: RunningWorker;
let source: PluginSource;
let releaseId: string;
let accessOf: <P extends "catalog.write" | "job.start" | "job.read">(
  permission: P,
) => ReturnType<typeof systemAccess<P>>;

beforeAll(async () => {
  [database, source] = await Promise.all([createTestDatabase(), startPluginSource()]);
  const startedBy = await createPeople(writeDb).user();
  accessOf = (permission) => systemAccess({ id: "test", organizationId: null, startedBy }, permission);
  const { host } = source.registry;
  await writeDb.registry.create({ data: { name: "vendor", host, tlsMode: "plain_http" } });
  worker = await runWorker({ concurrency: 2, version: "test" });
  const found = findReleaseInput.parse({
    name: "Plug-ins",
    version: "v2.5.4",
    source: `${host}/tanzu_cli/plugins`,
    request: { kind: "tanzu_plugins", groups: [group], machines: ["linux/amd64"] },
  });
  const refresh = await findRelease(accessOf("catalog.write"), found);
  releaseId = refresh.releaseId;
  await waitForEnd(refresh.id, "succeeded");
});

afterAll(async () => {
  await worker.stop();
  await source.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test("a release of plug-ins is exported as the command writes it", async () => {
  const { id, folder } = await exportPlugins("plug-ins");
  await waitForEnd(id, "succeeded");
  const made = join(dataDir, "by-command");
  const place = [
    "--from",
    `${source.registry.host}/tanzu_cli/plugins`,
    "--from-plain-http",
    "--to-dir",
    made,
  ];
  const choice = ["--group", group, "--machine", "linux/amd64", "--name", "plug-ins"];
  const ended = await runDrayage("export", "--format", "tanzu-plugins", ...place, ...choice);
  expect(ended).toMatchObject({ status: 0 });
  const [ours, theirs] = await Promise.all(
    [folder, made].map(async (each) => gunzipSync(await readFile(join(each, "plug-ins.tar.gz")))),
  );
  expect(theirs && ours?.equals(theirs)).toBe(true);
  const bundle = await db.bundle.findFirstOrThrow({ where: { name: "plug-ins" } });
  expect(bundle).toMatchObject({ state: "sound", format: "tanzu_plugins" });
  expect(bundle.imageCount).toBeGreaterThan(3);
});

test("an inventory that has changed since is said, before anything is written", async () => {
  const [left] = await db.component.findMany({
    where: { releaseId },
    orderBy: { position: "desc" },
    take: 1,
  });
  await writeDb.component.delete({ where: { id: left?.id ?? "" } });
  const { id, folder } = await exportPlugins("outdated");
  const { error } = await waitForEnd(id, "failed");
  expect(error).toEqual({ code: "release-outdated", facts: { name: "Plug-ins v2.5.4" } });
  await expect(readFile(join(folder, "outdated.tar.gz"))).rejects.toThrow("ENOENT");
});

test("only one release of plug-ins, whole, can be written so", async () => {
  const list = await writeDb.release.create({ data: { kind: "list", name: "a list", version: "1" } });
  const component = await db.component.findFirstOrThrow({ where: { releaseId } });
  for (const wrong of [{ releaseIds: [releaseId, list.id] }, { componentIds: [component.id] }]) {
    await expect(exportPlugins("wrong", wrong)).rejects.toMatchObject({
      code: "invalid-input",
      facts: { fields: { format: { code: "one-plugin-release" } } },
    });
  }
});

async function exportPlugins(name: string, more: object = {}) {
  const [store] = await listHeldStores();
  const input = startExportInput.parse({
    ...{ name, storeId: store?.id, releaseIds: [releaseId], sourceRegistryId: null },
    ...{ format: "tanzu_plugins", holdAfterPlanning: false, ...more },
  });
  const { id } = await startExport(accessOf("job.start"), input);
  return { id, folder: join(store?.path ?? "", name) };
}

async function waitForEnd(id: string, state: "succeeded" | "failed") {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50)) {
    const job = await getJob(accessOf("job.read"), id);
    if (!["succeeded", "failed", "cancelled"].includes(job.state)) continue;
    expect(job).toMatchObject({ state });
    return job;
  }
  throw new Error("the job has not ended in time");
}
