import { createHmac } from "node:crypto";
import { once } from "node:events";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { mayRole, type Permission } from "#lib/auth/permissions.ts";
import { type JobOrigin, systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import { openQueue } from "#lib/queue/enqueue.ts";
import { startJobInput } from "#lib/schemas/jobs.ts";
import { channelsQuery, createChannelInput, deliveriesQuery } from "#lib/schemas/notifications.ts";
import { startJob } from "#lib/services/jobs/index.ts";
import { settleJob } from "#lib/services/jobs/settle-job.ts";
import {
  createChannel,
  deleteChannel,
  getChannel,
  listChannels,
  listDeliveries,
  pauseChannel,
  resendNotification,
  resumeChannel,
  testChannel,
} from "#lib/services/notifications/index.ts";
import { type CertificateAuthority, createCertificateAuthority } from "#lib/testing/certificate-authority.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createLoopbackServers } from "#lib/testing/loopback-servers.ts";
import { type MailServer, startMailServer } from "#lib/testing/mail-server.ts";
import { createPeople } from "#lib/testing/people.ts";
import { startWorkerProcess, type WorkerProcess } from "#lib/testing/worker-process.ts";
import { checkCertificates } from "../handlers/check-certificates.ts";
import { deliverNotification } from "../handlers/deliver-notification.ts";
import { runSchedules } from "../handlers/run-schedules.ts";
import { dueFields, runDueSchedule } from "../schedules/run-due.ts";
import { inTransaction } from "../transaction.ts";
import { keepDeliveries } from "./keep-deliveries.ts";

vi.hoisted(() => {
  // The workers are processes of their own and must read what is encrypted here.
  process.env.DRAYAGE_SECRET_KEY = Buffer.alloc(32, 7).toString("base64");
});

const secret = "the-secret-of-a-receiver";
const password = "a password of the mail server";

let database: TestDatabase;
let provider: JobOrigin;
let organizationId: string;
let otherId: string;
const servers = createLoopbackServers();
const people = createPeople(writeDb);
const workers: WorkerProcess[] = [];
const mailServers: MailServer[] = [];
const as = <P extends Permission>(permission: P) => systemAccess(provider, permission);
const withCode = (code: string) => expect.objectContaining({ code }) as Error;

beforeAll(async () => {
  database = await createTestDatabase();
  const [own, other] = await Promise.all([people.organization({ name: "acme" }), people.organization()]);
  [organizationId, otherId] = [own.id, other.id];
  provider = { id: "test", organizationId: null, startedBy: await people.user() };
});
beforeEach(async () => {
  await writeDb.notificationChannel.deleteMany();
  await writeDb.notification.deleteMany();
  await writeDb.registry.deleteMany({ where: { destinations: { none: {} } } });
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
});
afterAll(async () => {
  await servers.close();
  await Promise.all(mailServers.map((server) => server.stop()));
  await database.drop();
});

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A receiver in this process: what it gets, and how it answers the next ones. */
async function startReceiver() {
  const received: Received[] = [];
  const answers: ((response: ServerResponse) => void)[] = [];
  const url = await servers.serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    void once(request, "end").then(() => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const answer = answers.shift() ?? (() => response.writeHead(204).end());
      answer(response);
    });
  });
  return { url, received, answers };
}

