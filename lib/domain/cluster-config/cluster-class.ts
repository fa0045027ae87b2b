import { z } from "zod";
import { encodeForField } from "#lib/domain/certificates/node-files.ts";
import { isBypassed } from "#lib/engine/oci/registry-bypass.ts";
import { formatCommand } from "#lib/quote-argument.ts";
import {
  certificateList,
  clusterBase,
  formatBase,
  formatFolder,
  hasPassword,
  labelName,
  proxyInput,
  registryBase,
} from "./cluster-input.ts";
import type { ConfigNote, ConfigOutput } from "./config-output.ts";
import { findObject } from "./find-object.ts";
import { clusterClassVariables, clusterObject } from "./tanzu-objects.ts";
import { additionalRegistry, hostsOf } from "./tkg-management.ts";
import {
  formatProxy,
  formatTrustEntries,
  listCertificates,
  nameCertificates,
  parseCertificates,
  parseProxy,
} from "./trust-entries.ts";
import { formatYaml } from "./write-yaml.ts";

const maxRegistries = 20;

/** What the variables of a Cluster of Tanzu Kubernetes Grid's own classes are made of. */
export const clusterClassInput = z.strictObject({
  cluster: labelName,
  namespace: labelName.default("default"),
  /** The base; the images stand in its folder `tkg`. */
  registry: clusterBase,
  certificates: certificateList.default([]),
  skipTlsVerify: z.boolean().default(false),
  additionalRegistries: z.array(additionalRegistry).max(maxRegistries, "too-many").default([]),
  proxy: proxyInput.nullable().default(null),
  proxyCertificates: certificateList.default([]),
});

export type ClusterClassInput = z.output<typeof clusterClassInput>;

export const clusterClassSteps = ["merge-variables", "apply-cluster"] as const;

export const clusterClassNotes = [
  /** Other variables of the cluster stay: these are put beside them. */
  "keep-other-variables",
  /** The two names that the classes look for; others are not written to any node. */
  "fixed-names",
  /** Nodes take `proxy` for the registry, too, where it is there; it therefore has the registry's certificates as well. */
  "proxy-certificate-wins",
  /** Facts: `host`. */
  "anonymous-pull",
  /** Facts: `host`. */
  "verification-off",
  /** Facts: `host`. */
  "proxy-takes-registry",
  /** A change of these variables rolls the cluster's nodes. */
  "rolls-nodes",
] as const;

export type ClusterClassStep = (typeof clusterClassSteps)[number];
export type ClusterClassNote = (typeof clusterClassNotes)[number];

const fileName = "cluster-variables.yaml";

/**
 * The variables of a Cluster v1beta1 of Tanzu Kubernetes Grid's ClusterClasses that say where images come from and who is
 * trusted: `config_variable_association.star` of vmware-tanzu/tanzu-framework 0.29, which makes them of the variables of a
 * management cluster. All certificates of the registry are in one entry, those of the proxy in another, which then has the
 * registry's as well: the classes write `or $proxy $image` to the registry's file (packages/tkg-clusterclass-vsphere).
 */
export function generateClusterClass(
  input: ClusterClassInput,
): ConfigOutput<ClusterClassStep, ClusterClassNote> {
  const { cluster, namespace, proxy } = input;
  const object = {
    apiVersion: "cluster.x-k8s.io/v1beta1",
    kind: "Cluster",
    metadata: { name: cluster, namespace },
    spec: { topology: { variables: listVariables(input) } },
  };
  return {
    files: [{ path: fileName, content: formatYaml(object), isSecret: hasPassword(proxy) }],
    steps: [
      { code: "merge-variables", commands: [] },
      {
        code: "apply-cluster",
        commands: [formatCommand("kubectl", "edit", "cluster.cluster.x-k8s.io", cluster, "-n", namespace)],
      },
    ],
    notes: [...listNotes(input)],
  };
}

