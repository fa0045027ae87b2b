import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Access, issueAccess } from "#lib/auth/access.ts";
import { findCurrentSession } from "#lib/auth/current-session.ts";
import { hashPassword, verifyPassword } from "#lib/auth/passwords.ts";
import type { Permission } from "#lib/auth/permissions.ts";
import { findSignInLinkUser } from "#lib/auth/sign-in-link.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { Role, User } from "#lib/db/generated/client.ts";
import { organizationListQuery } from "#lib/schemas/organizations.ts";
import { userListQuery } from "#lib/schemas/users.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { changeLocale, changePassword, getAccount, signOutOtherSessions } from "./account.ts";
import {
  createOrganization,
  getOrganization,
  listOrganizationChoices,
  listOrganizations,
  renameOrganization,
  setOrganizationEnabled,
} from "./organizations.ts";
import {
  createUser,
  createUserLink,
  listUsers,
  setUserEnabled,
  signOutUser,
  updateUser,
} from "./users/index.ts";

const people = createPeople(writeDb);
const password = "correct horse battery";

function accessOf<P extends Permission>(
  permission: P,
  user: User,
  sessionId: string | null = null,
): Access<P> {
  const { id: userId, username: name, role, organizationId } = user;
  const actor = { userId, name, role, organizationId, requestId: "test", address: "192.0.2.1" };
  return issueAccess(permission, actor, role, sessionId);
}

const withCode = (code: string) => expect.objectContaining({ code }) as Error;
const organizationQuery = (query: object = {}) => organizationListQuery.parse(query);
const userQuery = (query: object = {}) => userListQuery.parse(query);
const openSession = (userId: string) =>
  writeDb.session.create({ data: { userId, expiresAt: new Date(Date.now() + 60_000) } });
const lastEntry = () => db.auditEntry.findFirstOrThrow({ orderBy: { id: "desc" } });

let database: TestDatabase;
let provider: User;
let auditor: User;
let acme: { id: string; name: string };
let globex: { id: string; name: string };
let tenant: User;
let foreigner: User;

beforeAll(async () => {
  database = await createTestDatabase();
  provider = await people.user({ username: "provider" });
  auditor = await people.user({ username: "auditor", role: "auditor" });
  acme = await people.organization({ name: "Acme" });
  globex = await people.organization({ name: "Globex" });
  tenant = await people.user({ username: "tenant", organizationId: acme.id });
  foreigner = await people.user({ username: "foreigner", organizationId: globex.id });
});
afterAll(() => database.drop());

describe("what a tenant sees", () => {
  test("is their own organization and its users, whatever they ask for", async () => {
    const organizations = accessOf("organization.read", tenant);
    expect(
      (await listOrganizations(organizations, organizationQuery())).rows.map(({ name }) => name),
    ).toEqual(["Acme"]);
    expect(await listOrganizationChoices(organizations, { enabledOnly: false })).toHaveLength(1);
    expect(await getOrganization(organizations, "Acme")).toMatchObject({ id: acme.id, userCount: 1 });
    await expect(getOrganization(organizations, "Globex")).rejects.toThrow(withCode("not-found"));
    await expect(getOrganization(organizations, "nothing")).rejects.toThrow(withCode("not-found"));

    const users = accessOf("user.read", tenant);
    for (const query of [{}, { organization: globex.id }, { search: "foreigner" }, { role: "provider" }]) {
      const { rows, total } = await listUsers(users, userQuery(query));
      expect(rows.filter(({ username }) => username !== "tenant")).toEqual([]);
      expect(total).toBe(rows.length);
    }
    expect((await listUsers(users, userQuery())).rows).toHaveLength(1);
  });

  test("is everything for providers and auditors", async () => {
    for (const user of [provider, auditor]) {
      expect((await listOrganizations(accessOf("organization.read", user), organizationQuery())).total).toBe(
        2,
      );
      expect((await listUsers(accessOf("user.read", user), userQuery())).total).toBe(4);
    }
  });

  test("leaves out what must not leave the server", async () => {
    await writeDb.user.update({
      where: { id: tenant.id },
      data: { passwordHash: await hashPassword(password) },
    });
    const page = await listUsers(accessOf("user.read", provider), userQuery());
    expect(JSON.stringify(page)).not.toContain("argon2");
    expect(page.rows.find(({ username }) => username === "tenant")).toMatchObject({ hasPassword: true });
    expect(page.rows.filter(({ isSelf }) => isSelf).map(({ username }) => username)).toEqual(["provider"]);
  });

  test("would be changed by a write that a tenant had a right to only where it is theirs", async () => {
    // No role has these rights within an organization today; the rows must hold all the same.
    const organizations = accessOf("organization.write", tenant);
    await expect(setOrganizationEnabled(organizations, { id: globex.id, enabled: false })).rejects.toThrow(
      withCode("not-found"),
    );
    await expect(renameOrganization(organizations, { id: globex.id, displayName: "x" })).rejects.toThrow(
      withCode("not-found"),
    );
    const users = accessOf("user.write", tenant);
    const { id, displayName, role, organizationId } = foreigner;
    for (const write of [
      () => setUserEnabled(users, { id, enabled: false }),
      () => updateUser(users, { id, displayName, role, organizationId }),
      () => createUserLink(users, id),
      () => signOutUser(users, id),
    ]) {
      await expect(write()).rejects.toThrow(withCode("not-found"));
    }
  });
});

