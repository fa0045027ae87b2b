import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { z } from "zod";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import {
  type createScheduleInput,
  scheduleRunsQuery,
  schedulesQuery,
  updateScheduleInput,
} from "#lib/schemas/schedules.ts";
import {
  createSchedule,
  deleteSchedule,
  getSchedule,
  listScheduleRuns,
  listSchedules,
  pauseSchedule,
  resumeSchedule,
  runScheduleNow,
  updateSchedule,
} from "#lib/services/schedules/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { startWorkerProcess } from "#lib/testing/worker-process.ts";
import { runSchedules } from "../handlers/run-schedules.ts";
import { dueFields, runDueSchedule, startRuns } from "./run-due.ts";

let database: TestDatabase;
let provider: JobOrigin;
let tenant: JobOrigin;
let stranger: JobOrigin;
let ids: { registry: string; destination: string; release: string };
const people = createPeople(writeDb);
const as = <P extends Permission>(who: JobOrigin, permission: P) => systemAccess(who, permission);
const withCode = (code: string, facts: object = {}) =>
  expect.objectContaining({ code, facts: expect.objectContaining(facts) as object }) as Error;
const round = () => runSchedules(AbortSignal.timeout(60_000));
const hour = 3_600_000;

async function addRelease(name: string) {
  const component = { position: 0, kind: "image" as const, tag: "v1", targetPath: "tkg/etcd" };
  return writeDb.release.create({
    data: {
      ...{ kind: "list", name, version: "1" },
      components: {
        // Nobody listens there: what is started fails soon, or stays where no worker is.
        create: [{ ...component, sourceHost: "127.0.0.1:9", sourceRepository: "tkg/etcd" }],
      },
    },
  });
}

beforeAll(async () => {
  database = await createTestDatabase();
  const [own, other] = await Promise.all([people.organization(), people.organization()]);
  const origin = async (organizationId: string | null): Promise<JobOrigin> => ({
    id: "test",
    organizationId,
    startedBy: await people.user(organizationId === null ? {} : { organizationId }),
  });
  [provider, tenant, stranger] = await Promise.all([origin(null), origin(own.id), origin(other.id)]);
  const registry = await writeDb.registry.create({ data: { name: "harbor", host: "127.0.0.1:7" } });
  const destination = await writeDb.destination.create({
    data: { registryId: registry.id, basePath: "base" },
  });
  const release = await addRelease("kept");
  ids = { registry: registry.id, destination: destination.id, release: release.id };
  const component = await writeDb.component.findFirstOrThrow({ where: { releaseId: release.id } });
  await writeDb.offer.create({
    data: { destinationId: destination.id, releases: { create: { releaseId: release.id } } },
  });
  await writeDb.selection.create({
    data: {
      ...{ organizationId: own.id, releaseId: release.id },
      components: { create: { componentId: component.id, enabled: true } },
    },
  });
});
afterAll(() => database.drop());
beforeEach(async () => {
  await writeDb.schedule.deleteMany();
  await writeDb.mirrorJob.deleteMany();
});

const copied = () => ({
  ...{ releaseIds: [ids.release], sourceRegistryId: null, destinationId: ids.destination },
  ...{ sourceBasePath: "", platforms: [], referrers: false, foreignLayers: false },
});
const mirror = () => ({ kind: "mirror" as const, ...copied() });
let made = 0;

async function create(who: JobOrigin, fields: Partial<z.output<typeof createScheduleInput>> = {}) {
  const { id } = await createSchedule(as(who, "schedule.write"), {
    ...{ name: `nightly ${++made}`, cron: "0 3 * * *", timeZone: "Europe/Berlin", organizationId: null },
    ...{ work: mirror(), ...fields },
  });
  return id;
}

/** As if its time had come so long ago. */
async function makeDue(id: string, agoMs = 1000) {
  await writeDb.schedule.update({ where: { id }, data: { nextRunAt: new Date(Date.now() - agoMs) } });
}
const read = (id: string) => getSchedule(as(provider, "schedule.read"), id);
const runsOf = async (id: string) =>
  (await listScheduleRuns(as(provider, "schedule.read"), id, scheduleRunsQuery.parse({}))).rows;
const auditOf = (action: string, objectId: string) =>
  db.auditEntry.findMany({ where: { action, objectId }, orderBy: { id: "asc" } });

