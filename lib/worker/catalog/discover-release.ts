import "server-only";
import type { Access } from "#lib/auth/access.ts";
import type { DiscoveredComponent } from "#lib/domain/catalog/discovered-component.ts";
import { parseReleaseList } from "#lib/domain/catalog/parse-release-list.ts";
import { placeComponent } from "#lib/domain/catalog/place-component.ts";
import { fetchPluginInventory } from "#lib/domain/catalog/plugin-inventory.ts";
import { listPluginRelease } from "#lib/domain/catalog/plugin-release.ts";
import { readGettingStarted } from "#lib/domain/catalog/read-getting-started.ts";
import { defaultMappingRules } from "#lib/domain/catalog/target-mapping-defaults.ts";
import { discoverTkg } from "#lib/domain/catalog/tkg/discover-tkg.ts";
import { createRegistrySource } from "#lib/engine/mirror/index.ts";
import {
  joinRepository,
  parseRegistryBase,
  parseRepository,
  parseTag,
  type RegistryBase,
} from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import type { ReleaseRequest } from "#lib/schemas/discoveries.ts";
import type { Discovery, FoundComponent } from "#lib/services/releases/index.ts";
import type { JobSessions } from "../job-sessions.ts";
import { readPluginChoice } from "./plugin-choice.ts";

const gettingStarted = parseRepository("getting-started-airgapped");
const inventoryName = parseRepository("plugin-inventory");
const inventoryTag = parseTag("latest");

type RequestOf<Kind extends ReleaseRequest["kind"]> = Extract<ReleaseRequest, { kind: Kind }>;

interface WantedRelease {
  /** `host[:port][/path]` */
  source: string;
  request: ReleaseRequest;
}

/** Where a release is looked for. */
interface Place {
  client: RegistryClient;
  base: RegistryBase;
  signal: AbortSignal;
}

/**
 * Finds out what a release is made of; whether its images are there is not looked at.
 *
 * @throws EngineError as the readers of each kind; AppError `secret-unreadable`
 */
export async function discoverRelease(
  sessions: JobSessions,
  access: Access<"job.start">,
  { source, request }: WantedRelease,
  signal: AbortSignal,
): Promise<Discovery> {
  const base = parseRegistryBase(source);
  return sessions.useRegistry(access, base.registry, (client) => discover({ client, base, signal }, request));
}

function discover(place: Place, request: ReleaseRequest): Promise<Discovery> {
  switch (request.kind) {
    case "getting_started_airgapped":
      return readList(place, request);
    case "tkg":
      return walkTkg(place, request);
    case "tanzu_plugins":
      return listPlugins(place, request);
  }
}

async function readList(
  { client, base, signal }: Place,
  { kind, tag }: RequestOf<"getting_started_airgapped">,
): Promise<Discovery> {
  const repository = joinRepository(base.base, gettingStarted);
  const source = createRegistrySource(client);
  const { text } = await readGettingStarted(source, { repository, reference: parseTag(tag) }, signal);
  const listed = parseReleaseList(text, { kind, source: base, file: "dependencies.txt" });
  const components = listed.map(({ line: _line, moreTargets, ...component }): FoundComponent => ({
    ...component,
    moreTargets: [...moreTargets],
    part: "",
    foundIn: ["dependencies.txt"],
  }));
  return { document: text, components, problems: [] };
}

async function walkTkg(place: Place, request: RequestOf<"tkg">): Promise<Discovery> {
  const { client, base, signal } = place;
  const { kind, version, kubernetesReleases, infrastructures } = request;
  const source = createRegistrySource(client);
  const { components, problems } = await discoverTkg(
    {
      name: source.name,
      fetchManifest: (...asked) => source.fetchManifest(...asked),
      openBlob: (...asked) => source.openBlob(...asked),
      listTags: (...asked) => client.listTags(...asked),
    },
    {
      base: base.base,
      version,
      infrastructures,
      ...(kubernetesReleases.length > 0 && { kubernetesReleases }),
    },
    { signal },
  );
  return {
    document: null,
    components: components.map((component) => toFound(component, kind, base)),
    problems: problems.map(({ code, facts }) => ({ code, facts: { ...facts } })),
  };
}

async function listPlugins(place: Place, request: RequestOf<"tanzu_plugins">): Promise<Discovery> {
  const { client, base, signal } = place;
  const image = { repository: joinRepository(base.base, inventoryName), reference: inventoryTag };
  const { inventory } = await fetchPluginInventory(createRegistrySource(client), image, signal);
  const { components, problems } = listPluginRelease(inventory, readPluginChoice(request));
  return {
    document: null,
    components: components.map((component) => toFound(component, request.kind, base)),
    problems: problems.map(({ code, facts }) => ({ code, facts: { ...facts } })),
  };
}

function toFound(
  { repositoryPath, tag, digest, group, foundIn }: DiscoveredComponent,
  releaseKind: ReleaseRequest["kind"],
  base: RegistryBase,
): FoundComponent {
  const sourceRepository = joinRepository(base.base, repositoryPath);
  const { targetPath, moreTargets } = placeComponent(
    { releaseKind, sourceRepository, path: repositoryPath },
    defaultMappingRules,
  );
  return {
    // What it is in fact is found out when it is resolved.
    kind: "image",
    enabled: true,
    sourceHost: base.registry,
    sourceRepository,
    tag,
    digest,
    targetPath,
    moreTargets: [...moreTargets],
    part: group,
    foundIn: [...foundIn],
  };
}
