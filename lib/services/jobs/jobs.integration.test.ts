import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { z } from "zod";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { extrasQuery, jobsQuery, maxJobImages, startJobInput, tasksQuery } from "#lib/schemas/jobs.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import {
  cancelJob,
  confirmJob,
  getJob,
  getSnapshot,
  type JobSnapshot,
  listExtras,
  listFailures,
  listJobs,
  listTaskEvents,
  listTasks,
  previewJob,
  repeatJob,
  retryJob,
  startJob,
  streamLog,
  watchJob,
} from "./index.ts";

// No worker runs here: these are the rules of the services alone.
let database: TestDatabase;
let provider: JobOrigin;
let tenant: JobOrigin;
let stranger: JobOrigin;
let ids: {
  source: string;
  target: string;
  foreign: string;
  destination: string;
  release: string;
  off: string;
};
const people = createPeople(writeDb);
const as = <P extends Permission>(who: JobOrigin, permission: P) => systemAccess(who, permission);
const withCode = (code: string) => expect.objectContaining({ code }) as Error;

beforeAll(async () => {
  database = await createTestDatabase();
  const [own, other] = await Promise.all([people.organization(), people.organization()]);
  const origin = async (organizationId: string | null): Promise<JobOrigin> => ({
    id: "test",
    organizationId,
    startedBy: await people.user(organizationId === null ? {} : { organizationId }),
  });
  [provider, tenant, stranger] = await Promise.all([origin(null), origin(own.id), origin(other.id)]);
  const registry = (name: string, organizationId: string | null = null) =>
    writeDb.registry.create({ data: { name, host: `${name}.example.com`, organizationId } });
  const [source, target] = [await registry("vendor"), await registry("harbor")];
  const foreign = await registry("foreign", other.id);
  const destination = await writeDb.destination.create({ data: { registryId: target.id, basePath: "base" } });
  const release = await writeDb.release.create({
    data: {
      kind: "list",
      name: "three",
      version: "1",
      components: {
        create: ["etcd", "kapp", "off"].map((name, position) => ({
          position,
          kind: "image" as const,
          enabled: name !== "off",
          sourceHost: "vendor.example.com",
          sourceRepository: `tkg/${name}`,
          tag: "v1",
          targetPath: `tkg/${name}`,
        })),
      },
    },
  });
  const off = await writeDb.component.findFirstOrThrow({ where: { targetPath: "tkg/off" } });
  ids = {
    off: off.id,
    source: source.id,
    target: target.id,
    foreign: foreign.id,
    destination: destination.id,
    release: release.id,
  };
});
afterAll(() => database.drop());

function start(who: JobOrigin, fields: Partial<z.input<typeof startJobInput>> = {}) {
  const input = startJobInput.parse({
    releaseIds: [ids.release],
    sourceRegistryId: ids.source,
    destinationId: ids.destination,
    ...fields,
  });
  return startJob(as(who, "job.start"), input);
}

const messages = (queue: string) =>
  db.$queryRaw<{ data: object; state: string }[]>`
    SELECT "data", "state"::text FROM pgboss.job WHERE "name" = ${queue} ORDER BY "created_on"`;

