import { stringify } from "yaml";
import { infrastructures, kubernetesReleases, type KubernetesRelease, tkgVersion } from "./tkg-releases.ts";
import type { VendorImage } from "./vendor-lists.ts";

/** The keys by which bills of materials group images, where they are not simply the image's name. */
const componentNames: readonly (readonly [RegExp, string])[] = [
  [/^packages\/core\//, "tkg-core-packages"],
  [/^packages\/management\//, "tanzu-framework-management-packages"],
  [/^packages\/standard\//, "tkg-standard-packages"],
  [/^packages\//, "$<name>-package"],
  [/^tanzu_core\/addons\//, "tanzu_core_addons"],
  [/^tanzu_core\//, "tanzu-framework"],
  [/^cluster-api\/(?:kubeadm-|capd-|cluster-api-controller)/, "cluster_api"],
  [/^(?:harbor|velero|calico-all|prometheus|grafana)\//, "$<folder>"],
  [/^kind\//, "kubernetes-sigs_kind"],
  [/^(?:kube-(?!vip)|pause)/, "kubernetes"],
  [/^cert-manager-/, "jetstack_cert-manager"],
];
/** Plug-ins that the bill of materials lists twice, under two names. */
const listedTwice = /^tanzu_core\/tanzu-cli-plugins\/(?:cluster|feature|kubernetes-release)-/;

const imageConfig = { imageRepository: "projects.registry.vmware.com/tkg" };

/** `tkg-bom-v2.1.1.yaml`; what it says of other things than images is cut short. */
export function formatTkgBom(parts: readonly VendorImage[]): string {
  const byInfrastructure = (name: string) =>
    Object.fromEntries(infrastructures.map((each) => [each, `${name}-${each}`]));
  return formatDocument({
    apiVersion: "run.tanzu.vmware.com/v1alpha2",
    default: { k8sVersion: kubernetesReleases[0] },
    release: { version: tkgVersion },
    components: { ...buildComponents(parts), "crash-diagnostics": [{ version: "v0.3.7+vmware.6" }] },
    kindKubeadmConfigSpec: ["kind: Cluster", "apiVersion: kind.x-k8s.io/v1alpha4", "kubeadmConfigPatches:"],
    imageConfig,
    extensions: { contour: { clusterTypes: ["workload"], managedBy: "user" } },
    "tkr-bom": { imagePath: "tkr-bom" },
    "tkr-compatibility": { imagePath: "tkr-compatibility" },
    "tkr-package-repo": byInfrastructure("tkr-repository"),
    "tkr-package": byInfrastructure("tkr"),
  });
}

/** `tkr-bom-v1.24.10+vmware.1-tkg.2.yaml`; what it says of other things than images is cut short. */
export function formatTkrBom(release: KubernetesRelease, parts: readonly VendorImage[]): string {
  return formatDocument({
    apiVersion: "run.tanzu.vmware.com/v1alpha2",
    release: { version: release },
    components: { ...buildComponents(parts), containerd: [{ version: "v1.6.18+vmware.1" }] },
    kubeadmConfigSpec: { apiVersion: "kubeadm.k8s.io/v1beta3", kind: "ClusterConfiguration" },
    ova: [
      { name: "ova-photon-3", osinfo: { name: "photon", version: "3", arch: "amd64" }, version: release },
    ],
    imageConfig,
  });
}

export function formatDocument(document: object): string {
  return stringify(document, { aliasDuplicateObjects: false, indentSeq: false, lineWidth: 0 });
}

type Images = Record<string, { imagePath: string; tag: string }>;

/** Components by their keys: versions, and the images of each. */
function buildComponents(
  parts: readonly VendorImage[],
): Record<string, { version: string; images: Images }[]> {
  const components: Record<string, { version: string; images: Images }[]> = {};
  for (const { repository, tag } of parts) {
    const imagePath = repository.slice("tkg/".length);
    const version = tag.replace("_", "+");
    const versions = (components[nameComponent(imagePath)] ??= []);
    let entry = versions.find((each) => each.version === version);
    if (!entry) versions.push((entry = { version, images: {} }));
    const name = imagePath.slice(imagePath.lastIndexOf("/") + 1);
    entry.images[`${name}Image`] = { imagePath, tag };
    if (listedTwice.test(imagePath)) entry.images[`${name}StaticImage`] = { imagePath, tag };
  }
  return components;
}

function nameComponent(path: string): string {
  const [folder = "", name = ""] = [path.slice(0, path.indexOf("/")), path.slice(path.lastIndexOf("/") + 1)];
  const rule = componentNames.find(([pattern]) => pattern.test(path));
  return (rule?.[1] ?? name).replace("$<name>", name).replace("$<folder>", folder);
}
