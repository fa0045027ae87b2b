import { afterAll, beforeAll, expect, test } from "vitest";
import { systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { fillRegistry } from "#lib/demo/fill-registry.ts";
import { essentialsGroup, pluginGroup } from "#lib/demo/tanzu-plugins.ts";
import { kubernetesReleases, tkgVersion } from "#lib/demo/tkg-releases.ts";
import { createTestDatabase, type TestDatabase } from "#lib/testing/database.ts";
import { type MemoryRegistry, startMemoryRegistry } from "#lib/testing/memory-registry/memory-registry.ts";
import {
  listGettingStartedChoices,
  lookUpKubernetesReleases,
  lookUpPlugins,
  lookUpTkgVersions,
} from "./index.ts";

let database: TestDatabase;
let vendor: MemoryRegistry;
const access = systemAccess({ id: "test", organizationId: null, startedBy: null }, "catalog.write");
const { signal } = new AbortController();
/** Where a kind of release stands at the vendor's. */
const at = (path: string) => ({ source: `${vendor.host}/${path}` });

beforeAll(async () => {
  [database, vendor] = await Promise.all([createTestDatabase(), startMemoryRegistry()]);
  const documents = /^(?:tkg\/tk[gr]-(?:bom|compatibility)|tanzu_cli\/plugins\/plugin-inventory)$/;
  await fillRegistry(vendor.url, { scale: 0.005, only: ({ repository }) => documents.test(repository) });
  await writeDb.registry.create({ data: { name: "vendor", host: vendor.host, tlsMode: "plain_http" } });
});
afterAll(async () => {
  await vendor.stop();
  await database.drop();
});

test("a source says which versions of TKG it has, and what each supports", async () => {
  expect(await lookUpTkgVersions(access, at("tkg"), signal)).toEqual([
    { version: tkgVersion, isCompatible: true },
  ]);
  const releases = await lookUpKubernetesReleases(access, { ...at("tkg"), version: tkgVersion }, signal);
  expect(releases.map(({ version }) => version)).toEqual(expect.arrayContaining([...kubernetesReleases]));
  const unknown = lookUpKubernetesReleases(access, { ...at("tkg"), version: "v9.9.9" }, signal);
  await expect(unknown).rejects.toMatchObject({ code: "tkg-version-unknown" });
  await expect(lookUpTkgVersions(access, at("elsewhere"), signal)).rejects.toMatchObject({
    code: "tkg-compatibility-missing",
  });
});

test("a source says which groups and plug-ins it has", async () => {
  const offers = await lookUpPlugins(access, at("tanzu_cli/plugins"), signal);
  expect(offers).toMatchObject({
    isCut: false,
    machines: expect.arrayContaining(["linux/amd64"]) as string[],
  });
  expect(offers.groups).toContainEqual(
    expect.objectContaining({
      id: `${pluginGroup.vendor}-${pluginGroup.publisher}/${pluginGroup.name}`,
      versions: [pluginGroup.version],
    }),
  );
  expect(offers.groups.filter(({ isEssential }) => isEssential)).toMatchObject([
    { id: "vmware-tanzucli/essentials", versions: [essentialsGroup.version] },
  ]);
  expect(offers.plugins.map(({ name, target }) => `${name}@${target}`)).toContain("package@kubernetes");
});

test("a registry that is not there is told at once, and an image that is not there with its name", async () => {
  const gone = await startMemoryRegistry();
  await gone.stop();
  await writeDb.registry.create({ data: { name: "gone", host: gone.host, tlsMode: "plain_http" } });
  const startedAt = performance.now();
  const lookUp = lookUpTkgVersions(access, { source: `${gone.host}/tkg` }, signal);
  await expect(lookUp).rejects.toMatchObject({
    code: "connection-refused",
    facts: { registry: gone.host },
  });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  await expect(lookUpPlugins(access, at("nothing"), signal)).rejects.toMatchObject({
    name: "EngineError",
    facts: { repository: "nothing/plugin-inventory" },
  });
});

test("whoever goes away is not waited for", async () => {
  const lookUp = lookUpTkgVersions(access, at("tkg"), AbortSignal.abort());
  await expect(lookUp).rejects.toThrow();
});

test("the lists of images that are publicly known are offered with the newest first", async () => {
  expect((await listGettingStartedChoices(access))[0]).toEqual({ versions: ["4.2.2"], tag: "v0.1.4" });
});
