import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { JobState } from "#lib/db/generated/enums.ts";
import { repeatJobInput, startJobInput } from "#lib/schemas/jobs.ts";
import { publishQuery } from "#lib/schemas/publishing.ts";
import { deletionsQuery, keptQuery, prunePreviewQuery } from "#lib/schemas/pruning.ts";
import { cancelJob, confirmJob, getJob, repeatJob, retryJob, startJob } from "#lib/services/jobs/index.ts";
import { previewPublish } from "#lib/services/publishing/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { getPruneSummary, listDeletions, listKept, previewPrune, startPrune } from "./index.ts";

// No worker runs here: these are the rules of the services alone.
let database: TestDatabase;
let provider: JobOrigin;
let registryId: string;
let twinId: string;
let destinationId: string;
let releaseId: string;
const people = createPeople(writeDb);
const host = "harbor.example.com";
const withCode = (code: string) => expect.objectContaining({ code }) as Error;
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  registryId = (await writeDb.registry.create({ data: { name: "harbor", host } })).id;
  // The same registry, spelt otherwise.
  twinId = (await writeDb.registry.create({ data: { name: "twin", host: host.toUpperCase() } })).id;
  destinationId = await addDestination("shared");
  releaseId = (await writeDb.release.create({ data: { kind: "list", name: "tkg", version: "1" } })).id;
  await writeDb.component.createMany({
    data: ["etcd", "dns"].map((name, position) => component(name, position)),
  });
  await writeDb.offer.create({ data: { destinationId, releases: { create: { releaseId } } } });
});
beforeEach(async () => {
  await writeDb.mirrorJob.deleteMany();
  await writeDb.publication.deleteMany();
  await writeDb.selection.deleteMany();
});
afterAll(() => database.drop());

test("a job of what nothing leads to, one task per repository, that waits whatever its row says", async () => {
  const { tenant, organizationId } = await addTenant();
  await addPublications(organizationId, ["shared/tkg/etcd:v1", "shared/tkg/etcd:v0", "shared/tkg/dns:v1"]);
  await select(organizationId, ["dns"]);
  const { id } = await prune(tenant, { organizationId });
  const job = await getJob(as(tenant, "job.read"), id);
  expect(job).toMatchObject({
    kind: "prune",
    holdAfterPlanning: true,
    organization: { id: organizationId },
    target: { host, basePath: "shared" },
    snapshot: { plan: { total: 1, resolved: 0 }, deletions: { total: 0, ended: 0 } },
  });
  expect(await db.mirrorTask.findMany({ where: { jobId: id } })).toMatchObject([
    { originalName: `${host}/shared/tkg/etcd`, targetRepository: "shared/tkg/etcd", tag: "", sourceHost: "" },
  ]);
  expect(await db.auditEntry.findFirstOrThrow({ where: { objectId: id } })).toMatchObject({
    action: "job.start",
    organizationId,
    after: { kind: "prune", images: 2, repositories: 1 },
  });
  await cancelJob(as(tenant, "job.cancel"), id);
  await writeDb.mirrorJob.update({ where: { id }, data: { holdAfterPlanning: false } });
  await retryJob(as(tenant, "job.retry"), id);
  expect(await getJob(as(tenant, "job.read"), id)).toMatchObject({
    holdAfterPlanning: true,
    state: "queued",
  });
  // What it took cannot be taken again by a copy of it.
  await writeDb.mirrorJob.update({ where: { id }, data: { state: "succeeded" } });
  const again = repeatJobInput.parse({ jobId: id, kind: "mirror" });
  await expect(repeatJob(as(provider, "job.start"), again)).rejects.toThrow(withCode("not-found"));
});

test("nothing is started where there is nothing to take away, nor where there is nothing at all", async () => {
  const { tenant, organizationId } = await addTenant();
  await expect(prune(tenant, { organizationId })).rejects.toThrow(withCode("not-found"));
  await addPublications(organizationId, ["shared/tkg/dns:v1"]);
  await select(organizationId, ["dns"]);
  await expect(prune(tenant, { organizationId })).rejects.toThrow(
    expect.objectContaining({ code: "nothing-to-prune", facts: { registry: host } }) as Error,
  );
  expect(await db.mirrorJob.count()).toBe(0);
});

