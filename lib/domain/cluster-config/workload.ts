import { z } from "zod";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { formatImagePath, parseImagePath, parseReference } from "#lib/engine/oci/reference.ts";
import { formatCommand } from "#lib/quote-argument.ts";
import { credentialsInput, formatBase, labelName, objectName, registryBase } from "./cluster-input.ts";
import type { ConfigOutput } from "./config-output.ts";
import { findObject } from "./find-object.ts";
import { dockerConfig, dockerConfigSecret, pod } from "./kubernetes-objects.ts";
import { referenceText } from "./reference-text.ts";
import { formatYaml } from "./write-yaml.ts";

/** What a workload needs that pulls from a registry with a password. */
export const workloadInput = z.strictObject({
  registry: registryBase,
  credentials: credentialsInput,
  namespace: labelName,
  secret: objectName.default("registry-pull"),
  serviceAccount: objectName.default("default"),
  /** Of the Pod. */
  name: labelName.default("registry-test"),
  /** Below the base: `repository:tag`, `repository@digest`. */
  image: referenceText(1024, parseImagePath),
});

export type WorkloadInput = z.output<typeof workloadInput>;

export const workloadSteps = [
  "apply-secret",
  "remove-secret-file",
  "patch-service-account",
  "apply-pod",
  "watch-pod",
] as const;

export const workloadNotes = [
  /** Kubelet looks for the Secret in the Pod's own namespace only. Facts: `namespace`. */
  "same-namespace",
  /** Either the Pod or its ServiceAccount names it: the latter serves all Pods that come later. */
  "pod-or-account",
  /** The password is encoded, not encrypted: whoever may read Secrets there has it. */
  "encoded-not-encrypted",
] as const;

export type WorkloadStep = (typeof workloadSteps)[number];
export type WorkloadNote = (typeof workloadNotes)[number];

const [secretFile, accountFile, podFile] = ["pull-secret.yaml", "service-account.yaml", "pod.yaml"];

/**
 * An image pull Secret, and the two ways to use it: "Pull an Image from a Private Registry" and "Configure Service Accounts
 * for Pods" of Kubernetes.
 */
export function generateWorkload(input: WorkloadInput): ConfigOutput<WorkloadStep, WorkloadNote> {
  const { registry, credentials, namespace, secret, serviceAccount, name, image } = input;
  const { username, password } = credentials;
  const encode = (text: string) => Buffer.from(text).toString("base64");
  const auth = encode(`${username}:${password}`);
  const config = { auths: { [registry.registry]: { username, password, auth } } };
  const imagePullSecrets = [{ name: secret }];
  const secretObject = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: secret, namespace },
    type: "kubernetes.io/dockerconfigjson",
    data: { ".dockerconfigjson": encode(JSON.stringify(config)) },
  };
  const accountObject = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: serviceAccount, namespace },
    imagePullSecrets,
  };
  const podObject = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      serviceAccountName: serviceAccount,
      containers: [{ name, image: `${formatBase(registry)}/${formatImagePath(image)}` }],
      imagePullSecrets,
    },
  };
  const patch = JSON.stringify({ imagePullSecrets });
  const kubectl = (...words: readonly string[]) => formatCommand("kubectl", ...words);
  return {
    files: [
      { path: secretFile, content: formatYaml(secretObject), isSecret: true },
      { path: accountFile, content: formatYaml(accountObject), isSecret: false },
      { path: podFile, content: formatYaml(podObject), isSecret: false },
    ],
    steps: [
      { code: "apply-secret", commands: [kubectl("apply", "-f", secretFile)] },
      { code: "remove-secret-file", commands: [formatCommand("rm", secretFile)] },
      {
        code: "patch-service-account",
        commands: [kubectl("patch", "serviceaccount", serviceAccount, "-n", namespace, "-p", patch)],
      },
      { code: "apply-pod", commands: [kubectl("apply", "-f", podFile)] },
      { code: "watch-pod", commands: [kubectl("describe", "pod", name, "-n", namespace)] },
    ],
    notes: [
      { code: "same-namespace", facts: { namespace } },
      { code: "pod-or-account", facts: {} },
      { code: "encoded-not-encrypted", facts: {} },
    ],
  };
}

/**
 * What an image pull Secret and a Pod say together, or null where one is missing or they do not fit. The base is not in
 * them: the image has it.
 */
export function parseWorkload(text: string): WorkloadInput | null {
  const [secret, user] = [findObject(text, dockerConfigSecret), findObject(text, pod)];
  const [container] = user?.spec.containers ?? [];
  const [wanted] = user?.spec.imagePullSecrets ?? [];
  if (secret === null || user === null || container === undefined) return null;
  const { name, namespace } = user.metadata;
  const fits = secret.metadata.name === wanted?.name && secret.metadata.namespace === namespace;
  const config = parseDockerConfig(secret.data[".dockerconfigjson"]);
  const [host, entry] = Object.entries(config?.auths ?? {})[0] ?? [];
  if (!fits || namespace === undefined || host === undefined || entry === undefined) return null;
  const [, username, password] = /^([^:]+):([^]+)$/.exec(Buffer.from(entry.auth, "base64").toString()) ?? [];
  try {
    const { registry, ...image } = parseReference(container.image);
    if (registry !== host || username === undefined || password === undefined) return null;
    return {
      registry: { registry, base: "" },
      credentials: { username, password },
      namespace,
      secret: secret.metadata.name,
      serviceAccount: user.spec.serviceAccountName ?? "default",
      name,
      image,
    };
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}

function parseDockerConfig(base64: string): z.output<typeof dockerConfig> | null {
  try {
    return dockerConfig.safeParse(JSON.parse(Buffer.from(base64, "base64").toString())).data ?? null;
  } catch {
    return null;
  }
}
