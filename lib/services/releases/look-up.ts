import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { fetchPluginInventory } from "#lib/domain/catalog/plugin-inventory.ts";
import { listPluginOffers } from "#lib/domain/catalog/plugin-release-offers.ts";
import { findKubernetesReleases } from "#lib/domain/catalog/tkg/find-kubernetes-releases.ts";
import { listTkgVersions } from "#lib/domain/catalog/tkg/list-tkg-versions.ts";
import { createTkgSource } from "#lib/domain/catalog/tkg/tkg-source.ts";
import { rewriteBase } from "#lib/domain/catalog/source-rewrites.ts";
import { createRegistrySource } from "#lib/engine/mirror/index.ts";
import {
  joinRepository,
  parseRegistryBase,
  parseRepository,
  parseTag,
  type RegistryBase,
} from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import type {
  GettingStartedChoice,
  KubernetesLookUpQuery,
  KubernetesRelease,
  LookUpQuery,
  PluginOffers,
  TkgVersion,
} from "#lib/schemas/discoveries.ts";
import { readCseVersions } from "../cse-versions/index.ts";
import { readSourceRewrites } from "../paths/index.ts";
import { askRegistry } from "../registries/index.ts";

// What there is to choose from at a source, while a person fills in what to look for. Nothing is stored.

/** More than a person chooses from. */
const maxChoices = 500;

/** The versions of Container Service Extension whose list of images is known, newest first. */
export async function listGettingStartedChoices(
  _access: Access<"catalog.write">,
): Promise<GettingStartedChoice[]> {
  const versions = await readCseVersions();
  const tagged = versions.filter(({ gettingStartedTag }) => gettingStartedTag !== null);
  const byTag = Map.groupBy(tagged, ({ gettingStartedTag }) => gettingStartedTag ?? "");
  return [...byTag].map(([tag, rows]) => ({ tag, versions: rows.map(({ version }) => version) }));
}

/** The versions of TKG at a source, newest first. @throws EngineError as `askRegistry` and `listTkgVersions` */
export async function lookUpTkgVersions(
  access: Access<"catalog.write">,
  { source }: LookUpQuery,
  signal: AbortSignal,
): Promise<TkgVersion[]> {
  const { registry, base } = await findPlace(source);
  const ask = (client: RegistryClient, limited: AbortSignal) =>
    listTkgVersions(createTkgSource(client), base, { signal: limited });
  return (await askRegistry(access, registry, ask, signal)).slice(0, maxChoices);
}

/** The Kubernetes releases of a version of TKG. @throws EngineError as `askRegistry` and `findKubernetesReleases` */
export async function lookUpKubernetesReleases(
  access: Access<"catalog.write">,
  { source, version }: KubernetesLookUpQuery,
  signal: AbortSignal,
): Promise<KubernetesRelease[]> {
  const { registry, base } = await findPlace(source);
  const ask = (client: RegistryClient, limited: AbortSignal) =>
    findKubernetesReleases(createTkgSource(client), base, version, { signal: limited });
  return (await askRegistry(access, registry, ask, signal)).slice(0, maxChoices);
}

/** What a plug-in repository offers. @throws EngineError as `askRegistry` and `fetchPluginInventory` */
export async function lookUpPlugins(
  access: Access<"catalog.write">,
  { source }: LookUpQuery,
  signal: AbortSignal,
): Promise<PluginOffers> {
  const { registry, base } = await findPlace(source);
  const repository = joinRepository(base, parseRepository("plugin-inventory"));
  const ask = async (client: RegistryClient, limited: AbortSignal) => {
    const image = { repository, reference: parseTag("latest") };
    return (await fetchPluginInventory(createRegistrySource(client), image, limited)).inventory;
  };
  return listPluginOffers(await askRegistry(access, registry, ask, signal));
}

/** Where is asked in fact, as the job will ask. */
async function findPlace(source: string): Promise<RegistryBase> {
  return rewriteBase(parseRegistryBase(source), await readSourceRewrites()).base;
}
