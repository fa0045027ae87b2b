import type { ConfigChange, ConfigView } from "./config-document.ts";
import type { ConfigField } from "./config-fields.ts";

/** The versions that belong to a release of Container Service Extension, as the catalog has them: none with a `v`. */
export interface ReleaseComponents {
  readonly capvcd: string | null;
  readonly cloudProvider: string | null;
  readonly csiDriver: string | null;
  readonly rdeProjector: string | null;
  /** Of the entity type `vmware:capvcdCluster`. */
  readonly clusterType: string | null;
}

/** In the document, CAPVCD alone of these has a `v` in front. */
const fields = {
  capvcd: ["capvcdVersion", "v"],
  cloudProvider: ["cpiVersion", ""],
  csiDriver: ["csiVersion", ""],
  rdeProjector: ["rdeProjectorVersion", ""],
  clusterType: ["clusterTypeVersion", ""],
} as const satisfies Readonly<Record<keyof ReleaseComponents, readonly [ConfigField, string]>>;

type ReleaseField = (typeof fields)[keyof ReleaseComponents][0];

/**
 * What all releases from 4.1 to 4.2.3 have in common, by the template `vcdkeconfig.json.template` (v4.1, v4.2) in
 * `examples/container-service-extension` of https://github.com/vmware/terraform-provider-vcd
 */
const commonVersions = {
  coreCapiVersion: "v1.4.0",
  controlPlaneProviderVersion: "v1.4.0",
  bootstrapProviderVersion: "v1.4.0",
  clusterctlVersion: "v1.4.0",
  certManagerVersion: "v1.11.1",
  kindVersion: "v0.19.0",
  kindestNodeVersion: "v1.27.1",
  dockerVersion: "",
  kubectlVersion: "",
} as const satisfies ConfigChange;

/** The change that gives a configuration the components of a release; what nobody knows stays as it is. */
export function changeToRelease(components: ReleaseComponents): ConfigChange {
  return { ...commonVersions, ...releaseVersions(components) };
}

/** The releases whose known components a configuration has, each of them; in their order. */
export function findReleases<Release extends { readonly components: ReleaseComponents }>(
  view: Pick<ConfigView, ReleaseField>,
  releases: readonly Release[],
): Release[] {
  return releases.filter(({ components }) => {
    const wanted = Object.entries(releaseVersions(components)) as [ReleaseField, string][];
    return wanted.length > 0 && wanted.every(([field, version]) => view[field] === version);
  });
}

function releaseVersions(components: ReleaseComponents): Readonly<Partial<Record<ReleaseField, string>>> {
  const names = Object.keys(fields) as (keyof ReleaseComponents)[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const [field, prefix] = fields[name];
      const version = components[name];
      return version === null ? [] : [[field, `${prefix}${version.replace(/^v/, "")}`]];
    }),
  );
}
