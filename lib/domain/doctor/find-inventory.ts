import { parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import type { RegistryClient } from "#lib/engine/oci/registry-client.ts";
import { pluginInventory } from "./known-images.ts";
import { makeFinding } from "./make-finding.ts";
import { asEngineError, describeRequestFailure } from "./request-failure.ts";
import type { StepRun, Walk } from "./walk.ts";

const step = "plugin-inventory";
const maxTags = 10;

/** Whether the inventory of plug-ins stands under the tag that the Tanzu CLI asks for. */
export async function* findInventory(walk: Walk, client: RegistryClient): StepRun {
  const name = walk.below(pluginInventory.repository);
  const image = `${client.registry}/${name}:${pluginInventory.tag}`;
  const place = { path: walk.pathOf("tanzu_cli/plugins"), image };
  try {
    const repository = parseRepository(name);
    const { descriptor } = await client.getManifest(repository, parseTag(pluginInventory.tag), walk.signal);
    yield makeFinding(step, "inventory-found", { ...place, digest: descriptor.digest });
  } catch (thrown) {
    const { code } = asEngineError(thrown, "get-manifest");
    if (code === "manifest-not-found" || code === "repository-not-found") {
      const tags = await client.listTags(parseRepository(name), walk.signal).catch((error: unknown) => {
        asEngineError(error, "list-tags");
        return [];
      });
      yield tags.length === 0
        ? makeFinding(step, "inventory-missing", place)
        : makeFinding(step, "inventory-other-tags", { ...place, tags: tags.slice(0, maxTags) });
    } else {
      const failure = describeRequestFailure(thrown, "get-manifest");
      yield makeFinding(step, "inventory-failed", { ...place, ...failure });
    }
  }
  return true;
}
