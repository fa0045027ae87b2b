import { afterAll, beforeAll, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { defaultCseVersions } from "#lib/domain/catalog/cse-versions.ts";
import { saveCseVersionsInput } from "#lib/schemas/cse-versions.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { listGettingStartedChoices } from "../releases/index.ts";
import { listCseVersions, saveCseVersions } from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
const as = <P extends Permission>(permission: P) => systemAccess(provider, permission);
const choices = () => listGettingStartedChoices(as("catalog.write"));
const save = (versions: object[]) =>
  saveCseVersions(as("catalog.write"), saveCseVersionsInput.parse({ versions }));

const known = defaultCseVersions.map((row) => ({
  ...row,
  gettingStartedTag: row.gettingStartedTag ?? "",
}));
const blank = { capvcd: "", cloudProvider: "", csiDriver: "", rdeProjector: "", clusterType: "" };

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await createPeople(writeDb).user() };
});
afterAll(() => database.drop());

test("a new database has the versions that the catalog knows, and offers those that have a tag", async () => {
  const table = await listCseVersions(as("catalog.read"));
  expect(table.versions).toEqual(defaultCseVersions);
  expect(table.defaults).toEqual(defaultCseVersions);
  expect(await choices()).toEqual([
    { tag: "v0.1.4", versions: ["4.2.2"] },
    { tag: "v0.1.3", versions: ["4.2.1"] },
    { tag: "v0.1.2", versions: ["4.2"] },
  ]);
});

test("a version is added and offered first, two may share a tag, and the trail has both tables", async () => {
  const added = { version: "4.10", gettingStartedTag: "v0.2.0", components: { ...blank, capvcd: "2.0.0" } };
  const [newest, ...others] = known;
  await save([{ ...newest, gettingStartedTag: "v0.1.4" }, ...others, added]);
  const { versions } = await listCseVersions(as("catalog.read"));
  expect(versions[0]).toEqual({
    version: "4.10",
    gettingStartedTag: "v0.2.0",
    components: {
      capvcd: "2.0.0",
      cloudProvider: null,
      csiDriver: null,
      rdeProjector: null,
      clusterType: null,
    },
  });
  expect((await choices()).slice(0, 2)).toEqual([
    { tag: "v0.2.0", versions: ["4.10"] },
    { tag: "v0.1.4", versions: ["4.2.3", "4.2.2"] },
  ]);
  const entry = await writeDb.auditEntry.findFirstOrThrow({ where: { action: "cse-version.save" } });
  const line = "capvcd 1.3.2, cloudProvider 1.6.1, csiDriver 1.6.0, rdeProjector 0.7.1, clusterType 1.3.0";
  expect(entry).toMatchObject({ objectType: "cse-version", organizationId: null });
  expect((entry.before as { versions: string[] }).versions[0]).toBe(`4.2.3 -> -, ${line}`);
  expect((entry.after as { versions: string[] }).versions.slice(0, 2)).toEqual([
    "4.10 -> v0.2.0, capvcd 2.0.0",
    `4.2.3 -> v0.1.4, ${line}`,
  ]);
});

test("an emptied table offers nothing, and the defaults come back", async () => {
  await save([]);
  expect(await choices()).toEqual([]);
  await save(known);
  expect((await listCseVersions(as("catalog.read"))).versions).toEqual(defaultCseVersions);
  expect(await choices()).toHaveLength(3);
});
