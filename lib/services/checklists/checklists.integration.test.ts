import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Access, issueAccess } from "#lib/auth/access.ts";
import type { Permission } from "#lib/auth/permissions.ts";
import { db, writeDb } from "#lib/db/client.ts";
import type { User } from "#lib/db/generated/client.ts";
import {
  type ChecklistEnvironment,
  type ItemTick,
  type OrganizationChecklists,
  type TickSwitch,
  tickSwitchInput,
} from "#lib/schemas/checklists.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { clearChecklist, readChecklists, switchTick } from "./index.ts";

const people = createPeople(writeDb);

function accessOf<P extends Permission>(user: User, permission: P): Access<P> {
  const { id: userId, username: name, role, organizationId } = user;
  const actor = { userId, name, role, organizationId, requestId: "test", address: "192.0.2.1" };
  return issueAccess(permission, actor, role, null);
}

const asReader = (user: User) => accessOf(user, "checklist.read");
const asWriter = (user: User) => accessOf(user, "checklist.write");
const place = (organizationId: string | null, environment: ChecklistEnvironment, item: string) =>
  tickSwitchInput.parse({ organizationId, environment, item, isTicked: true });
const tickItem = switchTick;
const untickItem = (access: Access<"checklist.write">, item: TickSwitch) =>
  switchTick(access, { ...item, isTicked: false });
const notFound = expect.objectContaining({ code: "not-found", facts: { what: "organization" } }) as Error;
const nothing = "00000000-0000-4000-8000-000000000000";

/** What is ticked, by environment and item. */
function ticksOf({ checklists }: OrganizationChecklists): Record<string, ItemTick> {
  return Object.fromEntries(
    checklists.flatMap(({ environment, rows }) =>
      rows.flatMap(({ item, tick }) => (tick ? [[`${environment}/${item}`, tick]] : [])),
    ),
  );
}

const trail = () =>
  db.auditEntry.findMany({
    orderBy: { id: "asc" },
    select: {
      ...{ action: true, actorName: true, organizationId: true, objectType: true },
      ...{ objectName: true, before: true, after: true },
    },
  });

let database: TestDatabase;
let provider: User;
let auditor: User;
let acme: { id: string; name: string; displayName: string };
let globex: { id: string };
let tenant: User;
let foreigner: User;

beforeAll(async () => {
  database = await createTestDatabase();
  provider = await people.user({ username: "provider" });
  auditor = await people.user({ username: "auditor", role: "auditor" });
  const { id, name, displayName } = await people.organization({ name: "acme" });
  acme = { id, name, displayName };
  globex = await people.organization({ name: "globex" });
  tenant = await people.user({ username: "tenant", organizationId: acme.id });
  foreigner = await people.user({ username: "foreigner", organizationId: globex.id });
});
afterEach(async () => {
  await writeDb.checklistTick.deleteMany();
  await writeDb.auditEntry.deleteMany();
});
afterAll(() => database.drop());

describe("a tenant", () => {
  test("ticks an item, which is kept with its organization and with who did it", async () => {
    await tickItem(asWriter(tenant), place(acme.id, "aws", "endpoint-sts"));
    const read = await readChecklists(asReader(tenant), acme.id);
    expect(read.organization).toEqual(acme);
    const { at, ...tick } = ticksOf(read)["aws/endpoint-sts"] ?? { at: "" };
    expect(tick).toEqual({ by: "tenant" });
    expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
    expect(read.checklists.map(({ environment, rows }) => [environment, rows.length])).toEqual([
      ["general", 4],
      ["vsphere", 8],
      ["aws", 17],
    ]);
    expect(await trail()).toEqual([
      {
        ...{ action: "checklist.tick", actorName: "tenant", organizationId: acme.id },
        ...{ objectType: "checklist", objectName: "aws/endpoint-sts", before: null },
        after: { environment: "aws", item: "endpoint-sts" },
      },
    ]);
  });

  test("ticks an item in one environment, and not in another that has it, too", async () => {
    await tickItem(asWriter(tenant), place(acme.id, "vsphere", "registry-certificate"));
    expect(Object.keys(ticksOf(await readChecklists(asReader(tenant), acme.id)))).toEqual([
      "vsphere/registry-certificate",
    ]);
  });

  test("takes a tick back, and the trail says whose it was", async () => {
    const item = place(acme.id, "general", "disk-45-gb");
    await tickItem(asWriter(provider), item);
    await untickItem(asWriter(tenant), item);
    expect(ticksOf(await readChecklists(asReader(tenant), acme.id))).toEqual({});
    expect((await trail()).at(-1)).toMatchObject({
      ...{ action: "checklist.untick", actorName: "tenant", organizationId: acme.id },
      ...{ objectName: "general/disk-45-gb", before: { tickedByName: "provider" }, after: null },
    });
  });

  test("begins one environment anew, and the others stay", async () => {
    for (const item of ["dhcp-server", "offline-subnet"]) {
      await tickItem(asWriter(tenant), place(acme.id, "vsphere", item));
    }
    await tickItem(asWriter(tenant), place(acme.id, "general", "portable-storage"));
    await tickItem(asWriter(foreigner), place(globex.id, "vsphere", "dhcp-server"));
    await clearChecklist(asWriter(tenant), { organizationId: acme.id, environment: "vsphere" });
    expect(Object.keys(ticksOf(await readChecklists(asReader(tenant), acme.id)))).toEqual([
      "general/portable-storage",
    ]);
    expect(Object.keys(ticksOf(await readChecklists(asReader(foreigner), globex.id)))).toEqual([
      "vsphere/dhcp-server",
    ]);
    expect((await trail()).at(-1)).toMatchObject({
      ...{ action: "checklist.clear", objectName: "vsphere", organizationId: acme.id },
      before: { environment: "vsphere", items: ["dhcp-server", "offline-subnet"] },
      after: { environment: "vsphere", items: [] },
    });
  });

  test("has no other lists than its organization's: those of others and of nobody are not there alike", async () => {
    const item = place(globex.id, "general", "disk-45-gb");
    await tickItem(asWriter(foreigner), item);
    const before = await trail();
    for (const organizationId of [globex.id, null, nothing]) {
      const foreign = { ...item, organizationId };
      await expect(readChecklists(asReader(tenant), organizationId)).rejects.toThrow(notFound);
      await expect(tickItem(asWriter(tenant), foreign)).rejects.toThrow(notFound);
      await expect(untickItem(asWriter(tenant), foreign)).rejects.toThrow(notFound);
      await expect(
        clearChecklist(asWriter(tenant), { organizationId, environment: "general" }),
      ).rejects.toThrow(notFound);
    }
    expect(await trail()).toEqual(before);
    expect(Object.keys(ticksOf(await readChecklists(asReader(foreigner), globex.id)))).toEqual([
      "general/disk-45-gb",
    ]);
  });

  test("is told no names of the provider's people", async () => {
    await tickItem(asWriter(provider), place(acme.id, "general", "portable-storage"));
    await tickItem(asWriter(tenant), place(acme.id, "general", "disk-45-gb"));
    const names = async (reader: User) =>
      Object.values(ticksOf(await readChecklists(asReader(reader), acme.id))).map(({ by }) => by);
    expect(await names(tenant)).toEqual([null, "tenant"]);
    expect(await names(provider)).toEqual(["provider", "tenant"]);
    expect(await names(auditor)).toEqual(["provider", "tenant"]);
  });
});

