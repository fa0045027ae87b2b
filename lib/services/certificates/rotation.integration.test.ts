import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { editConfig, readField } from "#lib/domain/vcd/config-document.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { addCertificatesInput } from "#lib/schemas/certificates.ts";
import { cancelReplacementInput, replaceCertificateInput } from "#lib/schemas/rotation.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { issueCertificate, type TestCertificate } from "#lib/testing/issue-certificate.ts";
import { createPeople } from "#lib/testing/people.ts";
import { startWorkerProcess, type WorkerProcess } from "#lib/testing/worker-process.ts";
import { readCurrentConfig, saveRevision } from "../server-config/index.ts";
import {
  addCertificates,
  cancelReplacement,
  deleteCertificate,
  endDueOverlap,
  endOverlap,
  getRotation,
  listDueOverlaps,
  listHistory,
  listReplacements,
  readTrustLists,
  replaceCertificate,
  takeOutOfList,
} from "./index.ts";

vi.hoisted(() => {
  // The workers are processes of their own and must read what is encrypted here.
  process.env.DRAYAGE_SECRET_KEY = Buffer.alloc(32, 7).toString("base64");
});

const dayMs = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * dayMs);
const nodeLists = ["bootstrap_vm", "cluster"] as const;
let database: TestDatabase;
let provider: JobOrigin;
const workers: WorkerProcess[] = [];
const as = <P extends Permission>(permission: P) => systemAccess(provider, permission);
const withCode = (code: string): unknown => expect.objectContaining({ code });
const wrongField = (field: string, code: string): unknown =>
  expect.objectContaining({ facts: { fields: { [field]: { code, facts: {} } } } });

beforeAll(async () => {
  database = await createTestDatabase();
  provider = { id: "test", organizationId: null, startedBy: await createPeople(writeDb).user() };
});
beforeEach(async () => {
  await writeDb.certificateEntry.deleteMany();
  await writeDb.certificate.deleteMany();
  await writeDb.configRevision.deleteMany();
  await writeDb.auditEntry.deleteMany();
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
});
afterAll(() => database.drop());

const authority = (subject: string, days = 365) =>
  issueCertificate({ subject, ca: true, keyUsage: ["keyCertSign"], notAfter: inDays(days) });
/** @returns their ids */
async function add<Name extends string>(
  named: Readonly<Record<Name, TestCertificate>>,
  lists: readonly TrustList[],
): Promise<Record<Name, string>> {
  const certificates = Object.entries<TestCertificate>(named).map(([name, { pem }]) => ({ name, pem }));
  const input = addCertificatesInput.parse({ certificates, lists });
  const { added } = await addCertificates(as("certificate.write"), input);
  return Object.fromEntries(added.map(({ id, name }) => [name, id])) as Record<Name, string>;
}
const replace = (certificateId: string, replacement: object, until: Date | null = inDays(30)) =>
  replaceCertificate(
    as("certificate.write"),
    replaceCertificateInput.parse({ certificateId, replacement, until: until?.toISOString() ?? null }),
  );
const byKnown = (certificateId: string) => ({ kind: "known", certificateId });
const byNew = ({ pem }: TestCertificate, name: string) => ({ kind: "new", pem, name });
const cancel = (certificateId: string, lists: readonly TrustList[]) =>
  cancelReplacement(as("certificate.write"), cancelReplacementInput.parse({ certificateId, lists }));
const rotation = (id: string) => getRotation(as("certificate.read"), id);
const places = async () => {
  const lists = await readTrustLists(as("certificate.read"));
  const names = (list: TrustList) =>
    lists[list].flatMap(({ certificates }) => certificates.map(({ name }) => name));
  return { bootstrap_vm: names("bootstrap_vm"), cluster: names("cluster"), panel: names("panel") };
};
const clusterTexts = async () => {
  const current = await readCurrentConfig(writeDb);
  return current && readField(current.document, "clusterCertificates");
};
const trailOf = (objectId: string) =>
  writeDb.auditEntry.findMany({ where: { objectId }, orderBy: { id: "asc" } });
