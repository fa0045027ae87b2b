import { afterAll, beforeAll, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import {
  componentListQuery,
  importReleaseQuery,
  previewImportQuery,
  releaseListQuery,
} from "#lib/schemas/releases.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import {
  deleteRelease,
  getRelease,
  importRelease,
  listComponents,
  listReleases,
  previewImport,
} from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
let tenant: JobOrigin;
const people = createPeople(writeDb);
const as = <P extends Permission>(who: JobOrigin, permission: P) => systemAccess(who, permission);
const withCode = (code: string) => expect.objectContaining({ code }) as Error;

beforeAll(async () => {
  database = await createTestDatabase();
  const own = await people.organization();
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  tenant = { id: "test", organizationId: own.id, startedBy: await people.user({ organizationId: own.id }) };
});
afterAll(() => database.drop());

const gettingStarted = "getting_started_airgapped";
const dependencies = [
  "# CSE",
  "projects.registry.vmware.com/vmware-cloud-director cpi-crs-airgapped 1.6.0",
  "#registry.k8s.io sig-storage/csi-attacher v3.2.1",
  "registry.k8s.io sig-storage/csi-resizer v1.4.0",
  "",
].join("\r\n");

function give(text: string, fields: object = {}) {
  const query = importReleaseQuery.parse({
    kind: "getting_started_airgapped",
    name: "CSE",
    version: "4.2.2",
    file: "dependencies.txt",
    ...fields,
  });
  return importRelease(as(provider, "catalog.write"), { ...query, text });
}
const components = (id: string, query: object = {}) =>
  listComponents(as(provider, "catalog.read"), id, componentListQuery.parse(query));

test("makes components of a list in its order, and keeps the text byte for byte", async () => {
  const { id } = await give(dependencies);
  const page = await components(id);
  expect(
    page.rows.map(({ position, enabled, source, tag, targetPath }) => [
      position,
      enabled,
      source,
      tag,
      targetPath,
    ]),
  ).toEqual([
    [
      1,
      true,
      "projects.registry.vmware.com/vmware-cloud-director/cpi-crs-airgapped",
      "1.6.0",
      "vmware-cloud-director/cpi-crs-airgapped",
    ],
    [
      2,
      false,
      "registry.k8s.io/sig-storage/csi-attacher",
      "v3.2.1",
      "vmware-cloud-director/sig-storage/csi-attacher",
    ],
    [
      3,
      true,
      "registry.k8s.io/sig-storage/csi-resizer",
      "v1.4.0",
      "vmware-cloud-director/sig-storage/csi-resizer",
    ],
  ]);
  const row = await writeDb.release.findUniqueOrThrow({ where: { id } });
  expect(row.document).toBe(dependencies);
  expect(await getRelease(as(tenant, "catalog.read"), id)).toMatchObject({
    componentCount: 3,
    enabledCount: 2,
    knownCount: 0,
    documentLength: Buffer.byteLength(dependencies),
  });
  const [entry] = await writeDb.auditEntry.findMany({ where: { objectId: id } });
  expect(entry).toMatchObject({
    action: "release.import",
    objectName: "CSE 4.2.2",
    after: { componentCount: 3 },
  });
});

test("marks the places that are inferred, not documented", async () => {
  const text = "registry.k8s.io cluster-api/kubeadm v1\nregistry.k8s.io pause 3.7\n";
  const { id } = await give(text, { name: "inferred" });
  const { rows } = await components(id);
  expect(
    rows.map(({ targetPath, moreTargets, inferredTargets }) => [targetPath, moreTargets, inferredTargets]),
  ).toEqual([
    [
      "vmware-cloud-director/cluster-api/kubeadm",
      ["vmware-cloud-director/kubeadm"],
      ["vmware-cloud-director/kubeadm"],
    ],
    ["vmware-cloud-director/pause", [], []],
  ]);
});