test("a tenant starts, reads and confirms its own only, whatever it sends; others are not named to it", async () => {
  const [one, two] = [await addTenant(), await addTenant()];
  await addPublications(one.organizationId, ["shared/tkg/etcd:v1"]);
  await addPublications(two.organizationId, ["shared/tkg/etcd:v1", "shared/tkg/late:v1"]);
  await addPublications(null, ["shared/tkg/old:v1"]);
  const { id } = await prune(one.tenant, { organizationId: two.organizationId });
  expect(await db.mirrorJob.findUniqueOrThrow({ where: { id } })).toMatchObject({
    organizationId: one.organizationId,
  });
  expect(await db.mirrorTask.count({ where: { jobId: id } })).toBe(1);
  const [task] = await db.mirrorTask.findMany({ where: { jobId: id } });
  await writeDb.pruneKept.create({
    data: {
      taskId: task?.id ?? "",
      position: 0,
      digest: digestOf("a"),
      keptBy: "kept_tag",
      keptName: "v1",
      forOthers: [two.organizationId],
    },
  });
  const kept = async (who: JobOrigin) =>
    (await listKept(as(who, "job.read"), id, keptQuery.parse({}))).rows.map(({ holders }) => holders);
  expect(await kept(one.tenant)).toMatchObject([{ others: true, organizations: [] }]);
  expect(await kept(provider)).toMatchObject([{ others: true, organizations: [{ id: two.organizationId }] }]);

  const planned = { data: { state: "planned" as const }, where: { id } };
  await writeDb.mirrorJob.update(planned);
  const refused = withCode("not-found");
  await expect(confirmJob(as(two.tenant, "job.confirm"), id)).rejects.toThrow(refused);
  await expect(cancelJob(as(two.tenant, "job.cancel"), id)).rejects.toThrow(refused);
  await expect(getPruneSummary(as(two.tenant, "job.read"), id)).rejects.toThrow(refused);
  await expect(kept(two.tenant)).rejects.toThrow(refused);
  const query = deletionsQuery.parse({});
  await expect(listDeletions(as(two.tenant, "job.read"), id, query)).rejects.toThrow(refused);
  for (const other of [two.organizationId, null]) {
    await expect(preview(one.tenant, other)).rejects.toThrow(refused);
  }
  const text = JSON.stringify(await preview(one.tenant, one.organizationId));
  for (const secret of [two.organizationId, two.name, "late", "old"]) expect(text).not.toContain(secret);
  await confirmJob(as(one.tenant, "job.confirm"), id);
  expect((await getJob(as(one.tenant, "job.read"), id)).state).toBe("running");
});

test("previews what is selected no longer, replaced or elsewhere, at each destination, as the publish plan does", async () => {
  const [{ tenant, organizationId }, other] = [await addTenant(), await addTenant()];
  const elsewhere = await addDestination("elsewhere");
  await addPublications(organizationId, ["shared/tkg/dns:v1", "shared/tkg/etcd:v1", "shared/tkg/more:v1"]);
  // The tag of what is selected has got other content since.
  await addPublications(organizationId, ["shared/tkg/dns:v1"], { digest: digestOf("b") });
  await addPublications(organizationId, ["elsewhere/tkg/dns:v1"], { destinationId: elsewhere });
  await addPublications(other.organizationId, ["shared/tkg/more:v2"]);
  await select(organizationId, ["dns"]);
  const before = await preview(tenant, organizationId);
  expect(before.places).toMatchObject([
    {
      destinationId,
      host,
      basePath: "shared",
      isOffered: true,
      images: 3,
      neededByOthers: 1,
      unknownSizes: 1,
    },
    { destinationId: elsewhere, isOffered: false, images: 1, neededByOthers: 0, deletion: "unknown" },
  ]);
  expect(before.rows.rows.map(({ target, why, neededByOthers }) => [target, why, neededByOthers])).toEqual([
    [`${host}/shared/tkg/dns:v1`, "superseded", false],
    [`${host}/shared/tkg/etcd:v1`, "unselected", false],
    [`${host}/shared/tkg/more:v1`, "unselected", true],
  ]);
  const only = await preview(tenant, organizationId, { destination: elsewhere, why: "elsewhere" });
  expect(only).toMatchObject({ destinationId: elsewhere, rows: { total: 1, rows: [{ why: "elsewhere" }] } });

  // What another has selected and not published yet counts as well, in both.
  await select(other.organizationId, ["etcd"]);
  const after = await preview(tenant, organizationId);
  expect(after.places[0]).toMatchObject({ neededByOthers: 2 });
  const { plan } = await previewPublish(as(tenant, "selection.read"), organizationId, publishQuery.parse({}));
  expect(plan).toMatchObject({ counts: { unselected: 2 }, neededByOthers: 2 });
});

