import type { ReleaseKind } from "#lib/db/generated/enums.ts";
import { listPluginImages, pluginGroup, pluginsRepository } from "./tanzu-plugins.ts";
import {
  dependenciesText,
  gettingStartedImage,
  listDependencies,
  listTkgImages,
  tkgImageList,
  type VendorImage,
} from "./vendor-lists.ts";

interface DemoComponent {
  readonly position: number;
  readonly kind: "image" | "bundle";
  readonly enabled: boolean;
  /** The vendor's registry. In the demo one registry stands in for all of them, with the same repositories. */
  readonly sourceHost: string;
  readonly sourceRepository: string;
  readonly tag: string;
  /** Repository below the base of a destination. */
  readonly targetPath: string;
}

export interface DemoRelease {
  readonly kind: ReleaseKind;
  readonly name: string;
  readonly version: string;
  /** The list that its components come from. */
  readonly document: string;
  readonly components: readonly DemoComponent[];
}

/** The releases of the demo's catalog. */
export function listDemoReleases(): DemoRelease[] {
  const plugins = listPluginImages();
  return [
    {
      kind: "tkg",
      name: "Tanzu Kubernetes Grid",
      version: "v2.1.1",
      document: tkgImageList,
      components: listComponents(listTkgImages()),
    },
    {
      kind: "getting_started_airgapped",
      name: "getting-started-airgapped",
      version: gettingStartedImage.tag,
      document: dependenciesText,
      components: listComponents(listDependencies()),
    },
    {
      kind: "tanzu_plugins",
      name: `${pluginGroup.vendor}-${pluginGroup.publisher}/${pluginGroup.name}`,
      version: pluginGroup.version,
      document: plugins
        .map(({ repository, tag }) => `-i ${repository.slice(pluginsRepository.length + 1)}:${tag}\n`)
        .join(""),
      components: listComponents(plugins),
    },
  ];
}

function listComponents(images: readonly VendorImage[]): DemoComponent[] {
  return images.map(({ kind, enabled, host, repository, tag, targetPath }, index) => ({
    position: index + 1,
    kind,
    enabled,
    sourceHost: host,
    sourceRepository: repository,
    tag,
    targetPath,
  }));
}