const makeDue = (certificateId: string) =>
  writeDb.certificateEntry.updateMany({
    where: { certificateId },
    data: { until: new Date(Date.now() - 1) },
  });

test("the new one stands right behind the old, in its lists alone, and both are in the document", async () => {
  const [first, old, last, next] = [authority("A"), authority("B", 90), authority("C"), authority("B2")];
  await add({ first }, nodeLists);
  const { old: oldId } = await add({ old }, ["cluster", "panel"]);
  await add({ last }, nodeLists);
  const until = inDays(30);
  const { replacement, revision } = await replace(oldId, byNew(next, "next"), until);
  expect(replacement.name).toBe("next");
  expect(await places()).toEqual({
    bootstrap_vm: ["first", "last"],
    cluster: ["first", "old", "next", "last"],
    panel: ["old", "next"],
  });
  expect(await clusterTexts()).toEqual([first.pem, old.pem, next.pem, last.pem]);
  expect(await rotation(oldId)).toMatchObject({
    replacedBy: { name: "next" },
    overlaps: [
      { list: "cluster", until: until.toISOString(), hasSuccessor: true },
      { list: "panel", until: until.toISOString(), hasSuccessor: true },
    ],
    ...{ isOverdue: false, since: expect.any(String) as string },
  });
  expect(await rotation(replacement.id)).toMatchObject({
    ...{ replacedBy: null, overlaps: [], since: null },
    replaces: [{ name: "old", until: until.toISOString() }],
  });
  expect((await trailOf(oldId)).at(-1)).toMatchObject({
    action: "certificate.replace",
    before: { lists: ["cluster 2", "panel 1"] },
    after: { replacedBy: "next", until: until.toISOString(), revision },
  });
  expect((await trailOf(replacement.id)).at(-1)).toMatchObject({
    after: { replaces: "old", lists: ["cluster 3", "panel 2"] },
  });
});

test("at once: the new one takes the old one's place", async () => {
  const [old, next, other] = [authority("B", -1), authority("B2"), authority("C")];
  const { old: oldId } = await add({ old }, nodeLists);
  await add({ other }, nodeLists);
  await replace(oldId, byNew(next, "next"), null);
  expect(await places()).toMatchObject({ bootstrap_vm: ["next", "other"], cluster: ["next", "other"] });
  expect(await rotation(oldId)).toMatchObject({ replacedBy: { name: "next" }, overlaps: [] });
  expect(await listDueOverlaps(as("certificate.write"))).toEqual([]);
});

test("what makes no sense is refused, and nothing of it is written", async () => {
  const [old, next, loose, third] = [authority("B", 90), authority("B2"), authority("L"), authority("B3")];
  const { old: oldId } = await add({ old }, nodeLists);
  const { loose: looseId } = await add({ loose }, []);
  const fresh = byNew(next, "next");
  await expect(replace(looseId, fresh)).rejects.toThrow(withCode("certificate-unlisted"));
  await expect(replace(oldId, fresh, inDays(-1))).rejects.toEqual(wrongField("until", "overlap-past"));
  await expect(replace(oldId, fresh, inDays(91))).rejects.toEqual(wrongField("until", "overlap-after-end"));
  await expect(replace(oldId, byKnown(oldId))).rejects.toEqual(wrongField("replacement", "replaces-itself"));
  await expect(replace(oldId, byNew(next, "loose"))).rejects.toEqual(wrongField("name", "trust-name-taken"));
  const withKey = { kind: "new", pem: next.pem + next.keyPem, name: "next" };
  await expect(replace(oldId, withKey)).rejects.toEqual(wrongField("replacement", "pem-private-key"));
  expect(await writeDb.certificate.count()).toBe(2);
  expect(await places()).toMatchObject({ cluster: ["old"] });

  await replace(oldId, fresh);
  await expect(replace(oldId, byNew(third, "third"))).rejects.toThrow(withCode("certificate-being-replaced"));
  // Both would be taken out in the end.
  const nextId = (await rotation(oldId)).replacedBy?.id ?? "";
  await expect(replace(nextId, byKnown(oldId))).rejects.toThrow(withCode("certificate-being-replaced"));
  const choices = await listReplacements(as("certificate.write"), looseId);
  expect(choices.map(({ name }) => name)).toEqual(["next"]);
});