test("copies and a prune at one host keep out of each other's way, whichever comes first", async () => {
  const { tenant, organizationId } = await addTenant();
  await addPublications(organizationId, ["shared/tkg/etcd:v1"]);
  const twin = await addDestination("other", twinId);
  const far = await addDestination("far", await addHost("far.example.com"));
  const copy = (to: string) => startJob(as(provider, "job.start"), copyInput(to));
  const busy = (doing: string) => {
    const registry = expect.any(String) as string;
    return expect.objectContaining({ code: "destination-busy", facts: { doing, registry } }) as Error;
  };

  const { id: copying } = await copy(twin);
  for (const state of ["queued", "planning", "running"] as const) {
    await setState(copying, state);
    await expect(prune(tenant, { organizationId })).rejects.toThrow(busy("copy"));
  }
  // One that waits for a person's word holds up nobody, nor does one that has ended.
  await setState(copying, "planned");
  const { id: pruning } = await prune(tenant, { organizationId });
  await setState(pruning, "planned");
  await setState(copying, "running");
  await expect(confirmJob(as(tenant, "job.confirm"), pruning)).rejects.toThrow(busy("copy"));
  await setState(copying, "planned");
  await confirmJob(as(tenant, "job.confirm"), pruning);

  await expect(copy(destinationId)).rejects.toThrow(busy("prune"));
  await expect(confirmJob(as(provider, "job.confirm"), copying)).rejects.toThrow(busy("prune"));
  await setState(copying, "failed");
  await expect(retryJob(as(provider, "job.retry"), copying)).rejects.toThrow(busy("prune"));
  await copy(far);
  const compared = { ...copyInput(destinationId), kind: "verify" as const };
  await startJob(as(provider, "job.start"), compared);
  // Two prunes would keep for each other what both let go.
  await addPublications(null, ["shared/tkg/late:v1"]);
  await expect(prune(provider, { organizationId: null })).rejects.toThrow(busy("prune"));
  await setState(pruning, "failed");
  await retryJob(as(provider, "job.retry"), copying);
  await expect(retryJob(as(tenant, "job.retry"), pruning)).rejects.toThrow(busy("copy"));
  await setState(copying, "succeeded");
  await retryJob(as(tenant, "job.retry"), pruning);
  expect(await getJob(as(tenant, "job.read"), pruning)).toMatchObject({ state: "queued" });
});

test("of a copy and a prune that begin at the same moment one is refused", async () => {
  const { tenant, organizationId } = await addTenant();
  await addPublications(organizationId, ["shared/tkg/etcd:v1"]);
  for (let round = 0; round < 5; round++) {
    const { id } = await prune(tenant, { organizationId });
    await setState(id, "planned");
    const both = await Promise.allSettled([
      confirmJob(as(tenant, "job.confirm"), id),
      startJob(as(provider, "job.start"), copyInput(destinationId)),
    ]);
    const refused = both.filter(({ status }) => status === "rejected");
    expect(refused).toMatchObject([{ reason: { code: "destination-busy" } }]);
    await writeDb.mirrorJob.deleteMany();
  }
});

const as = <P extends Parameters<typeof systemAccess>[1]>(who: JobOrigin, permission: P) =>
  systemAccess(who, permission);

const copyInput = (to: string) =>
  startJobInput.parse({ releaseIds: [releaseId], sourceRegistryId: null, destinationId: to });

function component(name: string, position: number) {
  return {
    releaseId,
    position,
    kind: "image" as const,
    sourceHost: "vendor.example.com",
    sourceRepository: `vendor/${name}`,
    tag: "v1",
    targetPath: `tkg/${name}`,
  };
}

async function addHost(name: string): Promise<string> {
  return (await writeDb.registry.create({ data: { name, host: name } })).id;
}

async function addDestination(basePath: string, at = registryId): Promise<string> {
  return (await writeDb.destination.create({ data: { registryId: at, basePath } })).id;
}

async function addTenant() {
  const { id: organizationId, name } = await people.organization();
  const tenant: JobOrigin = { id: "test", organizationId, startedBy: await people.user({ organizationId }) };
  return { tenant, organizationId, name };
}

let publishedAt = Date.now() - 1_000_000;

async function addPublications(
  organizationId: string | null,
  names: string[],
  fields: { digest?: string; destinationId?: string } = {},
) {
  const data = names.map((name) => {
    const [repository = "", tag = ""] = name.split(":");
    const at = new Date((publishedAt += 1_000));
    return {
      organizationId,
      destinationId,
      repository,
      tag,
      digest: digestOf("a"),
      publishedAt: at,
      ...fields,
    };
  });
  await writeDb.publication.createMany({ data });
}

async function select(organizationId: string, on: string[]) {
  const components = await db.component.findMany({ where: { releaseId } });
  const rows = components.map(({ id, targetPath }) => ({
    componentId: id,
    enabled: on.includes(targetPath.replace("tkg/", "")),
  }));
  await writeDb.selection.create({ data: { organizationId, releaseId, components: { create: rows } } });
}

function prune(who: JobOrigin, { organizationId }: { organizationId: string | null }) {
  return startPrune(as(who, "prune.start"), { organizationId, destinationId });
}

function preview(who: JobOrigin, organizationId: string | null, query: object = {}) {
  return previewPrune(as(who, "selection.read"), organizationId, prunePreviewQuery.parse(query));
}

async function setState(id: string, state: JobState) {
  await writeDb.mirrorJob.update({ where: { id }, data: { state } });
}
