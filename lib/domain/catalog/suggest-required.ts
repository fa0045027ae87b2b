import type { KnownComponent } from "./component-needs.ts";
import { compareVersions } from "./compare-versions.ts";
import type { ReleaseListKind } from "./parse-release-list.ts";
import { findNewestTag, tagVersion } from "./tkg/tags.ts";

/** What clusters need a component for. */
export const requiredReasons = [
  "documents",
  "control_plane",
  "network",
  "packages",
  "cluster_api",
  "cloud_director",
  "storage",
  "bootstrap",
  "plug_ins",
] as const;
export type RequiredReason = (typeof requiredReasons)[number];

/** A component as its release has it. */
export interface SuggestibleComponent extends KnownComponent {
  /** Whether the release's own list has it on. */
  readonly enabled: boolean;
}

type Rules = readonly (readonly [RequiredReason, RegExp])[];

/** Images of TKG, by their paths below its base. */
const tkgRules: Rules = [
  ["control_plane", /^(?:kube-(?:apiserver|controller-manager|scheduler|proxy)|etcd|coredns|pause)$/],
  ["control_plane", /^kube-vip$/],
  ["packages", /^packages\/core\/(?:repo|kapp-controller|metrics-server|secretgen-controller)$/],
  ["packages", /^(?:kapp-controller|metrics-server|secretgen-controller)$/],
  ["packages", /^tkr(?:-repository)?-vsphere-nonparavirt$/],
  ["cluster_api", /^cluster-api\/(?:cluster-api|kubeadm-bootstrap|kubeadm-control-plane)-controller$/],
  ["cluster_api", /^cert-manager-(?:cainjector|controller|webhook)$/],
];
const antrea = /^(?:antrea-advanced-[a-z0-9-]+|packages\/core\/antrea)$/;
const calico = /^(?:calico-all\/(?:cni|cni-plugin|kube-controllers|node)|packages\/core\/calico)$/;
const forWindows = "windows";

/** Images of Container Service Extension, by the last part of their names. */
const clusterRules: Rules = [
  [
    "cloud_director",
    /^(?:cluster-api-provider-cloud-director|capvcd-manifest-airgapped|cloud-provider-for-cloud-director|cpi-crs-airgapped|rde-projector.*)$/,
  ],
  [
    "storage",
    /^(?:cloud-director-named-disk-csi-driver|csi-crs-airgapped|csi-(?:attacher|provisioner|resizer|node-driver-registrar))$/,
  ],
  ["cluster_api", /^(?:cluster-api|kubeadm-bootstrap|kubeadm-control-plane)-controller$/],
  ["cluster_api", /^cert-manager-(?:cainjector|controller|webhook)$/],
];

/**
 * Components of a release without which clusters do not come up, as far as that is known. A proposal for a person: which
 * of them clusters ask for is in the end decided by the configuration of the Container Service Extension server.
 *
 * TKG. Documented:
 * - the bills of materials and the newest compatibility images, by which everything else is found
 *   (https://github.com/vmware-tanzu/tanzu-framework/tree/release-0.29/cmd/cli/plugin/isolated-cluster);
 * - Kubernetes with etcd and CoreDNS: the clusters' `imageRepository` is `<registry>/tkg` (`capiyaml_cluster.tmpl` in
 *   https://github.com/vmware/go-vcloud-director/tree/main/govcd/cse);
 * - the core packages, which the documents of Container Service Extension 4.2 ask for;
 * - Antrea, which is the network that the server's configuration names unless it is told otherwise; Calico only where a
 *   release has no Antrea.
 *
 * TKG. Inferred:
 * - that of the core packages it is kapp-controller, secretgen-controller and metrics-server that no cluster is without;
 * - that of the packages of Kubernetes releases those for `vsphere-nonparavirt` are the ones that Cloud Director needs;
 * - kube-vip, cert-manager and the providers of Cluster API: clusters of TKG run them, while Container Service Extension
 *   names versions of its own that come with getting-started-airgapped;
 * - that of several Kubernetes releases one is enough, for which the newest is taken: which others a tenant wants is its
 *   choice. Of a list, which does not say what belongs to which, all versions are taken.
 *
 * Container Service Extension. Documented: its provider, cloud provider and storage driver of Cloud Director with the
 * sidecars, Cluster API and cert-manager (see `component-needs.ts`), and the node image of the bootstrap machine, whose
 * tag the server's configuration holds. Inferred: that the images of manifests (`*-airgapped`) are fetched when a cluster
 * is made, which is what they are for; and the name of the RDE projector, whose place nothing public states. A list
 * without anything of Cloud Director is of something else, and nothing of it is suggested.
 *
 * Plug-ins. Documented: the inventory, without which the Tanzu CLI finds none.
 *
 * @param components all of one release; what its own list has off is passed over
 */