describe("organizations", () => {
  const access = () => accessOf("organization.write", provider);

  test("are made once per name, in any case, and audited", async () => {
    await createOrganization(access(), { name: "Initech", displayName: "Initech Ltd" });
    const { id: organizationId } = await db.organization.findUniqueOrThrow({ where: { name: "Initech" } });
    expect(await lastEntry()).toMatchObject({
      organizationId,
      action: "organization.create",
      actorName: "provider",
      role: "provider",
      objectName: "Initech",
      after: { name: "Initech", displayName: "Initech Ltd" },
    });
    await expect(createOrganization(access(), { name: "iniTECH", displayName: "x" })).rejects.toThrow(
      withCode("name-taken"),
    );
    const twins = await Promise.allSettled(
      ["Twin", "Twin"].map((name) => createOrganization(access(), { name, displayName: name })),
    );
    expect(twins).toContainEqual(expect.objectContaining({ reason: withCode("name-taken") }));
    // An underscore is no wildcard.
    await createOrganization(access(), { name: "I_itech", displayName: "Another" });
  });

  test("end the sessions of their users when they are disabled", async () => {
    const organization = await people.organization();
    const user = await people.user({ organizationId: organization.id });
    const { id } = await openSession(user.id);
    await setOrganizationEnabled(access(), { id: organization.id, enabled: false });
    expect(await findCurrentSession(id, "uses")).toBeNull();
    expect(await lastEntry()).toMatchObject({
      action: "organization.disable",
      organizationId: organization.id,
      before: { disabledAt: null },
    });
    await expect(createUserLink(accessOf("user.write", provider), user.id)).rejects.toThrow(
      withCode("organization-disabled"),
    );
    await setOrganizationEnabled(access(), { id: organization.id, enabled: true });
    expect(await findCurrentSession(id, "uses")).toBeNull();
  });

  test("are searched, sorted and paged on the server", async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => people.organization({ name: `page-${index}` })),
    );
    const list = (query: object) =>
      listOrganizations(accessOf("organization.read", provider), organizationQuery(query));
    const first = await list({ search: "PAGE-", pageSize: "10", order: "desc" });
    const second = await list({ search: "page-", pageSize: "10", order: "desc", page: "2" });
    expect([first.rows.length, second.rows.length, first.total]).toEqual([10, 2, 12]);
    const names = [...first.rows, ...second.rows].map(({ name }) => name);
    expect(new Set(names).size).toBe(12);
    expect(names).toEqual([...names].sort().reverse());
    expect((await list({ sort: "users", order: "desc" })).rows[0]?.userCount).toBe(1);
    // What a pattern means to the database is plain text here.
    for (const search of ["%", "\\", "page_1", "\u0000%"]) expect((await list({ search })).total).toBe(0);
    expect((await list({ search: "_" })).rows.map(({ name }) => name)).toEqual(["I_itech"]);
    expect((await list({ search: "e-1\u0000" })).total).toBe(3);
  });
});

