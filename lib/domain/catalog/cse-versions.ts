/**
 * What belongs to a version of Container Service Extension, as the server's configuration has it; null where nobody
 * knows. In image tags, the version of CAPVCD has a `v` in front, the others none. The cluster type is that of the
 * entity type `vmware:capvcdCluster`.
 */
export const cseComponents = ["capvcd", "cloudProvider", "csiDriver", "rdeProjector", "clusterType"] as const;

/** A version of VMware Cloud Director Container Service Extension, and what belongs to it. */
export interface CseVersion {
  readonly version: string;
  /** Of the image that carries dependencies.txt; null where no public document names one. */
  readonly gettingStartedTag: string | null;
  readonly components: Readonly<Record<(typeof cseComponents)[number], string | null>>;
}

/** Where the vendor has the image that carries dependencies.txt, below its registry. */
export const gettingStartedRepository = "vmware-cloud-director/getting-started-airgapped";

/**
 * What is publicly known, newest first; the table that a new panel has.
 *
 * Tags: "Set up a Local Container Registry in an Air-gapped Environment",
 * https://docs.vmware.com/en/VMware-Cloud-Director-Container-Service-Extension/4.2/ (4.2, 4.2.1 and 4.2.2 only).
 * Versions: the examples `container-service-extension/v4.1` and `v4.2` (`terraform.tfvars.example.4.2.0` to `4.2.3`) of
 * https://github.com/vmware/terraform-provider-vcd
 */
export const defaultCseVersions: readonly CseVersion[] = [
  {
    // Has no server image of its own: it is installed with that of 4.2.2.
    version: "4.2.3",
    gettingStartedTag: null,
    components: {
      capvcd: "1.3.2",
      cloudProvider: "1.6.1",
      csiDriver: "1.6.0",
      rdeProjector: "0.7.1",
      clusterType: "1.3.0",
    },
  },
  {
    version: "4.2.2",
    gettingStartedTag: "v0.1.4",
    components: {
      capvcd: "1.3.0",
      cloudProvider: "1.6.0",
      csiDriver: "1.6.0",
      rdeProjector: "0.7.1",
      clusterType: "1.3.0",
    },
  },
  {
    version: "4.2.1",
    gettingStartedTag: "v0.1.3",
    components: {
      capvcd: "1.3.0",
      cloudProvider: "1.6.0",
      csiDriver: "1.6.0",
      rdeProjector: "0.7.0",
      clusterType: "1.3.0",
    },
  },
  {
    version: "4.2",
    gettingStartedTag: "v0.1.2",
    components: {
      capvcd: "1.2.0",
      cloudProvider: "1.5.0",
      csiDriver: "1.5.0",
      rdeProjector: "0.7.0",
      clusterType: "1.3.0",
    },
  },
  {
    version: "4.1",
    gettingStartedTag: null,
    components: {
      capvcd: "1.1.0",
      cloudProvider: "1.4.0",
      csiDriver: "1.4.0",
      rdeProjector: "0.6.0",
      clusterType: "1.2.0",
    },
  },
];
