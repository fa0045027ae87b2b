import "server-only";
import type { Access } from "#lib/auth/access.ts";
import type { DiscoveredComponent } from "#lib/domain/catalog/discovered-component.ts";
import { readReleaseList } from "#lib/domain/catalog/parse-release-list.ts";
import { placeComponent } from "#lib/domain/catalog/place-component.ts";
import { fetchPluginInventory } from "#lib/domain/catalog/plugin-inventory.ts";
import { listPluginRelease } from "#lib/domain/catalog/plugin-release.ts";
import { readGettingStarted } from "#lib/domain/catalog/read-getting-started.ts";
import { rewriteBase } from "#lib/domain/catalog/source-rewrites.ts";
import type { MappingRule } from "#lib/domain/catalog/target-mapping.ts";
import { discoverTkg } from "#lib/domain/catalog/tkg/discover-tkg.ts";
import { createTkgSource } from "#lib/domain/catalog/tkg/tkg-source.ts";
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
import { readSourceRewrites, readTargetRules } from "#lib/services/paths/index.ts";
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
  /** As the release names it, and as it is read. */
  base: RegistryBase;
  readBase: RegistryBase;
  rules: readonly MappingRule[];
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
  const [rewrites, rules] = await Promise.all([readSourceRewrites(), readTargetRules()]);
  const { base: readBase } = rewriteBase(base, rewrites);
  return sessions.useRegistry(access, readBase.registry, (client) =>
    discover({ client, base, readBase, rules, signal }, request),
  );
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
  { client, base, readBase, rules, signal }: Place,
  { kind, tag }: RequestOf<"getting_started_airgapped">,
): Promise<Discovery> {
  const repository = joinRepository(readBase.base, gettingStarted);
  const source = createRegistrySource(client);
  const { text } = await readGettingStarted(source, { repository, reference: parseTag(tag) }, signal);
  const { components: listed, problems } = readReleaseList(text, {
    kind,
    source: base,
    file: "dependencies.txt",
    rules,
  });
  const components = listed.map(({ line: _line, moreTargets, ...component }): FoundComponent => ({
    ...component,
    moreTargets: [...moreTargets],
    part: "",
    foundIn: ["dependencies.txt"],
  }));
  return {
    document: text,
    components,
    problems: problems.map(({ code, facts }) => ({ code, facts: { ...facts } })),
  };
}

async function walkTkg(place: Place, request: RequestOf<"tkg">): Promise<Discovery> {
  const { client, readBase, signal } = place;
  const { kind, version, kubernetesReleases, infrastructures } = request;
  const { components, problems } = await discoverTkg(
    createTkgSource(client),
    {
      base: readBase.base,
      version,
      infrastructures,
      ...(kubernetesReleases.length > 0 && { kubernetesReleases }),
    },
    { signal },
  );
  return {
    document: null,
    components: components.map((component) => toFound(component, kind, place)),
    problems: problems.map(({ code, facts }) => ({ code, facts: { ...facts } })),
  };
}

async function listPlugins(place: Place, request: RequestOf<"tanzu_plugins">): Promise<Discovery> {
  const { client, readBase, signal } = place;
  const image = { repository: joinRepository(readBase.base, inventoryName), reference: inventoryTag };
  const { inventory } = await fetchPluginInventory(createRegistrySource(client), image, signal);
  const { components, problems } = listPluginRelease(inventory, readPluginChoice(request));
  return {
    document: null,
    components: components.map((component) => toFound(component, request.kind, place)),
    problems: problems.map(({ code, facts }) => ({ code, facts: { ...facts } })),
  };
}

function toFound(
  { repositoryPath, tag, digest, group, foundIn }: DiscoveredComponent,
  releaseKind: ReleaseRequest["kind"],
  { base, rules }: Place,
): FoundComponent {
  const sourceRepository = joinRepository(base.base, repositoryPath);
  const { targetPath, moreTargets } = placeComponent(
    { releaseKind, sourceRepository, path: repositoryPath },
    rules,
  );
  return {
    // What it is in fact is found out when it is resolved.
    kind: "image",
    enabled: true,
    sourceHost: base.registry,
    sourceRepository,
    sourcePath: repositoryPath,
    tag,
    digest,
    targetPath,
    moreTargets: [...moreTargets],
    part: group,
    foundIn: [...foundIn],
  };
}