describe("a schedule that is due", () => {
  test("starts its job as its owner, and is due at its next time", async () => {
    const id = await create(provider);
    expect((await read(id)).nextRunAt).toMatch(/T0[12]:00:00\.000Z$/);
    await round();
    expect(await runsOf(id)).toEqual([]);
    await makeDue(id);
    await round();
    const [run, ...others] = await runsOf(id);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ outcome: "started", error: null, job: { state: "queued" } });
    const job = await db.mirrorJob.findFirstOrThrow({ include: { tasks: true } });
    expect(job).toMatchObject({
      id: run?.job?.id,
      kind: "mirror",
      startedById: provider.startedBy?.id,
      destinationId: ids.destination,
      holdAfterPlanning: false,
    });
    expect(job.tasks.map(({ targetRepository }) => targetRepository)).toEqual(["base/tkg/etcd"]);
    const [entry] = await auditOf("job.start", job.id);
    expect(entry).toMatchObject({ actorId: provider.startedBy?.id, requestId: `schedule:${id}` });
    expect(Date.parse((await read(id)).nextRunAt ?? "")).toBeGreaterThan(Date.now());
  });

  test("starts it once, however many workers there are", async () => {
    const id = await create(provider);
    await makeDue(id);
    const workers = await Promise.all([startWorkerProcess(database.url), startWorkerProcess(database.url)]);
    await vi.waitFor(async () => expect((await runsOf(id))[0]?.outcome).toBe("started"), {
      timeout: 20_000,
      interval: 200,
    });
    await Promise.all(workers.map((worker) => worker.stop()));
    expect(await db.mirrorJob.count()).toBe(1);
    expect(await runsOf(id)).toHaveLength(1);
  });

  test("is run by one of those who read it at the same time", async () => {
    const id = await create(provider);
    await makeDue(id);
    const row = await db.schedule.findUniqueOrThrow({ where: { id }, select: dueFields });
    await Promise.all(Array.from({ length: 5 }, () => runDueSchedule(row)));
    expect(await db.mirrorJob.count()).toBe(1);
    expect(await runsOf(id)).toHaveLength(1);
  });

  test("runs once for all the times that were missed", async () => {
    const id = await create(provider, { cron: "*/5 * * * *" });
    await makeDue(id, 48 * hour);
    await round();
    await round();
    expect(await runsOf(id)).toHaveLength(1);
    const next = Date.parse((await read(id)).nextRunAt ?? "");
    expect(next - Date.now()).toBeGreaterThan(0);
    expect(next - Date.now()).toBeLessThanOrEqual(5 * 60_000);
  });

  test("is skipped while its last job is going, and starts when that has ended", async () => {
    const id = await create(provider);
    await makeDue(id);
    await round();
    const { number } = await db.mirrorJob.findFirstOrThrow();
    await makeDue(id);
    await round();
    const [skipped] = await runsOf(id);
    const error = { code: "schedule-overlap", facts: { number } };
    expect(skipped).toMatchObject({ outcome: "skipped", job: null, error });
    expect(await auditOf("schedule.skip", id)).toHaveLength(1);
    await writeDb.mirrorJob.updateMany({ data: { state: "failed" } });
    await makeDue(id);
    await round();
    expect((await runsOf(id)).map(({ outcome }) => outcome)).toEqual(["started", "skipped", "started"]);
    const find = async (query: object) => {
      const parsed = scheduleRunsQuery.parse(query);
      return (await listScheduleRuns(as(provider, "schedule.read"), id, parsed)).rows.length;
    };
    expect(await find({ search: `#${number}` })).toBe(1);
    expect(await find({ search: "no number" })).toBe(0);
    expect(await find({ outcome: "skipped,failed" })).toBe(1);
    expect(await db.mirrorJob.count()).toBe(2);
  });

  test("verifies, refreshes each release, and publishes for a tenant", async () => {
    const second = await addRelease("second");
    const verify = await create(provider, {
      work: { kind: "verify", ...copied(), readBlobs: true },
    });
    const refresh = await create(provider, {
      work: { kind: "refresh", releaseIds: [ids.release, second.id] },
    });
    const publish = await create(tenant, { work: { kind: "publish" } });
    await Promise.all([verify, refresh, publish].map((id) => makeDue(id)));
    await round();
    const jobs = await db.mirrorJob.findMany({ orderBy: { number: "asc" }, include: { releases: true } });
    const kinds = jobs.map(({ kind, readBlobs, organizationId }) => ({ kind, readBlobs, organizationId }));
    const { organizationId } = tenant;
    expect(kinds).toHaveLength(4);
    expect(kinds).toContainEqual({ kind: "verify", readBlobs: true, organizationId: null });
    expect(kinds).toContainEqual({ kind: "mirror", readBlobs: false, organizationId });
    const refreshed = jobs.filter(({ kind }) => kind === "refresh_catalog");
    expect(
      refreshed.flatMap(({ releases }) => releases.map(({ releaseId }) => releaseId)).toSorted(),
    ).toEqual([ids.release, second.id].toSorted());
    expect(await runsOf(refresh)).toHaveLength(2);
    // A look-up that goes on is not begun again.
    await makeDue(refresh);
    await round();
    const again = (await runsOf(refresh)).slice(0, 2);
    expect(again.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ["skipped", "refresh-running"],
      ["skipped", "refresh-running"],
    ]);
    await deleteSchedule(as(provider, "schedule.write"), refresh);
  });

  test("keeps no more of its history than it may", async () => {
    const id = await create(provider);
    const run = (at: Date) => ({
      scheduleId: id,
      at,
      outcome: "failed" as const,
      errorCode: "nothing-to-copy",
    });
    const now = Date.now();
    await writeDb.scheduleRun.createMany({
      data: [run(new Date(now - 100 * 24 * hour)), ...Array.from({ length: 250 }, () => run(new Date(now)))],
    });
    await makeDue(id);
    await round();
    expect(await db.scheduleRun.count({ where: { scheduleId: id } })).toBe(200);
    expect((await runsOf(id))[0]?.outcome).toBe("started");
  });

  describe("whose worker was lost before the job was there", () => {
    /** As if a worker had claimed it so long ago. */
    const lose = async (id: string, agoMs: number, fields: object = {}) => {
      const claimedAt = new Date(Date.now() - agoMs);
      const { nextRunAt } = await db.schedule.findUniqueOrThrow({ where: { id } });
      return writeDb.scheduleRun.create({
        data: { scheduleId: id, at: nextRunAt ?? claimedAt, claimedAt, ...fields },
      });
    };

    test("starts it at another, once", async () => {
      const id = await create(provider);
      await lose(id, hour);
      await Promise.all([round(), round(), round()]);
      expect(await runsOf(id)).toMatchObject([{ outcome: "started", error: null, job: { state: "queued" } }]);
      expect(await db.mirrorJob.count()).toBe(1);
    });

    test("is waited for, however late it was", async () => {
      const id = await create(provider);
      await lose(id, 60_000, { at: new Date(Date.now() - 48 * hour) });
      await round();
      expect(await runsOf(id)).toMatchObject([{ outcome: null, job: null }]);
      expect(await db.mirrorJob.count()).toBe(0);
    });

    test("looks at those releases only that were not looked at", async () => {
      const second = await addRelease("unseen");
      const releaseIds = [ids.release, second.id];
      const id = await create(provider, { work: { kind: "refresh", releaseIds } });
      await makeDue(id);
      await round();
      const jobs = await db.mirrorJob.findMany({ select: { id: true, releases: true } });
      const lost = jobs.find(({ releases }) => releases[0]?.releaseId === second.id);
      await writeDb.scheduleRun.updateMany({
        where: { jobId: lost?.id ?? "" },
        data: { outcome: null, jobId: null, claimedAt: new Date(Date.now() - hour) },
      });
      await writeDb.mirrorJob.delete({ where: { id: lost?.id ?? "" } });
      await round();
      expect((await runsOf(id)).map(({ outcome }) => outcome)).toEqual(["started", "started"]);
      const releases = await db.mirrorJob.findMany({ select: { releases: true } });
      expect(releases.flatMap((job) => job.releases.map(({ releaseId }) => releaseId)).toSorted()).toEqual(
        releaseIds.toSorted(),
      );
      await deleteSchedule(as(provider, "schedule.write"), id);
    });

    test.each([
      ["it is paused by now", { pausedAt: new Date(), nextRunAt: null }, {}],
      ["it has lost one too often", {}, { claims: 3 }],
    ])("is told as interrupted when %s", async (_why, schedule, run) => {
      const id = await create(provider);
      await lose(id, hour, run);
      await writeDb.schedule.update({ where: { id }, data: schedule });
      await round();
      expect(await runsOf(id)).toMatchObject([
        { outcome: "failed", error: { code: "schedule-interrupted" }, job: null },
      ]);
      expect(await db.mirrorJob.count()).toBe(0);
    });
  });

  test("that is deleted while it is started starts nothing", async () => {
    const id = await create(provider);
    const row = await db.schedule.findUniqueOrThrow({ where: { id }, select: dueFields });
    await startRuns(row, [{ id: 0n, at: new Date(), releaseId: null }]);
    expect(await db.mirrorJob.count()).toBe(0);
  });
});

