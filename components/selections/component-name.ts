import { formatVersion } from "#components/catalog/format-version.ts";
import type { OfferedComponent } from "#lib/schemas/selections.ts";

/** `repository:tag`: the registry is the same for most of a release. */
export function formatComponent({
  source,
  ...version
}: Pick<OfferedComponent, "source" | "tag" | "digest">): string {
  return source.slice(source.indexOf("/") + 1) + formatVersion(version);
}
