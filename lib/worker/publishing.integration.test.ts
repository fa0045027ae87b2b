import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { OfferRule, OfferSource } from "#lib/db/generated/enums.ts";
import { ociImageConfig, ociImageManifest } from "#lib/engine/oci/media-types.ts";
import { tasksQuery } from "#lib/schemas/jobs.ts";
import { publishQuery } from "#lib/schemas/publishing.ts";
import { getJob, listTasks } from "#lib/services/jobs/index.ts";
import { previewPublish, startPublish } from "#lib/services/publishing/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { type MemoryRegistry, startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type RunningWorker, runWorker } from "./run-worker.ts";

const names = ["etcd", "kapp", "coredns", "late"] as const;
type Name = (typeof names)[number];

let database: TestDatabase;
let worker: RunningWorker;
let vendor: MemoryRegistry;
let ours: MemoryRegistry;
let provider: JobOrigin;
let releaseId: string;
let sharedId: string;
let registryId: string;
const people = createPeople(writeDb);

beforeAll(async () => {
  [database, vendor, ours] = await Promise.all([
    createTestDatabase(),
    startMemoryRegistry(),
    startMemoryRegistry(),
  ]);
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  const plain = { tlsMode: "plain_http" as const };
  await writeDb.registry.create({ data: { name: "vendor", host: vendor.host, ...plain } });
  ({ id: registryId } = await writeDb.registry.create({ data: { name: "ours", host: ours.host, ...plain } }));
  sharedId = (await addDestination("shared")).id;
  const components = names.map((name, position) => ({
    position,
    kind: "image" as const,
    sourceHost: vendor.host,
    sourceRepository: `vendor/${name}`,
    tag: "v1",
    targetPath: `tkg/${name}`,
    // One image in two places, as clusterctl wants some.
    moreTargets: name === "kapp" ? ["flat/kapp"] : [],
  }));
  const data = { kind: "list" as const, name: "four", version: "1", components: { create: components } };
  releaseId = (await writeDb.release.create({ data })).id;
  await writeDb.offer.create({
    data: { destinationId: sharedId, releases: { create: { releaseId } } },
  });
  await Promise.all(names.map((name) => putImage(vendor, `vendor/${name}`)));
  worker = await runWorker({ concurrency: 2, version: "test" });
});

afterAll(async () => {
  await worker.stop();
  await Promise.all([vendor, ours].map((registry) => registry.stop()));
  await database.drop();
});

test("each organization has exactly what it has selected, where its offer leads", async () => {
  const alone = await addTenant("alone", {
    basePath: "alone",
    rules: { etcd: "required", late: "withheld" },
  });
  await select(alone, ["kapp"], ["kapp", "coredns", "etcd"]);
  const sharing = await addTenant("sharing");
  await select(sharing, ["coredns"]);

  const before = await preview(alone);
  expect(before).toMatchObject({ counts: { new: 3, present: 0 }, missingBytes: 0, unknownSizes: 3 });
  expect(rowsOf(before)).toEqual({
    "alone/flat/kapp:v1": "new",
    "alone/tkg/etcd:v1": "new",
    "alone/tkg/kapp:v1": "new",
  });
  const job = await publish(alone, "succeeded");
  expect(job).toMatchObject({
    kind: "mirror",
    organization: { name: "alone" },
    source: null,
    target: { host: ours.host, basePath: "alone" },
  });
  await publish(sharing, "succeeded");
  expect(repositoriesBelow("alone/")).toEqual(["alone/flat/kapp", "alone/tkg/etcd", "alone/tkg/kapp"]);
  expect(repositoriesBelow("shared/")).toEqual(["shared/tkg/coredns"]);
  const after = await preview(alone);
  expect(after.counts).toEqual({ new: 0, changed: 0, present: 3, unselected: 0 });
  expect(after.missingBytes).toBe(0);
  expect(after.selectedBytes).toBeGreaterThan(0);
});

test("what is selected no longer stays until it is pruned, and the plan says who else has it", async () => {
  const [one, two] = [await addTenant("first"), await addTenant("second")];
  await select(one, ["etcd", "late"]);
  await select(two, ["etcd"]);
  await publish(one, "succeeded");
  await publish(two, "succeeded");
  await select(one, ["kapp"]);
  const plan = await preview(one);
  expect(plan).toMatchObject({ counts: { new: 2, present: 0, unselected: 2 }, neededByOthers: 1 });
  expect(plan.rows.rows.filter(({ state }) => state === "unselected")).toMatchObject([
    { target: `${ours.host}/shared/tkg/etcd:v1`, neededByOthers: true, source: null },
    { target: `${ours.host}/shared/tkg/late:v1`, original: `${vendor.host}/vendor/late:v1` },
  ]);
  expect(JSON.stringify(plan)).not.toContain("second");
  await publish(one, "succeeded");
  expect(repositoriesBelow("shared/")).toContain("shared/tkg/late");
});

