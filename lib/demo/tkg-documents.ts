import type { LayerFile } from "./layer-content.ts";
import { formatDocument, formatTkgBom, formatTkrBom } from "./tkg-boms.ts";
import {
  formatTag,
  kubernetesReleases,
  listKubernetesParts,
  listTkgParts,
  tkgVersion,
} from "./tkg-releases.ts";
import type { VendorImage } from "./vendor-lists.ts";

const documentImage = /^tkg\/(tkg|tkr)-(bom|compatibility)$/;

export function isTkgDocument(image: VendorImage): boolean {
  return documentImage.test(image.repository);
}

/**
 * The file in an image that holds a document of the release rather than a program; null for a program.
 *
 * @param listed the images of the published list
 * @param further what the vendor has besides
 */
export function findTkgDocument(
  image: VendorImage,
  listed: readonly VendorImage[],
  further: readonly VendorImage[],
): LayerFile | null {
  const name = documentImage.exec(image.repository)?.[0].slice("tkg/".length);
  switch (name) {
    case undefined:
      return null;
    case "tkg-bom":
      return { path: `tkg-bom-${tkgVersion}.yaml`, content: formatTkgBom(listTkgParts(listed)) };
    case "tkr-bom": {
      const release =
        kubernetesReleases.find((each) => formatTag(each) === image.tag) ?? kubernetesReleases[0];
      const content = formatTkrBom(release, listKubernetesParts(release, listed, further));
      return { path: `tkr-bom-${release}.yaml`, content };
    }
    default:
      return { path: `${name}.yaml`, content: formatCompatibility(name, image.tag, isNewest(image, listed)) };
  }
}

/** By number: `v9` is older than `v10`. */
function isNewest({ repository, tag }: VendorImage, listed: readonly VendorImage[]): boolean {
  const numberOf = (text: string) => Number(text.slice(1));
  return listed.every((each) => each.repository !== repository || numberOf(each.tag) <= numberOf(tag));
}

/** Each is all of the one before it and a version more; here the newest alone knows the version of the demo. */
function formatCompatibility(name: string, version: string, isLatest: boolean): string {
  if (name === "tkr-compatibility") {
    const before = { version: "v2.1.0", supportedKubernetesVersions: ["v1.24.9+vmware.1-tkg.1"] };
    const latest = { version: tkgVersion, supportedKubernetesVersions: kubernetesReleases };
    return formatDocument({ version, managementClusterVersions: [before, ...(isLatest ? [latest] : [])] });
  }
  const describe = (plugin: string, tag: string) => ({
    version: plugin,
    supportedTKGBomVersions: [{ imagePath: "tkg-bom", tag }],
  });
  return formatDocument({
    version,
    managementClusterPluginVersions: [
      ...(isLatest ? [describe("v0.28.1", tkgVersion)] : []),
      describe("v0.28.0", "v2.1.0"),
    ],
  });
}
