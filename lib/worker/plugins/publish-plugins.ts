import "server-only";
import { db } from "#lib/db/client.ts";
import { ReleaseKind } from "#lib/db/generated/enums.ts";
import { type ChosenPlugins, choosePlugins } from "#lib/domain/catalog/choose-plugins.ts";
import { fetchPluginInventory, type PluginVersion } from "#lib/domain/catalog/plugin-inventory.ts";
import type { PluginMetadata } from "#lib/engine/bundle/plugins/plugin-metadata.ts";
import { publishPluginMetadata } from "#lib/engine/bundle/plugins/publish-plugin-metadata.ts";
import { createRegistrySource, createRegistryTarget } from "#lib/engine/mirror/index.ts";
import { parseDigest } from "#lib/engine/oci/digest.ts";
import { formatImagePath, type ImagePath, parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { releaseRequest } from "#lib/schemas/discoveries.ts";
import { readPluginChoice } from "../catalog/plugin-choice.ts";

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
  const source = createRegistrySource(client, "target");
  for (const { id, component, targetRepository, finalDigest } of tasks) {
    if (!inventories.has(id) || !component || finalDigest === null) continue;
    const repository = parseRepository(targetRepository);
    const image = { repository, reference: parseDigest(finalDigest) };
    const { inventory } = await fetchPluginInventory(source, image, signal);
    const { request } = component.release;
    const parsed = request === null ? null : releaseRequest.parse(request);
    // A list that a person gave says by its images which plug-ins are meant.
    const choice = parsed?.kind === "tanzu_plugins" ? readPluginChoice(parsed) : {};
    const folder = component.sourceRepository.replace(/\/?plugin-inventory$/, "");
    const hasBrought = ({ image: path }: Binary) =>
      brought.has(`${component.sourceHost}/${folder === "" ? "" : `${folder}/`}${formatPath(path)}`);
    await publishPluginMetadata({
      target: createRegistryTarget(client),
      repository: parseRepository(`${targetRepository}-metadata`),
      tag: metadataTag,
      added: selectBrought(choosePlugins(inventory, choice), hasBrought),
      signal,
    });
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