describe("a schedule stops", () => {
  async function expectStopped(id: string, code: string, facts: object) {
    const stopped = await read(id);
    expect(stopped).toMatchObject({ state: "stopped", nextRunAt: null, stop: { code, facts } });
    const entries = await auditOf("schedule.stop", id);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ actorName: "system", objectName: stopped.name });
    await round();
    expect(await auditOf("schedule.stop", id)).toHaveLength(1);
    expect(await db.mirrorJob.count()).toBe(0);
  }

  test("when its owner is disabled, due or not, and goes on as whoever resumes it", async () => {
    const owner: JobOrigin = { ...provider, startedBy: await people.user() };
    const [waiting, due] = [await create(owner), await create(owner)];
    await makeDue(due);
    await writeDb.user.update({ where: { id: owner.startedBy?.id ?? "" }, data: { disabledAt: new Date() } });
    await round();
    const name = owner.startedBy?.username;
    await expectStopped(waiting, "schedule-owner-disabled", { name });
    await expectStopped(due, "schedule-owner-disabled", { name });
    await expect(runScheduleNow(as(provider, "schedule.write"), due)).rejects.toThrow(
      withCode("schedule-idle"),
    );
    await resumeSchedule(as(provider, "schedule.write"), due);
    expect(await read(due)).toMatchObject({
      state: "active",
      stop: null,
      owner: { id: provider.startedBy?.id },
    });
    await makeDue(due);
    await round();
    expect((await db.mirrorJob.findFirstOrThrow()).startedById).toBe(provider.startedBy?.id);
  });

  test("when its owner is one who may not do it any more", async () => {
    const owner: JobOrigin = { ...provider, startedBy: await people.user() };
    const id = await create(owner);
    await makeDue(id);
    await writeDb.user.update({ where: { id: owner.startedBy?.id ?? "" }, data: { role: "auditor" } });
    await round();
    await expectStopped(id, "schedule-owner-not-allowed", { name: owner.startedBy?.username });
  });

  test("when its owner belongs to another organization by now", async () => {
    const owner = {
      ...tenant,
      startedBy: await people.user({ organizationId: tenant.organizationId ?? "" }),
    };
    const id = await create(owner, { work: { kind: "publish" } });
    await makeDue(id);
    const { organizationId } = stranger;
    await writeDb.user.update({ where: { id: owner.startedBy.id }, data: { organizationId } });
    await round();
    await expectStopped(id, "schedule-owner-not-allowed", { name: owner.startedBy.username });
  });

  test("when its owner's organization is disabled", async () => {
    const { id: organizationId, name } = await people.organization();
    const owner = { id: "test", organizationId, startedBy: await people.user({ organizationId }) };
    const id = await create(owner, { work: { kind: "publish" } });
    await writeDb.organization.update({ where: { id: organizationId }, data: { disabledAt: new Date() } });
    await round();
    await expectStopped(id, "organization-disabled", { name });
  });

  test("when a release that it names is gone", async () => {
    const release = await addRelease("short-lived");
    const id = await create(provider, { work: { ...mirror(), releaseIds: [release.id] } });
    await writeDb.release.delete({ where: { id: release.id } });
    await makeDue(id);
    await round();
    await expectStopped(id, "schedule-object-gone", { what: "release" });
    expect((await runsOf(id))[0]).toMatchObject({ outcome: "failed", error: { code: "not-found" } });
  });

  test("but not for what may be mended: that is told, and tried again", async () => {
    const id = await create(provider);
    await writeDb.component.updateMany({ where: { releaseId: ids.release }, data: { enabled: false } });
    await makeDue(id);
    await round();
    expect((await runsOf(id))[0]).toMatchObject({ outcome: "failed", error: { code: "nothing-to-copy" } });
    expect((await read(id)).state).toBe("active");
    await writeDb.component.updateMany({ where: { releaseId: ids.release }, data: { enabled: true } });
    await makeDue(id);
    await round();
    expect((await runsOf(id))[0]?.outcome).toBe("started");
  });
});