const refuse =
  (status: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(status, headers).end();

async function addChannel(fields: Record<string, unknown>): Promise<string> {
  const input = createChannelInput.parse({
    ...{ kind: "webhook", name: `channel ${crypto.randomUUID()}`, secret, locale: "en" },
    ...{ events: ["job_failed", "job_finished", "drift_found", "schedule_skipped", "certificate_expiring"] },
    ...fields,
  });
  return (await createChannel(as("notification.write"), input)).id;
}

async function startWorker(): Promise<WorkerProcess> {
  const worker = await startWorkerProcess(database.url, { PUBLIC_URL: "https://drayage.example.com" });
  workers.push(worker);
  return worker;
}

const deliveriesOf = async (channelId: string) =>
  (await listDeliveries(as("notification.read"), channelId, deliveriesQuery.parse({}))).rows;

/** A job of which only the end is missing. */
async function addJob({
  kind = "mirror",
  tasks,
  organization = null,
}: {
  kind?: "mirror" | "verify";
  tasks: { state: "succeeded" | "failed"; verdict?: "same" | "missing" | "different"; errorCode?: string }[];
  organization?: string | null;
}) {
  const image = { kind: "image", originalName: "a", sourceRepository: "a", targetRepository: "a" } as const;
  return writeDb.mirrorJob.create({
    data: {
      ...{ state: "running", kind, organizationId: organization, startedAt: new Date(Date.now() - 5_000) },
      tasks: { create: tasks.map((task, position) => ({ ...image, ...task, position, errorFacts: {} })) },
    },
  });
}

const end = (jobId: string) => inTransaction((tx) => settleJob(tx, jobId));

/** As a worker takes it, in this process. */
async function deliver(channelId: string, returns = 0): Promise<void> {
  const rows = await db.notificationDelivery.findMany({
    where: { channelId, state: { in: ["queued", "retrying", "sending"] } },
  });
  for (const { id, attempt, giveUpAfter, state } of rows) {
    const before = state === "sending" ? attempt - 1 : attempt;
    await deliverNotification(
      { deliveryId: id, attempt: before, giveUpAfter },
      { returns, signal: new AbortController().signal },
    );
  }
}

describe("a job that fails", () => {
  test("is told by a worker, signed, to those who want to know", async () => {
    const { url, received } = await startReceiver();
    const channelId = await addChannel({ url: `${url}/hooks`, name: "operators" });
    const deaf = await addChannel({ url, events: ["job_finished"] });
    const elsewhere = await addChannel({ url, onlyOrganizationId: otherId });
    const mail = await startMailServer();
    mailServers.push(mail);
    const mailChannel = await addChannel({
      ...{ kind: "smtp", host: "127.0.0.1", port: mail.port, security: "none", locale: "ko" },
      ...{ sender: "drayage@example.com", recipients: "ops@example.com" },
    });
    // Nobody listens there: the real job fails.
    const release = await writeDb.release.create({
      data: {
        ...{ kind: "list", name: `told ${Date.now()}`, version: "1" },
        components: {
          create: {
            ...{ position: 0, kind: "image", tag: "v1", targetPath: "tkg/etcd" },
            ...{ sourceHost: "127.0.0.1:9", sourceRepository: "tkg/etcd" },
          },
        },
      },
    });
    const registry = await writeDb.registry.create({ data: { name: "harbor", host: "127.0.0.1:7" } });
    const destination = await writeDb.destination.create({
      data: { registryId: registry.id, basePath: "base" },
    });
    await startWorker();
    const { id } = await startJob(
      as("job.start"),
      startJobInput.parse({
        ...{ releaseIds: [release.id], destinationId: destination.id, organizationId },
        ...{ sourceRegistryId: null, sourceBasePath: "", platforms: [], referrers: false },
      }),
    );
    await vi.waitFor(() => expect([received.length, mail.mails.length]).toEqual([1, 1]), {
      ...{ timeout: 60_000, interval: 100 },
    });
    const [{ headers, body } = { headers: {}, body: "" }] = received;
    const [, time = "", mac] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(String(headers["drayage-signature"])) ?? [];
    expect(mac).toBe(createHmac("sha256", secret).update(`${time}.${body}`).digest("hex"));
    const job = await db.mirrorJob.findUniqueOrThrow({ where: { id } });
    expect(JSON.parse(body)).toMatchObject({
      ...{ version: 1, id: headers["drayage-delivery"], event: "job_failed" },
      link: `https://drayage.example.com/jobs/${id}`,
      summary: `Job #${job.number} has failed: Publish, 127.0.0.1:7/base`,
      organization: { name: "acme" },
      facts: { job: { id, number: job.number, kind: "mirror" }, target: "127.0.0.1:7/base" },
    });
    const [letter] = mail.mails;
    expect(letter).toMatchObject({ sender: "drayage@example.com", recipients: ["ops@example.com"] });
    await vi.waitFor(async () => {
      const states = await Promise.all(
        [channelId, mailChannel, deaf, elsewhere].map(async (channel) =>
          (await deliveriesOf(channel)).map(({ state, attempt }) => `${state} ${attempt}`),
        ),
      );
      expect(states).toEqual([["delivered 1"], ["delivered 1"], [], []]);
    });
    expect(await getChannel(as("notification.read"), channelId)).toMatchObject({ lastError: null });
  });

  test("is not told when what made it fail was taken back", async () => {
    const { url } = await startReceiver();
    const channelId = await addChannel({ url });
    const { id } = await addJob({ tasks: [{ state: "failed", errorCode: "unauthorized" }] });
    const taken = inTransaction(async (tx) => {
      expect(await settleJob(tx, id)).toBe("failed");
      expect(await tx.notificationDelivery.count({ where: { channelId } })).toBe(1);
      throw new Error("taken back");
    });
    await expect(taken).rejects.toThrow("taken back");
    expect(await deliveriesOf(channelId)).toEqual([]);
    expect(await db.notification.count()).toBe(0);
    const messages = await db.$queryRaw<unknown[]>`
      SELECT 1 FROM pgboss.job WHERE "name" = 'deliver-notification' AND "state" < 'completed'`;
    expect(messages).toEqual([]);
    await end(id);
    await end(id);
    expect(await deliveriesOf(channelId)).toHaveLength(1);
  });

  test("is told in its own way: done, failed, or not as its source", async () => {
    const { url } = await startReceiver();
    const channelId = await addChannel({ url });
    const failed = { state: "failed", errorCode: "unauthorized" } as const;
    const missing = { state: "failed", verdict: "missing", errorCode: "image-missing" } as const;
    const same = { state: "succeeded", verdict: "same" } as const;
    for (const job of [
      { tasks: [{ state: "succeeded" } as const] },
      { kind: "verify" as const, tasks: [same, missing] },
      { kind: "verify" as const, tasks: [same, missing, failed] },
      { kind: "verify" as const, tasks: [same] },
      { tasks: [failed, { state: "succeeded" } as const] },
    ]) {
      await end((await addJob(job)).id);
    }
    const told = (await deliveriesOf(channelId)).reverse().map(({ notification }) => notification);
    expect(told.map(({ kind }) => kind).toSorted()).toEqual([
      ...["drift_found", "drift_found", "job_failed", "job_failed", "job_finished", "job_finished"],
    ]);
    expect(told.find(({ kind }) => kind === "drift_found")?.facts).toMatchObject({
      images: { total: 2, missing: 1, different: 0, damaged: 0 },
      extraTags: 0,
    });
    expect(told.find(({ kind }) => kind === "job_failed")?.facts).toMatchObject({
      error: { code: "unauthorized" },
    });
  });
});

describe("a receiver", () => {
  test("that is down is tried again, later each time, and gets it once", async () => {
    const { url, received, answers } = await startReceiver();
    const channelId = await addChannel({ url });
    await end((await addJob({ tasks: [{ state: "failed", errorCode: "unauthorized" }] })).id);
    const waits: number[] = [];
    for (const status of [500, 503]) {
      answers.push(refuse(status));
      await deliver(channelId);
      const [delivery] = await deliveriesOf(channelId);
      expect(delivery).toMatchObject({
        state: "retrying",
        error: { code: "webhook-refused", facts: { reason: "failed", status } },
      });
      waits.push(Date.parse(delivery?.nextAttemptAt ?? "") - Date.now());
    }
    expect(waits[0]).toBeGreaterThan(8_000);
    expect(waits[0]).toBeLessThan(12_000);
    expect(waits[1]).toBeGreaterThan(50_000);
    expect(waits[1]).toBeLessThan(70_000);
    expect((await getChannel(as("notification.read"), channelId)).lastError?.facts).toMatchObject({
      status: 503,
    });
    await deliver(channelId);
    expect(await deliveriesOf(channelId)).toMatchObject([{ state: "delivered", attempt: 3, error: null }]);
    const accepted = received.slice(2);
    expect(accepted).toHaveLength(1);
    // Who got it although it answered otherwise can tell by the id.
    expect(new Set(received.map(({ headers }) => headers["drayage-delivery"])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    await deliver(channelId);
    expect(received).toHaveLength(3);
  });

  test("that comes back is told by a worker when the time has come", async () => {
    const { url, received, answers } = await startReceiver();
    answers.push(refuse(500));
    const channelId = await addChannel({ url });
    await startWorker();
    await end((await addJob({ tasks: [{ state: "failed", errorCode: "unauthorized" }] })).id);
    await vi.waitFor(
      async () => {
        expect(await deliveriesOf(channelId)).toMatchObject([{ state: "delivered", attempt: 2 }]);
      },
      { timeout: 30_000, interval: 200 },
    );
    expect(received).toHaveLength(2);
  });

  test("gets what a lost worker was sending from another one", async () => {
    const { url, received, answers } = await startReceiver();
    // The first worker never hears an answer.
    answers.push(() => undefined);
    const channelId = await addChannel({ url });
    const lost = await startWorker();
    await end((await addJob({ tasks: [{ state: "failed", errorCode: "unauthorized" }] })).id);
    await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 20_000 });
    await lost.kill();
    await startWorker();
    await vi.waitFor(
      async () => {
        expect(await deliveriesOf(channelId)).toMatchObject([{ state: "delivered", attempt: 2 }]);
      },
      { timeout: 60_000, interval: 200 },
    );
    expect(received.map(({ headers }) => headers["drayage-delivery"])[1]).toBe(
      received[0]?.headers["drayage-delivery"],
    );
  });

  test("is not sent what another worker is sending, nor by an old message", async () => {
    const { url, received } = await startReceiver();
    const channelId = await addChannel({ url });
    await end((await addJob({ tasks: [{ state: "failed", errorCode: "unauthorized" }] })).id);
    await writeDb.notificationDelivery.updateMany({
      where: { channelId },
      data: { state: "sending", attempt: 1, nextAttemptAt: new Date(Date.now() + 60_000) },
    });
    await deliver(channelId);
    expect(received).toEqual([]);
    const enqueue = await openQueue();
    await keepDeliveries(enqueue);
    expect(await deliveriesOf(channelId)).toMatchObject([{ state: "sending" }]);
    // Its worker was not heard of in time, and neither was its message.
    await writeDb.notificationDelivery.updateMany({
      where: { channelId },
      data: { nextAttemptAt: new Date(Date.now() - 1_000) },
    });
    await keepDeliveries(enqueue);
    await deliver(channelId);
    expect(await deliveriesOf(channelId)).toMatchObject([{ state: "delivered", attempt: 2 }]);
    expect(received).toHaveLength(1);
  });

  test("that never answers well is given up, and told again when somebody asks", async () => {
    const { url, received, answers } = await startReceiver();
    const channelId = await addChannel({ url });
    await end((await addJob({ tasks: [{ state: "failed", errorCode: "unauthorized" }] })).id);
    for (let attempt = 1; attempt <= 8; attempt++) {
      answers.push(refuse(404));
      await deliver(channelId);
    }
    const [delivery] = await deliveriesOf(channelId);
    expect(delivery).toMatchObject({ state: "failed", attempt: 8, error: { facts: { reason: "missing" } } });
    const access = as("notification.write");
    await resendNotification(access, delivery?.id ?? "");
    await expect(resendNotification(access, delivery?.id ?? "")).rejects.toThrow(
      withCode("delivery-under-way"),
    );
    answers.push(refuse(500));
    await deliver(channelId);
    const [again] = await deliveriesOf(channelId);
    expect(again).toMatchObject({ state: "retrying", attempt: 9 });
    // The first wait of a new series.
    expect(Date.parse(again?.nextAttemptAt ?? "") - Date.now()).toBeLessThan(12_000);
    await deliver(channelId);
    expect(await deliveriesOf(channelId)).toMatchObject([{ state: "delivered", attempt: 10 }]);
    expect(received).toHaveLength(10);
  });

  test("is left alone for as long as it wants", async () => {
    const { url, answers } = await startReceiver();
    answers.push(refuse(429, { "retry-after": "600" }));
    const channelId = await addChannel({ url });
    await end((await addJob({ tasks: [{ state: "failed", errorCode: "unauthorized" }] })).id);
    await deliver(channelId);
    const [delivery] = await deliveriesOf(channelId);
    expect(Date.parse(delivery?.nextAttemptAt ?? "") - Date.now()).toBeGreaterThan(590_000);
  });

  test("that wants no more stops the channel until somebody resumes it", async () => {
    const { url, answers, received } = await startReceiver();
    answers.push(refuse(410));
    const channelId = await addChannel({ url, name: "gone" });
    const [first, second] = await Promise.all([
      addJob({ tasks: [{ state: "failed", errorCode: "unauthorized" }] }),
      addJob({ tasks: [{ state: "succeeded" }] }),
    ]);
    await end(first.id);
    await deliver(channelId);
    expect(await getChannel(as("notification.read"), channelId)).toMatchObject({
      ...{ state: "stopped", stop: { code: "webhook-refused", facts: { status: 410 } } },
    });
    const [entry] = await db.auditEntry.findMany({
      where: { objectId: channelId, action: "notification-channel.stop" },
    });
    expect(entry).toMatchObject({ actorName: "system", after: { reason: "webhook-refused" } });
    await end(second.id);
    const [only, ...others] = await deliveriesOf(channelId);
    expect(others).toEqual([]);
    await expect(resendNotification(as("notification.write"), only?.id ?? "")).rejects.toThrow(
      withCode("channel-idle"),
    );
    await resumeChannel(as("notification.write"), channelId);
    await resendNotification(as("notification.write"), only?.id ?? "");
    await deliver(channelId);
    expect(received).toHaveLength(2);
  });

  test("of a paused channel is told neither what waits nor what happens", async () => {
    const { url, received } = await startReceiver();
    const channelId = await addChannel({ url, name: "quiet" });
    await end((await addJob({ tasks: [{ state: "failed", errorCode: "unauthorized" }] })).id);
    await pauseChannel(as("notification.write"), channelId);
    await end((await addJob({ tasks: [{ state: "succeeded" }] })).id);
    await deliver(channelId);
    expect(await deliveriesOf(channelId)).toMatchObject([
      { state: "failed", error: { code: "channel-idle", facts: { name: "quiet" } } },
    ]);
    expect(received).toEqual([]);
  });
});

test("a mail server that refuses a password is not asked again", async () => {
  const mail = await startMailServer({ credentials: { username: "drayage", password } });
  mailServers.push(mail);
  const channelId = await addChannel({
    ...{ kind: "smtp", host: "127.0.0.1", port: mail.port, security: "none" },
    ...{ sender: "drayage@example.com", recipients: "ops@example.com" },
    ...{ username: "drayage", password: "not that password" },
  });
  await end((await addJob({ tasks: [{ state: "failed", errorCode: "unauthorized" }] })).id);
  await deliver(channelId);
  expect(await deliveriesOf(channelId)).toMatchObject([
    {
      state: "failed",
      attempt: 1,
      error: { code: "mail-refused", facts: { reason: "signIn", status: 535 } },
    },
  ]);
});

test("a schedule that starts nothing is told with the reason", async () => {
  const { url } = await startReceiver();
  const channelId = await addChannel({ url, onlyOrganizationId: organizationId });
  const owner = await people.user();
  const schedule = await writeDb.schedule.create({
    data: {
      ...{ name: "nightly", kind: "publish", organizationId, ownerId: owner.id, input: {} },
      ...{ cron: "0 3 * * *", timeZone: "UTC", nextRunAt: new Date(Date.now() - 1_000) },
    },
  });
  const running = await writeDb.mirrorJob.create({ data: { state: "running", organizationId } });
  await writeDb.scheduleRun.create({
    data: { scheduleId: schedule.id, at: new Date(), outcome: "started", jobId: running.id },
  });
  const run = async () =>
    runDueSchedule(await db.schedule.findUniqueOrThrow({ where: { id: schedule.id }, select: dueFields }));
  await run();
  await writeDb.mirrorJob.update({ where: { id: running.id }, data: { state: "succeeded" } });
  await writeDb.schedule.update({ where: { id: schedule.id }, data: { nextRunAt: new Date() } });
  await run();
  const [later, earlier, ...others] = await deliveriesOf(channelId);
  expect(others).toEqual([]);
  expect(earlier?.notification).toMatchObject({
    ...{ kind: "schedule_skipped", organization: { name: "acme" } },
    facts: {
      schedule: { id: schedule.id, name: "nightly", kind: "publish" },
      ...{ outcome: "skipped", error: { code: "schedule-overlap", facts: { number: running.number } } },
    },
  });
  // Nothing is offered to the organization.
  expect(later?.notification.facts).toMatchObject({ outcome: "failed", error: { code: "nothing-offered" } });
});

test("a schedule that stops before its time is told once, with the reason", async () => {
  const { url } = await startReceiver();
  const channelId = await addChannel({ url, onlyOrganizationId: organizationId });
  const owner = await people.user();
  const nextRunAt = new Date(Date.now() + 3_600_000);
  const schedule = await writeDb.schedule.create({
    data: {
      ...{ name: "weekly", kind: "publish", organizationId, ownerId: owner.id, input: {} },
      ...{ cron: "0 3 * * 1", timeZone: "UTC", nextRunAt },
    },
  });
  await writeDb.user.update({ where: { id: owner.id }, data: { disabledAt: new Date() } });
  const round = () => runSchedules(AbortSignal.timeout(30_000));
  await Promise.all([round(), round()]);
  await round();
  expect((await deliveriesOf(channelId)).map(({ notification }) => notification)).toMatchObject([
    {
      kind: "schedule_skipped",
      facts: {
        schedule: { id: schedule.id, name: "weekly", kind: "publish" },
        ...{ outcome: "stopped", dueAt: nextRunAt.toISOString() },
        error: { code: "schedule-owner-disabled", facts: { name: owner.username } },
      },
    },
  ]);
});

test("a schedule that stops at its time is told by its run alone", async () => {
  const { url } = await startReceiver();
  const channelId = await addChannel({ url, onlyOrganizationId: organizationId });
  const owner = await people.user({ role: "auditor" });
  const schedule = await writeDb.schedule.create({
    data: {
      ...{ name: "daily", kind: "publish", organizationId, ownerId: owner.id, input: {} },
      ...{ cron: "0 3 * * *", timeZone: "UTC", nextRunAt: new Date(Date.now() - 1_000) },
    },
  });
  await runSchedules(AbortSignal.timeout(30_000));
  expect(await db.schedule.findUnique({ where: { id: schedule.id } })).toMatchObject({
    stopCode: "schedule-owner-not-allowed",
  });
  expect((await deliveriesOf(channelId)).map(({ notification }) => notification.facts)).toMatchObject([
    { outcome: "failed", error: { code: "schedule-owner-not-allowed" } },
  ]);
});

describe("a certificate that will not last", () => {
  const certificates = () => db.notification.findMany({ where: { kind: "certificate_expiring" } });
  const check = () => checkCertificates(AbortSignal.timeout(30_000));
  let authority: CertificateAuthority;
  beforeAll(async () => (authority = await createCertificateAuthority("Short-lived authority")));
  afterEach(() => vi.useRealTimers());

  test("is told once at each threshold: shown, trusted and presented ones", async () => {
    const server = await authority.issueServer(["127.0.0.1"]);
    const client = await authority.issueClient("drayage");
    const host = new URL(await servers.serveTls(server)).host;
    await writeDb.registry.create({
      data: { name: "shows", host, organizationId, caPem: authority.cert, clientCertPem: client.cert },
    });
    await writeDb.registry.create({ data: { name: "skips", host, organizationId, tlsMode: "skip_verify" } });
    await writeDb.registry.create({ data: { name: "away", host: "127.0.0.1:9" } });
    // Where nobody listens, nothing is kept: who comes later is told.
    await check();
    expect(await certificates()).toEqual([]);

    const { url } = await startReceiver();
    const channelId = await addChannel({ url });
    await check();
    await check();
    const told = await certificates();
    expect(told.map(({ dedupeKey }) => dedupeKey.split(":").at(-1))).toEqual(["7", "7", "7"]);
    expect(told.every((each) => each.organizationId === organizationId)).toBe(true);
    const facts = told.map((each) => each.facts as { use: string; subject: string; registries: object[] });
    expect(facts.map(({ use, subject }) => `${use} ${subject}`).toSorted()).toEqual([
      "authority Short-lived authority",
      "client drayage",
      "server 127.0.0.1",
    ]);
    const shown = facts.find(({ use }) => use === "server");
    expect(shown?.registries).toMatchObject([{ name: "shows" }, { name: "skips" }]);
    expect(await deliveriesOf(channelId)).toHaveLength(3);

    const days = 24 * 3_600_000;
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1.5 * days });
    await check();
    await check();
    vi.setSystemTime(Date.now() + days);
    await check();
    await check();
    const keys = (await certificates()).map(({ dedupeKey }) => dedupeKey.split(":").at(-1));
    expect(keys.toSorted()).toEqual(["0", "0", "0", "1", "1", "1", "7", "7", "7"]);
  });
});

