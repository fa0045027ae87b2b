import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db, writeDb } from "#lib/db/client.ts";
import { createPeople } from "#lib/testing/people.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { findCurrentSession, sessionIdleMs } from "./current-session.ts";
import { issueAccess } from "./access.ts";
import { hashPassword } from "./passwords.ts";
import { actorOf } from "./sessions.ts";
import { isStillGranted } from "./still-granted.ts";
import {
  maxFailuresPerAddress,
  maxFailuresPerUsername,
  maxStrangersFailures,
  signInWindowMs,
} from "./sign-in-limit.ts";
import { signIn, signOut } from "./sign-in.ts";

const password = "correct horse battery";
const context = { requestId: "test", address: "192.0.2.1", userAgent: "test" };
const people = createPeople(writeDb);

let database: TestDatabase;
let passwordHash: string;
beforeAll(async () => {
  database = await createTestDatabase();
  passwordHash = await hashPassword(password);
});
afterAll(() => database.drop());
beforeEach(() => writeDb.signInFailure.deleteMany());

const withCode = (code: string) => expect.objectContaining({ code }) as Error;
const attempt = (username: string, tried = "wrong", address = context.address) =>
  signIn({ username, password: tried }, { ...context, address });
const auditOf = (userId: string) =>
  db.auditEntry.findMany({ where: { objectType: "user", objectId: userId }, orderBy: { id: "asc" } });

async function openSessionOf(username: string) {
  const { sessionId } = await signIn({ username, password }, context);
  return {
    sessionId,
    read: () => findCurrentSession(sessionId, "uses"),
    watch: () => findCurrentSession(sessionId, "watches"),
  };
}

describe("signing in", () => {
  test("opens a session that says who it is, and is audited", async () => {
    const { id: organizationId } = await people.organization({ name: "acme" });
    const user = await people.user({ username: "mina", organizationId, passwordHash, locale: "ko" });
    const { sessionId, locale } = await signIn({ username: "mina", password }, context);
    expect(locale).toBe("ko");
    expect(await findCurrentSession(sessionId, "uses")).toEqual({
      sessionId,
      userId: user.id,
      username: "mina",
      displayName: "mina",
      role: "tenant_admin",
      locale: "ko",
      organizationId,
      organizationName: "ACME",
    });
    expect(await auditOf(user.id)).toMatchObject([
      { action: "user.sign-in", actorId: user.id, organizationId, address: "192.0.2.1", requestId: "test" },
    ]);
  });

  test("a wrong password, an unknown name and a user without a password are the same error", async () => {
    const user = await people.user({ passwordHash });
    const waiting = await people.user();
    for (const username of [user.username, waiting.username, "nobody-by-this-name"]) {
      await expect(attempt(username)).rejects.toThrow(withCode("sign-in-failed"));
    }
    expect(await auditOf(user.id)).toMatchObject([{ action: "user.sign-in-failed", actorName: "" }]);
    // What was typed may have been a password.
    const entries = await db.auditEntry.findMany({ where: { action: "user.sign-in-failed", objectId: "" } });
    expect(entries).toMatchObject([{ objectName: "", actorName: "" }]);
  });

  test("keeps disabled users and those of disabled organizations out, telling only who knows the password", async () => {
    const organization = await people.organization({ disabledAt: new Date() });
    const tenant = await people.user({ organizationId: organization.id, passwordHash });
    const disabled = await people.user({ passwordHash, disabledAt: new Date() });
    await expect(attempt(disabled.username)).rejects.toThrow(withCode("sign-in-failed"));
    await expect(attempt(tenant.username)).rejects.toThrow(withCode("sign-in-failed"));
    await expect(attempt(disabled.username, password)).rejects.toThrow(withCode("account-disabled"));
    await expect(attempt(tenant.username, password)).rejects.toThrow(withCode("organization-disabled"));
    expect(await db.session.count({ where: { userId: { in: [tenant.id, disabled.id] } } })).toBe(0);
  });
});