describe("starting a job", () => {
  test("makes tasks, message and audit entry together", async () => {
    const { id, number } = await start(provider);
    const { rows } = await listTasks(as(provider, "job.read"), id, tasksQuery.parse({}));
    expect(rows.map(({ name, source, target, state }) => [name, source, target, state])).toEqual([
      [
        "vendor.example.com/tkg/etcd:v1",
        "vendor.example.com/tkg/etcd:v1",
        "harbor.example.com/base/tkg/etcd:v1",
        "queued",
      ],
      [
        "vendor.example.com/tkg/kapp:v1",
        "vendor.example.com/tkg/kapp:v1",
        "harbor.example.com/base/tkg/kapp:v1",
        "queued",
      ],
    ]);
    expect(await messages("plan-job")).toContainEqual({ data: { jobId: id, run: 1 }, state: "created" });
    const entry = await db.auditEntry.findFirst({ where: { action: "job.start", objectId: id } });
    expect(entry).toMatchObject({ objectName: `#${number}`, actorName: provider.startedBy?.username });
  });

  test.each([
    ["a registry of another organization", () => ({ sourceRegistryId: ids.foreign }), "not-found"],
    ["an unknown release", () => ({ releaseIds: [ids.destination] }), "not-found"],
    ["a component that is switched off", () => ({ componentIds: [ids.off] }), "not-found"],
    [
      "the target as the source",
      () => ({ sourceRegistryId: ids.target, sourceBasePath: "base" }),
      "source-is-target",
    ],
  ])("refuses %s and writes nothing", async (_what, fields, code) => {
    const before = [await db.mirrorJob.count(), (await messages("plan-job")).length];
    await expect(start(provider, fields())).rejects.toThrow(withCode(code));
    expect([await db.mirrorJob.count(), (await messages("plan-job")).length]).toEqual(before);
  });

  test("shows what would be written where another image is read, and refuses it with both named", async () => {
    const component = (position: number, sourceRepository: string, tag: string, targetPath: string) => {
      const kind = "image" as const;
      return { position, kind, sourceHost: "harbor.example.com", sourceRepository, tag, targetPath };
    };
    const release = await writeDb.release.create({
      data: {
        kind: "list",
        name: "within",
        version: "1",
        components: {
          create: [component(1, "base/app", "v1", "kept/app"), component(2, "other/app", "v2", "app")],
        },
      },
    });
    const fields = { releaseIds: [release.id], sourceRegistryId: null };
    const overlap = {
      target: "harbor.example.com/base/app:v2",
      first: "harbor.example.com/other/app:v2",
      second: "harbor.example.com/base/app:v1",
    };
    const input = startJobInput.parse({ ...fields, destinationId: ids.destination });
    const preview = await previewJob(as(provider, "job.start"), input);
    expect(preview).toMatchObject({ collisions: [], overlaps: [overlap] });
    expect(preview.images).toHaveLength(2);
    await expect(start(provider, fields)).rejects.toMatchObject({
      code: "source-overlaps-target",
      facts: overlap,
    });
  });

  test("keeps what of each image is wanted, for the audit trail and for retries", async () => {
    const options = {
      platforms: ["linux/amd64", "linux/arm/v7", "linux/amd64"],
      referrers: true,
      foreignLayers: true,
    };
    const kept = { ...options, platforms: ["linux/amd64", "linux/arm/v7"] };
    const { id } = await start(provider, options);
    expect(await getJob(as(provider, "job.read"), id)).toMatchObject(kept);
    const entry = await db.auditEntry.findFirst({ where: { action: "job.start", objectId: id } });
    expect(entry?.after).toMatchObject(kept);
    await cancelJob(as(provider, "job.cancel"), id);
    await retryJob(as(provider, "job.retry"), id);
    expect(await getJob(as(provider, "job.read"), id)).toMatchObject(kept);
    expect(() => startJobInput.shape.platforms.parse(["linux"])).toThrow("platform-format");
  });

  test("says by which job an extra tag was put there only to who may see that job", async () => {
    const { id } = await start(tenant);
    const placed = async (who: JobOrigin, tag: string) => {
      const job = await start(who);
      const { id: taskId } = await writeDb.mirrorTask.findFirstOrThrow({ where: { jobId: job.id } });
      const place = { destinationId: ids.destination, repository: "base/tkg/etcd", tag };
      const image = { digest: "sha256:0", mediaType: "", verifiedAt: new Date() };
      await writeDb.placement.create({ data: { ...place, ...image, taskId } });
      return job;
    };
    const [own, other] = [await placed(tenant, "ours"), await placed(stranger, "theirs")];
    const repository = "base/tkg/etcd";
    const extras = { create: ["ours", "theirs", "nobodys"].map((tag) => ({ tag })) };
    await writeDb.jobRepository.create({ data: { jobId: id, repository, extraTags: 3, extras } });
    const placers = async (who: JobOrigin) =>
      new Map(
        (await listExtras(as(who, "job.read"), id, extrasQuery.parse({}))).rows.map(({ name, placedBy }) => [
          name.split(":")[1],
          placedBy?.number ?? null,
        ]),
      );
    const seen = { ours: own.number, theirs: null, nobodys: null };
    expect(Object.fromEntries(await placers(tenant))).toEqual(seen);
    expect(Object.fromEntries(await placers(provider))).toEqual({ ...seen, theirs: other.number });
    for await (const lines of (await streamLog(as(tenant, "job.read"), id, "ndjson")).lines)
      expect(lines).not.toContain(`"job":${other.number}`);
    // Nothing of it outlives the job.
    await writeDb.mirrorJob.delete({ where: { id } });
    expect(await db.jobExtra.count({ where: { jobId: id } })).toBe(0);
  });

  test("is repeated by who may start jobs and sees it, and not while it is at work", async () => {
    const { id } = await start(provider, { organizationId: tenant.organizationId, referrers: true });
    const again = (who: JobOrigin, kind: "mirror" | "verify") =>
      repeatJob(as(who, "job.start"), { jobId: id, kind, readBlobs: true });
    await expect(again(provider, "verify")).rejects.toThrow(withCode("job-state-conflict"));
    await cancelJob(as(provider, "job.cancel"), id);
    await expect(again(stranger, "verify")).rejects.toThrow(withCode("not-found"));
    const compared = await again(provider, "verify");
    const kept = { organization: { id: tenant.organizationId }, referrers: true };
    expect(await getJob(as(provider, "job.read"), compared.id)).toMatchObject({
      ...{ ...kept, kind: "verify", readBlobs: true, holdAfterPlanning: false, tasks: { queued: 2 } },
    });
    const entry = await db.auditEntry.findFirst({ where: { action: "job.start", objectId: compared.id } });
    expect(entry?.after).toMatchObject({ kind: "verify", readBlobs: true, images: 2 });
    const mirrored = await again(provider, "mirror");
    expect(await getJob(as(provider, "job.read"), mirrored.id)).toMatchObject({
      ...{ ...kept, kind: "mirror", readBlobs: false, holdAfterPlanning: true },
    });
  });

  test("names a release once, however often it is asked for, and takes no more images than a list may have", async () => {
    const { id } = await start(provider, { releaseIds: [ids.release, ids.release] });
    expect(await db.jobRelease.count({ where: { jobId: id } })).toBe(1);
    const fields = { sourceHost: "vendor.example.com", kind: "image" as const, tag: "v1" };
    const many = await writeDb.release.create({ data: { kind: "list", name: "many", version: "1" } });
    await writeDb.component.createMany({
      data: Array.from({ length: maxJobImages }, (_, position) => {
        const path = `image-${position}`;
        return { ...fields, position, releaseId: many.id, sourceRepository: path, targetPath: path };
      }),
    });
    await expect(start(provider, { releaseIds: [ids.release, many.id] })).rejects.toThrow(
      withCode("invalid-input"),
    );
  });

  test("refuses a disabled organization", async () => {
    const { id } = await people.organization({ disabledAt: new Date() });
    await expect(start(provider, { organizationId: id })).rejects.toThrow(withCode("organization-disabled"));
  });
});