test("two that replace one certificate at the same time: one does, the other is told", async () => {
  const [old, one, two] = [authority("B", 90), authority("B2"), authority("B3")];
  const { old: oldId } = await add({ old }, nodeLists);
  const results = await Promise.allSettled([
    replace(oldId, byNew(one, "one")),
    replace(oldId, byNew(two, "two")),
  ]);
  expect(results.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  expect(results.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { code: "certificate-being-replaced" },
  });
  expect((await places()).cluster).toHaveLength(2);
});

test("ended before its time, cancelled, and neither twice", async () => {
  const [old, next] = [authority("B", 90), authority("B2")];
  const { old: oldId } = await add({ old }, [...nodeLists, "panel"]);
  const { replacement } = await replace(oldId, byNew(next, "next"));
  await cancel(oldId, ["cluster", "panel"]);
  expect(await places()).toEqual({ bootstrap_vm: ["old", "next"], cluster: ["old"], panel: ["old"] });
  expect(await rotation(oldId)).toMatchObject({ replacedBy: null, overlaps: [] });
  await expect(cancel(oldId, ["cluster"])).rejects.toThrow(withCode("replacement-over"));
  await expect(endOverlap(as("certificate.write"), oldId)).rejects.toThrow(withCode("replacement-over"));
  expect((await trailOf(replacement.id)).at(-1)).toMatchObject({
    ...{ action: "certificate.cancel-replacement", after: { lists: ["bootstrap_vm 2"] } },
  });

  await replace(oldId, byKnown(replacement.id));
  expect(await endOverlap(as("certificate.write"), oldId)).toMatchObject({
    ...{ retired: ["bootstrap_vm", "cluster", "panel"], kept: [] },
  });
  expect(await places()).toEqual({ bootstrap_vm: ["next"], cluster: ["next"], panel: ["next"] });
  await expect(cancel(oldId, [])).rejects.toThrow(withCode("replacement-over"));
  const history = await listHistory(as("certificate.read"), oldId);
  expect(history.map((item) => (item.kind === "audit" ? item.action : "revision"))).toEqual([
    ...["certificate.retire", "certificate.replace", "certificate.cancel-replacement", "certificate.replace"],
    "certificate.add",
  ]);
});

