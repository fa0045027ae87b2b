import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { generateRelease } from "#lib/demo/generate-release.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { createChannelInput } from "#lib/schemas/notifications.ts";
import { startJob } from "#lib/services/jobs/index.ts";
import { createChannel } from "#lib/services/notifications/index.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { type MailServer, startMailServer } from "#lib/testing/mail-server.ts";
import { createPeople } from "#lib/testing/people.ts";
import { type RegistryServer, startRegistry } from "#lib/testing/registry-server.ts";
import { type RunningWorker, runWorker } from "../run-worker.ts";

const recipe = { scale: 0.05 };
const [present, absent] = generateRelease(recipe)
  .filter(({ repository }) => !repository.includes("bundle"))
  .slice(-2);

let database: TestDatabase;
let registry: RegistryServer;
let mail: MailServer;
let worker: RunningWorker;

beforeAll(async () => {
  [database, registry, mail] = await Promise.all([createTestDatabase(), startRegistry(), startMailServer()]);
  const names = new Set([present, absent].map((image) => `${image?.repository}:${image?.tag}`));
  await fillRegistry(registry.url, {
    ...recipe,
    only: (image) => names.has(`${image.repository}:${image.tag}`),
  });
  worker = await runWorker({ concurrency: 2, version: "test" });
});
afterAll(async () => {
  await worker.stop();
  await Promise.all([registry.stop(), mail.stop()]);
  await database.drop();
});

test("a comparison tells by mail what a mirrored place lacks, and not when it lacks nothing", async () => {
  const startedBy = await createPeople(writeDb).user();
  const origin = { id: "test", organizationId: null, startedBy };
  const channel = createChannelInput.parse({
    ...{ kind: "smtp", name: "operators", locale: "en", events: ["drift_found", "job_failed"] },
    ...{ host: "127.0.0.1", port: mail.port, security: "none" },
    ...{ sender: "drayage@example.com", recipients: "ops@example.com" },
  });
  await createChannel(systemAccess(origin, "notification.write"), channel);
  const { id: registryId } = await writeDb.registry.create({
    data: { name: "both", host: registry.host, tlsMode: "plain_http" },
  });
  const destination = await writeDb.destination.create({ data: { registryId, basePath: "airgap" } });
  const addRelease = async (name: string, images: readonly (typeof present)[]) =>
    writeDb.release.create({
      data: {
        ...{ kind: "list", name, version: "1" },
        components: {
          create: images.map((image, position) => ({
            ...{
              position,
              kind: "image" as const,
              tag: image?.tag ?? "",
              targetPath: image?.repository ?? "",
            },
            ...{ sourceHost: registry.host, sourceRepository: image?.repository ?? "" },
          })),
        },
      },
    });
  const run = async (kind: "mirror" | "verify", releaseId: string) => {
    const input = { releaseIds: [releaseId], sourceRegistryId: null, destinationId: destination.id, kind };
    const { id } = await startJob(systemAccess(origin, "job.start"), startJobInput.parse(input));
    const waiting = { timeout: 60_000, interval: 100 };
    return vi.waitFor(async () => {
      const job = await db.mirrorJob.findUniqueOrThrow({ where: { id } });
      expect(job.finishedAt).not.toBeNull();
      return job;
    }, waiting);
  };
  const one = await addRelease("one", [present]);
  const both = await addRelease("both", [present, absent]);
  expect(await run("mirror", one.id)).toMatchObject({ state: "succeeded" });
  expect(await run("verify", one.id)).toMatchObject({ state: "succeeded" });
  const compared = await run("verify", both.id);
  expect(compared).toMatchObject({ state: "failed" });
  await vi.waitFor(() => expect(mail.mails).toHaveLength(1), { timeout: 20_000 });
  const [letter] = mail.mails;
  expect(letter?.raw).toContain(`${registry.host}/airgap is not as its source: 1 image differs of 2`);
  expect(letter?.raw).toContain(`Job #${compared.number}. Missing: 1; different: 0; damaged: 0.`);
  expect((await db.notification.findMany()).map(({ kind }) => kind)).toEqual(["drift_found"]);
});
