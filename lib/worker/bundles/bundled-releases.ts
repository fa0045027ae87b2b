import type { BundledRelease } from "#lib/engine/bundle/drayage/bundle-document.ts";
import type { ExportImage } from "#lib/engine/bundle/export-layout.ts";
import { formatPlatform } from "#lib/engine/oci/descriptor.ts";
import { findDigest } from "#lib/engine/oci/digest.ts";
import { parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import { findPluginRequest } from "../catalog/plugin-choice.ts";
import type { ExportRow } from "./export-row.ts";

type Release = ExportRow["releases"][number]["release"];
type Component = Release["components"][number];

/** The releases of an export, as the bundle carries them: whoever imports it never meets their source. */
export function describeReleases(
  { releases }: Pick<ExportRow, "releases">,
  images: readonly ExportImage[],
): BundledRelease[] {
  const plans = new Map(
    images.map(({ plan }) => {
      const { repository, tag } = plan.item.target;
      return [nameOf(repository, tag ?? plan.root.digest), plan];
    }),
  );
  return releases.map(({ release: { kind, name, version, source, request, document, components } }) => ({
    kind,
    name,
    version,
    ...(source !== "" && { source }),
    ...describeChoice(request),
    ...(document !== null && { document }),
    components: components.map((component) => {
      const { sourcePath, targetPath, moreTargets, part, tag, digest } = component;
      const plan = plans.get(nameOf(targetPath, tag ?? digest ?? ""));
      const known = plan?.root.digest ?? findDigest(digest ?? "");
      return {
        kind: component.kind,
        enabled: component.enabled,
        original: formatOriginal(component),
        ...(sourcePath !== "" && { sourcePath: parseRepository(sourcePath) }),
        targetPath: parseRepository(targetPath),
        ...(moreTargets.length > 0 && { moreTargets: moreTargets.map(parseRepository) }),
        ...(part !== "" && { part }),
        ...(tag !== null && { tag: parseTag(tag) }),
        ...(known && { digest: known }),
        ...(plan && { sizeBytes: plan.totalBytes }),
        platforms: plan?.platforms.map(formatPlatform) ?? [],
      };
    }),
  }));
}

function describeChoice(request: unknown): Pick<BundledRelease, "plugins"> {
  const choice = findPluginRequest(request);
  if (choice === null) return {};
  const { groups, plugins, machines } = choice;
  return { plugins: { groups, plugins, machines } };
}

function nameOf(repository: string, reference: string): string {
  return `${repository} ${reference}`;
}

function formatOriginal({ sourceHost, sourceRepository, tag, digest }: Component): string {
  const reference = tag === null ? `@${digest ?? ""}` : `:${tag}`;
  return `${sourceHost}/${sourceRepository}${reference}`;
}
