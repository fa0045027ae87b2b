import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { db, writeDb } from "./client.ts";
import { type ChangeActor, withChange } from "./with-change.ts";

let database: TestDatabase;
beforeAll(async () => (database = await createTestDatabase()));
afterAll(() => database.drop());

const actor: ChangeActor = {
  userId: null,
  name: "setup",
  role: "provider",
  organizationId: null,
  requestId: "request-1",
  address: "127.0.0.1",
};

describe("withChange", () => {
  test("writes the change and one entry about it, without secrets", async () => {
    const registry = await withChange(
      { actor },
      { action: "registry.create", objectName: "harbor" },
      async (tx, audit) => {
        const row = await tx.registry.create({
          data: { name: "harbor", host: "harbor.local", username: "robot", passwordEncrypted: "v1:hunter2" },
        });
        audit.object(row.id, row.name);
        audit.after(row);
        return row;
      },
    );
    const entries = await db.auditEntry.findMany({ where: { objectId: registry.id } });
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      actorName: "setup",
      role: "provider",
      action: "registry.create",
      objectName: "harbor",
      organizationId: null,
      before: null,
      after: { host: "harbor.local", username: "robot", createdAt: registry.createdAt.toISOString() },
      requestId: "request-1",
      address: "127.0.0.1",
    });
    expect(JSON.stringify(entries[0]?.after)).not.toContain("hunter2");
  });

  test("a change that fails leaves neither row nor entry", async () => {
    const attempt = withChange(
      { actor },
      { action: "organization.create", objectName: "acme" },
      async (tx, audit) => {
        const row = await tx.organization.create({ data: { name: "acme", displayName: "Acme" } });
        audit.object(row.id, row.name);
        throw new Error("after the write");
      },
    );
    await expect(attempt).rejects.toThrow("after the write");
    expect(await db.organization.count({ where: { name: "acme" } })).toBe(0);
    expect(await db.auditEntry.count({ where: { action: "organization.create" } })).toBe(0);
  });

  test("an entry that cannot be written undoes the change", async () => {
    const attempt = withChange(
      { actor: { ...actor, userId: "not a UUID" } },
      { action: "organization.create", objectId: "x", objectName: "acme" },
      (tx) => tx.organization.create({ data: { name: "acme", displayName: "Acme" } }),
    );
    await expect(attempt).rejects.toThrow();
    expect(await db.organization.count({ where: { name: "acme" } })).toBe(0);
  });

  test("a change that names no object is refused", async () => {
    const attempt = withChange({ actor }, { action: "organization.create", objectName: "acme" }, (tx) =>
      tx.organization.create({ data: { name: "acme", displayName: "Acme" } }),
    );
    await expect(attempt).rejects.toThrow("organization.create did not name its object");
    expect(await db.organization.count()).toBe(0);
  });

  test("the entry belongs to the object's organization, else to the actor's", async () => {
    const own = "0192f0c1-2345-7890-8abc-0123456789ab";
    const other = "0192f0c1-2345-7890-8abc-0123456789ac";
    const by = { actor: { ...actor, organizationId: own } };
    const change = { action: "job.cancel" as const, objectId: "1", objectName: "#1" };
    await withChange(by, change, () => Promise.resolve());
    await withChange(by, { ...change, organizationId: other }, () => Promise.resolve());
    await withChange(by, { ...change, organizationId: null }, () => Promise.resolve());
    await withChange(by, { ...change, organizationId: null }, (_tx, audit) => {
      audit.object("2", "#2", other);
      return Promise.resolve();
    });
    const entries = await db.auditEntry.findMany({ where: { action: "job.cancel" }, orderBy: { id: "asc" } });
    expect(entries.map((entry) => entry.organizationId)).toEqual([own, other, null, other]);
  });

  test("a change that another one overtook looks again, once", async () => {
    const name = "twice";
    const create = () =>
      withChange({ actor }, { action: "organization.create", objectName: name }, async (tx, audit) => {
        if ((await tx.organization.count({ where: { name } })) > 0) throw new Error("there is one");
        // Both have looked before either writes.
        await sleep(200);
        const row = await tx.organization.create({ data: { name, displayName: name } });
        audit.object(row.id, name);
      });
    const outcomes = await Promise.allSettled([create(), create()]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes).toContainEqual(expect.objectContaining({ reason: new Error("there is one") }));
    expect(await db.auditEntry.count({ where: { objectName: name } })).toBe(1);

    let runs = 0;
    const lost = withChange({ actor }, { action: "user.update", objectId: "x", objectName: "x" }, (tx) => {
      runs++;
      const id = "0192f0c1-2345-7890-8abc-0123456789ad";
      return tx.user.update({ where: { id }, data: { displayName: "x" } });
    });
    await expect(lost).rejects.toMatchObject({ code: "P2025" });
    expect(runs).toBe(2);
  });
});

describe("the database client", () => {
  test("the one for reading has no methods that write", () => {
    expectTypeOf(db.user).toHaveProperty("findMany");
    expectTypeOf(db.user).not.toHaveProperty("create");
    expectTypeOf(db.user).not.toHaveProperty("updateMany");
    expectTypeOf(db).not.toHaveProperty("$executeRaw");
    expectTypeOf(db).not.toHaveProperty("$transaction");
  });

  test("times come back as they were written, whatever the server's time zone", async () => {
    const at = new Date("2026-03-29T01:30:00.123Z");
    await writeDb.$executeRaw`ALTER ROLE CURRENT_USER SET TimeZone = 'Asia/Seoul'`;
    try {
      await connectAgain();
      const { id } = await writeDb.signInFailure.create({ data: { username: "a", address: "b", at } });
      expect((await db.signInFailure.findUniqueOrThrow({ where: { id } })).at).toEqual(at);
      const rows = await db.$queryRaw<{ at: Date }[]>`SELECT at FROM "SignInFailure" WHERE id = ${id}`;
      expect(rows[0]?.at).toEqual(at);
    } finally {
      await writeDb.$executeRaw`ALTER ROLE CURRENT_USER RESET TimeZone`;
    }
  });

  async function connectAgain() {
    const { connectDatabase } = await import("./client.ts");
    await connectDatabase(database.url);
  }

  test("the database keeps what the schema cannot say", async () => {
    const organization = await writeDb.organization.create({
      data: { name: "umbrella", displayName: "Umbrella" },
    });
    const user = { username: "kim", displayName: "Kim" };
    await expect(writeDb.user.create({ data: { ...user, role: "tenant_admin" } })).rejects.toThrow();
    await expect(
      writeDb.user.create({ data: { ...user, role: "auditor", organizationId: organization.id } }),
    ).rejects.toThrow();
    const registry = { name: "same", host: "harbor.local" };
    await writeDb.registry.create({ data: registry });
    await expect(writeDb.registry.create({ data: registry })).rejects.toMatchObject({ code: "P2002" });
    await writeDb.registry.create({ data: { ...registry, organizationId: organization.id } });
  });
});