describe("users", () => {
  const access = () => accessOf("user.write", provider);
  const input = (username: string, role: Role = "auditor", organizationId: string | null = null) => ({
    username,
    displayName: username,
    role,
    organizationId,
  });

  test("are made without a password, with a link that only the answer holds", async () => {
    const { url } = await createUser(access(), input("newcomer", "tenant_admin", acme.id));
    const token = new URL(url).searchParams.get("token") ?? "";
    expect(await findSignInLinkUser(token)).toMatchObject({ username: "newcomer", organizationId: acme.id });
    const entry = await lastEntry();
    expect(entry).toMatchObject({ action: "user.create", organizationId: acme.id, objectName: "newcomer" });
    expect(JSON.stringify(entry.after)).not.toContain(token);
    await expect(createUser(access(), input("newcomer"))).rejects.toThrow(withCode("name-taken"));
    await expect(
      createUser(access(), input("lost", "tenant_admin", "00000000-0000-7000-8000-000000000000")),
    ).rejects.toThrow(withCode("invalid-input"));
  });

  test("keep within one organization by role, also in the database", async () => {
    const wrong = createUser(access(), input("wrong", "auditor", acme.id));
    await expect(wrong).rejects.toThrow(/User_organization_by_role/);
    expect(await db.auditEntry.count({ where: { objectName: "wrong" } })).toBe(0);
  });

  test("change their role at once, with before and after in the trail", async () => {
    const user = await people.user({ role: "auditor" });
    const { id } = await openSession(user.id);
    await updateUser(access(), {
      id: user.id,
      displayName: "New",
      role: "tenant_admin",
      organizationId: acme.id,
    });
    expect(await findCurrentSession(id, "uses")).toMatchObject({
      role: "tenant_admin",
      organizationId: acme.id,
    });
    expect(await lastEntry()).toMatchObject({
      before: { role: "auditor", organizationId: null, displayName: user.displayName },
      after: { role: "tenant_admin", organizationId: acme.id, displayName: "New" },
    });
  });

  test("are out when they are disabled, and their link too", async () => {
    const user = await people.user({ role: "auditor" });
    const { id } = await openSession(user.id);
    const token = new URL((await createUserLink(access(), user.id)).url).searchParams.get("token") ?? "";
    await setUserEnabled(access(), { id: user.id, enabled: false });
    expect(await findCurrentSession(id, "uses")).toBeNull();
    await expect(createUserLink(access(), user.id)).rejects.toThrow(withCode("account-disabled"));
    await setUserEnabled(access(), { id: user.id, enabled: true });
    // Neither comes back to life.
    expect(await findCurrentSession(id, "uses")).toBeNull();
    expect(await findSignInLinkUser(token)).toBeNull();
  });

  test("are signed out everywhere by a provider", async () => {
    const user = await people.user({ role: "auditor" });
    const sessions = [await openSession(user.id), await openSession(user.id)];
    expect(await signOutUser(access(), user.id)).toEqual({ sessionCount: 2 });
    for (const { id } of sessions) expect(await findCurrentSession(id, "uses")).toBeNull();
  });

  test("do not lock themselves out, but may rename themselves", async () => {
    const { id } = provider;
    await expect(setUserEnabled(access(), { id, enabled: false })).rejects.toThrow(withCode("own-account"));
    await expect(
      updateUser(access(), { id, displayName: "x", role: "auditor", organizationId: null }),
    ).rejects.toThrow(withCode("own-account"));
    await updateUser(access(), { id, displayName: "Root", role: "provider", organizationId: null });
    expect(await db.user.findUnique({ where: { id } })).toMatchObject({ displayName: "Root" });
  });

  test("never lose their last enabled provider, also when two remove each other at once", async () => {
    await people.user({ role: "provider", disabledAt: new Date() });
    for (let round = 0; round < 5; round++) {
      const other = await people.user({ role: "provider" });
      const outcomes = await Promise.allSettled([
        setUserEnabled(accessOf("user.write", provider), { id: other.id, enabled: false }),
        updateUser(accessOf("user.write", other), {
          id: provider.id,
          displayName: provider.displayName,
          role: "auditor",
          organizationId: null,
        }),
      ]);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
        reason: { code: "last-provider" },
      });
      await writeDb.user.update({ where: { id: provider.id }, data: { role: "provider" } });
      await writeDb.user.update({ where: { id: other.id }, data: { disabledAt: new Date() } });
    }
    expect(await db.user.count({ where: { role: "provider", disabledAt: null } })).toBe(1);
  });

  test("are filtered by role, state and organization", async () => {
    const list = async (query: object) =>
      (await listUsers(accessOf("user.read", provider), userQuery(query))).rows.map(
        ({ username }) => username,
      );
    expect(await list({ organization: globex.id })).toEqual(["foreigner"]);
    expect(await list({ role: "provider", state: "enabled" })).toEqual(["provider"]);
    expect(await list({ state: "disabled", role: "auditor" })).toEqual([]);
    expect(await list({ search: "FOREIGN" })).toEqual(["foreigner"]);
    expect(await list({ sort: "lastSignInAt", order: "desc", organization: "not-a-uuid" })).toContain(
      "tenant",
    );
  });
});

