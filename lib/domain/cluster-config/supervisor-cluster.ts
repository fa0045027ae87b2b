import { z } from "zod";
import { formatCommand } from "#lib/quote-argument.ts";
import { certificateList, labelName } from "./cluster-input.ts";
import type { ConfigNote, ConfigOutput, ConfigStep } from "./config-output.ts";
import { findObject } from "./find-object.ts";
import { opaqueSecret, secretKey } from "./kubernetes-objects.ts";
import { clusterObject, trustReferences } from "./tanzu-objects.ts";
import { formatTrustEntries, listTanzuChecks, parseTrustEntries } from "./trust-entries.ts";
import { formatYaml } from "./write-yaml.ts";

/** What the trust of a Cluster v1beta1 on a Supervisor is made of. */
export const supervisorClusterInput = z.strictObject({
  cluster: labelName,
  /** The vSphere namespace that the cluster is in. */
  namespace: labelName,
  certificates: certificateList.min(1, "required").superRefine((list, context) => {
    // The rule of certificates allows `..`, that of the keys of Secrets does not.
    for (const [index, { name }] of list.entries()) {
      if (secretKey.safeParse(name).success) continue;
      context.addIssue({ code: "custom", path: [index, "name"], message: "secret-key-format" });
    }
  }),
});

export type SupervisorClusterInput = z.output<typeof supervisorClusterInput>;

export const supervisorClusterSteps = ["apply-secret", "add-variable", "check-on-node"] as const;

export const supervisorClusterNotes = [
  /** The value in the Secret is base64 of base64 of the PEM; once makes a file that no program can read. */
  "encoded-twice",
  /** Names that agree. Facts: `secret`, `namespace`. */
  "names-agree",
  /** The Secret is there before the cluster names it. */
  "secret-first",
  /** Other variables of the cluster stay: this one is put beside them. */
  "keep-other-variables",
  /** A change of the variable rolls the cluster's nodes. */
  "rolls-nodes",
] as const;

export type SupervisorClusterStep = (typeof supervisorClusterSteps)[number];
export type SupervisorClusterNote = (typeof supervisorClusterNotes)[number];

const secretFile = "trust-secret.yaml";
const variablesFile = "cluster-variables.yaml";

/** What the Secret of a cluster's own certificates is called. */
export const trustSecretName = (cluster: string): string => `${cluster}${trustSecretEnding}`;

/** What the names of such Secrets end in. */
export const trustSecretEnding = "-user-trusted-ca-secret";

/**
 * The variable `trust` of a Cluster v1beta1 of vSphere with Tanzu, and the Secret with its certificates: "v1beta1 Example:
 * Cluster with Additional Trusted CA Certificates for SSL/TLS". Each name of the variable is a key of the Secret.
 */
export function generateSupervisorCluster(
  input: SupervisorClusterInput,
): ConfigOutput<SupervisorClusterStep, SupervisorClusterNote> {
  const { cluster, namespace, certificates } = input;
  const entries = formatTrustEntries(certificates, "cluster-secret");
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: trustSecretName(cluster), namespace },
    type: "Opaque",
    data: Object.fromEntries(entries.map(({ name, data }) => [name, data])),
  };
  const variable = { name: "trust", value: { additionalTrustedCAs: entries.map(({ name }) => ({ name })) } };
  const object = {
    apiVersion: "cluster.x-k8s.io/v1beta1",
    kind: "Cluster",
    metadata: { name: cluster, namespace },
    spec: { topology: { variables: [variable] } },
  };
  return {
    files: [
      { path: secretFile, content: formatYaml(secret), isSecret: false },
      { path: variablesFile, content: formatYaml(object), isSecret: false },
    ],
    steps: listSteps(input),
    notes: listNotes(input),
  };
}

/** What a Secret and the Cluster it is for say together, or null where one is missing or they do not fit. */
export function parseSupervisorCluster(text: string): SupervisorClusterInput | null {
  const [secret, object] = [findObject(text, opaqueSecret), findObject(text, clusterObject)];
  if (secret === null || object === null) return null;
  const { name: cluster, namespace } = object.metadata;
  const variable = object.spec.topology.variables.find(({ name }) => name === "trust");
  const { data: trust } = trustReferences.safeParse(variable?.value);
  const isItsSecret =
    secret.metadata.name === trustSecretName(cluster) && secret.metadata.namespace === namespace;
  if (!isItsSecret || trust === undefined || namespace === undefined) return null;
  const named = new Map(Object.entries(secret.data));
  const entries = trust.additionalTrustedCAs.map(({ name }) => ({ name, data: named.get(name) ?? "" }));
  return { cluster, namespace, certificates: parseTrustEntries(entries) };
}

function listSteps({
  cluster,
  namespace,
  certificates,
}: SupervisorClusterInput): ConfigStep<SupervisorClusterStep>[] {
  return [
    { code: "apply-secret", commands: [formatCommand("kubectl", "apply", "-f", secretFile)] },
    {
      code: "add-variable",
      commands: [formatCommand("kubectl", "edit", "cluster.cluster.x-k8s.io", cluster, "-n", namespace)],
    },
    { code: "check-on-node", commands: listTanzuChecks(certificates) },
  ];
}

function listNotes({ cluster, namespace }: SupervisorClusterInput): ConfigNote<SupervisorClusterNote>[] {
  return [
    { code: "encoded-twice", facts: {} },
    { code: "names-agree", facts: { secret: trustSecretName(cluster), namespace } },
    { code: "secret-first", facts: {} },
    { code: "keep-other-variables", facts: {} },
    { code: "rolls-nodes", facts: {} },
  ];
}
