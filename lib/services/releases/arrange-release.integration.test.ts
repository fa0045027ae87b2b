import { afterAll, beforeAll, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { importReleaseQuery } from "#lib/schemas/releases.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { saveRules } from "../paths/index.ts";
import { arrangeRelease, importRelease, listPlacementChanges } from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
const as = <P extends Permission>(permission: P) => systemAccess(provider, permission);

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await createPeople(writeDb).user() };
});
afterAll(() => database.drop());

test("a release follows changed rules when it is told to, whether its paths were kept or not", async () => {
  const kind = "getting_started_airgapped";
  const text = "registry.k8s.io sig-storage/csi-attacher v3.2.1\nregistry.k8s.io pause 3.7\n";
  const query = importReleaseQuery.parse({ kind, name: "CSE", version: "1", file: "dependencies.txt" });
  const { id: releaseId } = await importRelease(as("catalog.write"), { ...query, text });
  expect(await listPlacementChanges(as("catalog.read"), releaseId)).toEqual([]);
  // As a row is that was written before paths were kept.
  await writeDb.component.updateMany({ where: { releaseId, tag: "3.7" }, data: { sourcePath: "" } });
  expect(await listPlacementChanges(as("catalog.read"), releaseId)).toEqual([]);

  const rules = [{ id: "mine", match: "**", targets: ["k8s/{path}", "flat/{name}"] }];
  await saveRules(as("catalog.write"), { kind, rules });
  expect(await listPlacementChanges(as("catalog.read"), releaseId)).toMatchObject([
    {
      original: "registry.k8s.io/sig-storage/csi-attacher:v3.2.1",
      before: ["vmware-cloud-director/sig-storage/csi-attacher"],
      after: ["k8s/sig-storage/csi-attacher", "flat/csi-attacher"],
    },
    { before: ["vmware-cloud-director/pause"], after: ["k8s/pause", "flat/pause"] },
  ]);
  expect(await arrangeRelease(as("catalog.write"), { releaseId })).toEqual({ count: 2 });
  const rows = await writeDb.component.findMany({ where: { releaseId }, orderBy: { position: "asc" } });
  expect(rows.map(({ targetPath, moreTargets }) => [targetPath, moreTargets])).toEqual([
    ["k8s/sig-storage/csi-attacher", ["flat/csi-attacher"]],
    ["k8s/pause", ["flat/pause"]],
  ]);
  expect(await arrangeRelease(as("catalog.write"), { releaseId })).toEqual({ count: 0 });
  const [entry] = await writeDb.auditEntry.findMany({ where: { action: "release.arrange" } });
  expect(entry).toMatchObject({ objectId: releaseId, objectName: "CSE 1", after: { changed: 2 } });
});