describe("the provider", () => {
  test("has lists of its own beside those of each organization", async () => {
    await tickItem(asWriter(provider), place(null, "aws", "endpoint-ec2"));
    await tickItem(asWriter(provider), place(globex.id, "aws", "endpoint-ssm"));
    const own = await readChecklists(asReader(provider), null);
    expect([own.organization, Object.keys(ticksOf(own))]).toEqual([null, ["aws/endpoint-ec2"]]);
    expect(Object.keys(ticksOf(await readChecklists(asReader(auditor), null)))).toEqual(["aws/endpoint-ec2"]);
    expect(Object.keys(ticksOf(await readChecklists(asReader(foreigner), globex.id)))).toEqual([
      "aws/endpoint-ssm",
    ]);
    expect((await trail()).map(({ organizationId }) => organizationId)).toEqual([null, globex.id]);
  });

  test("hears of an organization that is not there", async () => {
    await expect(readChecklists(asReader(provider), nothing)).rejects.toThrow(notFound);
    await expect(tickItem(asWriter(provider), place(nothing, "aws", "endpoint-ec2"))).rejects.toThrow(
      notFound,
    );
  });
});

describe("of two who work at one list", () => {
  test.each(["of an organization", "of the provider's own"])(
    "the first has ticked an item %s, and the second does no wrong",
    async (whose) => {
      const organizationId = whose === "of an organization" ? acme.id : null;
      const item = place(organizationId, "vsphere", "dhcp-server");
      await tickItem(asWriter(provider), item);
      await tickItem(asWriter(organizationId === null ? provider : tenant), item);
      const ticks = ticksOf(await readChecklists(asReader(auditor), organizationId));
      expect(Object.values(ticks).map(({ by }) => by)).toEqual(["provider"]);
      expect(await trail()).toHaveLength(1);
    },
  );

  test.each(["of an organization", "of the provider's own"])(
    "both tick an item %s at the same moment, and one row comes of it",
    async (whose) => {
      const organizationId = whose === "of an organization" ? acme.id : null;
      const item = place(organizationId, "vsphere", "distributed-switch");
      await Promise.all(Array.from({ length: 8 }, () => tickItem(asWriter(provider), item)));
      expect(await db.checklistTick.count()).toBe(1);
    },
  );

  test("both take a tick back, and what is not ticked is not recorded", async () => {
    const item = place(null, "vsphere", "dhcp-server");
    await untickItem(asWriter(provider), item);
    await clearChecklist(asWriter(provider), { organizationId: null, environment: "vsphere" });
    expect(await trail()).toEqual([]);
  });
});

test("an item of another list is none of this one, and what was ticked of a list that is gone is passed over", async () => {
  const wrong = { organizationId: null, environment: "aws", item: "dhcp-server", isTicked: true };
  expect(tickSwitchInput.safeParse(wrong).error?.issues).toMatchObject([
    { path: ["item"], message: "invalid" },
  ]);
  await writeDb.checklistTick.create({
    data: { environment: "azure", item: "dhcp-server", tickedByName: "somebody" },
  });
  expect(ticksOf(await readChecklists(asReader(provider), null))).toEqual({});
});

test("what somebody has ticked outlives their account", async () => {
  const leaver = await people.user({ username: "leaver" });
  await tickItem(asWriter(leaver), place(null, "general", "disk-45-gb"));
  await writeDb.user.delete({ where: { id: leaver.id } });
  const ticks = ticksOf(await readChecklists(asReader(provider), null));
  expect(Object.values(ticks).map(({ by }) => by)).toEqual(["leaver"]);
});