describe("the limit of failures", () => {
  test("closes a name from where it was tried, also for the right password, and opens again", async () => {
    const { username } = await people.user({ passwordHash });
    for (let failure = 0; failure < maxFailuresPerUsername; failure++) {
      await expect(attempt(username)).rejects.toThrow(withCode("sign-in-failed"));
    }
    const refused = await attempt(username, password).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "sign-in-limited" });
    const { retryAfterSeconds } = (refused as { facts: { retryAfterSeconds: number } }).facts;
    expect(retryAfterSeconds).toBeGreaterThan(signInWindowMs / 1000 - 60);
    expect(retryAfterSeconds).toBeLessThanOrEqual(signInWindowMs / 1000);
    // Asking again does not make it longer.
    expect(await db.signInFailure.count({ where: { username } })).toBe(maxFailuresPerUsername);

    // The oldest failure leaves the window: one attempt is heard again.
    const oldest = await db.signInFailure.findFirstOrThrow({ where: { username }, orderBy: { id: "asc" } });
    const past = new Date(Date.now() - signInWindowMs - 1000);
    await writeDb.signInFailure.update({ where: { id: oldest.id }, data: { at: past } });
    await expect(attempt(username)).rejects.toThrow(withCode("sign-in-failed"));
    await expect(attempt(username)).rejects.toThrow(withCode("sign-in-limited"));
    // What left the window is deleted.
    expect(await db.signInFailure.findUnique({ where: { id: oldest.id } })).toBeNull();
  });

  test("closes a name for every stranger, not for where its owner was signed in lately", async () => {
    const { username } = await people.user({ passwordHash });
    await attempt(username, password, "198.51.100.1");
    for (let failure = 0; failure < maxStrangersFailures; failure++) {
      await expect(attempt(username, "wrong", `192.0.2.${failure}`)).rejects.toThrow(
        withCode("sign-in-failed"),
      );
    }
    await expect(attempt(username, password, "192.0.2.99")).rejects.toThrow(withCode("sign-in-limited"));
    await expect(attempt(username, password, "198.51.100.1")).resolves.toBeDefined();
    // The owner's success does not give the strangers another round.
    await expect(attempt(username, "wrong", "192.0.2.99")).rejects.toThrow(withCode("sign-in-limited"));
    for (let failure = 0; failure < maxFailuresPerUsername; failure++) {
      await expect(attempt(username, "wrong", "198.51.100.1")).rejects.toThrow(withCode("sign-in-failed"));
    }
    await expect(attempt(username, password, "198.51.100.1")).rejects.toThrow(withCode("sign-in-limited"));
  });

  test("holds for many attempts at once", async () => {
    const { id, username } = await people.user({ passwordHash });
    const outcomes = await Promise.allSettled(Array.from({ length: 25 }, () => attempt(username)));
    const codes = outcomes.map((outcome) =>
      outcome.status === "rejected" ? (outcome.reason as { code: string }).code : "in",
    );
    expect(codes.filter((code) => code === "sign-in-failed")).toHaveLength(maxFailuresPerUsername);
    expect(codes.filter((code) => code === "sign-in-limited")).toHaveLength(25 - maxFailuresPerUsername);
    expect(await auditOf(id)).toHaveLength(maxFailuresPerUsername);
  });

  test("closes an address that tries many names, and no other", async () => {
    const address = "2001:db8:1:2::1";
    for (let failure = 0; failure < maxFailuresPerAddress; failure++) {
      await expect(attempt(`guess-${failure}`, "wrong", `2001:db8:1:2::${failure}`)).rejects.toThrow(
        withCode("sign-in-failed"),
      );
    }
    const { username } = await people.user({ passwordHash });
    await expect(attempt(username, password, address)).rejects.toThrow(withCode("sign-in-limited"));
    await expect(attempt(username, password, "2001:db8:1:3::1")).resolves.toBeDefined();
    // Who was signed in from there before is not kept out by what their neighbour does.
    const neighbour = await people.user({ passwordHash });
    const fields = { userId: neighbour.id, expiresAt: new Date(Date.now() + 60_000), address };
    await writeDb.session.create({ data: { ...fields, revokedAt: new Date() } });
    await expect(attempt(neighbour.username, password, address)).resolves.toBeDefined();
  });

  test("forgets a person's mistakes once the password was right, not those of others", async () => {
    const { username } = await people.user({ passwordHash });
    for (let failure = 1; failure < maxFailuresPerUsername; failure++) {
      await attempt(username).catch(() => undefined);
    }
    await attempt("somebody-else").catch(() => undefined);
    await attempt(username, password);
    expect(await db.signInFailure.findMany()).toMatchObject([{ username: "somebody-else" }]);
  });
});