export function suggestRequired(
  kind: ReleaseListKind,
  components: readonly SuggestibleComponent[],
): ReadonlyMap<string, RequiredReason> {
  const suggest = {
    tkg: suggestOfTkg,
    tanzu_plugins: suggestOfPlugins,
    getting_started_airgapped: suggestOfList,
    list: suggestOfList,
  };
  const reasonOf = suggest[kind](components.filter(({ enabled }) => enabled));
  const found = new Map<string, RequiredReason>();
  for (const component of components) {
    const reason = component.enabled ? reasonOf(component) : null;
    if (reason !== null) found.set(component.id, reason);
  }
  return found;
}

type ReasonOf = (component: KnownComponent) => RequiredReason | null;

function suggestOfTkg(components: readonly KnownComponent[]): ReasonOf {
  const newest = findNewestRelease(components);
  const compatibility = new Set(["tkg-compatibility", "tkr-compatibility"].flatMap(findNewestOf));
  const network = components.some((component) => antrea.test(pathOf(component))) ? antrea : calico;
  return (component) => {
    const path = pathOf(component);
    const name = lastName(path);
    const tag = component.tag ?? "";
    if (name === "tkg-bom") return "documents";
    if (name === "tkr-bom") return newest === null || tagVersion(tag) === newest ? "documents" : null;
    if (name === "tkg-compatibility" || name === "tkr-compatibility") {
      return compatibility.has(component.id) ? "documents" : null;
    }
    if (path.includes(forWindows) || tag.includes(forWindows) || !belongsTo(component, newest)) return null;
    return network.test(path) ? "network" : findReason(tkgRules, path);
  };

  function findNewestOf(name: string): string[] {
    const images = components.filter((component) => lastName(pathOf(component)) === name);
    const tag = findNewestTag(images.map((image) => image.tag ?? ""));
    return images.filter((image) => image.tag === tag).map(({ id }) => id);
  }
}

/** The newest of the Kubernetes releases that there are bills of materials of. */
function findNewestRelease(components: readonly KnownComponent[]): string | null {
  const versions = components
    .filter((component) => lastName(pathOf(component)) === "tkr-bom" && component.tag !== null)
    .map(({ tag }) => tagVersion(tag ?? ""));
  return versions.toSorted(compareVersions).at(-1) ?? null;
}

/** Whether a component is of a Kubernetes release, or of none in particular. */
function belongsTo({ part, tag, foundIn, sourcePath }: KnownComponent, release: string | null): boolean {
  if (release === null) return true;
  const isPackage = part === "tkr-package" || part === "tkr-package-repo" || /^tkr-(?!bom)/.test(sourcePath);
  if (isPackage) return tagVersion(tag ?? "") === release;
  const isOfOne = foundIn.length > 0 && foundIn.every((document) => /(?:^|\/)tkr-bom /.test(document));
  return !isOfOne || foundIn.some((document) => document.endsWith(` ${release}`));
}

function suggestOfPlugins(): ReasonOf {
  return ({ part, sourceRepository }) =>
    [part, lastName(sourceRepository)].includes("plugin-inventory") ? "plug_ins" : null;
}

function suggestOfList(components: readonly KnownComponent[]): ReasonOf {
  const reasonOf = (component: KnownComponent): RequiredReason | null => {
    const { sourceRepository } = component;
    if (/(?:^|\/)kindest\/node$/.test(sourceRepository)) return "bootstrap";
    return findReason(clusterRules, lastName(sourceRepository));
  };
  const isOfCloudDirector = components.some((component) => {
    const name = lastName(component.sourceRepository);
    return reasonOf(component) === "cloud_director" || name === "cloud-director-named-disk-csi-driver";
  });
  return isOfCloudDirector ? reasonOf : () => null;
}

function findReason(rules: Rules, name: string): RequiredReason | null {
  return rules.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}

/** Below the base of TKG; of rows that do not say so, what follows the project. */
function pathOf({ sourcePath, sourceRepository }: KnownComponent): string {
  if (sourcePath !== "") return sourcePath;
  return sourceRepository.replace(/^(?:.*\/)?tkg\//, "");
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
