import { afterAll, beforeAll, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { findReleaseInput } from "#lib/schemas/discoveries.ts";
import { componentListQuery, releaseListQuery } from "#lib/schemas/releases.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { retryJob } from "../jobs/index.ts";
import {
  deleteRelease,
  findRelease,
  getRelease,
  listComponents,
  listReleases,
  refreshRelease,
} from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
let tenant: JobOrigin;
const people = createPeople(writeDb);
const as = <P extends Permission>(who: JobOrigin, permission: P) => systemAccess(who, permission);
const request = { kind: "tkg", version: "v2.1.1" } as const;
const missing = { code: "manifest-not-found", facts: { registry: "reg.example", repository: "tkg/b" } };

beforeAll(async () => {
  database = await createTestDatabase();
  const own = await people.organization();
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  tenant = { id: "test", organizationId: own.id, startedBy: await people.user({ organizationId: own.id }) };
});
afterAll(() => database.drop());

function find(name: string) {
  const input = findReleaseInput.parse({ name, version: "v2.1.1", source: "reg.example/tkg", request });
  return findRelease(as(provider, "catalog.write"), input);
}

/** As the worker leaves a release: one image as it was, one missing, one whose tag moved. */
async function fill(releaseId: string): Promise<void> {
  const component = (position: number, path: string) => ({
    ...{ releaseId, position, kind: "image" as const, sourceHost: "reg.example", tag: "v1" },
    ...{ sourceRepository: `tkg/${path}`, targetPath: `tkg/${path}`, foundIn: ["tkr-bom"] },
  });
  const movedAt = new Date("2026-11-01T12:00:00Z");
  await writeDb.component.createMany({
    data: [
      { ...component(1, "a"), part: "antrea", resolvedDigest: "sha256:a", sizeBytes: 5n },
      { ...component(2, "b"), errorCode: missing.code, errorFacts: missing.facts },
      {
        ...component(3, "c"),
        resolvedDigest: "sha256:c",
        movedFrom: "sha256:d",
        movedAt,
        moreTargets: ["c"],
      },
    ],
  });
  const problems = [{ code: "release-document-invalid", facts: { file: "tkr-bom.yaml" } }];
  await writeDb.release.update({ where: { id: releaseId }, data: { problems, refreshedAt: movedAt } });
}

const ended = (id: string) =>
  writeDb.mirrorJob.update({
    where: { id },
    data: {
      state: "failed",
      finishedAt: new Date(),
      errorCode: "timeout",
      errorFacts: { host: "reg.example" },
    },
  });

test("a release tells what is looked for, what came of it, and by which job", async () => {
  const { id, number, releaseId } = await find("told");
  await fill(releaseId);
  const counts = { isFound: true, unresolvedCount: 1, movedCount: 1, problemCount: 1, componentCount: 3 };
  expect(await getRelease(as(provider, "catalog.read"), releaseId)).toMatchObject({
    ...counts,
    source: "reg.example/tkg",
    request: { ...request, infrastructures: ["vsphere-nonparavirt"] },
    refreshedAt: "2026-11-01T12:00:00.000Z",
    problems: [{ code: "release-document-invalid", facts: { file: "tkr-bom.yaml" } }],
    refresh: { jobId: id, number, state: "queued", error: null },
    // To look a release up is not to use it.
    jobCount: 0,
  });
  // Jobs of the provider are none of a tenant's business.
  expect(await getRelease(as(tenant, "catalog.read"), releaseId)).toMatchObject({ ...counts, refresh: null });
  const page = await listReleases(as(tenant, "catalog.read"), releaseListQuery.parse({ search: "told" }));
  expect(page.rows).toMatchObject([counts]);
  await ended(id);
  expect(await getRelease(as(provider, "catalog.read"), releaseId)).toMatchObject({
    refresh: { state: "failed", error: { code: "timeout", facts: { host: "reg.example" } } },
  });
});

test("components are found by what came of looking them up, and by what people call them", async () => {
  const { releaseId } = await find("filtered");
  await fill(releaseId);
  const rows = async (query: object) =>
    (await listComponents(as(tenant, "catalog.read"), releaseId, componentListQuery.parse(query))).rows;
  expect(await rows({ finding: "unresolved" })).toMatchObject([{ position: 2, error: missing, moved: null }]);
  expect(await rows({ finding: "moved" })).toMatchObject([
    {
      position: 3,
      error: null,
      moved: { from: "sha256:d", at: "2026-11-01T12:00:00.000Z" },
      moreTargets: ["c"],
      foundIn: ["tkr-bom"],
    },
  ]);
  expect(await rows({ search: "antrea" })).toMatchObject([{ position: 1, part: "antrea" }]);
});

test("a release may be deleted once it is not being looked up, and found again under its name", async () => {
  const { id, releaseId } = await find("mistyped");
  const remove = () => deleteRelease(as(provider, "catalog.write"), releaseId);
  await expect(remove()).rejects.toMatchObject({ code: "in-use", facts: { by: "job", count: 1 } });
  await ended(id);
  await remove();
  await find("mistyped");
});

test("a look-up that found nothing may be tried again", async () => {
  const { id } = await find("retried");
  await ended(id);
  await retryJob(as(provider, "job.retry"), id);
  expect(await writeDb.mirrorJob.findUniqueOrThrow({ where: { id } })).toMatchObject({
    state: "queued",
    run: 2,
  });
});

test("a look-up that was given up is not tried again while another is at the release, not even at the same time", async () => {
  const { id: old, releaseId } = await find("looked up twice");
  await ended(old);
  const refresh = () => refreshRelease(as(provider, "catalog.write"), { releaseId });
  const retry = () => retryJob(as(provider, "job.retry"), old);
  const { id, number } = await refresh();
  const running = { code: "refresh-running", facts: { name: "looked up twice v2.1.1", number } };
  await expect(retry()).rejects.toMatchObject(running);
  await ended(id);
  const outcomes = await Promise.allSettled([retry(), refresh(), retry(), refresh()]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const going = { state: "queued", releases: { some: { releaseId } } } as const;
  expect(await writeDb.mirrorJob.count({ where: going })).toBe(1);
});
