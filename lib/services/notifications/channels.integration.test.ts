import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Permission } from "#lib/auth/permissions.ts";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db, writeDb } from "#lib/db/client.ts";
import {
  channelsQuery,
  createChannelInput,
  deliveriesQuery,
  updateChannelInput,
} from "#lib/schemas/notifications.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { decryptChannel } from "./channel-secrets.ts";
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
  updateChannel,
} from "./index.ts";

let database: TestDatabase;
let as: <P extends Permission>(permission: P) => ReturnType<typeof systemAccess<P>>;
const people = createPeople(writeDb);
const nobody = "00000000-0000-4000-8000-000000000000";
const withCode = (code: string, facts: object = {}) =>
  expect.objectContaining({ code, facts: expect.objectContaining(facts) as object }) as Error;
const wrongField = (field: string, code: string) =>
  withCode("invalid-input", { fields: { [field]: { code, facts: {} } } });

beforeAll(async () => {
  database = await createTestDatabase();
  const startedBy = await people.user();
  as = (permission) => systemAccess({ id: "test", organizationId: null, startedBy }, permission);
});
beforeEach(async () => {
  await writeDb.notificationChannel.deleteMany();
});
afterAll(() => database.drop());

const common = { name: "operators", locale: "en", events: ["job_failed"] } as const;
const hook = { ...common, kind: "webhook", url: "https://chat.example.com/hooks" } as const;
const letter = {
  ...{ ...common, kind: "smtp", host: "mail.example.com", port: "587", security: "starttls" },
  ...{ sender: "a@example.com", recipients: "b@example.com", username: "drayage", password: "first one" },
} as const;
const create = (fields: object) => createChannel(as("notification.write"), createChannelInput.parse(fields));
const update = (channelId: string, fields: object) =>
  updateChannel(as("notification.write"), updateChannelInput.parse({ ...fields, channelId }));
const secretsOf = async (id: string) =>
  decryptChannel(await db.notificationChannel.findUniqueOrThrow({ where: { id } }));
const read = (id: string) => getChannel(as("notification.read"), id);

describe("the secret of a webhook", () => {
  test("is made up where none is given, and told this once", async () => {
    const { id, secret } = await create(hook);
    expect(secret).toMatch(/^whsec_/);
    expect(await secretsOf(id)).toEqual({ secret, password: null });
    expect(await update(id, hook)).toEqual({ id, secret: null });
    expect((await secretsOf(id)).secret).toBe(secret);
    const renewed = await update(id, { ...hook, newSecret: true });
    expect(renewed.secret).not.toBe(secret);
    expect((await secretsOf(id)).secret).toBe(renewed.secret);
  });

  test("is not told when somebody has entered it, and stays when the address changes", async () => {
    const { id, secret } = await create({ ...hook, secret: "of-the-receiver-itself" });
    expect(secret).toBeNull();
    await update(id, { ...hook, url: "https://elsewhere.example.com" });
    expect((await secretsOf(id)).secret).toBe("of-the-receiver-itself");
    expect(await update(id, { ...hook, secret: "another-of-the-receiver" })).toEqual({ id, secret: null });
    expect((await secretsOf(id)).secret).toBe("another-of-the-receiver");
  });

  test("does not decrypt in another row", async () => {
    const [one, other] = [await create(hook), await create({ ...hook, name: "other" })];
    const { secretEncrypted } = await db.notificationChannel.findUniqueOrThrow({ where: { id: one.id } });
    await writeDb.notificationChannel.update({ where: { id: other.id }, data: { secretEncrypted } });
    await expect(secretsOf(other.id)).rejects.toThrow(withCode("secret-unreadable", { name: "other" }));
    expect(await testChannel(as("notification.write"), other.id)).toMatchObject({
      ...{ ok: false, error: { code: "secret-unreadable", facts: { name: "other" } } },
    });
  });
});

describe("the password of a mail server", () => {
  test("stays when it is left empty, never for another host, and goes with the user name", async () => {
    const { id, secret } = await create(letter);
    expect(secret).toBeNull();
    const empty = { ...letter, password: "" };
    await update(id, { ...empty, port: "465", security: "tls" });
    expect(await secretsOf(id)).toEqual({ secret: null, password: "first one" });
    await expect(update(id, { ...empty, host: "thief.example.com" })).rejects.toThrow(
      wrongField("password", "password-for-new-host"),
    );
    await update(id, { ...letter, host: "other.example.com", password: "second one" });
    expect((await secretsOf(id)).password).toBe("second one");
    await update(id, { ...empty, username: "" });
    expect(await secretsOf(id)).toEqual({ secret: null, password: null });
    await expect(update(id, empty)).rejects.toThrow(wrongField("password", "required"));
    await expect(create({ ...empty, name: "new" })).rejects.toThrow(wrongField("password", "required"));
  });

  test("goes when the channel becomes another kind, and so does a secret", async () => {
    const { id } = await create(letter);
    const { secret } = await update(id, hook);
    expect(await secretsOf(id)).toEqual({ secret, password: null });
    expect(await read(id)).toMatchObject({ kind: "webhook", host: "", port: null, recipients: [] });
    await update(id, letter);
    expect(await secretsOf(id)).toEqual({ secret: null, password: "first one" });
    expect(await read(id)).toMatchObject({ kind: "smtp", url: "", port: 587, hasPassword: true });
  });
});

