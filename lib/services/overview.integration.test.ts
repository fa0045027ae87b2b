import { afterAll, beforeAll, expect, test } from "vitest";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { issueCertificate } from "#lib/testing/issue-certificate.ts";
import { createPeople } from "#lib/testing/people.ts";
import { previewJob, startJob } from "./jobs/index.ts";
import { listExpiring } from "./certificates/index.ts";
import { rememberCertificates } from "./certificates/remember-certificates.ts";
import { getOverview } from "./overview.ts";

let database: TestDatabase;
let provider: JobOrigin;
let tenant: JobOrigin;

beforeAll(async () => {
  database = await createTestDatabase();
  const people = createPeople(writeDb);
  const own = await people.organization();
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
  tenant = { id: "test", organizationId: own.id, startedBy: await people.user({ organizationId: own.id }) };
});
afterAll(() => database.drop());

const overview = (who = provider) => getOverview(systemAccess(who, "overview.read"));
const openSteps = async () => (await overview()).openSteps;

test("leads from an empty panel to the first job, one step after the other", async () => {
  expect(await openSteps()).toEqual(["source", "destination", "trust", "release", "job"]);
  const source = await writeDb.registry.create({ data: { name: "vendor", host: "vendor.example.com" } });
  expect(await openSteps()).toEqual(["destination", "trust", "release", "job"]);

  const target = await writeDb.registry.create({ data: { name: "harbor", host: "harbor.example.com" } });
  const destination = await writeDb.destination.create({ data: { registryId: target.id } });
  expect(await overview()).toMatchObject({
    openSteps: ["trust", "release", "job"],
    untrustedRegistryId: target.id,
  });

  await writeDb.registry.update({ where: { id: target.id }, data: { health: "healthy" } });
  expect(await overview()).toMatchObject({ openSteps: ["release", "job"], untrustedRegistryId: null });

  const component = (name: string, sourceHost: string, position: number) => ({
    position,
    kind: "image" as const,
    sourceHost,
    sourceRepository: `${sourceHost}/${name}`,
    tag: "v1",
    targetPath: name,
    sizeBytes: position === 0 ? 7n : null,
  });
  const create = [component("etcd", "one", 0), component("kapp", "one", 1), component("etcd", "two", 2)];
  const release = await writeDb.release.create({
    data: { kind: "list", name: "three", version: "1", components: { create } },
    include: { components: { orderBy: { position: "asc" } } },
  });
  expect(await openSteps()).toEqual(["job"]);

  const input = startJobInput.parse({
    releaseIds: [release.id],
    sourceRegistryId: source.id,
    sourceBasePath: "proxy",
    destinationId: destination.id,
    organizationId: null,
    holdAfterPlanning: true,
  });
  const preview = await previewJob(systemAccess(provider, "job.start"), input);
  expect(preview.images.map(({ source: from, target: to, sizeBytes }) => [from, to, sizeBytes])).toEqual([
    ["vendor.example.com/proxy/one/etcd:v1", "harbor.example.com/etcd:v1", 7],
    ["vendor.example.com/proxy/one/kapp:v1", "harbor.example.com/kapp:v1", null],
  ]);
  expect(preview.collisions).toMatchObject([{ second: "vendor.example.com/proxy/two/etcd:v1" }]);
  expect(await openSteps()).toEqual(["job"]);

  const componentIds = release.components.slice(0, 2).map(({ id }) => id);
  await startJob(systemAccess(provider, "job.start"), { ...input, componentIds });
  expect(await overview()).toMatchObject({
    openSteps: [],
    registries: { total: 2, unhealthy: 0 },
    releases: 1,
    jobs: { running: 1, failed: 0 },
  });
});

test("counts nothing of others to a tenant", async () => {
  expect(await overview(tenant)).toMatchObject({
    registries: { total: 0, unhealthy: 0 },
    images: 0,
    jobs: { running: 0, failed: 0 },
  });
});

test("names the certificates that end next once, wherever they are, and to a tenant its own only", async () => {
  const inDays = (days: number) => new Date(Date.now() + (days + 0.5) * 86_400_000);
  const issue = (subject: string, days: number) =>
    issueCertificate({ subject, ca: true, keyUsage: ["keyCertSign"], notAfter: inDays(days) });
  const [shared, own, leaving, channels] = [
    issue("Shared CA", 50),
    issue("Tenant CA", 40),
    issue("Leaving CA", 5),
    issue("Mail CA", -1),
  ];
  const organizationId = tenant.organizationId;
  await writeDb.registry.createMany({
    data: [
      { name: "shared", host: "shared.example.com", caPem: shared.pem },
      { name: "own", host: "own.example.com", caPem: own.pem, organizationId },
      // Not verified, so what is stored for it is not looked at; what it shows is.
      {
        ...{ name: "shows", host: "shows.example.com", tlsMode: "skip_verify", caPem: own.pem },
        ...{ updatedAt: new Date(Date.now() - 60_000), certificateSeenAt: new Date() },
        ...{ certificateSubject: "shows.example.com", certificateFingerprint: "ab".repeat(32) },
        certificateNotAfter: inDays(20),
      },
    ],
  });
  await writeDb.notificationChannel.create({
    data: {
      name: "mail",
      kind: "smtp",
      host: "mail.example.com",
      port: 25,
      locale: "en",
      caPem: channels.pem,
    },
  });
  await writeDb.$transaction(async (tx) => {
    const [one, other] = [shared, leaving].map(({ pem }) => readCertificates(pem).found[0]?.certificate);
    if (!one || !other) throw new Error("no certificate");
    const known = await rememberCertificates(tx, [one, other]);
    const entry = (fingerprint: string, until: Date | null) => ({
      ...{ list: "cluster" as const, position: 0, until },
      certificateId: known.get(fingerprint)?.id ?? "",
    });
    await tx.certificateEntry.createMany({
      data: [entry(one.fingerprint, null), entry(other.fingerprint, inDays(3))],
    });
  });
  const expiring = (who: JobOrigin) => listExpiring(systemAccess(who, "overview.read"), 10);
  expect(await expiring(provider)).toMatchObject([
    { subject: "Mail CA", daysLeft: -1, places: [{ kind: "channel", name: "mail" }], stored: null },
    { subject: "shows.example.com", daysLeft: 20, places: [{ kind: "registry", name: "shows" }] },
    { subject: "Tenant CA", daysLeft: 40 },
    {
      ...{ subject: "Shared CA", daysLeft: 50, stored: { name: "shared-ca" } },
      places: [
        { kind: "registry", name: "shared" },
        { kind: "list", list: "cluster" },
      ],
    },
  ]);
  expect(await expiring(tenant)).toMatchObject([{ subject: "Tenant CA" }]);
});
