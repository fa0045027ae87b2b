import { defaultContainerRegistryUrl } from "./container-registry-url.ts";
import type { JsonPath, JsonValue } from "./json-tree.ts";

/**
 * How a value stands in the document. `seconds`: a text, `900` or `900s`, and a number to everybody else. `secret`: it is
 * written, and never read out again.
 */
type FieldKind = "text" | "secret" | "texts" | "seconds" | "number";

interface FieldPlace {
  readonly kind: FieldKind;
  /** From the profile on. */
  readonly path: JsonPath;
  /** The version of the entity type that brought it, after the first. */
  readonly since?: string;
}

const bootstrap = "bootstrapClusterConfig";
const ecosystem = [bootstrap, "capiEcosystem"] as const;

/**
 * Where the fields of the server's configuration stand in `profiles[0]` of a VCDKEConfig.
 *
 * Schema and template: `vcdkeconfig-type-schema-v1.1.0.json` and `vcdkeconfig.json.template` (v4.0, v4.1, v4.2) in
 * `examples/container-service-extension` of https://github.com/vmware/terraform-provider-vcd
 */
const configFields = {
  containerRegistryUrl: { kind: "text", path: ["containerRegistryUrl"], since: "1.1.0" },
  bootstrapCertificates: { kind: "texts", path: [bootstrap, "certificateAuthorities"], since: "1.1.0" },
  clusterCertificates: { kind: "texts", path: ["K8Config", "certificateAuthorities"], since: "1.1.0" },
  githubToken: { kind: "secret", path: ["githubConfig", "githubPersonalAccessToken"] },
  httpProxy: { kind: "text", path: [bootstrap, "proxyConfig", "httpProxy"] },
  httpsProxy: { kind: "text", path: [bootstrap, "proxyConfig", "httpsProxy"] },
  noProxy: { kind: "text", path: [bootstrap, "proxyConfig", "noProxy"] },
  syslogHost: { kind: "text", path: ["vcdConfig", "sysLogger", "host"] },
  syslogPort: { kind: "text", path: ["vcdConfig", "sysLogger", "port"] },
  maxUnhealthyNodes: { kind: "number", path: ["K8Config", "mhc", "maxUnhealthyNodes"], since: "1.1.0" },
  nodeStartupTimeout: { kind: "seconds", path: ["K8Config", "mhc", "nodeStartupTimeout"], since: "1.1.0" },
  nodeNotReadyTimeout: { kind: "seconds", path: ["K8Config", "mhc", "nodeNotReadyTimeout"], since: "1.1.0" },
  nodeUnknownTimeout: { kind: "seconds", path: ["K8Config", "mhc", "nodeUnknownTimeout"], since: "1.1.0" },
  sizingPolicy: { kind: "text", path: [bootstrap, "sizingPolicy"] },
  capvcdVersion: { kind: "text", path: [...ecosystem, "infraProvider", "version"] },
  clusterTypeVersion: { kind: "text", path: [...ecosystem, "infraProvider", "capvcdRde", "version"] },
  cpiVersion: { kind: "text", path: ["K8Config", "cpi", "version"] },
  csiVersion: { kind: "text", path: ["K8Config", "csi", 0, "version"] },
  cniVersion: { kind: "text", path: ["K8Config", "cni", "version"] },
  rdeProjectorVersion: { kind: "text", path: ["K8Config", "rdeProjectorVersion"], since: "1.1.0" },
  coreCapiVersion: { kind: "text", path: [...ecosystem, "coreCapiVersion"] },
  controlPlaneProviderVersion: { kind: "text", path: [...ecosystem, "controlPlaneProvider", "version"] },
  bootstrapProviderVersion: { kind: "text", path: [...ecosystem, "bootstrapProvider", "version"] },
  certManagerVersion: { kind: "text", path: [...ecosystem, "certManagerVersion"], since: "1.1.0" },
  clusterctlVersion: { kind: "text", path: [bootstrap, "clusterctl", "version"] },
  kindVersion: { kind: "text", path: [bootstrap, "kindVersion"] },
  kindestNodeVersion: { kind: "text", path: [bootstrap, "kindestNodeVersion"], since: "1.1.0" },
  dockerVersion: { kind: "text", path: [bootstrap, "dockerVersion"] },
  kubectlVersion: { kind: "text", path: [bootstrap, "kubectlVersion"] },
  pollIntervalMinutes: { kind: "number", path: ["serverConfig", "rdePollIntervalInMin"] },
  heartbeatTimeoutMinutes: { kind: "number", path: ["serverConfig", "heartbeatWatcherTimeoutInMin"] },
  staleHeartbeatMinutes: { kind: "number", path: ["serverConfig", "staleHeartbeatIntervalInMin"] },
} as const satisfies Readonly<Record<string, FieldPlace>>;