test("a test of a channel goes at once, and says what came of it", async () => {
  const { url, received, answers } = await startReceiver();
  const channelId = await addChannel({ url, name: "tried" });
  await pauseChannel(as("notification.write"), channelId);
  const well = await testChannel(as("notification.write"), channelId);
  expect(well).toEqual({ ok: true, latencyMs: expect.any(Number) as number, note: null });
  expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({
    ...{ event: "test", summary: "A test from Drayage" },
    facts: { by: provider.startedBy?.username },
  });
  answers.push(refuse(301));
  const badly = await testChannel(as("notification.write"), channelId);
  expect(badly).toEqual({ ok: false, error: withCode("webhook-refused") });
  expect(await deliveriesOf(channelId)).toMatchObject([
    { state: "failed", error: { facts: { reason: "redirect" } } },
    { state: "delivered", notification: { kind: "test" } },
  ]);
  expect(await getChannel(as("notification.read"), channelId)).toMatchObject({
    ...{ state: "paused", lastError: { code: "webhook-refused" } },
  });
  const entries = await db.auditEntry.findMany({
    where: { objectId: channelId, action: "notification-channel.test" },
    orderBy: { id: "asc" },
  });
  expect(entries.map(({ after }) => after)).toEqual([{ errorCode: null }, { errorCode: "webhook-refused" }]);
});

