import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { writeDb } from "#lib/db/client.ts";
import type { TrustList } from "#lib/db/generated/enums.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { rememberCertificates } from "#lib/services/certificates/remember-certificates.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { issueCertificate, type TestCertificate } from "#lib/testing/issue-certificate.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { checkCertificates } from "./check-certificates.ts";
import { probeRegistries } from "./probe-registries.ts";

const dayMs = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * dayMs);
const servers = createLoopbackServers();
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
beforeEach(async () => {
  await addChannel("listens", null);
});
afterEach(async () => {
  await writeDb.certificateEntry.deleteMany();
  await writeDb.certificate.deleteMany();
  await writeDb.notificationChannel.deleteMany();
  await writeDb.notification.deleteMany();
  await writeDb.registry.deleteMany();
});
afterAll(async () => {
  await servers.close();
  await database.drop();
});

const addChannel = (name: string, caPem: string | null) =>
  writeDb.notificationChannel.create({
    data: {
      ...{ name, kind: "webhook", url: "http://127.0.0.1:9/", events: ["certificate_expiring"] },
      ...{ locale: "en", caPem },
    },
  });

/** Stands in these lists, as if it had been added to them. */
async function store(
  { pem }: TestCertificate,
  lists: readonly TrustList[],
  until: Date | null = null,
): Promise<{ id: string; name: string }> {
  return writeDb.$transaction(async (tx) => {
    const certificates = readCertificates(pem).found.map(({ certificate }) => certificate);
    const [known] = [...(await rememberCertificates(tx, certificates)).values()];
    if (!known) throw new Error("no certificate");
    await tx.certificateEntry.createMany({
      data: lists.map((list) => ({ list, certificateId: known.id, position: 0, until })),
    });
    return { id: known.id, name: known.name };
  });
}

const issue = (subject: string, days: number) =>
  issueCertificate({ subject, ca: true, keyUsage: ["keyCertSign"], notAfter: inDays(days) });

async function check() {
  await checkCertificates(AbortSignal.timeout(30_000));
  const told = await writeDb.notification.findMany({ where: { kind: "certificate_expiring" } });
  return told.map(({ facts, dedupeKey }) => ({
    ...(facts as { subject: string; registries: unknown[]; lists: string[]; channels: object[] }),
    threshold: dedupeKey.split(":").at(-1),
  }));
}

test("certificates of lists are told at their thresholds, those with time left are not", async () => {
  const authority = issue("Lists CA", 59);
  const stored = await store(authority, ["bootstrap_vm", "cluster"]);
  await store(issue("Good CA", 61), ["panel"]);
  await store(issue("Void CA", -0.5), ["panel"]);
  await store(issue("Nobody's CA", 5), []);
  const told = await check();
  expect(told.toSorted((one, other) => one.subject.localeCompare(other.subject))).toMatchObject([
    { subject: "Lists CA", threshold: "60", lists: ["bootstrap_vm", "cluster"], certificate: stored },
    { subject: "Void CA", threshold: "0", lists: ["panel"], daysLeft: -1 },
  ]);
  expect(await check()).toHaveLength(2);
});

test("one that is a registry's, a list's and a channel's is told once, naming all three", async () => {
  const authority = issue("Shared CA", 6);
  await store(authority, ["cluster", "panel"]);
  await writeDb.registry.create({
    data: { name: "Harbor", host: "127.0.0.1:9", caPem: authority.pem },
  });
  await addChannel("operators", authority.pem);
  expect(await check()).toMatchObject([
    {
      ...{ subject: "Shared CA", threshold: "7", lists: ["cluster", "panel"] },
      ...{ registries: [{ name: "Harbor" }], channels: [{ name: "operators" }] },
    },
  ]);
});

test("one that is being replaced in its lists is told for what else it is only", async () => {
  const [replaced, shared] = [issue("Replaced CA", 20), issue("Shared CA", 20)];
  await store(replaced, ["bootstrap_vm", "cluster"], inDays(10));
  await store(shared, ["cluster"], inDays(10));
  await addChannel("operators", shared.pem);
  expect(await check()).toMatchObject([
    { subject: "Shared CA", lists: [], channels: [{ name: "operators" }], certificate: null },
  ]);
});

test("what a registry shows is written down by the look at its health, and anew once it is another one", async () => {
  const show = async (subject: string) => {
    const shown = issueCertificate({ subject, names: ["127.0.0.1"], notAfter: inDays(20) });
    const host = new URL(await servers.serveTls({ cert: shown.pem, key: shown.keyPem })).host;
    return { shown, host };
  };
  const first = await show("first.example.com");
  const { id } = await writeDb.registry.create({ data: { name: "Harbor", host: first.host } });
  const read = () => writeDb.registry.findUniqueOrThrow({ where: { id } });
  const probe = async () => {
    await probeRegistries(AbortSignal.timeout(30_000));
    return read();
  };
  const before = await read();
  const seen = await probe();
  expect(seen).toMatchObject({
    ...{ certificateSubject: "first.example.com", updatedAt: before.updatedAt },
    certificateFingerprint: readCertificates(first.shown.pem).found[0]?.certificate.fingerprint,
  });
  expect(seen.certificateSeenAt?.getTime()).toBeGreaterThan(before.updatedAt.getTime());
  // Known as it is, it is not looked at again with each round.
  expect((await probe()).certificateSeenAt).toEqual(seen.certificateSeenAt);

  const { host } = await show("second.example.com");
  await writeDb.registry.update({ where: { id }, data: { host } });
  expect(await probe()).toMatchObject({ certificateSubject: "second.example.com" });
});