test("a channel has a name of its own, real certificates and an organization that is there", async () => {
  const organization = await people.organization({ name: "acme" });
  const { id } = await create({ ...hook, onlyOrganizationId: organization.id });
  expect((await read(id)).organization).toEqual({ id: organization.id, displayName: "ACME" });
  await expect(create(hook)).rejects.toThrow(
    withCode("name-taken", { what: "notification-channel", name: "operators" }),
  );
  const other = await create({ ...hook, name: "others" });
  await expect(update(other.id, hook)).rejects.toThrow(withCode("name-taken"));
  await expect(create({ ...hook, name: "new", onlyOrganizationId: nobody })).rejects.toThrow(
    wrongField("onlyOrganizationId", "invalid"),
  );
  const caPem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
  await expect(create({ ...hook, name: "new", caPem })).rejects.toThrow(wrongField("caPem", "pem-format"));
});

test("changes are kept without what they hide", async () => {
  const { id, secret } = await create(hook);
  await update(id, { ...hook, newSecret: true, events: ["drift_found", "job_failed"] });
  await pauseChannel(as("notification.write"), id);
  expect((await read(id)).state).toBe("paused");
  // A paused one stays so.
  await update(id, hook);
  expect((await read(id)).state).toBe("paused");
  await resumeChannel(as("notification.write"), id);
  expect((await read(id)).state).toBe("active");
  await deleteChannel(as("notification.write"), id);
  const entries = await db.auditEntry.findMany({ where: { objectId: id }, orderBy: { id: "asc" } });
  expect(entries.map(({ action }) => action.replace("notification-channel.", ""))).toEqual([
    ...["create", "update", "pause", "update", "resume", "delete"],
  ]);
  expect(entries[1]).toMatchObject({
    before: { events: ["job_failed"], authentication: "stored" },
    after: { events: ["job_failed", "drift_found"], authentication: "replaced" },
  });
  expect(entries[3]?.after).toMatchObject({ authentication: "stored" });
  const text = JSON.stringify(entries.map(({ before, after }) => [before, after]));
  expect(text).not.toContain(secret);
  expect(text).not.toMatch(/ncrypted/);
});

test("a channel that had stopped goes on once it is changed", async () => {
  const { id } = await create(hook);
  const stopped = { stoppedAt: new Date(), stopCode: "webhook-refused", stopFacts: { status: 410 } };
  await writeDb.notificationChannel.update({ where: { id }, data: stopped });
  expect(await read(id)).toMatchObject({ state: "stopped", stop: { code: "webhook-refused" } });
  await update(id, hook);
  expect(await read(id)).toMatchObject({ state: "active", stop: null, lastError: null });
});

test("lists are paged, sorted, searched and filtered", async () => {
  for (const name of ["a 100%", "b", "c"]) await create({ ...hook, name });
  await create({ ...letter, name: "d" });
  const list = async (query: object) => {
    const page = await listChannels(as("notification.read"), channelsQuery.parse(query));
    return [page.rows.map(({ name }) => name).join(), page.total];
  };
  expect(await list({ pageSize: "10", order: "desc" })).toEqual(["d,c,b,a 100%", 4]);
  expect(await list({ search: "100%" })).toEqual(["a 100%", 1]);
  expect(await list({ search: "MAIL.example" })).toEqual(["d", 1]);
  expect(await list({ kind: "smtp" })).toEqual(["d", 1]);
  expect(await list({ search: "\u0000" })).toEqual(["a 100%,b,c,d", 4]);
});

test("deliveries are searched by what they tell", async () => {
  const { id: channelId } = await create(hook);
  const told = [
    { kind: "job_failed", facts: { job: { number: 12 }, target: "harbor.example.com/base" } },
    { kind: "schedule_skipped", facts: { schedule: { name: "Nightly" } } },
    { kind: "test", facts: { by: "admin" } },
  ] as const;
  for (const [index, notification] of told.entries()) {
    await writeDb.notification.create({
      data: { ...notification, dedupeKey: `k${index}`, deliveries: { create: { channelId } } },
    });
  }
  const kindsOf = async (query: object) => {
    const page = await listDeliveries(as("notification.read"), channelId, deliveriesQuery.parse(query));
    return page.rows.map(({ notification }) => notification.kind);
  };
  expect(await kindsOf({})).toEqual(["test", "schedule_skipped", "job_failed"]);
  expect(await kindsOf({ search: "#12" })).toEqual(["job_failed"]);
  expect(await kindsOf({ search: "HARBOR.example" })).toEqual(["job_failed"]);
  expect(await kindsOf({ search: "nightly" })).toEqual(["schedule_skipped"]);
  expect(await kindsOf({ search: "1\u0000" })).toEqual([]);
  expect(await kindsOf({ kind: "test", state: "queued" })).toEqual(["test"]);
  expect(await kindsOf({ state: "failed" })).toEqual([]);
});

test("what is not there is not found", async () => {
  const write = as("notification.write");
  const deeds = [deleteChannel, pauseChannel, resumeChannel, testChannel];
  for (const deed of deeds) {
    await expect(deed(write, nobody)).rejects.toThrow(
      withCode("not-found", { what: "notification-channel" }),
    );
  }
  await expect(update(nobody, hook)).rejects.toThrow(withCode("not-found"));
  await expect(read(nobody)).rejects.toThrow(withCode("not-found"));
  const query = deliveriesQuery.parse({});
  await expect(listDeliveries(as("notification.read"), nobody, query)).rejects.toThrow(withCode("not-found"));
  await expect(resendNotification(write, nobody)).rejects.toThrow(
    withCode("not-found", { what: "notification" }),
  );
});