test("what is old is forgotten, but not what is on its way", async () => {
  const { url } = await startReceiver();
  const channelId = await addChannel({ url });
  for (const state of ["succeeded", "succeeded"] as const)
    await end((await addJob({ tasks: [{ state }] })).id);
  const [waiting, done] = await deliveriesOf(channelId);
  await writeDb.notificationDelivery.update({ where: { id: done?.id ?? "" }, data: { state: "delivered" } });
  const old = new Date(Date.now() - 91 * 24 * 3_600_000);
  await writeDb.notification.updateMany({ data: { createdAt: old } });
  await keepDeliveries(await openQueue());
  expect((await deliveriesOf(channelId)).map(({ id }) => id)).toEqual([waiting?.id]);
});

test("secrets are in no row that is read, no log and no audit entry", async () => {
  const { url, answers } = await startReceiver();
  answers.push(refuse(500));
  const mail = await startMailServer({ credentials: { username: "drayage", password: "another one" } });
  mailServers.push(mail);
  const hook = await addChannel({ url, name: "hook" });
  const letter = await addChannel({
    ...{ kind: "smtp", name: "letter", host: "127.0.0.1", port: mail.port, security: "none" },
    ...{ sender: "drayage@example.com", recipients: "ops@example.com", username: "drayage", password },
  });
  const worker = await startWorker();
  await end((await addJob({ tasks: [{ state: "failed", errorCode: "unauthorized" }] })).id);
  await vi.waitFor(
    async () => {
      const states = await Promise.all([hook, letter].map(async (id) => (await deliveriesOf(id))[0]?.state));
      expect(states).toEqual(["retrying", "failed"]);
    },
    { timeout: 20_000, interval: 200 },
  );
  for (const id of [hook, letter]) await testChannel(as("notification.write"), id);
  const read = as("notification.read");
  const seen = [
    await listChannels(read, channelsQuery.parse({})),
    await Promise.all([hook, letter].map((id) => getChannel(read, id))),
    await Promise.all([hook, letter].map(deliveriesOf)),
    await db.notification.findMany(),
    await db.notificationDelivery.findMany(),
    await db.notificationChannel.findMany(),
    await worker.log(),
  ];
  for (const id of [hook, letter]) await deleteChannel(as("notification.write"), id);
  const audit = await db.auditEntry.findMany({ where: { objectType: "notification-channel" } });
  expect(audit.length).toBeGreaterThan(5);
  const text = JSON.stringify([seen, audit], (_key, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
  for (const hidden of [secret, password, "another one"]) {
    expect(text).not.toContain(hidden);
    expect(text).not.toContain(Buffer.from(hidden).toString("base64"));
  }
  expect(JSON.stringify(seen.slice(0, 3))).not.toContain("v1:");
  expect(
    JSON.stringify(audit, (_key, value: unknown) => (typeof value === "bigint" ? "" : value)),
  ).not.toMatch(/ncrypted/);
});

test("no tenant may read or write channels", () => {
  expect(mayRole("tenant_admin", "notification.read")).toBe(false);
  expect(mayRole("tenant_admin", "notification.write")).toBe(false);
  expect(mayRole("auditor", "notification.read")).toBe(true);
  expect(mayRole("auditor", "notification.write")).toBe(false);
});
