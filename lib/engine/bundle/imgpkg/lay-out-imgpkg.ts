import type { ImagePlan } from "../../mirror/image-plan.ts";
import { digestHex, type Digest } from "../../oci/digest.ts";
import type { ExportImage, ExportLayout } from "../export-layout.ts";
import { TarLayout, type FileLayout } from "../layout.ts";
import { describePlan } from "./describe-plan.ts";
import { formatManifestDocument, manifestDocumentName } from "./manifest-document.ts";
import { formatMapFile, mapFileName } from "./map-file.ts";
import { refuseImage } from "./refuse-image.ts";
import { formatTarName } from "./tar-path.ts";

/** A tar as `imgpkg copy --to-tar` makes it, of an image or a bundle with all that it lists. */
export interface ImgpkgTarLayout {
  readonly tar: TarLayout;
  /** What is to be copied into it. */
  readonly plan: ImagePlan;
  /** Known beforehand: the configurations and manifests in the tar's list of contents. */
  readonly held: ReadonlySet<Digest>;
}

/** What file systems take for a name, while the file is being written. */
const maxNameBytes = 255 - ".partial".length;

/** Names of tars in one folder. */
export class TarNames {
  readonly #taken = new Map<string, ImagePlan>();

  /**
   * The name of an image's tar; the same image may come twice.
   *
   * @throws EngineError `image-not-representable` for a name that another image has, or that is too long
   */
  take(plan: ImagePlan): { readonly name: string; readonly isTwice: boolean } {
    const { root, item } = plan;
    const { repository, tag } = item.target;
    const name = formatTarName(repository, { tag, digest: root.digest });
    // Disks that are carried often tell no upper from lower case.
    const same = this.#taken.get(name.toLowerCase());
    const isTwice = same?.item.target.repository === repository && same.root.digest === root.digest;
    const isLong = Buffer.byteLength(name) > maxNameBytes;
    if (isLong || (same && !isTwice)) throw refuseImage(plan, { value: name });
    this.#taken.set(name.toLowerCase(), same ?? plan);
    return { name, isTwice };
  }
}

/** Where the blob of a layer stands in a tar, whatever it is packed by. */
export function layerEntryName(digest: Digest): string {
  return `sha256-${digestHex(digest)}.tar.gz`;
}

/**
 * Lays out images as `tanzu isolated-cluster download-bundle` does: a tar for each image, and last a file that says which
 * belongs where, below the importer's base.
 *
 * https://github.com/vmware-tanzu/tanzu-framework/tree/release-0.29/cmd/cli/plugin/isolated-cluster
 *
 * @param configs the contents of all configurations, as `readConfigs` yields them
 * @throws EngineError `image-not-representable` with `value` for what the format cannot carry, two images whose tars
 * would have the same name included
 */
export function layOutImgpkg(
  images: readonly ExportImage[],
  configs: ReadonlyMap<Digest, Uint8Array>,
): ExportLayout {
  const tars: ImgpkgTarLayout[] = [];
  const trimmed: ExportImage[] = [];
  const files: FileLayout[] = [];
  const paths = new Map<string, string>();
  const names = new TarNames();
  for (const image of images) {
    const { name, isTwice } = names.take(image.plan);
    const layout = layOutImgpkgTar(image.plan, configs);
    trimmed.push({ ...image, plan: layout.plan });
    if (isTwice) continue;
    paths.set(name, image.plan.item.target.repository);
    tars.push(layout);
    files.push(layout.tar.finish(name));
  }
  return {
    files,
    images: trimmed,
    ...describeTars(tars, files),
    close: () => [{ name: mapFileName, content: formatMapFile(paths) }],
  };
}

/**
 * Lays out a tar as imgpkg makes it: `manifest.json`, then the layers by digest.
 *
 * https://github.com/carvel-dev/imgpkg/blob/v0.42.3/pkg/imgpkg/imagetar/tar_writer.go
 *
 * @param configs the contents of all configurations
 * @throws EngineError `image-not-representable`
 */
export function layOutImgpkgTar(plan: ImagePlan, configs: ReadonlyMap<Digest, Uint8Array>): ImgpkgTarLayout {
  const described = describePlan(plan, configs);
  const tar = new TarLayout();
  tar.addContent(manifestDocumentName, Buffer.from(formatManifestDocument(described.records)));
  const layers = [...described.layers].sort((a, b) => (a.digest < b.digest ? -1 : 1));
  const held = new Set(described.configs);
  for (const { descriptor } of described.plan.manifests) held.add(descriptor.digest);
  for (const layer of layers) {
    const name = layerEntryName(layer.digest);
    // What is a configuration may be a layer, too.
    const known = configs.get(layer.digest);
    if (known) {
      tar.addContent(name, known);
      held.add(layer.digest);
    } else tar.addBlob(name, layer);
  }
  return { tar, plan: described.plan, held };
}

/** What an export must know of the tars in its files. @param files with all the tars in them */
export function describeTars(
  tars: readonly ImgpkgTarLayout[],
  files: readonly FileLayout[],
): Pick<ExportLayout, "held" | "manifests" | "referrers"> {
  const held = new Set(tars.flatMap((tar) => [...tar.held]));
  // What stands in a list of contents may be a layer elsewhere, and then has to be brought.
  for (const { digest } of files.flatMap(({ blobs }) => blobs)) held.delete(digest);
  return {
    held,
    manifests: new Map(
      tars.flatMap(({ plan }) =>
        plan.manifests.map(({ descriptor }) => [descriptor.digest, descriptor] as const),
      ),
    ),
    referrers: new Map(),
  };
}
