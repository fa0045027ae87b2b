import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { writeDb } from "#lib/db/client.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { findKeep } from "./find-keep.ts";

let database: TestDatabase;
let own: string;
let other: string;
let shared: string;
let secondRow: string;
const host = "harbor.example.com";
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;
const nothing = { tags: new Set(), digests: new Set() };

beforeAll(async () => {
  database = await createTestDatabase();
  own = (await writeDb.organization.create({ data: { name: "own", displayName: "Own" } })).id;
  other = (await writeDb.organization.create({ data: { name: "other", displayName: "Other" } })).id;
  shared = await addDestination("one", host, "shared");
  secondRow = await addDestination("two", host.toUpperCase(), "");
});
beforeEach(async () => {
  await writeDb.publication.deleteMany();
  await writeDb.offer.deleteMany();
  await writeDb.release.deleteMany();
});
afterAll(() => database.drop());

test("keeps what others have published in a repository, at whichever row of its host, and not one's own", async () => {
  const elsewhere = await addDestination("three", "else.example.com", "shared");
  const place = { repository: "shared/tkg/etcd" };
  await writeDb.publication.createMany({
    data: [
      { ...place, destinationId: shared, organizationId: own, tag: "own", digest: digestOf("a") },
      { ...place, destinationId: secondRow, organizationId: other, tag: "other", digest: digestOf("b") },
      { ...place, destinationId: shared, organizationId: null, digest: digestOf("c") },
      { ...place, destinationId: elsewhere, organizationId: other, tag: "far", digest: digestOf("d") },
    ],
  });
  const others = { tags: new Set(["other"]), digests: new Set([digestOf("b"), digestOf("c")]) };
  const found = await findKeep(own, host, ["shared/tkg/etcd", "shared/tkg/dns"]);
  expect(found).toEqual(
    new Map([
      ["shared/tkg/etcd", others],
      ["shared/tkg/dns", nothing],
    ]),
  );
  const provider = await findKeep(null, host, ["shared/tkg/etcd"]);
  expect(provider.get("shared/tkg/etcd")).toEqual({
    tags: new Set(["own", "other"]),
    digests: new Set([digestOf("a"), digestOf("b")]),
  });
});

test("keeps what selections lead to now, one's own included, at every place of a component", async () => {
  const { releaseId, componentId } = await addComponent({ moreTargets: ["tkg/more"] });
  await writeDb.offer.create({ data: { destinationId: shared, releases: { create: { releaseId } } } });
  await writeDb.offer.create({
    data: { organizationId: other, destinationId: secondRow, releases: { create: { releaseId } } },
  });
  const repositories = ["shared/tkg/etcd", "shared/tkg/more", "tkg/etcd"];
  const kept = async () => {
    const found = await findKeep(own, host, repositories);
    return repositories.filter((name) => found.get(name)?.tags.has("v1"));
  };
  expect(await kept()).toEqual([]);
  const select = (organizationId: string, enabled: boolean, revision: number) =>
    writeDb.selection.create({
      data: { organizationId, releaseId, revision, components: { create: { componentId, enabled } } },
    });
  await select(own, true, 1);
  expect(await kept()).toEqual(["shared/tkg/etcd", "shared/tkg/more"]);
  await select(other, true, 1);
  expect(await kept()).toEqual(repositories);
  await select(own, false, 2);
  expect(await kept()).toEqual(["tkg/etcd"]);
});

test("keeps what enabled components lead to where the provider has published", async () => {
  const { componentId } = await addComponent({ tag: null, digest: digestOf("e") });
  const kept = async () => (await findKeep(own, host, ["shared/tkg/etcd"])).get("shared/tkg/etcd");
  expect(await kept()).toEqual(nothing);
  await writeDb.publication.create({
    data: { destinationId: shared, repository: "shared/tkg/dns", tag: "v1", digest: digestOf("f") },
  });
  expect(await kept()).toEqual({ tags: new Set(), digests: new Set([digestOf("e")]) });
  await writeDb.component.update({ where: { id: componentId }, data: { enabled: false } });
  expect(await kept()).toEqual(nothing);
});

async function addDestination(name: string, atHost: string, basePath: string): Promise<string> {
  const registry = await writeDb.registry.create({ data: { name, host: atHost } });
  return (await writeDb.destination.create({ data: { registryId: registry.id, basePath } })).id;
}

async function addComponent(data: { moreTargets?: string[]; tag?: null; digest?: string }) {
  const component = {
    position: 1,
    kind: "image" as const,
    sourceHost: "vendor.example.com",
    sourceRepository: "vendor/etcd",
    tag: "v1",
    targetPath: "tkg/etcd",
    platforms: [],
    ...data,
  };
  const release = await writeDb.release.create({
    data: { kind: "list", name: "tkg", version: "1", components: { create: component } },
    include: { components: true },
  });
  return { releaseId: release.id, componentId: release.components[0]?.id ?? "" };
}
