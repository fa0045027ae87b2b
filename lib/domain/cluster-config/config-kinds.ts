import type { z } from "zod";
import { clusterClassInput, generateClusterClass } from "./cluster-class.ts";
import type { ConfigOutput } from "./config-output.ts";
import { containerdHostsInput, generateContainerdHosts } from "./containerd-hosts.ts";
import { csePatchInput, generateCsePatch } from "./cse-patch.ts";
import { dockerCertsInput, generateDockerCerts } from "./docker-certs.ts";
import { generateOpenShift, openShiftInput } from "./openshift.ts";
import { generatePodmanRegistries, podmanRegistriesInput } from "./podman-registries.ts";
import { generateSupervisorCluster, supervisorClusterInput } from "./supervisor-cluster.ts";
import { generateTanzuKubernetesCluster, tanzuKubernetesClusterInput } from "./tanzu-kubernetes-cluster.ts";
import { generateTkgManagement, tkgManagementInput } from "./tkg-management.ts";
import { generateTkgService, tkgServiceInput } from "./tkg-service.ts";
import { generateWorkload, workloadInput } from "./workload.ts";

/** A path in the input, such as `certificates.0.name`, and what is wrong there. */
interface InputIssue {
  readonly path: string;
  readonly message: string;
  /** Of a text that is too long: how many characters it may have. */
  readonly maximum?: number;
}

/** What a kind makes of an input of unknown making. */
export type GeneratedConfig =
  | { readonly ok: true; readonly output: ConfigOutput }
  | { readonly ok: false; readonly issues: readonly InputIssue[] };

/** For which consumers configuration can be made; names of the command line and of pages. */
const generators = {
  "tkg-management": of(tkgManagementInput, generateTkgManagement),
  "tkg-service": of(tkgServiceInput, generateTkgService),
  "cluster-class": of(clusterClassInput, generateClusterClass),
  "supervisor-cluster": of(supervisorClusterInput, generateSupervisorCluster),
  "tanzu-kubernetes-cluster": of(tanzuKubernetesClusterInput, generateTanzuKubernetesCluster),
  workload: of(workloadInput, generateWorkload),
  cse: of(csePatchInput, generateCsePatch),
  openshift: of(openShiftInput, generateOpenShift),
  containerd: of(containerdHostsInput, generateContainerdHosts),
  docker: of(dockerCertsInput, generateDockerCerts),
  podman: of(podmanRegistriesInput, generatePodmanRegistries),
} as const;

export type ConfigKind = keyof typeof generators;

export const configKinds = Object.keys(generators) as readonly ConfigKind[];

/** Makes the configuration of a kind. Never throws for what is in the input. */
export const generateConfig = (kind: ConfigKind, input: unknown): GeneratedConfig => generators[kind](input);

function of<Schema extends z.ZodType>(
  schema: Schema,
  generate: (input: z.output<Schema>) => ConfigOutput,
): (input: unknown) => GeneratedConfig {
  return (input) => {
    const read = schema.safeParse(input);
    if (read.success) return { ok: true, output: generate(read.data) };
    return { ok: false, issues: read.error.issues.map(formatIssue) };
  };
}

function formatIssue(issue: z.core.$ZodIssue): InputIssue {
  const { path, message } = issue;
  const isTooLong = issue.code === "too_big" && issue.origin === "string";
  return { path: path.join("."), message, ...(isTooLong && { maximum: Number(issue.maximum) }) };
}
