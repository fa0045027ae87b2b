import { z } from "zod";
import type { ConfigKind } from "#lib/domain/cluster-config/config-kinds.ts";
import type { ConfigFinding } from "#lib/domain/cluster-config/config-finding.ts";
import type { ConfigOutput } from "#lib/domain/cluster-config/config-output.ts";
import type { ImageRequest } from "#lib/domain/cluster-config/list-requests.ts";

/** What configuration is made for; `hosts-toml` is made out of mirror sets. The names are those of the command line. */
export type ConfigTopic = ConfigKind | "hosts-toml";

/** As the page lists them: by who makes the clusters. */
export const configGroups = {
  tanzu: [
    "tkg-management",
    "cluster-class",
    "tkg-service",
    "supervisor-cluster",
    "tanzu-kubernetes-cluster",
    "cse",
  ],
  openshift: ["openshift", "hosts-toml"],
  nodes: ["containerd", "docker", "podman"],
  workloads: ["workload"],
} as const satisfies Record<string, readonly ConfigTopic[]>;

export const configTopics = Object.values(configGroups).flat() as [ConfigTopic, ...ConfigTopic[]];

const maxTextLength = 1024;
const maxPullSecretLength = 1_048_576;
const maxNoProxyLength = 10_000;

/** Of each list of certificates. */
export const maxChosenCertificates = 50;
export const maxChosenSources = 100;

const text = z.string().trim().max(maxTextLength).default("");
const verbatim = z.string().max(maxTextLength).default("");
const flag = z.boolean().default(false);
const fingerprints = z.array(z.string().max(64)).max(maxChosenCertificates).default([]);

/** How many registries beside the own one nodes of Tanzu Kubernetes Grid can be told of. */
export const maxAdditionalRegistries = 3;

export const tkgServiceVersions = ["v1alpha3", "v1alpha2", "v1alpha1"] as const;
export const clusterVersions = ["v1alpha3", "v1alpha2"] as const;
export const containerNetworks = ["antrea", "calico"] as const;
export const trustEncodings = ["base64", "base64-twice"] as const;
export const nodeSystems = ["linux", "windows"] as const;
export const pullKinds = ["all", "digest-only", "tag-only"] as const;
export const sourcePolicies = ["AllowContactingSource", "NeverContactSource"] as const;

/** What a person says of the clusters; each topic takes its part of it. Nothing of it is kept. */
export const configForm = z.object({
  destinationId: z.uuid(),
  /** Fingerprints of those that the clusters are to trust. */
  certificates: fingerprints,
  skipTlsVerify: flag,
  skipPluginSignature: flag,
  additionalRegistries: z
    .array(z.object({ registry: text, trustsSame: flag, skipTlsVerify: flag }))
    .max(maxAdditionalRegistries)
    .default([]),
  hasProxy: flag,
  proxy: z
    .object({ http: text, https: text, noProxy: z.string().trim().max(maxNoProxyLength).default("") })
    .prefault({}),
  proxyCertificates: fingerprints,
  version: z.enum(tkgServiceVersions).default("v1alpha3"),
  defaultCni: z.enum(containerNetworks).default("antrea"),
  nodeDrainTimeout: text,
  cluster: text,
  namespace: text,
  encoding: z.enum(trustEncodings).default("base64"),
  name: text,
  credentials: z.object({ username: text, password: verbatim }).prefault({}),
  secret: text,
  serviceAccount: text,
  /** Below the base. */
  image: text,
  /** `host[:port]` of registries whose images are mirrored. */
  sources: z.array(z.string().max(maxTextLength)).max(maxChosenSources).default([]),
  mayAskSource: flag,
  system: z.enum(nodeSystems).default("linux"),
  pullBy: z.enum(pullKinds).default("all"),
  includesTags: flag,
  policy: z.enum(sourcePolicies).default("AllowContactingSource"),
  hasWindowsNodes: flag,
  /** The cluster's present one, as docker keeps it in config.json. */
  pullSecret: z.string().max(maxPullSecretLength).default(""),
});
export type ConfigForm = z.output<typeof configForm>;

export type ConfigField = Exclude<keyof ConfigForm, "destinationId" | "proxy" | "hasProxy"> | "proxy";

