import { z } from "zod";
import { formatCommand } from "#lib/quote-argument.ts";
import { certificateList, hasPassword, objectName, proxyInput } from "./cluster-input.ts";
import type { ConfigNote, ConfigOutput, ConfigStep } from "./config-output.ts";
import { findObject } from "./find-object.ts";
import { tkgServiceConfiguration } from "./tanzu-objects.ts";
import {
  formatProxy,
  formatTrustEntries,
  listTanzuChecks,
  parseProxy,
  parseTrustEntries,
} from "./trust-entries.ts";
import { formatYaml } from "./write-yaml.ts";

/** What a TkgServiceConfiguration is made of. */
export const tkgServiceInput = z
  .strictObject({
    version: z.enum(["v1alpha1", "v1alpha2", "v1alpha3"]),
    name: objectName.default("tkg-service-configuration"),
    defaultCni: z.enum(["antrea", "calico"]).default("antrea"),
    certificates: certificateList,
    proxy: proxyInput.nullable().default(null),
    /** As Go writes durations, `0` or `90s`; not before v1alpha2. */
    nodeDrainTimeout: z
      .string()
      .max(32)
      .regex(/^(?:0|(?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$/, "duration-format")
      .nullable()
      .default(null),
  })
  .refine(({ version, nodeDrainTimeout }) => version !== "v1alpha1" || nodeDrainTimeout === null, {
    path: ["nodeDrainTimeout"],
    message: "needs-v1alpha2",
  });

export type TkgServiceInput = z.output<typeof tkgServiceInput>;

export const tkgServiceSteps = [
  "sign-in-to-supervisor",
  "apply",
  "show-applied",
  "roll-existing-clusters",
  "check-on-node",
] as const;

export const tkgServiceNotes = [
  /** vSphere 7 U2 or later. */
  "needs-vsphere-7-u2",
  /** Pods that run on ESXi itself do not go by it: the built-in Harbor is theirs. */
  "not-vsphere-pods",
  /** All clusters that are made from now on go by it; the others when they are rolled. */
  "new-clusters-only",
  /** The first configuration of one's own rolls every cluster at once; later ones none. */
  "first-one-rolls-all",
  /** The list is replaced as a whole: what is not in it is no longer trusted. Facts: `count`. */
  "list-is-replaced",
  /** Rotation: put the new one beside the old one, apply, roll the clusters, take the old one out. */
  "rotation",
  /** Removal: take it out of the list, and apply. */
  "removal",
  /** A cluster with a wrong certificate in it is deleted and created again. */
  "wrong-certificate",
  /** v1alpha3 goes for TanzuKubernetesClusters, not for Clusters of v1beta1. */
  "not-v1beta1-clusters",
] as const;

export type TkgServiceStep = (typeof tkgServiceSteps)[number];
export type TkgServiceNote = (typeof tkgServiceNotes)[number];

const fileName = "tkg-service-configuration.yaml";

/**
 * The TkgServiceConfiguration of a Supervisor, which all its Tanzu Kubernetes clusters get their trust and proxy from:
 * "Use an External Container Registry with Tanzu Kubernetes Clusters" and "Configuration Parameters for the Tanzu
 * Kubernetes Grid Service v1alpha1, v1alpha2, v1alpha3 API" of vSphere with Tanzu.
 */
export function generateTkgService(input: TkgServiceInput): ConfigOutput<TkgServiceStep, TkgServiceNote> {
  const { version, name, defaultCni, certificates, proxy, nodeDrainTimeout } = input;
  const object = {
    apiVersion: `run.tanzu.vmware.com/${version}`,
    kind: "TkgServiceConfiguration",
    metadata: { name },
    spec: {
      defaultCNI: defaultCni,
      ...(proxy && { proxy: formatProxy(proxy) }),
      ...(certificates.length > 0 && {
        trust: { additionalTrustedCAs: formatTrustEntries(certificates, "tkg-service-configuration") },
      }),
      ...(nodeDrainTimeout !== null && { defaultNodeDrainTimeout: nodeDrainTimeout }),
    },
  };
  return {
    files: [{ path: fileName, content: formatYaml(object), isSecret: hasPassword(proxy) }],
    steps: listSteps(input),
    notes: listNotes(input),
  };
}

/** What a TkgServiceConfiguration says, or null where the text has none that the API would take. */
export function parseTkgService(text: string): TkgServiceInput | null {
  const object = findObject(text, tkgServiceConfiguration);
  if (object === null) return null;
  const { spec, metadata } = object;
  const [, version] = object.apiVersion.split("/");
  const read = z.enum(["v1alpha1", "v1alpha2", "v1alpha3"]).parse(version);
  return {
    version: read,
    name: metadata.name,
    defaultCni: spec.defaultCNI ?? "antrea",
    certificates: parseTrustEntries(spec.trust?.additionalTrustedCAs ?? []),
    proxy: parseProxy(spec.proxy),
    nodeDrainTimeout: "defaultNodeDrainTimeout" in spec ? (spec.defaultNodeDrainTimeout ?? null) : null,
  };
}

function listSteps({ name, certificates }: TkgServiceInput): ConfigStep<TkgServiceStep>[] {
  const checks = listTanzuChecks(certificates);
  return [
    { code: "sign-in-to-supervisor", commands: [] },
    { code: "apply", commands: [formatCommand("kubectl", "apply", "-f", fileName)] },
    {
      code: "show-applied",
      commands: [formatCommand("kubectl", "get", "tkgserviceconfiguration", name, "-o", "yaml")],
    },
    { code: "roll-existing-clusters", commands: [] },
    ...(checks.length > 0 ? [{ code: "check-on-node" as const, commands: checks }] : []),
  ];
}

function listNotes({ version, certificates }: TkgServiceInput): ConfigNote<TkgServiceNote>[] {
  const codes: TkgServiceNote[] = [
    "needs-vsphere-7-u2",
    "not-vsphere-pods",
    "new-clusters-only",
    "first-one-rolls-all",
  ];
  const trust: TkgServiceNote[] = certificates.length > 0 ? ["rotation", "removal", "wrong-certificate"] : [];
  const range: TkgServiceNote[] = version === "v1alpha3" ? ["not-v1beta1-clusters"] : [];
  return [
    ...codes.map((code) => ({ code, facts: {} })),
    { code: "list-is-replaced", facts: { count: certificates.length } },
    ...[...trust, ...range].map((code) => ({ code, facts: {} })),
  ];
}
