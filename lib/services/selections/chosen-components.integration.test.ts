import { afterAll, beforeAll, expect, test } from "vitest";
import { writeDb } from "#lib/db/client.ts";
import type { OfferRule } from "#lib/db/generated/enums.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { createPeople } from "#lib/testing/people.ts";
import { findChosenComponents } from "./chosen-components.ts";

let database: TestDatabase;
/** Which all share. */
let destinationId: string;
const people = createPeople(writeDb);

beforeAll(async () => {
  database = await createTestDatabase();
  const registry = await writeDb.registry.create({ data: { name: "harbor", host: "harbor.example.com" } });
  destinationId = (await writeDb.destination.create({ data: { registryId: registry.id } })).id;
});
afterAll(() => database.drop());

let made = 0;
/** Components by their names, all of one release. */
async function addRelease(
  names: readonly string[],
): Promise<{ id: string; components: Record<string, string> }> {
  const { id } = await writeDb.release.create({ data: { kind: "list", name: `R${++made}`, version: "1" } });
  const components: Record<string, string> = {};
  for (const name of names) components[name] = await addComponent(id, name);
  return { id, components };
}

async function addComponent(releaseId: string, name: string): Promise<string> {
  const place = { sourceHost: "vendor.example", sourceRepository: name, targetPath: name, tag: "v1" };
  const position = (await writeDb.component.count({ where: { releaseId } })) + 1;
  return (await writeDb.component.create({ data: { releaseId, position, kind: "image", ...place } })).id;
}

const offer = (organizationId: string | null, releaseId: string, rules: Record<string, OfferRule> = {}) =>
  writeDb.offer.create({
    data: {
      organizationId,
      destinationId: organizationId === null ? destinationId : null,
      releases: { create: { releaseId } },
      components: { create: Object.entries(rules).map(([componentId, rule]) => ({ componentId, rule })) },
    },
  });

const select = (
  organizationId: string,
  releaseId: string,
  revision: number,
  components: Record<string, boolean>,
) =>
  writeDb.selection.create({
    data: {
      ...{ organizationId, releaseId, revision },
      components: {
        create: Object.entries(components).map(([componentId, enabled]) => ({ componentId, enabled })),
      },
    },
  });

const chosen = async (...organizationIds: string[]) =>
  (await findChosenComponents(organizationIds)).map((row) => `${row.organizationId} ${row.sourceRepository}`);

test("an organization publishes what its offer allows, requires and it has chosen last", async () => {
  const [one, two, three] = [
    await people.organization(),
    await people.organization(),
    await people.organization(),
  ];
  const shared = await addRelease(["a", "b", "c", "d"]);
  const own = await addRelease(["e"]);
  const { a = "", b = "", c = "", d = "" } = shared.components;
  const { e = "" } = own.components;
  await offer(null, shared.id, { [b]: "required", [c]: "withheld" });
  await offer(two.id, own.id);

  // Nothing saved, nothing published, whatever is required.
  expect(await chosen(one.id, two.id, three.id)).toEqual([]);
  await select(one.id, shared.id, 1, { [a]: true, [b]: false, [c]: true, [d]: false });
  expect(await chosen(one.id)).toEqual([`${one.id} a`, `${one.id} b`]);

  // The newer revision holds, and a component that it does not know is off.
  await select(one.id, shared.id, 2, { [a]: false, [b]: true, [d]: true });
  const later = await addComponent(shared.id, "later");
  expect(await chosen(one.id)).toEqual([`${one.id} b`, `${one.id} d`]);
  await writeDb.offerComponent.createMany({
    data: (await writeDb.offer.findMany({ where: { organizationId: null } })).map(({ id }) => ({
      offerId: id,
      componentId: later,
      rule: "required",
    })),
  });
  expect(await chosen(one.id)).toEqual([`${one.id} b`, `${one.id} d`, `${one.id} later`]);

  // An offer of its own is all there is: what others are offered is not.
  await select(two.id, shared.id, 1, { [a]: true });
  expect(await chosen(two.id)).toEqual([]);
  await select(two.id, own.id, 1, { [e]: true });
  expect(await chosen(two.id)).toEqual([`${two.id} e`]);

  await select(three.id, shared.id, 1, { [a]: true, [b]: true });
  const all = await findChosenComponents();
  expect(new Set(all.map(({ organizationId }) => organizationId))).toEqual(
    new Set([one.id, two.id, three.id]),
  );
  expect(await chosen(one.id, three.id)).toEqual(
    [one.id, three.id]
      .sort()
      .flatMap((id) =>
        (id === one.id ? ["b", "d", "later"] : ["a", "b", "later"]).map((name) => `${id} ${name}`),
      ),
  );
});
