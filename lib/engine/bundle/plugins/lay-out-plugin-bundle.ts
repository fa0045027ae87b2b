import type { ImagePlan } from "../../mirror/image-plan.ts";
import type { Digest } from "../../oci/digest.ts";
import { parseRepository, type Repository } from "../../oci/reference.ts";
import type { ExportImage, ExportLayout } from "../export-layout.ts";
import { describeTars, layOutImgpkgTar } from "../imgpkg/lay-out-imgpkg.ts";
import { refuseImage } from "../imgpkg/refuse-image.ts";
import { TarLayout } from "../layout.ts";
import {
  bundleFolder,
  formatMigrationManifest,
  migrationManifestFile,
  type MigratedImage,
  type TaggedPath,
} from "./migration-manifest.ts";
import {
  formatPluginMetadata,
  metadataFile,
  type AvailablePlugin,
  type PluginMetadata,
} from "./plugin-metadata.ts";

/** A plug-in for one kind of machine, planned. */
interface PluginImage extends AvailablePlugin {
  /** As Go names them: `linux` and `amd64`, say. */
  readonly os: string;
  readonly architecture: string;
  readonly image: ExportImage;
}

/** What a plug-in bundle is to hold. */
export interface PluginBundleRequest {
  /** Of the file, `plugin-bundle.tar` say; packed by gzip when it ends in `.gz`. */
  readonly name: string;
  /** Planned with what cosign says of it: the Tanzu CLI believes no inventory that is not signed. */
  readonly inventory: ExportImage;
  /** Below the folder of the inventory. */
  readonly plugins: readonly PluginImage[];
  readonly metadata: PluginMetadata;
}

const inventoryTar = "plugin-inventory-image.tar.gz";
const gzipSuffix = ".gz";

/**
 * Lays out a bundle as `tanzu plugin download-bundle` makes it: one tar of imgpkg tars, which are not packed although
 * their names say so, and two files that say what is in it.
 *
 * A bundle whose name ends in `.gz` is written as a tar first, since its parts arrive in any order, and packed at the end.
 *
 * https://github.com/vmware-tanzu/tanzu-cli/blob/main/pkg/airgapped/plugin_bundle_download.go
 *
 * @param configs the contents of all configurations, as `readConfigs` yields them
 * @throws EngineError `image-not-representable` with `value` for what the format cannot carry: an image outside of the
 * inventory's folder, and two plug-ins with one name, included
 */
export function layOutPluginBundle(
  request: PluginBundleRequest,
  configs: ReadonlyMap<Digest, Uint8Array>,
): ExportLayout {
  const folder = findFolder(request.inventory.plan);
  const inventory = locateInventory(request.inventory.plan, folder);
  const metadata = {
    repository: parseRepository(`${inventory.repository}-metadata`),
    tag: inventory.tag,
    file: metadataFile,
  };
  const images: MigratedImage[] = [];
  const laidOut = listTars(request).map(({ file, image }) => {
    images.push({ file, repository: makeRelative(image.plan, folder) });
    return { file, image, layout: layOutImgpkgTar(image.plan, configs) };
  });
  const tar = new TarLayout();
  // The Tanzu CLI makes no folder of its own accord when it unpacks a bundle.
  tar.addFolder(bundleFolder);
  const add = (name: string) => `${bundleFolder}/${name}`;
  tar.addContent(
    add(migrationManifestFile),
    Buffer.from(formatMigrationManifest({ inventory, metadata, images })),
  );
  tar.addContent(add(metadataFile), formatPluginMetadata(request.metadata));
  for (const { file, layout } of laidOut) tar.addTar(add(file), layout.tar);
  const isPacked = request.name.endsWith(gzipSuffix);
  const name = isPacked ? request.name.slice(0, -gzipSuffix.length) : request.name;
  const files = [tar.finish(name)];
  return {
    files,
    images: laidOut.map(({ image, layout }) => ({ ...image, plan: layout.plan })),
    ...describeTars(
      laidOut.map(({ layout }) => layout),
      files,
    ),
    ...(isPacked && { packed: { from: name, to: request.name } }),
    close: () => [],
  };
}

/** The inventory first, then the plug-ins in their order. */
function listTars({ inventory, plugins }: PluginBundleRequest) {
  const taken = new Set<string>();
  const tars = plugins.map(({ name, target, version, os, architecture, image }) => {
    const file = `${name}-${target}-${os}_${architecture}-${version}.tar.gz`;
    // Disks on which it is unpacked may tell no upper from lower case.
    if (taken.has(file.toLowerCase()) || /[/\\\0]/.test(file)) throw refuseImage(image.plan, { value: file });
    taken.add(file.toLowerCase());
    return { file, image };
  });
  return [{ file: inventoryTar, image: inventory }, ...tars];
}

/** With a slash at its end, if it is any. */
function findFolder({ item }: ImagePlan): string {
  const { repository } = item.target;
  return repository.slice(0, repository.lastIndexOf("/") + 1);
}

function locateInventory(plan: ImagePlan, folder: string): TaggedPath {
  const { tag } = plan.item.target;
  if (tag === undefined) throw refuseImage(plan, { value: plan.root.digest });
  return { repository: makeRelative(plan, folder), tag };
}

function makeRelative(plan: ImagePlan, folder: string): Repository {
  const { repository } = plan.item.target;
  if (!repository.startsWith(folder)) throw refuseImage(plan, { value: repository });
  return parseRepository(repository.slice(folder.length));
}