describe("a session", () => {
  test("ends by signing out, by revocation, in time, and when it is not used", async () => {
    const { username } = await people.user({ passwordHash });
    const [left, revoked, expired, idle, kept] = await Promise.all(
      Array.from({ length: 5 }, () => openSessionOf(username)),
    );
    if (!left || !revoked || !expired || !idle || !kept) throw new Error("five sessions");
    await signOut(left.sessionId, context);
    const change = (sessionId: string, data: object) =>
      writeDb.session.update({ where: { id: sessionId }, data });
    await change(revoked.sessionId, { revokedAt: new Date() });
    await change(expired.sessionId, { expiresAt: new Date(Date.now() - 1000) });
    await change(idle.sessionId, { lastSeenAt: new Date(Date.now() - sessionIdleMs - 1000) });
    for (const ended of [left, revoked, expired, idle]) expect(await ended.read()).toBeNull();
    expect(await kept.read()).not.toBeNull();
  });

  test("signing out is audited once", async () => {
    const { id, username } = await people.user({ passwordHash });
    const { sessionId } = await openSessionOf(username);
    await signOut(sessionId, context);
    await signOut(sessionId, context);
    expect((await auditOf(id)).map(({ action }) => action)).toEqual(["user.sign-in", "user.sign-out"]);
  });

  test("follows its user and their organization at once", async () => {
    const organization = await people.organization();
    const user = await people.user({ organizationId: organization.id, passwordHash });
    const { read } = await openSessionOf(user.username);
    const change = (data: object) => writeDb.user.update({ where: { id: user.id }, data });
    await change({ role: "auditor", organizationId: null });
    expect(await read()).toMatchObject({ role: "auditor", organizationId: null });
    await change({ disabledAt: new Date() });
    expect(await read()).toBeNull();
    await change({ disabledAt: null, role: "tenant_admin", organizationId: organization.id });
    expect(await read()).toMatchObject({ role: "tenant_admin" });
    await writeDb.organization.update({ where: { id: organization.id }, data: { disabledAt: new Date() } });
    expect(await read()).toBeNull();
  });

  test("lets what is held open for long end with the right to it", async () => {
    const [organization, other] = [await people.organization(), await people.organization()];
    const user = await people.user({ organizationId: organization.id, passwordHash });
    const { sessionId } = await openSessionOf(user.username);
    const actor = { ...actorOf(user, context), organizationId: organization.id };
    const jobs = issueAccess("job.read", actor, "tenant_admin", sessionId);
    const cancel = issueAccess("job.cancel", actor, "tenant_admin", sessionId);
    const change = (data: object) => writeDb.user.update({ where: { id: user.id }, data });
    expect([await isStillGranted(jobs), await isStillGranted(cancel)]).toEqual([true, true]);
    await change({ organizationId: other.id });
    expect(await isStillGranted(jobs)).toBe(false);
    // Whoever sees all organizations is no longer the tenant that was let in.
    await change({ organizationId: null, role: "auditor" });
    expect(await isStillGranted(jobs)).toBe(false);
    const asAuditor = { ...actor, organizationId: null };
    expect(await isStillGranted(issueAccess("job.read", asAuditor, "auditor", sessionId))).toBe(true);
    expect(await isStillGranted(issueAccess("job.cancel", asAuditor, "auditor", sessionId))).toBe(false);
    await signOut(sessionId, context);
    expect(await isStillGranted(issueAccess("job.read", asAuditor, "auditor", sessionId))).toBe(false);
    expect(await isStillGranted(issueAccess("job.read", asAuditor, "auditor", null))).toBe(false);
  });

  test("notes when it was last seen, at most once a minute", async () => {
    const { username } = await people.user({ passwordHash });
    const { sessionId, read, watch } = await openSessionOf(username);
    const seen = async () => (await db.session.findUniqueOrThrow({ where: { id: sessionId } })).lastSeenAt;
    const first = await seen();
    await read();
    expect(await seen()).toEqual(first);
    await writeDb.session.update({
      where: { id: sessionId },
      data: { lastSeenAt: new Date(first.getTime() - 61_000) },
    });
    // An open page that asks by itself is not a person.
    expect(await watch()).not.toBeNull();
    expect((await seen()).getTime()).toBeLessThan(first.getTime());
    await read();
    expect((await seen()).getTime()).toBeGreaterThanOrEqual(first.getTime());
  });

  test.each(["", "not-a-uuid", "00000000-0000-4000-8000-000000000000"])(
    "is none by the id %j",
    async (id) => {
      expect(await findCurrentSession(id, "uses")).toBeNull();
    },
  );
});
