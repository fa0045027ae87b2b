/**
 * The folders that clusters look in below the container registry URL; they stand side by side.
 *
 * "Set up a Local Container Registry in an Air-gapped Environment",
 * https://docs.vmware.com/en/VMware-Cloud-Director-Container-Service-Extension/4.2/
 */
export const clusterFolders = ["tkg", "vmware-cloud-director", "tanzu_cli/plugins"] as const;

/** `tanzu_cli` is the first half of one. */
const endings = [...clusterFolders, "tanzu_cli"];

/**
 * The folder of `clusterFolders`, or the half of one, that a base path ends in: clusters add it themselves, so that a base
 * that ends in it leads nowhere. Null for any other path; upper and lower case do not count.
 */
export function findEndingFolder(path: string): string | null {
  const lower = `/${path.toLowerCase()}`;
  return endings.find((folder) => lower.endsWith(`/${folder}`)) ?? null;
}

/** The three places under a base that clusters look in; `base` is "" for the registry's root. */
export function resolvedPaths(host: string, base: string): string[] {
  const root = base === "" ? host : `${host}/${base}`;
  return clusterFolders.map((folder) => `${root}/${folder}`);
}