describe("people", () => {
  test("pause it, resume it without what it missed, and run it at once", async () => {
    const id = await create(provider);
    const access = as(provider, "schedule.write");
    await makeDue(id);
    await pauseSchedule(access, id);
    await round();
    expect(await runsOf(id)).toEqual([]);
    expect(await read(id)).toMatchObject({ state: "paused", nextRunAt: null });
    await expect(runScheduleNow(access, id)).rejects.toThrow(withCode("schedule-idle"));
    await resumeSchedule(access, id);
    await round();
    expect(await runsOf(id)).toEqual([]);
    await runScheduleNow(access, id);
    await round();
    expect(await runsOf(id)).toHaveLength(1);
    const actions = await db.auditEntry.findMany({ where: { objectId: id }, orderBy: { id: "asc" } });
    expect(actions.map(({ action }) => action)).toEqual([
      "schedule.create",
      "schedule.pause",
      "schedule.resume",
      "schedule.run",
    ]);
  });

  test("who change it own it; paused it stays paused", async () => {
    const id = await create(provider);
    const other: JobOrigin = { ...provider, startedBy: await people.user() };
    await pauseSchedule(as(provider, "schedule.write"), id);
    const input = updateScheduleInput.parse({
      ...{ scheduleId: id, name: `renamed ${id}`, cron: "0 4 * * 1", timeZone: "Asia/Seoul" },
      work: { kind: "refresh", releaseIds: [ids.release] },
    });
    await updateSchedule(as(other, "schedule.write"), input);
    expect(await read(id)).toMatchObject({
      ...{ kind: "refresh", timeZone: "Asia/Seoul", state: "paused", nextRunAt: null },
      owner: { id: other.startedBy?.id },
      releases: [{ name: "kept" }],
    });
    const taken = await create(provider);
    const { name } = await read(taken);
    const same = updateSchedule(as(other, "schedule.write"), { ...input, name });
    await expect(same).rejects.toThrow(withCode("name-taken", { name }));
  });

  test("of an organization see its own, and plan nothing but its publishing", async () => {
    const list = async (who: JobOrigin, query: object = {}) =>
      (await listSchedules(as(who, "schedule.read"), schedulesQuery.parse(query))).rows;
    const ofProvider = await create(provider);
    const { organizationId } = tenant;
    const forTenant = await create(provider, { organizationId, work: mirror() });
    const ofTenant = await create(tenant, {
      work: { kind: "publish" },
      organizationId: stranger.organizationId,
    });
    expect((await list(tenant)).map(({ id, mayChange }) => [id, mayChange])).toEqual([
      [forTenant, false],
      [ofTenant, true],
    ]);
    expect(await list(tenant, { organization: stranger.organizationId })).toHaveLength(2);
    expect(await list(stranger)).toEqual([]);
    expect(await list(provider)).toHaveLength(3);
    const allowed = as(tenant, "schedule.write");
    await expect(create(tenant)).rejects.toThrow(withCode("not-allowed", { permission: "job.start" }));
    await expect(pauseSchedule(allowed, forTenant)).rejects.toThrow(withCode("not-allowed"));
    await expect(pauseSchedule(allowed, ofProvider)).rejects.toThrow(withCode("not-found"));
    const foreign = as(stranger, "schedule.write");
    const deeds = [pauseSchedule, resumeSchedule, runScheduleNow, deleteSchedule];
    for (const deed of deeds) await expect(deed(foreign, ofTenant)).rejects.toThrow(withCode("not-found"));
    const seen = as(stranger, "schedule.read");
    await expect(getSchedule(seen, ofTenant)).rejects.toThrow(withCode("not-found"));
    const runs = listScheduleRuns(seen, ofTenant, scheduleRunsQuery.parse({}));
    await expect(runs).rejects.toThrow(withCode("not-found"));
  });

  test.each([
    ["a release that is not there", () => ({ ...mirror(), releaseIds: [ids.registry] }), "not-found"],
    ["a destination that is not there", () => ({ ...mirror(), destinationId: ids.registry }), "not-found"],
    ["nobody's publishing", () => ({ kind: "publish" as const }), "invalid-input"],
  ])("are told at once of %s", async (_what, work, code) => {
    await expect(create(provider, { work: work() })).rejects.toThrow(withCode(code));
    expect(await db.schedule.count()).toBe(0);
  });
});
