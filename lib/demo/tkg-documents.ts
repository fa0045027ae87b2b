import type { LayerFile } from "./layer-content.ts";
import type { VendorImage } from "./vendor-lists.ts";

const tkgVersion = "v2.1.1";
const kubernetesRelease = "v1.24.10+vmware.1-tkg.2";
const kubernetesPart =
  /^tkg\/(kube-(apiserver|controller-manager|proxy|scheduler)|etcd|coredns|pause|antrea-|calico-all\/|csi\/)/;
const documentImage = /^tkg\/(tkg|tkr)-(bom|compatibility)$/;

export function isTkgDocument(image: VendorImage): boolean {
  return documentImage.test(image.repository);
}

/** The file in an image that holds a document of the release rather than a program; null for a program. */
export function findTkgDocument(image: VendorImage, all: readonly VendorImage[]): LayerFile | null {
  const name = documentImage.exec(image.repository)?.[0].slice("tkg/".length);
  if (name === undefined) return null;
  const parts = all.filter((each) => each.kind === "image" && !isTkgDocument(each));
  switch (name) {
    case "tkg-bom":
      return { path: `tkg-bom-${tkgVersion}.yaml`, content: formatTkgBom(parts) };
    case "tkr-bom":
      return {
        path: `tkr-bom-${kubernetesRelease}.yaml`,
        content: formatTkrBom(parts.filter((part) => kubernetesPart.test(part.repository))),
      };
    default:
      return { path: `${name}.yaml`, content: formatCompatibility(name, image.tag) };
  }
}

function formatTkgBom(parts: readonly VendorImage[]): string {
  return [
    "apiVersion: run.tanzu.vmware.com/v1alpha2",
    `default:\n  k8sVersion: ${kubernetesRelease}`,
    `release:\n  version: ${tkgVersion}`,
    `components:\n${formatComponents(parts.filter((part) => !kubernetesPart.test(part.repository)))}`,
    "imageConfig:\n  imageRepository: projects.registry.vmware.com/tkg",
    "tkr-bom:\n  imagePath: tkr-bom",
    "tkr-compatibility:\n  imagePath: tkr-compatibility\n",
  ].join("\n");
}

function formatTkrBom(parts: readonly VendorImage[]): string {
  return [
    "apiVersion: run.tanzu.vmware.com/v1alpha2",
    `release:\n  version: ${kubernetesRelease}`,
    `components:\n${formatComponents(parts)}`,
    "imageConfig:\n  imageRepository: projects.registry.vmware.com/tkg\n",
  ].join("\n");
}

function formatComponents(parts: readonly VendorImage[]): string {
  const byPath = Map.groupBy(parts, (part) => part.repository.slice("tkg/".length));
  return [...byPath]
    .map(([path, versions]) => {
      const key = path.replaceAll(/[^a-z0-9]+/g, "_");
      const lines = versions.map(
        ({ tag }) =>
          `  - version: ${tag.replace("_", "+")}\n    images:\n      ${key}:\n        imagePath: ${path}\n        tag: ${tag}`,
      );
      return `  ${key}:\n${lines.join("\n")}`;
    })
    .join("\n");
}

function formatCompatibility(name: string, tag: string): string {
  return name === "tkr-compatibility"
    ? `version: ${tag}\nmanagementClusterVersions:\n- version: ${tkgVersion}\n  supportedKubernetesVersions:\n  - ${kubernetesRelease}\n`
    : `version: ${tag}\nmanagementClusterPluginVersions:\n- version: v0.28.1\n  supportedTKGBomVersions:\n  - imagePath: tkg-bom\n    tag: ${tkgVersion}\n`;
}