export type ConfigField = keyof typeof configFields;
export const configFieldNames = Object.keys(configFields) as ConfigField[];

/** The place of a field, as its type alone. */
export const placeOf = (field: ConfigField): FieldPlace => configFields[field];

interface KindValues {
  text: string;
  secret: string;
  texts: readonly string[];
  seconds: number;
  number: number;
}

export type ConfigValues = {
  readonly [Field in ConfigField]: KindValues[(typeof configFields)[Field]["kind"]];
};
export type ConfigValue = ConfigValues[ConfigField];

/** What the template of Container Service Extension has; the versions of components belong to its releases. */
export const configDefaults = {
  containerRegistryUrl: defaultContainerRegistryUrl,
  noProxy: "localhost,127.0.0.1,cluster.local,.svc",
  maxUnhealthyNodes: 100,
  nodeStartupTimeout: 900,
  nodeNotReadyTimeout: 300,
  nodeUnknownTimeout: 300,
  sizingPolicy: "TKG small",
  pollIntervalMinutes: 1,
  heartbeatTimeoutMinutes: 10,
  staleHeartbeatMinutes: 30,
} as const satisfies Partial<ConfigValues>;

/** What the schema requires of an object, and the names that the template has, for one that is not there yet. */
const frames: ReadonlyMap<string, Readonly<Record<string, JsonValue>>> = new Map([
  ["K8Config/cpi", { name: "cpi for cloud director", version: "" }],
  ["K8Config/csi/0", { name: "csi for cloud director", version: "" }],
  ["K8Config/cni", { name: "antrea", version: "" }],
  [
    "K8Config/mhc",
    {
      maxUnhealthyNodes: configDefaults.maxUnhealthyNodes,
      nodeStartupTimeout: formatSeconds(configDefaults.nodeStartupTimeout, null),
      nodeNotReadyTimeout: formatSeconds(configDefaults.nodeNotReadyTimeout, null),
      nodeUnknownTimeout: formatSeconds(configDefaults.nodeUnknownTimeout, null),
    },
  ],
  ["vcdConfig/sysLogger", { host: "", port: "" }],
  [`${ecosystem.join("/")}/infraProvider`, { name: "capvcd" }],
  [`${ecosystem.join("/")}/infraProvider/capvcdRde`, { nss: "capvcdCluster", vendor: "vmware" }],
  [`${ecosystem.join("/")}/controlPlaneProvider`, { name: "KCP" }],
  [`${ecosystem.join("/")}/bootstrapProvider`, { name: "CAPBK" }],
]);

/** What a new object has from the start. @param path from the profile on */
export function frameOf(path: JsonPath): Readonly<Record<string, JsonValue>> {
  return frames.get(path.join("/")) ?? {};
}

/** Reads `900` and `900s`; null for anything else. */
export function parseSeconds(text: string): number | null {
  const digits = /^(\d{1,9})s?$/.exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

/**
 * Writes a number of seconds: with `s`, as the schema's own defaults have it, unless the text before has none, as those of
 * the template have.
 */
export function formatSeconds(seconds: number, before: string | null): string {
  return before !== null && /^\d+$/.test(before) ? String(seconds) : `${seconds}s`;
}