/** What the variables of a Cluster say, or null where there is none, or no registry in it. Certificates get new names. */
export function parseClusterClass(text: string): ClusterClassInput | null {
  const object = findObject(text, clusterObject);
  if (object === null) return null;
  const { name: cluster, namespace = "default" } = object.metadata;
  const values = new Map(object.spec.topology.variables.map(({ name, value }) => [name, value]));
  const find = <Name extends keyof typeof clusterClassVariables>(name: Name) =>
    clusterClassVariables[name].safeParse(values.get(name)).data as
      z.output<(typeof clusterClassVariables)[Name]> | undefined;
  const repository = find("imageRepository");
  const { data: registry } = clusterBase.safeParse(repository?.host.replace(/\/tkg$/, ""));
  if (repository === undefined || registry === undefined || !repository.host.endsWith("/tkg")) return null;
  const entries = find("trust")?.additionalTrustedCAs ?? [];
  const trusted = (name: string) => parseCertificates(entries.find((each) => each.name === name)?.data);
  const certificates = trusted("imageRepository");
  const known = new Set(certificates.map(({ fingerprint }) => fingerprint));
  return {
    cluster,
    namespace,
    registry,
    certificates: nameCertificates(certificates),
    skipTlsVerify: repository.tlsCertificateValidation === false,
    additionalRegistries: (find("additionalImageRegistries") ?? []).flatMap((each) => {
      const { data } = registryBase.safeParse(each.host);
      const own = nameCertificates(parseCertificates(each.caCert));
      const skipTlsVerify = each.skipTlsVerify === true;
      return data === undefined ? [] : [{ registry: data, certificates: own, skipTlsVerify }];
    }),
    proxy: parseProxy(find("proxy")),
    proxyCertificates: nameCertificates(
      trusted("proxy").filter(({ fingerprint }) => !known.has(fingerprint)),
    ),
  };
}

function listVariables(input: ClusterClassInput): { name: string; value: unknown }[] {
  const { registry, skipTlsVerify, additionalRegistries, proxy, proxyCertificates } = input;
  const beside = proxyCertificates.length > 0 ? input.certificates : [];
  const own = [
    { name: "imageRepository", certificates: listCertificates(input.certificates) },
    { name: "proxy", certificates: listCertificates(proxyCertificates, beside) },
  ].filter(({ certificates }) => certificates.length > 0);
  const others = additionalRegistries.map((each) => {
    const certificates = listCertificates(each.certificates);
    return {
      host: formatBase(each.registry),
      skipTlsVerify: each.skipTlsVerify,
      ...(certificates.length > 0 && { caCert: encodeForField(certificates, "tkg-variable") }),
    };
  });
  return [
    {
      name: "imageRepository",
      value: { host: formatFolder(registry, "tkg"), tlsCertificateValidation: !skipTlsVerify },
    },
    ...(others.length > 0 ? [{ name: "additionalImageRegistries", value: others }] : []),
    ...(own.length > 0
      ? [{ name: "trust", value: { additionalTrustedCAs: formatTrustEntries(own, "tkg-variable") } }]
      : []),
    ...(proxy === null ? [] : [{ name: "proxy", value: formatProxy(proxy) }]),
  ];
}

function* listNotes(input: ClusterClassInput): Generator<ConfigNote<ClusterClassNote>> {
  const { registry, certificates, proxy, proxyCertificates, additionalRegistries } = input;
  const all = [input, ...additionalRegistries];
  yield { code: "keep-other-variables", facts: {} };
  if (certificates.length + proxyCertificates.length > 0) yield { code: "fixed-names", facts: {} };
  if (certificates.length > 0 && proxyCertificates.length > 0) {
    yield { code: "proxy-certificate-wins", facts: {} };
  }
  yield { code: "anonymous-pull", facts: { host: registry.registry } };
  for (const host of hostsOf(all.filter(({ skipTlsVerify }) => skipTlsVerify))) {
    yield { code: "verification-off", facts: { host } };
  }
  for (const host of hostsOf(all)) {
    if (proxy !== null && !isBypassed(host, proxy.noProxy)) {
      yield { code: "proxy-takes-registry", facts: { host } };
    }
  }
  yield { code: "rolls-nodes", facts: {} };
}