test("searches, filters and sorts components on the server", async () => {
  const { id } = await give(dependencies, { name: "filtered" });
  const paths = async (query: object) => (await components(id, query)).rows.map(({ position }) => position);
  expect(await paths({ search: "CSI-" })).toEqual([2, 3]);
  expect(await paths({ enabled: "no" })).toEqual([2]);
  expect(await paths({ kind: "bundle" })).toEqual([]);
  expect(await paths({ sort: "source", order: "desc" })).toEqual([3, 2, 1]);
  expect(await components(id, { pageSize: 10, page: 2 })).toMatchObject({ rows: [], total: 3 });
});

test.each([
  [
    "list-line-invalid",
    "a/b:v1\nnot a line at all\n",
    { kind: "tkg", source: "reg.example" },
    { file: "dependencies.txt", line: 2, problem: "columns" },
  ],
  [
    "list-line-invalid",
    "a/b:v1\n",
    { kind: "list" },
    { line: 1, problem: "source-missing", known: "docker.io/a/b:v1" },
  ],
  ["list-line-invalid", "h.io/a:v1\nno\n", { kind: "list" }, { line: 2, problem: "tag-or-digest-missing" }],
  ["list-line-invalid", "no\n", { kind: "tkg", leaveOut: "true" }, { line: 1 }],
  ["list-empty", "# nothing\n\n", {}, { file: "dependencies.txt" }],
  [
    "list-too-large",
    "a/b:v1\n".repeat(700_000),
    { kind: "list", source: "reg.example" },
    { limitLines: 20_000 },
  ],
  [
    "invalid-input",
    "a/b:v1\n",
    { kind: "list", source: "https://reg.example" },
    { fields: { source: { code: "reference-format", facts: {} } } },
  ],
])("refuses %s and leaves nothing half-written", async (code, text, fields, facts) => {
  const before = [
    await writeDb.release.count(),
    await writeDb.component.count(),
    await writeDb.auditEntry.count(),
  ];
  await expect(give(text, { name: "refused", ...fields })).rejects.toMatchObject({ code, facts });
  expect([
    await writeDb.release.count(),
    await writeDb.component.count(),
    await writeDb.auditEntry.count(),
  ]).toEqual(before);
});

test.each(["list", "tkg", "tanzu_plugins"] as const)(
  "leaves bad lines of a %s out when told to, and says which",
  async (kind) => {
    const text = `reg.example/a/b:v1\nno image\n-b reg.example/c@sha256:${"a".repeat(64)}\n`;
    const { id } = await give(text, { kind, name: `left out of ${kind}`, leaveOut: "true" });
    const { rows } = await components(id);
    expect(rows.map(({ source, tag, kind: what }) => [source, tag, what])).toEqual([
      ["reg.example/a/b", "v1", "image"],
      ["reg.example/c", null, "bundle"],
    ]);
    const release = await getRelease(as(provider, "catalog.read"), id);
    expect(release.problems).toMatchObject([{ code: "list-line-invalid", facts: { line: 2 } }]);
    const row = await writeDb.release.findUniqueOrThrow({ where: { id } });
    expect(row.document).toBe(text);
  },
);

