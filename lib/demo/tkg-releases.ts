import { ownImage, type VendorImage } from "./vendor-lists.ts";

export const tkgVersion = "v2.1.1";

/** The Kubernetes releases that the demo's vendor has of those that TKG 2.1.1 supports, the newest first. */
export const kubernetesReleases = ["v1.24.10+vmware.1-tkg.2", "v1.23.16+vmware.1-tkg.1"] as const;
export type KubernetesRelease = (typeof kubernetesReleases)[number];

export const infrastructures = ["aws", "azure", "vsphere-nonparavirt"] as const;

export const formatTag = (version: string) => version.replaceAll("+", "_");

/** What the older release has in other versions: etcd and CoreDNS as VMware's go-vcloud-director knows them. */
const olderImages = [
  "coredns:v1.8.6_vmware.16",
  "etcd:v3.5.6_vmware.5",
  "kube-apiserver:v1.23.16_vmware.1",
  "kube-controller-manager:v1.23.16_vmware.1",
  "kube-proxy:v1.23.16_vmware.1",
  "kube-scheduler:v1.23.16_vmware.1",
  "linux-resource-bundle:v1.23.16_vmware.1-tkg.1",
  "pause:3.6",
  "tkr-bom:v1.23.16_vmware.1-tkg.1",
];

/**
 * What the vendor has of TKG 2.1.1 besides the published list, which is of one Kubernetes release and older than the
 * packages of Kubernetes releases.
 */
export function listFurtherTkgImages(): VendorImage[] {
  const images = olderImages.map((name) => {
    const [path = "", tag = ""] = name.split(":");
    return ownImage(`tkg/${path}`, tag);
  });
  const packages = kubernetesReleases.flatMap((release) =>
    infrastructures.flatMap((infrastructure) =>
      ["tkr", "tkr-repository"].map((name) => ownImage(`tkg/${name}-${infrastructure}`, formatTag(release))),
    ),
  );
  const bundles = [ownImage("tkg/packages/core/repo", formatTag(kubernetesReleases[1])), ...packages];
  return [...images, ...bundles.map((image): VendorImage => ({ ...image, kind: "bundle" }))];
}

/** Paths below `tkg` that bills of materials of Kubernetes releases list. */
const kubernetesPart =
  /^(?:ako$|ako-operator|antrea-|calico-all\/|ccm\/|cloud-provider-oci|cluster-api\/azure|coredns|csi\/|dex|etcd|guest-|kapp-controller|kube-|kubernetes-csi_|linux-|windows-|metrics-server|packages\/(?:core\/|capabilities|tkg-storageclass)|pause|pinniped|secretgen-|tanzu_core\/addons\/)/;
/** Those that the bill of materials of TKG lists as well. */
const sharedPart = /^(?:kind\/node|kube-vip)/;
/** Those that each Kubernetes release has in its own version. */
const versionedPart =
  /^(?:coredns|etcd|kube-(?:apiserver|controller-manager|proxy|scheduler)|(?:linux|windows)-resource-bundle|packages\/core\/repo|pause)$/;

const packagePart = /^tkr-(?!bom|compatibility)/;
const pathOf = ({ repository }: VendorImage) => repository.slice("tkg/".length);

/** The images of a Kubernetes release, of all that the vendor has. */
export function listKubernetesParts(
  release: KubernetesRelease,
  listed: readonly VendorImage[],
  further: readonly VendorImage[],
): VendorImage[] {
  const isPart = (image: VendorImage) => kubernetesPart.test(pathOf(image)) || sharedPart.test(pathOf(image));
  if (release === kubernetesReleases[0]) return listed.filter(isPart);
  return [...listed.filter((image) => !versionedPart.test(pathOf(image))), ...further].filter(isPart);
}

/** The images of TKG itself, its own bill of materials among them. */
export function listTkgParts(listed: readonly VendorImage[]): VendorImage[] {
  return listed.filter((image) => {
    const path = pathOf(image);
    if (/^tk[gr]-(?:bom|compatibility)$/.test(path)) return path === "tkg-bom";
    return sharedPart.test(path) || !(kubernetesPart.test(path) || packagePart.test(path));
  });
}