describe("a job of an organization", () => {
  let id: string;
  beforeEach(async () => {
    ({ id } = await start(provider, { organizationId: tenant.organizationId }));
  });

  test("is seen by its tenant and the provider, and does not exist for others", async () => {
    const [task] = await db.mirrorTask.findMany({ where: { jobId: id } });
    const looks = [
      (who: JobOrigin) => getJob(as(who, "job.read"), id),
      (who: JobOrigin) => getSnapshot(as(who, "job.read"), id),
      (who: JobOrigin) => listTasks(as(who, "job.read"), id, tasksQuery.parse({})),
      (who: JobOrigin) => listExtras(as(who, "job.read"), id, extrasQuery.parse({})),
      (who: JobOrigin) => listFailures(as(who, "job.read"), id),
      (who: JobOrigin) => listTaskEvents(as(who, "job.read"), id, task?.id ?? ""),
      (who: JobOrigin) => streamLog(as(who, "job.read"), id, "text"),
      (who: JobOrigin) => watchJob(as(who, "job.read"), id, () => undefined).then((stop) => stop()),
    ];
    for (const look of looks) {
      await look(provider);
      await look(tenant);
      await expect(look(stranger)).rejects.toThrow(withCode("not-found"));
    }
    const listed = async (who: JobOrigin) =>
      (await listJobs(as(who, "job.read"), jobsQuery.parse({ pageSize: 100 }))).rows.map((row) => row.id);
    expect(await listed(tenant)).toContain(id);
    expect(await listed(stranger)).not.toContain(id);
    await expect(cancelJob(as(stranger, "job.cancel"), id)).rejects.toThrow(withCode("not-found"));
    await expect(retryJob(as(stranger, "job.retry"), id)).rejects.toThrow(withCode("not-found"));
  });

  test("is cancelled before its work at once, and set going again with the next run", async () => {
    await cancelJob(as(tenant, "job.cancel"), id);
    expect(await getJob(as(tenant, "job.read"), id)).toMatchObject({
      state: "cancelled",
      tasks: { cancelled: 2, queued: 0 },
    });
    await expect(cancelJob(as(tenant, "job.cancel"), id)).rejects.toThrow(withCode("job-state-conflict"));
    await retryJob(as(tenant, "job.retry"), id);
    const { state, tasks, snapshot } = await getJob(as(tenant, "job.read"), id);
    expect({ state, queued: tasks.queued, run: snapshot.run }).toEqual({
      state: "queued",
      queued: 2,
      run: 2,
    });
    expect(await messages("plan-job")).toContainEqual({ data: { jobId: id, run: 2 }, state: "created" });
    await expect(retryJob(as(tenant, "job.retry"), id)).rejects.toThrow(withCode("job-state-conflict"));
    const actions = await db.auditEntry.findMany({ where: { objectId: id }, orderBy: { id: "asc" } });
    expect(actions.map(({ action, organizationId }) => [action, organizationId])).toEqual(
      ["job.start", "job.cancel", "job.retry"].map((action) => [action, tenant.organizationId]),
    );
  });

  test("shows of an image's long log the end", async () => {
    const { id } = await start(provider);
    const { rows } = await listTasks(as(provider, "job.read"), id, tasksQuery.parse({}));
    const taskId = rows[0]?.id ?? "";
    const data = Array.from({ length: 1005 }, (_, index) => ({
      jobId: id,
      taskId,
      kind: "retry" as const,
      code: `c${index}`,
    }));
    await writeDb.jobEvent.createMany({ data });
    const events = await listTaskEvents(as(provider, "job.read"), id, taskId);
    expect([events.length, events.at(0)?.code, events.at(-1)?.code]).toEqual([1000, "c5", "c1004"]);
  });

  test("goes on after a person's word, and only then", async () => {
    await expect(confirmJob(as(provider, "job.confirm"), id)).rejects.toThrow(withCode("job-state-conflict"));
    await writeDb.mirrorJob.update({ where: { id }, data: { state: "planned" } });
    await expect(confirmJob(as(stranger, "job.confirm"), id)).rejects.toThrow(withCode("not-found"));
    // A tenant lets its own jobs go on, though it starts none but its publishing.
    await confirmJob(as(tenant, "job.confirm"), id);
    const copies = (await messages("copy-task")).filter(({ data }) => "jobId" in data && data.jobId === id);
    expect(copies).toHaveLength(2);
  });

  test("retries only what is not done", async () => {
    const [first] = await db.mirrorTask.findMany({ where: { jobId: id }, orderBy: { position: "asc" } });
    await writeDb.mirrorTask.updateMany({
      where: { jobId: id },
      data: { state: "failed", errorCode: "timeout" },
    });
    await writeDb.mirrorTask.update({ where: { id: first?.id ?? "" }, data: { state: "succeeded" } });
    await writeDb.mirrorJob.update({ where: { id }, data: { state: "failed" } });
    await retryJob(as(tenant, "job.retry"), id);
    const { tasks, snapshot } = await getJob(as(tenant, "job.read"), id);
    expect(tasks).toMatchObject({ succeeded: 1, queued: 1, failed: 0 });
    expect(snapshot.plan).toEqual({ total: 1, resolved: 0 });
  });

  test("has its failures grouped by cause", async () => {
    const tasks = await db.mirrorTask.findMany({ where: { jobId: id }, orderBy: { position: "asc" } });
    for (const task of tasks) {
      const facts = {
        side: "source",
        registry: "vendor.example.com",
        repository: task.sourceRepository,
        status: 404,
      };
      await writeDb.mirrorTask.update({
        where: { id: task.id },
        data: { state: "failed", errorCode: "manifest-not-found", errorFacts: facts },
      });
    }
    expect(await listFailures(as(tenant, "job.read"), id)).toEqual([
      {
        count: 2,
        error: {
          code: "manifest-not-found",
          facts: expect.objectContaining({ repository: "tkg/etcd" }) as object,
        },
        examples: tasks.map((task) => ({
          taskId: task.id,
          name: task.originalName,
          target: `${task.targetRepository}:v1`,
        })),
      },
    ]);
    const [first, second] = tasks;
    if (!first || !second) throw new Error("two tasks");
    const sameAs = async (cause: string) =>
      (await listTasks(as(tenant, "job.read"), id, tasksQuery.parse({ cause }))).rows.map((row) => row.id);
    expect(await sameAs(second.id)).toEqual([first.id, second.id]);
    // The same code on the other side has another cause.
    const facts = { side: "target", registry: "vendor.example.com" };
    await writeDb.mirrorTask.update({ where: { id: second.id }, data: { errorFacts: facts } });
    expect(await sameAs(first.id)).toEqual([first.id]);
    expect(await sameAs(second.id)).toEqual([second.id]);
    expect(await sameAs(id)).toEqual([]);
  });

  test("is watched: a snapshot at once, and one after each change, twice a second at most", async () => {
    const seen: JobSnapshot[] = [];
    const stop = await watchJob(as(tenant, "job.read"), id, (snapshot) => seen.push(snapshot));
    await expect.poll(() => seen.length).toBeGreaterThan(0);
    await sleep(600);
    const before = seen.length;
    await cancelJob(as(tenant, "job.cancel"), id);
    await expect.poll(() => seen.at(-1)?.state, { timeout: 2_000 }).toBe("cancelled");
    await sleep(600);
    expect(seen.length - before).toBeLessThanOrEqual(2);
    stop();
    await retryJob(as(tenant, "job.retry"), id);
    await sleep(700);
    expect(seen.at(-1)?.state).toBe("cancelled");
  });

  test("is found by number, release and state, sorted and paged", async () => {
    const { number } = await getJob(as(tenant, "job.read"), id);
    const find = async (query: object) =>
      (await listJobs(as(tenant, "job.read"), jobsQuery.parse(query))).rows.map((row) => row.id);
    expect(await find({ search: `#${number}` })).toEqual([id]);
    expect(await find({ search: "THREE", pageSize: 10 })).toContain(id);
    expect((await find({ state: "queued,nonsense", pageSize: 100 }))[0]).toBe(id);
    expect(await find({ state: "running", search: `#${number}` })).toEqual([]);
    const sorts = ["createdAt", "number", "state", "finishedAt"] as const;
    for (const sort of sorts) expect(await find({ sort, order: "asc", pageSize: 100 })).toContain(id);
    const tasks = (query: object) => listTasks(as(tenant, "job.read"), id, tasksQuery.parse(query));
    for (const sort of ["position", "name", "target", "state", "size", "received"]) {
      expect((await tasks({ sort, order: "desc" })).total).toBe(2);
    }
    expect(
      (await tasks({ search: "KAPP", state: "queued", kind: "image" })).rows.map((row) => row.position),
    ).toEqual([2]);
  });
});