test("shows what a list would be read as, and stores nothing of it", async () => {
  const before = await writeDb.release.count();
  const digest = `sha256:${"a".repeat(64)}`;
  const preview = (text: string, fields: object = {}) => {
    const query = previewImportQuery.parse({ kind: "list", file: "pasted", ...fields });
    return previewImport(as(provider, "catalog.write"), { ...query, text });
  };
  const text = `projects.registry.vmware.com/tkg/pause:3.7\nquay.io/a/b:v1@${digest}\nnginx:1\n`;
  expect(await preview(text, { kind: "tkg" })).toEqual({
    componentCount: 2,
    disabledCount: 0,
    components: [
      {
        ...{ line: 1, kind: "image", enabled: true },
        original: "projects.registry.vmware.com/tkg/pause:3.7",
        readFrom: "projects.packages.broadcom.com/tkg/pause:3.7",
        targets: [{ path: "tkg/pause:3.7", origin: "documented" }],
      },
      {
        ...{ line: 2, kind: "image", enabled: true },
        original: `quay.io/a/b@${digest}`,
        readFrom: null,
        targets: [{ path: `tkg/a/b@${digest}`, origin: "documented" }],
      },
    ],
    problemCount: 1,
    problems: [
      {
        code: "list-line-invalid",
        facts: expect.objectContaining({
          file: "pasted",
          line: 3,
          known: "docker.io/library/nginx:1",
        }) as object,
      },
    ],
    tagCount: 1,
    tags: [{ line: 2, tag: "v1" }],
  });
  expect(
    await preview("registry.k8s.io cluster-api/c v1\n#h.io a v1\nwhat", { kind: gettingStarted }),
  ).toMatchObject({
    componentCount: 2,
    disabledCount: 1,
    components: [
      {
        targets: [
          { path: "vmware-cloud-director/cluster-api/c:v1", origin: "documented" },
          { path: "vmware-cloud-director/c:v1", origin: "inferred" },
        ],
      },
      { enabled: false },
    ],
    problems: [{ facts: { line: 3, problem: "tag-or-digest-missing" } }],
  });
  expect(await preview("# nothing\n")).toMatchObject({ componentCount: 0, problemCount: 0 });
  const many = Array.from({ length: 120 }, (_, index) => `h.io/a-${index}:v1@${digest}\nbad-${index}\n`).join(
    "",
  );
  const long = await preview(many);
  expect([long.componentCount, long.problemCount, long.tagCount]).toEqual([120, 120, 120]);
  expect([long.components.length, long.problems.length, long.tags.length]).toEqual([50, 50, 50]);
  await expect(preview("a:v1", { source: "https://h.io" })).rejects.toEqual(withCode("invalid-input"));
  await expect(preview("a:v1\n".repeat(20_001))).rejects.toEqual(withCode("list-too-large"));
  expect(await writeDb.release.count()).toBe(before);
});

test("takes a list of the largest size", async () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `some/image-${index}:v1`).join("\n");
  const { id } = await give(text, { kind: "list", name: "large", source: "reg.example" });
  expect(await getRelease(as(provider, "catalog.read"), id)).toMatchObject({ componentCount: 20_000 });
});

test("refuses a name and version that are taken", async () => {
  await give("a/b:v1", { kind: "list", name: "twice", version: "1", source: "reg.example" });
  await expect(
    give("a/b:v1", { kind: "list", name: "twice", version: "1", source: "reg.example" }),
  ).rejects.toEqual(withCode("name-taken"));
  await give("a/b:v1", { kind: "list", name: "twice", version: "2", source: "reg.example" });
});

test("keeps a release that jobs use, and counts to a tenant only its own jobs", async () => {
  const { id } = await give("a/b:v1", { kind: "list", name: "used", source: "reg.example" });
  const remove = () => deleteRelease(as(provider, "catalog.write"), id);
  const job = await writeDb.mirrorJob.create({ data: { releases: { create: { releaseId: id } } } });
  await expect(remove()).rejects.toMatchObject({ code: "in-use", facts: { by: "job", count: 1 } });
  const counted = async (who: JobOrigin) => {
    const query = releaseListQuery.parse({ search: "used" });
    const page = await listReleases(as(who, "catalog.read"), query);
    return page.rows.map(({ jobCount }) => jobCount);
  };
  expect(await counted(provider)).toEqual([1]);
  expect(await counted(tenant)).toEqual([0]);
  await writeDb.mirrorJob.delete({ where: { id: job.id } });
  await remove();
  expect(await writeDb.component.count({ where: { releaseId: id } })).toBe(0);
  await expect(remove()).rejects.toEqual(withCode("not-found"));
});