/** What each topic asks for, in this order. */
export const configFields: Readonly<Record<ConfigTopic, readonly ConfigField[]>> = {
  "tkg-management": [
    ...(["certificates", "skipTlsVerify", "additionalRegistries", "proxy"] as const),
    ...(["proxyCertificates", "skipPluginSignature"] as const),
  ],
  "cluster-class": [
    ...(["cluster", "namespace", "certificates", "skipTlsVerify", "additionalRegistries"] as const),
    ...(["proxy", "proxyCertificates"] as const),
  ],
  "tkg-service": ["version", "name", "certificates", "defaultCni", "nodeDrainTimeout", "proxy"],
  "supervisor-cluster": ["cluster", "namespace", "certificates"],
  "tanzu-kubernetes-cluster": ["version", "cluster", "namespace", "certificates", "encoding", "proxy"],
  cse: ["certificates"],
  openshift: [
    "name",
    "includesTags",
    "policy",
    "hasWindowsNodes",
    "certificates",
    "credentials",
    "pullSecret",
  ],
  "hosts-toml": ["system", "includesTags", "policy", "pullSecret"],
  containerd: ["system", "sources", "mayAskSource", "certificates"],
  docker: ["system", "sources", "certificates"],
  podman: ["sources", "mayAskSource", "pullBy", "certificates"],
  workload: ["namespace", "credentials", "image", "secret", "serviceAccount", "name"],
};

/** `/api/cluster-config/[topic]/...` */
export const configTopicParams = z.object({ topic: z.enum(configTopics) });

/** `?destination=` of the pages: one that is none any more is as good as none. */
export const configPlaceQuery = z.object({ destination: z.uuid().nullable().catch(null).default(null) });

/** A destination that clusters can be told to pull from. */
export interface ConfigPlace {
  id: string;
  host: string;
  basePath: string;
  /** Of the registry. */
  name: string;
  organization: string | null;
  /** Whose registry it is; null: the provider's. */
  organizationId: string | null;
  /** The panel reaches it without TLS; of what is made for clusters not all can say so. */
  isPlainHttp: boolean;
}

/** A certificate that clusters can be told to trust. */
export interface ConfigCertificate {
  fingerprint: string;
  name: string;
  subject: string;
  notAfter: string;
  isAuthority: boolean;
  /** It is what the panel itself trusts the destination's registry by. */
  isOfRegistry: boolean;
  /** Nodes of clusters are given it. */
  isListed: boolean;
}

/** What a page of a topic begins with. */
export interface ConfigDraft {
  place: ConfigPlace;
  form: ConfigForm;
  certificates: readonly ConfigCertificate[];
  /** Hosts whose images are known to be mirrored there. */
  sources: readonly string[];
  /** `repository:tag` below the base of some that are there. */
  images: readonly string[];
  /** How many are known to be there. */
  imageCount: number;
  /** There are more than are looked at. */
  isCut: boolean;
  /** The proxy is that of the server's configuration. */
  isProxyKnown: boolean;
}

/** What a node of Windows asks for an image. */
export interface WindowsImageView {
  image: string;
  requests: readonly ImageRequest[];
  /** Where it was mirrored to, of the places that are asked; null: at none of them. */
  foundAt: string | null;
}

export interface WindowsNodesView {
  images: readonly WindowsImageView[];
  /** All of them, of which `images` has the first. */
  imageCount: number;
  missingCount: number;
  /** Not all tags and digests were looked at. */
  isPartial: boolean;
  pause: WindowsImageView;
  /** `host[:port]/repository` where the image of every pod's sandbox would be found. */
  pauseBelongsAt: string;
  /** The component of a release that brings it, as far as the reader may see the catalog. */
  pauseComponent: { id: string; releaseId: string } | null;
}

/** What is made of a form. */
export interface MadeConfig extends ConfigOutput {
  /** `host[:port][/path]` of the destination. */
  place: string;
  /** What the linter says of the files: they are proved before they are handed out. */
  findings: readonly ConfigFinding[];
  /** Images that nodes look for elsewhere than they stand; the first ones. */
  misplaced: readonly { image: string; standsAt: string }[];
  misplacedCount: number;
  windows: WindowsNodesView | null;
}
