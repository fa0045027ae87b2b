import { afterAll, beforeAll, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { importReleaseQuery } from "#lib/schemas/releases.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { getRelease, importRelease } from "../releases/index.ts";
import { downloadDocument, getDocument, switchLines } from "./index.ts";

let database: TestDatabase;
let provider: JobOrigin;
let tenant: JobOrigin;
const as = <P extends Permission>(permission: P, who = provider) => systemAccess(who, permission);

beforeAll(async () => {
  database = await createTestDatabase();
  const people = createPeople(writeDb);
  const own = await people.organization();
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  tenant = { id: "test", organizationId: own.id, startedBy: await people.user({ organizationId: own.id }) };
});
afterAll(() => database.drop());

// As an editor on Windows leaves it, with what nobody understands.
const text = [
  "\uFEFF# CSE",
  "registry.k8s.io sig-storage/csi-attacher v3.2.1  ",
  "##registry.k8s.io sig-storage/csi-resizer v1.4.0",
  "what is all of this",
  "\tregistry.k8s.io pause 3.7",
].join("\r\n");

async function give(kind: string, content: string, name: string, more: object = {}): Promise<string> {
  const given = { kind, name, version: "1", file: "x", source: "reg.example" };
  const query = importReleaseQuery.parse({ ...given, ...more });
  return (await importRelease(as("catalog.write"), { ...query, text: content })).id;
}
const enabledOf = async (releaseId: string) =>
  (await writeDb.component.findMany({ where: { releaseId }, orderBy: { position: "asc" } })).map(
    ({ targetPath, enabled }) => [targetPath.split("/").at(-1), enabled],
  );

test("lines are switched one by one, and nothing else of the file changes", async () => {
  const releaseId = await give("getting_started_airgapped", text, "CSE");
  const { problems } = await getRelease(as("catalog.read"), releaseId);
  expect(problems).toMatchObject([{ code: "list-line-invalid", facts: { line: 4, problem: "columns" } }]);
  const document = await getDocument(as("catalog.read"), releaseId);
  expect(document).toMatchObject({ file: "dependencies.txt", edited: null });
  expect(document.lines.map(({ enabled, error }) => [enabled, error?.code ?? null])).toEqual([
    [null, null],
    [true, null],
    [false, null],
    [null, "list-line-invalid"],
    [true, null],
  ]);
  const choose = (lines: { number: number; enabled: boolean }[], digest = document.digest) =>
    switchLines(as("catalog.write"), { releaseId, digest, lines });
  await choose([
    { number: 2, enabled: false },
    { number: 3, enabled: true },
  ]);
  const download = () => downloadDocument(as("catalog.read"), releaseId);
  expect(await download()).toEqual({
    name: "dependencies.txt",
    text: text.replace("registry.k8s.io sig-storage/csi-att", "#$&").replace("##", ""),
  });
  expect(await enabledOf(releaseId)).toEqual([
    ["csi-attacher", false],
    ["csi-resizer", true],
    ["pause", true],
  ]);
  const entry = await writeDb.auditEntry.findFirstOrThrow({ where: { action: "release.edit" } });
  expect(entry.after).toEqual({
    lines: 2,
    switchedOn: ["3: registry.k8s.io sig-storage/csi-resizer v1.4.0"],
    switchedOff: ["2: registry.k8s.io sig-storage/csi-attacher v3.2.1"],
  });

  await expect(choose([{ number: 2, enabled: true }])).rejects.toMatchObject({ code: "document-changed" });
  const again = await getDocument(as("catalog.read"), releaseId);
  expect(again.edited?.by).toBe(provider.startedBy?.username);
  expect((await getDocument(as("catalog.read", tenant), releaseId)).edited?.by).toBeNull();
  await expect(choose([{ number: 4, enabled: true }], again.digest)).rejects.toMatchObject({
    code: "list-line-invalid",
    facts: { line: 4 },
  });
  await choose([{ number: 2, enabled: true }], again.digest);
  expect((await enabledOf(releaseId))[0]).toEqual(["csi-attacher", true]);
});

test("of two images for one place, either can be on, and both cannot", async () => {
  const lines = ["a.io/x pause 3.7", "#b.io/x pause 3.7", ""].join("\n");
  const releaseId = await give("getting_started_airgapped", lines, "either");
  const { digest } = await getDocument(as("catalog.read"), releaseId);
  const switched = (wanted: [number, boolean][]) =>
    switchLines(as("catalog.write"), {
      releaseId,
      digest,
      lines: wanted.map(([number, enabled]) => ({ number, enabled })),
    });
  await expect(switched([[2, true]])).rejects.toMatchObject({
    code: "list-line-invalid",
    facts: { problem: "target-conflict" },
  });
  await switched([
    [1, false],
    [2, true],
  ]);
  const rows = await writeDb.component.findMany({ where: { releaseId }, orderBy: { position: "asc" } });
  expect(rows.map(({ sourceHost, enabled }) => [sourceHost, enabled])).toEqual([
    ["a.io", false],
    ["b.io", true],
  ]);
});

test("a list of one's own is taken as far as it can be when asked for, and its lines come back on", async () => {
  const own = "a/b:v1\nnot a line at all\n-i c/d:v1\n";
  await expect(give("list", own, "own")).rejects.toMatchObject({ facts: { line: 2 } });
  const releaseId = await give("list", own, "own", { leaveOut: "true" });
  expect((await getRelease(as("catalog.read"), releaseId)).problems).toHaveLength(1);
  for (const enabled of [false, true]) {
    const { digest } = await getDocument(as("catalog.read"), releaseId);
    await switchLines(as("catalog.write"), { releaseId, digest, lines: [{ number: 3, enabled }] });
    expect(await enabledOf(releaseId)).toEqual([
      ["b", true],
      ["d", enabled],
    ]);
  }
  expect((await downloadDocument(as("catalog.read"), releaseId)).name).toBe("own 1.txt");
  // As a release is that came in a bundle, or was made before sources were kept.
  await writeDb.release.update({ where: { id: releaseId }, data: { source: "" } });
  await writeDb.component.updateMany({ where: { releaseId }, data: { sourcePath: "" } });
  const { digest, lines } = await getDocument(as("catalog.read"), releaseId);
  expect(lines.filter(({ enabled }) => enabled !== null)).toHaveLength(2);
  await switchLines(as("catalog.write"), { releaseId, digest, lines: [{ number: 1, enabled: false }] });
  expect(await enabledOf(releaseId)).toEqual([
    ["b", false],
    ["d", true],
  ]);
});
