import { z } from "zod";
import { formatCommand } from "#lib/quote-argument.ts";
import { certificateList, hasPassword, labelName, proxyInput } from "./cluster-input.ts";
import type { ConfigNote, ConfigOutput } from "./config-output.ts";
import { findObject } from "./find-object.ts";
import { tanzuKubernetesCluster } from "./tanzu-objects.ts";
import {
  formatProxy,
  formatTrustEntries,
  listTanzuChecks,
  parseProxy,
  parseTrustEntries,
} from "./trust-entries.ts";
import { formatYaml } from "./write-yaml.ts";

/** What the trust of one TanzuKubernetesCluster is made of. */
export const tanzuKubernetesClusterInput = z.strictObject({
  version: z.enum(["v1alpha2", "v1alpha3"]),
  cluster: labelName,
  /** The vSphere namespace that the cluster is in. */
  namespace: labelName,
  /** How often the documentation of the version that is installed says. */
  encoding: z.enum(["base64", "base64-twice"]).default("base64"),
  certificates: certificateList,
  proxy: proxyInput.nullable().default(null),
});

export type TanzuKubernetesClusterInput = z.output<typeof tanzuKubernetesClusterInput>;

export const tanzuKubernetesClusterSteps = ["merge-into-cluster", "check-on-node"] as const;

export const tanzuKubernetesClusterNotes = [
  /** Base64 once, by the API and the documentation as it is now; some older translated pages say twice. Facts: `encoding`. */
  "encoding-by-version",
  /** Other settings of the cluster stay: these are put beside them. */
  "keep-other-settings",
  /** Rolls the nodes of this cluster, and no other. */
  "rolls-nodes",
  /** What the cluster says counts instead of the TkgServiceConfiguration. */
  "overrides-service",
] as const;

export type TanzuKubernetesClusterStep = (typeof tanzuKubernetesClusterSteps)[number];
export type TanzuKubernetesClusterNote = (typeof tanzuKubernetesClusterNotes)[number];

const fileName = "tanzu-kubernetes-cluster-trust.yaml";

/**
 * `spec.settings.network` of a TanzuKubernetesCluster with trust and proxy of its own: "TanzuKubernetesCluster v1alpha3 API"
 * of vSphere with Tanzu, TrustConfiguration of vmware-tanzu/tanzu-framework (apis/run/v1alpha2).
 */
export function generateTanzuKubernetesCluster(
  input: TanzuKubernetesClusterInput,
): ConfigOutput<TanzuKubernetesClusterStep, TanzuKubernetesClusterNote> {
  const { version, cluster, namespace, encoding, certificates, proxy } = input;
  // The Secrets of v1beta1 are what base64 twice is known from.
  const field = encoding === "base64" ? "tanzu-kubernetes-cluster" : "cluster-secret";
  const object = {
    apiVersion: `run.tanzu.vmware.com/${version}`,
    kind: "TanzuKubernetesCluster",
    metadata: { name: cluster, namespace },
    spec: {
      settings: {
        network: {
          ...(proxy && { proxy: formatProxy(proxy) }),
          ...(certificates.length > 0 && {
            trust: { additionalTrustedCAs: formatTrustEntries(certificates, field) },
          }),
        },
      },
    },
  };
  const notes: ConfigNote<TanzuKubernetesClusterNote>[] = [
    { code: "encoding-by-version", facts: { encoding } },
    { code: "keep-other-settings", facts: {} },
    { code: "rolls-nodes", facts: {} },
    { code: "overrides-service", facts: {} },
  ];
  return {
    files: [{ path: fileName, content: formatYaml(object), isSecret: hasPassword(proxy) }],
    steps: [
      {
        code: "merge-into-cluster",
        commands: [formatCommand("kubectl", "edit", "tanzukubernetescluster", cluster, "-n", namespace)],
      },
      { code: "check-on-node", commands: listTanzuChecks(certificates) },
    ],
    notes: certificates.length > 0 ? notes : notes.slice(1),
  };
}

/** What a TanzuKubernetesCluster says of trust and proxy, or null where there is none that the API would take. */
export function parseTanzuKubernetesCluster(text: string): TanzuKubernetesClusterInput | null {
  const object = findObject(text, tanzuKubernetesCluster);
  if (object?.metadata.namespace === undefined) return null;
  const { trust, proxy } = object.spec.settings.network;
  const entries = trust?.additionalTrustedCAs ?? [];
  const isTwice = entries.some(({ data }) =>
    Buffer.from(data, "base64").toString("latin1").startsWith("LS0t"),
  );
  return {
    version: object.apiVersion === "run.tanzu.vmware.com/v1alpha2" ? "v1alpha2" : "v1alpha3",
    cluster: object.metadata.name,
    namespace: object.metadata.namespace,
    encoding: isTwice ? "base64-twice" : "base64",
    certificates: parseTrustEntries(entries),
    proxy: parseProxy(proxy),
  };
}
