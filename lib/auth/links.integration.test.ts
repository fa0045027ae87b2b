import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db, writeDb } from "#lib/db/client.ts";
import { withChange } from "#lib/db/with-change.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { findCurrentSession } from "./current-session.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { createSetupLink, isSetUpOpen, isSetupTokenValid, setUp } from "./setup-link.ts";
import { createSignInLink, findSignInLinkUser, redeemSignInLink } from "./sign-in-link.ts";

const context = { requestId: "test", address: "192.0.2.1", userAgent: "test" };
const password = "correct horse battery";
const passwords = { password, passwordAgain: password };
const people = createPeople(writeDb);

let database: TestDatabase;
beforeAll(async () => (database = await createTestDatabase()));
afterAll(() => database.drop());

const withCode = (code: string) => expect.objectContaining({ code }) as Error;
const tokenOf = (url: string) => new URL(url).searchParams.get("token") ?? "";
const succeeded = (outcomes: PromiseSettledResult<unknown>[]) =>
  outcomes.filter(({ status }) => status === "fulfilled").length;

describe("the set-up link", () => {
  beforeEach(async () => {
    await writeDb.user.deleteMany();
    await writeDb.oneTimeLink.deleteMany();
  });
  const account = (token: string, username = "root") =>
    setUp({ token, username, displayName: "Root", ...passwords }, context);

  test("makes the first account, a provider, and signs it in", async () => {
    const token = tokenOf(await createSetupLink());
    expect(await isSetUpOpen()).toBe(true);
    expect(await isSetupTokenValid(token)).toBe(true);
    // Looking at it uses nothing up.
    expect(await isSetupTokenValid(token)).toBe(true);
    const { sessionId } = await account(token);
    expect(await findCurrentSession(sessionId, "uses")).toMatchObject({ username: "root", role: "provider" });
    expect(await isSetUpOpen()).toBe(false);
    const entry = await db.auditEntry.findFirst({ where: { action: "setup.create-account" } });
    expect(entry).toMatchObject({ actorName: "root", objectName: "root", address: "192.0.2.1" });
    expect(JSON.stringify(entry, (_, value: unknown) => String(value))).not.toContain(password);
  });

  test("keeps only the hash of its token", async () => {
    const token = tokenOf(await createSetupLink());
    const [link] = await db.oneTimeLink.findMany();
    expect(link?.tokenHash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(link)).not.toContain(token);
  });

  test("ends when a newer one is made, in a day, once used, and when an account exists", async () => {
    const first = tokenOf(await createSetupLink());
    const second = tokenOf(await createSetupLink());
    expect(await isSetupTokenValid(first)).toBe(false);
    await expect(account(first)).rejects.toThrow(withCode("link-invalid"));
    await writeDb.oneTimeLink.updateMany({ data: { expiresAt: new Date(Date.now() - 1000) } });
    await expect(account(second)).rejects.toThrow(withCode("link-invalid"));
    const third = tokenOf(await createSetupLink());
    await account(third);
    await expect(account(third, "second")).rejects.toThrow(withCode("link-invalid"));
    await expect(createSetupLink()).rejects.toThrow(withCode("setup-closed"));
    expect(await db.user.count()).toBe(1);
  });

  test("makes one account, however many use it at once", async () => {
    const token = tokenOf(await createSetupLink());
    const outcomes = await Promise.allSettled(["a", "b", "c", "d"].map((name) => account(token, name)));
    expect(succeeded(outcomes)).toBe(1);
    expect(await db.user.count()).toBe(1);
  });

  test.each(["", "x", "\u0000", "x".repeat(100)])("is not %j", async (token) => {
    await createSetupLink();
    expect(await isSetupTokenValid(token)).toBe(false);
  });
});

describe("a one-time link", () => {
  const linkFor = async (user: { id: string; username: string }) => {
    const change = { action: "user.create-link" as const, objectId: user.id, objectName: user.username };
    const actor = { userId: null, name: "", role: null, organizationId: null, requestId: "", address: "" };
    return tokenOf((await withChange({ actor }, change, (tx) => createSignInLink(tx, user.id))).url);
  };
  const redeem = (token: string, chosen = password) =>
    redeemSignInLink({ token, password: chosen, passwordAgain: chosen }, context);

  test("sets the password, signs in, ends the other sessions, once", async () => {
    const user = await people.user({ passwordHash: await hashPassword("the old password") });
    const before = await writeDb.session.create({
      data: { userId: user.id, expiresAt: new Date(Date.now() + 60_000) },
    });
    const token = await linkFor(user);
    expect(await findSignInLinkUser(token)).toMatchObject({ username: user.username });
    const { sessionId } = await redeem(token);
    expect(await findCurrentSession(sessionId, "uses")).toMatchObject({ userId: user.id });
    expect(await findCurrentSession(before.id, "uses")).toBeNull();
    const { passwordHash } = await db.user.findUniqueOrThrow({ where: { id: user.id } });
    expect(await verifyPassword(passwordHash, password)).toBe(true);
    expect(await findSignInLinkUser(token)).toBeNull();
    await expect(redeem(token)).rejects.toThrow(withCode("link-invalid"));
  });

  test("opens for one, however many use it at once", async () => {
    const user = await people.user();
    const token = await linkFor(user);
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => redeem(token)));
    expect(succeeded(outcomes)).toBe(1);
    expect(await db.session.count({ where: { userId: user.id } })).toBe(1);
  });

  test("ends in a day, and when a newer one is made", async () => {
    const user = await people.user();
    const first = await linkFor(user);
    const second = await linkFor(user);
    await expect(redeem(first)).rejects.toThrow(withCode("link-invalid"));
    await writeDb.oneTimeLink.updateMany({
      where: { userId: user.id },
      data: { expiresAt: new Date(Date.now() - 1000) },
    });
    await expect(redeem(second)).rejects.toThrow(withCode("link-invalid"));
  });

  test("does not open for disabled users, nor in disabled organizations, nor as a set-up link", async () => {
    const organization = await people.organization();
    const tenant = await people.user({ organizationId: organization.id });
    const disabled = await people.user();
    const tokens = [await linkFor(tenant), await linkFor(disabled)];
    await writeDb.user.update({ where: { id: disabled.id }, data: { disabledAt: new Date() } });
    await writeDb.organization.update({ where: { id: organization.id }, data: { disabledAt: new Date() } });
    for (const token of tokens) {
      expect(await findSignInLinkUser(token)).toBeNull();
      await expect(redeem(token)).rejects.toThrow(withCode("link-invalid"));
      expect(await isSetupTokenValid(token)).toBe(false);
    }
  });
});