describe("one's own account", () => {
  test("is one's own: language, password, sessions", async () => {
    const user = await people.user({ role: "auditor", passwordHash: await hashPassword(password) });
    const [here, there] = [await openSession(user.id), await openSession(user.id)];
    const read = accessOf("account.read", user, here.id);
    const write = accessOf("account.write", user, here.id);
    await openSession(tenant.id);

    const account = await getAccount(read);
    expect(account).toMatchObject({ username: user.username, role: "auditor", organization: null });
    expect(account.sessions.map(({ id, isCurrent }) => [id, isCurrent])).toEqual([
      [here.id, true],
      [there.id, false],
    ]);

    await changeLocale(write, { locale: "ja" });
    expect(await db.user.findUnique({ where: { id: user.id } })).toMatchObject({ locale: "ja" });

    const chosen = "another good password";
    const change = { currentPassword: "wrong", password: chosen, passwordAgain: chosen };
    await expect(changePassword(write, change)).rejects.toThrow(withCode("wrong-password"));
    await changePassword(write, { ...change, currentPassword: password });
    const { passwordHash } = await db.user.findUniqueOrThrow({ where: { id: user.id } });
    expect(await verifyPassword(passwordHash, chosen)).toBe(true);
    expect(await findCurrentSession(here.id, "uses")).not.toBeNull();
    expect(await findCurrentSession(there.id, "uses")).toBeNull();
    const entry = await lastEntry();
    expect(entry).toMatchObject({ action: "account.change-password", after: { otherSessionsEnded: 1 } });
    expect(JSON.stringify(entry.after)).not.toMatch(/argon2|password/);

    await openSession(user.id);
    expect(await signOutOtherSessions(write)).toEqual({ sessionCount: 1 });
    expect(await findCurrentSession(here.id, "uses")).not.toBeNull();
  });

  test("does not let a found session guess the password", async () => {
    const user = await people.user({ role: "auditor", passwordHash: await hashPassword(password) });
    const access = accessOf("account.write", user);
    const guess = () =>
      changePassword(access, {
        currentPassword: "guess",
        password: "x".repeat(12),
        passwordAgain: "x".repeat(12),
      });
    for (let round = 0; round < 5; round++) await expect(guess()).rejects.toThrow(withCode("wrong-password"));
    await expect(guess()).rejects.toThrow(withCode("sign-in-limited"));
  });
});
