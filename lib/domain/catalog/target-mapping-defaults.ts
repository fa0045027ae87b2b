import type { MappingRule } from "./target-mapping.ts";

/**
 * Where clusters of Container Service Extension look, below the URL of their registry: three folders, which are fixed and
 * stand side by side (https://docs.vmware.com/en/VMware-Cloud-Director-Container-Service-Extension/4.2/).
 *
 * Inferred: clusterctl, told by `images: all: repository: R` to take images from elsewhere, keeps no more than the last
 * component of an image's path (https://cluster-api.sigs.k8s.io/clusterctl/configuration), so that those that it installs
 * stand flat, too. Those of TKG need no such copy: there R is `<base>/tkg/cluster-api`, and `<base>/tkg` for cert-manager
 * (`EnsureConfigImages` of tkgconfigupdater in https://github.com/vmware-tanzu/tanzu-framework).
 */
export const defaultMappingRules: readonly MappingRule[] = [
  {
    id: "cluster-api",
    releaseKind: "getting_started_airgapped",
    match: "**/cluster-api/*",
    targets: [
      { template: "vmware-cloud-director/{path}", documented: true },
      { template: "vmware-cloud-director/{name}", documented: false },
    ],
  },
  {
    id: "cert-manager",
    releaseKind: "getting_started_airgapped",
    match: "**/jetstack/cert-manager-*",
    targets: [
      { template: "vmware-cloud-director/{path}", documented: true },
      { template: "vmware-cloud-director/{name}", documented: false },
    ],
  },
  {
    id: "getting-started-airgapped",
    releaseKind: "getting_started_airgapped",
    match: "**",
    targets: [{ template: "vmware-cloud-director/{path}", documented: true }],
  },
  {
    id: "tkg",
    releaseKind: "tkg",
    match: "**",
    targets: [{ template: "tkg/{path}", documented: true }],
  },
  {
    id: "tanzu-plugins",
    releaseKind: "tanzu_plugins",
    match: "**",
    targets: [{ template: "tanzu_cli/plugins/{path}", documented: true }],
  },
  // Nobody's document, but what the list itself says.
  { id: "list", releaseKind: "list", match: "**", targets: [{ template: "{path}", documented: true }] },
];
