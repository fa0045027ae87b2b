import "server-only";
import { db } from "#lib/db/client.ts";
import { ReleaseKind } from "#lib/db/generated/enums.ts";
import { type ChosenPlugins, choosePlugins, type PluginChoice } from "#lib/domain/catalog/choose-plugins.ts";
import { fetchPluginInventory, type PluginVersion } from "#lib/domain/catalog/plugin-inventory.ts";
import type { BundleDocument } from "#lib/engine/bundle/drayage/bundle-document.ts";
import type { ImportPlace } from "#lib/engine/bundle/import-images.ts";
import type { PluginMetadata } from "#lib/engine/bundle/plugins/plugin-metadata.ts";
import { publishPluginMetadata } from "#lib/engine/bundle/plugins/publish-plugin-metadata.ts";
import type { ContentTarget } from "#lib/engine/mirror/content.ts";
import { createRegistryTarget } from "#lib/engine/mirror/index.ts";
import { type Digest, parseDigest } from "#lib/engine/oci/digest.ts";
import {
  formatImagePath,
  type ImagePath,
  joinRepository,
  parseReference,
  parseRepository,
  parseTag,
  type Repository,
} from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { findPluginRequest, readPluginChoice } from "../catalog/plugin-choice.ts";
import { inventoryName, isInventory } from "./inventory-tasks.ts";

type Binary = ChosenPlugins["binaries"][number];

const metadataTag = parseTag("latest");
const taskFields = {
  id: true,
  targetRepository: true,
  finalDigest: true,
  component: { select: { sourceHost: true, sourceRepository: true, tag: true, digest: true, release: true } },
} as const;

/**
 * Says at the target which plug-ins and groups of its inventory a job has brought, besides those that earlier ones have:
 * the Tanzu CLI shows no others. To be called once all images of the job are there.
 *
 * @throws EngineError as the target does, and as `publishPluginMetadata`
 */
export async function publishPlugins(
  { jobId, inventories }: { jobId: string; inventories: ReadonlySet<string> },
  client: RegistryClient,
  signal: AbortSignal,
): Promise<void> {
  const tasks = await db.mirrorTask.findMany({
    where: { jobId, component: { release: { kind: ReleaseKind.tanzu_plugins } } },
    orderBy: { position: "asc" },
    select: taskFields,
  });
  const brought = new Set(tasks.flatMap(({ component }) => (component ? [nameOf(component)] : [])));
  const target = createRegistryTarget(client);
  for (const { id, component, targetRepository, finalDigest } of tasks) {
    if (!inventories.has(id) || !component || finalDigest === null) continue;
    // A list that a person gave says by its images which plug-ins are meant.
    const request = findPluginRequest(component.release.request);
    const inventory = {
      repository: parseRepository(targetRepository),
      digest: parseDigest(finalDigest),
      from: component,
      choice: request === null ? {} : readPluginChoice(request),
    };
    await publishInventory(target, inventory, brought, signal);
  }
}

interface StandingInventory {
  /** Where it stands now. */
  repository: Repository;
  digest: Digest;
  /** Where it came from, as the images beside it did. */
  from: { sourceHost: string; sourceRepository: string };
  choice: PluginChoice;
}

/** @param brought names of images at their source */
async function publishInventory(
  target: ContentTarget,
  { repository, digest, from: { sourceHost, sourceRepository }, choice }: StandingInventory,
  brought: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const image = { repository, reference: digest };
  const { inventory } = await fetchPluginInventory(target.contents, image, signal);
  const folder = sourceRepository.slice(0, -inventoryName.length);
  const hasBrought = ({ image: path }: Binary) => brought.has(`${sourceHost}/${folder}${formatPath(path)}`);
  await publishPluginMetadata({
    target,
    repository: parseRepository(`${repository}-metadata`),
    tag: metadataTag,
    added: selectBrought(choosePlugins(inventory, choice), hasBrought),
    signal,
  });
}

/** As `publishPlugins`, of what a bundle of ours brings below `base`, or the bundle that it builds on has brought. */
export async function publishBundledPlugins(
  { images, releases }: Pick<BundleDocument, "images" | "releases">,
  { target, base }: ImportPlace,
  signal: AbortSignal,
): Promise<void> {
  const brought = new Set(images.map(({ original }) => original));
  for (const { components, kind, plugins } of releases) {
    if (kind !== ReleaseKind.tanzu_plugins) continue;
    const names = new Set(components.map(({ original }) => original));
    for (const { original, repository, digest } of images) {
      if (!names.has(original)) continue;
      const { registry: sourceHost, repository: sourceRepository } = parseReference(original);
      if (!isInventory(sourceRepository)) continue;
      const inventory = {
        ...{ repository: joinRepository(base, repository), digest },
        from: { sourceHost, sourceRepository },
        choice: plugins === undefined ? {} : readPluginChoice(plugins),
      };
      await publishInventory(target, inventory, brought, signal);
    }
  }
}

/** Plug-ins of which there is a program, and groups of which there are all plug-ins. */
function selectBrought(
  { binaries, plugins, groups }: ChosenPlugins,
  hasBrought: (binary: Binary) => boolean,
): PluginMetadata {
  const there = new Set(binaries.filter(hasBrought).map(formatPlugin));
  const available = plugins.filter((plugin) => there.has(formatPlugin(plugin)));
  const isThere = ({ name, target, version }: PluginVersion) =>
    available.some(
      (plugin) =>
        plugin.name === name &&
        plugin.target === target &&
        // A group may shorten what it names.
        (plugin.version === version || plugin.version.startsWith(`${version}.`)),
    );
  return { plugins: available, groups: groups.filter((group) => group.plugins.every(isThere)) };
}

function formatPlugin({ name, target, version }: PluginVersion): string {
  return JSON.stringify([name, target, version]);
}

/** As a release has it: where both are written, the digest says which image is meant. */
function formatPath({ repository, tag, digest }: ImagePath): string {
  return formatImagePath({ repository, ...(digest ? { digest } : tag && { tag }) });
}

function nameOf({
  sourceHost,
  sourceRepository,
  tag,
  digest,
}: {
  sourceHost: string;
  sourceRepository: string;
  tag: string | null;
  digest: string | null;
}): string {
  return `${sourceHost}/${sourceRepository}${tag === null ? `@${digest ?? ""}` : `:${tag}`}`;
}
