import type { ReleaseListKind } from "./parse-release-list.ts";
import { tagVersion } from "./tkg/tags.ts";

/** What is known of a component: it is one of a release. */
export interface KnownComponent {
  readonly id: string;
  /** Below the base of its release's source; empty where that is not known. */
  readonly sourcePath: string;
  /** At the source, its project included. */
  readonly sourceRepository: string;
  readonly tag: string | null;
  /** The component of a bill of materials that it belongs to, a plug-in, or nothing. */
  readonly part: string;
  /** The documents that name it: `tkg-bom v2.1.1`. */
  readonly foundIn: readonly string[];
}

/** What one component needs: of each group at least one, by their ids. */
export type ComponentNeeds = readonly (readonly string[])[];

/** Repositories of the packages of a Kubernetes release; both are bundles, tagged as the release is. */
const packageParts: ReadonlySet<string> = new Set(["tkr-package-repo", "tkr-package"]);

/**
 * Images of clusters, by the last part of their names, and those without which they do not come up.
 *
 * - Cluster API's providers are installed after cert-manager, whose webhooks they use:
 *   https://cluster-api.sigs.k8s.io/clusterctl/commands/init
 * - Cloud Director's provider is installed together with those of the core, of kubeadm's bootstrap and of its control
 *   plane: https://github.com/vmware/cluster-api-provider-cloud-director/blob/main/docs/MANAGEMENT_CLUSTER.md
 * - The driver for named disks runs with sidecars: `manifests/csi-controller.yaml.template` and `csi-node.yaml.template`
 *   in https://github.com/vmware/cloud-director-named-disk-csi-driver
 * - Images of manifests carry what names the image beside them: the `Makefile` of each of the three repositories
 */
const clusterNeeds: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "cert-manager-controller": ["cert-manager-cainjector", "cert-manager-webhook"],
    "cluster-api-controller": ["cert-manager-controller"],
    "kubeadm-bootstrap-controller": ["cert-manager-controller", "cluster-api-controller"],
    "kubeadm-control-plane-controller": ["cert-manager-controller", "cluster-api-controller"],
    "cluster-api-provider-cloud-director": [
      "cluster-api-controller",
      "kubeadm-bootstrap-controller",
      "kubeadm-control-plane-controller",
    ],
    "cloud-director-named-disk-csi-driver": [
      "csi-attacher",
      "csi-provisioner",
      "csi-resizer",
      "csi-node-driver-registrar",
    ],
    "capvcd-manifest-airgapped": ["cluster-api-provider-cloud-director"],
    "cpi-crs-airgapped": ["cloud-provider-for-cloud-director"],
    "csi-crs-airgapped": ["cloud-director-named-disk-csi-driver"],
  }),
);

/**
 * What depends on what in a release, as far as the catalog knows it:
 *
 * - TKG: an image is of use to whoever finds it, which is by a document that names it, so it needs one of the images that
 *   carry those documents; a bill of materials of TKG is found by the compatibility image. A Kubernetes release is its
 *   bill of materials and its packages under the same tag, which need each other (`DownloadTkrBomAndComponentImages` and
 *   `DownloadTkgPackagesImages` in
 *   https://github.com/vmware-tanzu/tanzu-framework/blob/release-0.29/cmd/cli/plugin/isolated-cluster/imagepullop/publishimagestotar.go).
 *   Which images of a bill of materials a cluster cannot do without it does not say: a provider requires them.
 * - Plug-ins: the Tanzu CLI finds none without the inventory.
 * - Container Service Extension: `clusterNeeds`.
 *
 * What is not among the components is not needed here: an older list may be without it.
 *
 * @param components all of one release that may be chosen
 * @returns nothing for those that need nothing
 */
export function findComponentNeeds(
  kind: ReleaseListKind,
  components: readonly KnownComponent[],
): ReadonlyMap<string, ComponentNeeds> {
  const find = {
    tkg: tkgNeeds,
    tanzu_plugins: pluginNeeds,
    getting_started_airgapped: listNeeds,
    list: listNeeds,
  };
  const needsOf = find[kind](components);
  const found = new Map<string, ComponentNeeds>();
  for (const component of components) {
    const needs = needsOf(component)
      // What carries the document that names itself needs nobody else for that.
      .filter((group) => group.length > 0 && !group.includes(component.id));
    if (needs.length > 0) found.set(component.id, needs);
  }
  return found;
}

type NeedsOf = (component: KnownComponent) => string[][];

function tkgNeeds(components: readonly KnownComponent[]): NeedsOf {
  const carriers = groupIds(components, nameDocument);
  const parts = groupIds(components, ({ part, sourcePath }) => (part === "" ? lastName(sourcePath) : part));
  const releases = Map.groupBy(
    components.filter(({ part }) => packageParts.has(part) || part === "tkr-bom"),
    ({ tag }) => tag ?? "",
  );
  return (component) => {
    const { part, foundIn, tag } = component;
    const needs = [foundIn.flatMap((document) => carriers.get(document) ?? [])];
    if (part === "tkg-bom") needs.push(parts.get("tkg-compatibility") ?? []);
    if (part === "tkr-bom" || packageParts.has(part)) {
      const belonging = groupIds(releases.get(tag ?? "") ?? [], (other) => other.part);
      for (const [other, ids] of belonging) {
        // Packages lie beside each other: only the release as a whole needs them all.
        if (other !== part && (part === "tkr-bom" || other === "tkr-bom")) needs.push([...ids]);
      }
    }
    return needs;
  };
}

function pluginNeeds(components: readonly KnownComponent[]): NeedsOf {
  const inventories = components
    .filter(({ part, sourceRepository }) => [part, lastName(sourceRepository)].includes("plugin-inventory"))
    .map(({ id }) => id);
  return () => [inventories];
}

function listNeeds(components: readonly KnownComponent[]): NeedsOf {
  const byName = groupIds(components, ({ sourceRepository }) => lastName(sourceRepository));
  return ({ sourceRepository }) =>
    (clusterNeeds.get(lastName(sourceRepository)) ?? []).map((name) => byName.get(name) ?? []);
}

function groupIds(
  components: readonly KnownComponent[],
  keyOf: (component: KnownComponent) => string,
): ReadonlyMap<string, string[]> {
  const groups = Map.groupBy(components, keyOf);
  return new Map([...groups].map(([key, members]) => [key, members.map(({ id }) => id)]));
}

/** As `foundIn` says it. */
function nameDocument({ sourcePath, tag }: KnownComponent): string {
  return `${sourcePath} ${tagVersion(tag ?? "")}`;
}

function lastName(repository: string): string {
  return repository.slice(repository.lastIndexOf("/") + 1);
}
