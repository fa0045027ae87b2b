import { gettingStartedRepository } from "../catalog/cse-versions.ts";
import type { clusterFolders } from "../vcd/resolved-paths.ts";

export type ClusterFolder = (typeof clusterFolders)[number];

/** The image by which the Tanzu CLI finds its plug-ins: "Set up a Local Container Registry in an Air-gapped Environment". */
export const pluginInventory = { repository: "tanzu_cli/plugins/plugin-inventory", tag: "latest" } as const;

/**
 * Repositories that clusters, or who sets them up, are known to look for in each folder, below the base: those first that
 * every version has. The images of TKG are those of its compatibility files; those of Container Service Extension stand in
 * its `dependencies.txt`.
 */
export const knownRepositories: Readonly<Record<ClusterFolder, readonly string[]>> = {
  tkg: ["tkg/tkr-compatibility", "tkg/tkg-compatibility", "tkg/tkg-bom", "tkg/tkr-bom", "tkg/pause"],
  "vmware-cloud-director": [
    "vmware-cloud-director/cluster-api-provider-cloud-director",
    "vmware-cloud-director/cloud-provider-for-cloud-director",
    "vmware-cloud-director/cloud-director-named-disk-csi-driver",
    "vmware-cloud-director/capvcd-manifest-airgapped",
    gettingStartedRepository,
  ],
  "tanzu_cli/plugins": [pluginInventory.repository],
};
