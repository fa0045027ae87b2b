import { afterAll, beforeAll, expect, test } from "vitest";
import { issueAccess } from "#lib/auth/access.ts";
import { writeDb } from "#lib/db/client.ts";
import { type AuditPeriod, auditQuery } from "#lib/schemas/audit.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { listAuditEntries } from "./audit.ts";

const everything: AuditPeriod = { since: null, until: null };
const day = (text: string) => new Date(`2026-03-${text}T00:00:00Z`);

let database: TestDatabase;
let acme: string;
beforeAll(async () => {
  database = await createTestDatabase();
  acme = (await createPeople(writeDb).organization({ name: "Acme" })).id;
  const entry = (fields: object) => ({
    at: day("01"),
    actorName: "mina",
    action: "registry.create",
    objectType: "registry",
    objectId: "1",
    objectName: "harbor",
    requestId: "r",
    ...fields,
  });
  await writeDb.auditEntry.createMany({
    data: [
      entry({ at: day("01"), role: "provider", before: { a: 1 }, after: { a: 2 } }),
      entry({
        at: day("02"),
        actorName: "jun",
        action: "user.create",
        objectType: "user",
        objectName: "newcomer",
      }),
      entry({ at: day("03"), organizationId: acme, action: "registry.update" }),
      entry({ at: day("04"), organizationId: "00000000-0000-7000-8000-000000000000" }),
    ],
  });
});
afterAll(() => database.drop());

function accessOf(organizationId: string | null) {
  const actor = { userId: null, name: "x", role: null, organizationId, requestId: "", address: "" };
  return issueAccess("audit.read", actor, "auditor", null);
}
const list = async (query: object, period = everything, organizationId: string | null = null) => {
  const page = await listAuditEntries(accessOf(organizationId), auditQuery.parse(query), period);
  return page.rows.map(({ at }) => Number(at.slice(8, 10)));
};

test("lists the newest first, with names and both states", async () => {
  expect(await list({})).toEqual([4, 3, 2, 1]);
  expect(await list({ order: "asc", pageSize: "10" })).toEqual([1, 2, 3, 4]);
  const { rows, total } = await listAuditEntries(accessOf(null), auditQuery.parse({}), everything);
  expect(total).toBe(4);
  expect(rows[3]).toMatchObject({ role: "provider", before: { a: 1 }, after: { a: 2 }, organization: null });
  expect(rows[1]?.organization).toEqual({ id: acme, displayName: "ACME" });
  // The organization is gone: its id still tells one from another.
  expect(rows[0]?.organization?.displayName).toMatch(/^0{8}-/);
  expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
});

test("filters by action, kind, name, organization and days", async () => {
  expect(await list({ action: "registry.create" })).toEqual([4, 1]);
  expect(await list({ objectType: "user" })).toEqual([2]);
  expect(await list({ search: "JUN" })).toEqual([2]);
  expect(await list({ search: "newcom" })).toEqual([2]);
  expect(await list({ organization: acme })).toEqual([3]);
  expect(await list({ organization: "provider" })).toEqual([2, 1]);
  expect(await list({}, { since: day("02"), until: day("04") })).toEqual([3, 2]);
});

test("shows who belongs to an organization nothing else", async () => {
  expect(await list({}, everything, acme)).toEqual([3]);
  expect(await list({ organization: "provider" }, everything, acme)).toEqual([]);
});
