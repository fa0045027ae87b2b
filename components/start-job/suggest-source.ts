import type { RegistryChoice } from "#lib/schemas/registries.ts";
import type { Source } from "./source-fields.tsx";

/** The only registry to read needs no choosing; without any, images are read from their own. */
export function suggestSource(sources: readonly RegistryChoice[]): Source["sourceRegistryId"] {
  const [only] = sources;
  if (only === undefined) return null;
  return sources.length === 1 ? only.id : "";
}