test("beyond the air gap only the shared destination is read", async () => {
  const [name] = names;
  await putImage(ours, `inside/tkg/${name}`);
  await writeDb.offer.updateMany({
    where: { organizationId: null },
    data: { destinationId: (await addDestination("inside")).id },
  });
  const tenant = await addTenant("inner", { basePath: "inner", readsFrom: "shared_destination" });
  await select(tenant, [name]);
  await vendor.stop();
  expect(await preview(tenant)).toMatchObject({
    source: { host: ours.host, basePath: "inside" },
    rows: { rows: [{ source: `${ours.host}/inside/tkg/${name}:v1`, lacksSource: true }] },
  });
  const job = await publish(tenant, "succeeded");
  expect(job.source).toMatchObject({ host: ours.host, basePath: "inside" });
  expect(repositoriesBelow("inner/")).toEqual([`inner/tkg/${name}`]);
});

test("read where it is to stand, what is there is skipped, and what is missing is named", async () => {
  const tenant = await addTenant("standing", { readsFrom: "shared_destination" });
  await select(tenant, ["etcd", "late"]);
  const job = await publish(tenant, "failed");
  const { rows } = await listTasks(systemAccess(provider, "job.read"), job.id, tasksQuery.parse({}));
  expect(rows.map(({ target, state, error }) => [target, state, error?.code ?? null])).toEqual([
    [`${ours.host}/inside/tkg/etcd:v1`, "skipped", null],
    [`${ours.host}/inside/tkg/late:v1`, "failed", "manifest-not-found"],
  ]);
  expect(await preview(tenant)).toMatchObject({ counts: { present: 1, new: 1 }, lackingSources: 1 });
});

function addDestination(basePath: string) {
  return writeDb.destination.create({ data: { registryId, basePath } });
}

interface TenantOffer {
  /** Of its own destination; the shared one without it. */
  basePath?: string;
  readsFrom?: OfferSource;
  rules?: Partial<Record<Name, OfferRule>>;
}

async function addTenant(name: string, offer?: TenantOffer): Promise<JobOrigin> {
  const { id: organizationId } = await people.organization({ name });
  if (offer) {
    const { basePath, readsFrom, rules = {} } = offer;
    const ids = await componentIds();
    await writeDb.offer.create({
      data: {
        organizationId,
        ...(basePath !== undefined && { destinationId: (await addDestination(basePath)).id }),
        ...(readsFrom && { readsFrom }),
        releases: { create: { releaseId } },
        components: {
          create: Object.entries(rules).map(([key, rule]) => ({ componentId: ids.get(key) ?? "", rule })),
        },
      },
    });
  }
  return { id: "test", organizationId, startedBy: await people.user({ organizationId }) };
}

/** Saves a revision with some on, of all that were offered then. */
async function select({ organizationId }: JobOrigin, on: Name[], offered: readonly Name[] = names) {
  const ids = await componentIds();
  const revision = 1 + (await db.selection.count({ where: { organizationId, releaseId } }));
  const components = offered.map((name) => ({
    componentId: ids.get(name) ?? "",
    enabled: on.includes(name),
  }));
  await writeDb.selection.create({
    data: { organizationId, releaseId, revision, components: { create: components } },
  });
}

async function componentIds(): Promise<Map<string, string>> {
  const rows = await db.component.findMany({ where: { releaseId } });
  return new Map(rows.map(({ id, targetPath }) => [targetPath.replace("tkg/", ""), id]));
}

const as = <P extends Permission>(who: JobOrigin, permission: P) => systemAccess(who, permission);

async function preview(tenant: JobOrigin) {
  const organizationId = tenant.organizationId ?? "";
  const { obstacle, plan } = await previewPublish(
    as(tenant, "selection.read"),
    organizationId,
    publishQuery.parse({}),
  );
  if (!plan) throw new Error(`no plan: ${obstacle?.code}`);
  return plan;
}

function rowsOf({ rows: { rows } }: Awaited<ReturnType<typeof preview>>) {
  return Object.fromEntries(rows.map(({ target, state }) => [target.replace(`${ours.host}/`, ""), state]));
}

async function publish(tenant: JobOrigin, state: "succeeded" | "failed") {
  const organizationId = tenant.organizationId ?? "";
  const { id } = await startPublish(as(tenant, "publish.start"), { organizationId });
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(50)) {
    const job = await getJob(as(tenant, "job.read"), id);
    if (!["succeeded", "failed", "cancelled"].includes(job.state)) continue;
    expect(job).toMatchObject({ state, error: null });
    return job;
  }
  throw new Error("the job has not ended in time");
}

function repositoriesBelow(prefix: string): string[] {
  const repositories = ours.listRepositories().filter((name) => name.startsWith(prefix));
  return repositories.filter((name) => ours.findTag(name, "v1") !== null).toSorted();
}

async function putImage(registry: MemoryRegistry, repository: string): Promise<void> {
  const words = repository.split("/").at(-1);
  const config = Buffer.from(JSON.stringify({ os: "linux", words }));
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