describe("when its time has come", () => {
  test("the old one stays in a list from which its successor has gone meanwhile", async () => {
    const [old, next] = [authority("B", 90), authority("B2")];
    const { old: oldId } = await add({ old }, nodeLists);
    const { replacement } = await replace(oldId, byNew(next, "next"));
    await takeOutOfList(as("certificate.write"), { certificateId: replacement.id, list: "cluster" });
    expect((await rotation(oldId)).overlaps).toMatchObject([
      { list: "bootstrap_vm", hasSuccessor: true },
      { list: "cluster", hasSuccessor: false },
    ]);
    await makeDue(oldId);
    expect(await endDueOverlap(as("certificate.write"), oldId)).toMatchObject({
      ...{ retired: ["bootstrap_vm"], kept: ["cluster"] },
    });
    expect(await places()).toMatchObject({ bootstrap_vm: ["next"], cluster: ["old"] });
    expect(await listDueOverlaps(as("certificate.write"))).toEqual([]);
  });

  test("a successor of its successor is as good", async () => {
    const [old, next, third] = [authority("B", 90), authority("B2", 90), authority("B3")];
    const { old: oldId } = await add({ old }, ["cluster"]);
    const { replacement } = await replace(oldId, byNew(next, "next"));
    await replace(replacement.id, byNew(third, "third"), null);
    await makeDue(oldId);
    expect(await endDueOverlap(as("certificate.write"), oldId)).toMatchObject({ retired: ["cluster"] });
    expect(await places()).toMatchObject({ cluster: ["third"] });
  });

  test("changes of the configuration in between keep it, and stand in the certificate's history", async () => {
    const [old, next] = [authority("B", 90), authority("B2")];
    const { old: oldId } = await add({ old }, nodeLists);
    await replace(oldId, byNew(next, "next"));
    const current = await readCurrentConfig(writeDb);
    if (!current) throw new Error("no configuration");
    const save = (change: Parameters<typeof editConfig>[1], seen: number) =>
      writeDb.$transaction((tx) =>
        saveRevision(tx, as("certificate.write").actor, {
          ...{ document: editConfig(current.document, change), origin: "edited", seen },
        }),
      );
    await save({ nodeStartupTimeout: 600 }, current.number);
    expect((await rotation(oldId)).overlaps).toHaveLength(2);
    await save({ bootstrapCertificates: [next.pem] }, current.number + 1);
    expect((await rotation(oldId)).overlaps).toMatchObject([{ list: "cluster" }]);
    const [latest] = await listHistory(as("certificate.read"), oldId);
    expect(latest).toMatchObject({ kind: "revision", added: [], removed: ["bootstrap_vm"] });
  });

  test("a worker ends it alone, in the name of the system", async () => {
    const [old, next] = [authority("B", 90), authority("B2")];
    const { old: oldId } = await add({ old }, nodeLists);
    await replace(oldId, byNew(next, "next"));
    await makeDue(oldId);
    workers.push(await startWorkerProcess(database.url));
    const enqueue = await openQueue();
    await writeDb.$transaction((tx) => enqueue(tx, "endOverlaps", [{}]));
    await vi.waitFor(async () => expect((await places()).cluster).toEqual(["next"]), {
      ...{ timeout: 90_000, interval: 200 },
    });
    expect((await trailOf(oldId)).at(-1)).toMatchObject({
      ...{ action: "certificate.retire", actorName: "system", after: { lists: [], replacedBy: "next" } },
    });
    const [newest] = await writeDb.configRevision.findMany({ orderBy: { number: "desc" }, take: 1 });
    expect(newest).toMatchObject({ createdByName: "system", origin: "certificates" });
    // One that is in no list any more can be forgotten; what has replaced it stays.
    await deleteCertificate(as("certificate.write"), { certificateId: oldId, lists: [] });
    expect(await writeDb.certificate.count()).toBe(1);
  }, 120_000);

  // The last: what a killed worker was about to do keeps others from it for a while.
  test("whatever becomes of workers, it happens once", async () => {
    const [old, next] = [authority("B", 90), authority("B2")];
    const { old: oldId } = await add({ old }, [...nodeLists, "panel"]);
    await replace(oldId, byNew(next, "next"));
    const begin = async () => {
      const worker = await startWorkerProcess(database.url);
      workers.push(worker);
      return worker;
    };
    const first = await begin();
    const look = async () => {
      const enqueue = await openQueue();
      await writeDb.$transaction((tx) => enqueue(tx, "endOverlaps", [{}]));
    };
    await look();
    await first.kill();
    expect(await places()).toMatchObject({ cluster: ["old", "next"] });

    await makeDue(oldId);
    await Promise.all([begin(), begin()]);
    await look();
    // Beside what the workers find by themselves.
    await Promise.allSettled([1, 2, 3].map(() => endDueOverlap(as("certificate.write"), oldId)));
    await vi.waitFor(
      async () =>
        expect(await places()).toEqual({ bootstrap_vm: ["next"], cluster: ["next"], panel: ["next"] }),
      { timeout: 60_000, interval: 200 },
    );
    await look();
    const retired = await writeDb.auditEntry.findMany({ where: { action: "certificate.retire" } });
    expect(retired).toHaveLength(1);
    // The one with the first certificate, the one with both, the one without the old.
    expect(await writeDb.configRevision.count()).toBe(3);
  }, 120_000);
});
