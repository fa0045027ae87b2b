import "server-only";
import { type ConfigDocument, readField } from "#lib/domain/vcd/config-document.ts";
import { defaultContainerRegistryUrl } from "#lib/domain/vcd/container-registry-url.ts";

/** What clusters pull from by a configuration, and while there is none: the default where it does not say. */
export function registryUrlOf(document: ConfigDocument | null): string {
  const stored = document && readField(document, "containerRegistryUrl");
  return stored === null || stored === "" ? defaultContainerRegistryUrl : stored;
}
