import { z } from "zod";
import { encodeForField, findTkgFile, isCrowded } from "#lib/domain/certificates/node-files.ts";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import type { RegistryBase, RegistryHost } from "#lib/engine/oci/reference.ts";
import { isBypassed } from "#lib/engine/oci/registry-bypass.ts";
import { formatCommand, quoteArgument } from "#lib/quote-argument.ts";
import {
  certificateList,
  clusterBase,
  formatBase,
  formatFolder,
  hasPassword,
  type NamedCertificates,
  proxyInput,
  registryBase,
} from "./cluster-input.ts";
import type { ConfigFile, ConfigNote, ConfigOutput, ConfigStep } from "./config-output.ts";
import { maxAdditionalRegistries, signatureSkipVariable } from "./tkg-variables.ts";
import { listCertificates } from "./trust-entries.ts";
import { formatYaml } from "./write-yaml.ts";

/** A registry besides the one of Tanzu Kubernetes Grid's own images. */
export const additionalRegistry = z.strictObject({
  registry: registryBase,
  certificates: certificateList.default([]),
  skipTlsVerify: z.boolean().default(false),
});

/** What the variables of a management cluster, and of its workload clusters, are made of. */
export const tkgManagementInput = z.strictObject({
  /** The base; the images stand in its folder `tkg`. */
  registry: clusterBase,
  certificates: certificateList.default([]),
  skipTlsVerify: z.boolean().default(false),
  additionalRegistries: z.array(additionalRegistry).max(maxAdditionalRegistries, "too-many").default([]),
  proxy: proxyInput.nullable().default(null),
  /** The authorities of the proxy itself. */
  proxyCertificates: certificateList.default([]),
  /** Whether the Tanzu CLI is to take the plug-in inventory without its signature. */
  skipPluginSignature: z.boolean().default(false),
});

export type TkgManagementInput = z.output<typeof tkgManagementInput>;

export const tkgManagementSteps = [
  "merge-cluster-config",
  "set-variables",
  "trust-registry-in-cli",
  "update-plugin-source",
  "search-plugins",
] as const;

export const tkgManagementNotes = [
  /** Images are pulled without signing in. Facts: `host`. */
  "anonymous-pull",
  /** `TKG_PROXY_CA_CERT` counts instead of the registry's certificates, which are therefore in it as well. */
  "proxy-certificate-wins",
  /** Whoever answers in the registry's name is believed. Facts: `host`. */
  "verification-off",
  /** The proxy is asked for the registry, since `noProxy` does not name it. Facts: `host`. */
  "proxy-takes-registry",
  /** Some programs pass over a file with several certificates. Facts: `count`, `path`. */
  "several-in-one-file",
  /** The Tanzu CLI believes whatever plug-ins the registry has. Facts: `image`. */
  "signature-not-checked",
  /** Clusters that exist keep what they were made with. */
  "new-clusters-only",
] as const;

export type TkgManagementStep = (typeof tkgManagementSteps)[number];
export type TkgManagementNote = (typeof tkgManagementNotes)[number];

const yamlFile = "tkg-variables.yaml";
const envFile = "tkg-variables.env";
const commandsFile = "tanzu-config-set.sh";
const pemFile = "registry-ca.crt";

/**
 * The variables by which Tanzu Kubernetes Grid makes clusters with a registry of one's own, three ways to set them, and
 * what the Tanzu CLI needs for its plug-ins: `providers/config_default.yaml` of vmware-tanzu/tanzu-framework 0.29,
 * "Prepare an Internet-Restricted Environment" of Tanzu Kubernetes Grid 2.4, `docs/` of vmware-tanzu/tanzu-cli.
 */
export function generateTkgManagement(
  input: TkgManagementInput,
): ConfigOutput<TkgManagementStep, TkgManagementNote> {
  const variables = listVariables(input);
  const image = inventoryImage(input);
  const spoken: [string, string | boolean][] = input.skipPluginSignature
    ? [...variables, [signatureSkipVariable, image]]
    : variables;
  const isSecret = hasPassword(input.proxy);
  const exports = spoken.map(([name, value]) => `export ${name}=${quoteArgument(String(value))}\n`);
  const commands = spoken.map(
    ([name, value]) => `${formatCommand("tanzu", "config", "set", `env.${name}`, String(value))}\n`,
  );
  const certificates = listCertificates(input.certificates);
  const pem: ConfigFile[] =
    certificates.length === 0
      ? []
      : [{ path: pemFile, content: certificates.map((each) => each.pem).join(""), isSecret: false }];
  return {
    files: [
      { path: yamlFile, content: formatYaml(Object.fromEntries(variables)), isSecret },
      { path: envFile, content: exports.join(""), isSecret },
      { path: commandsFile, content: commands.join(""), isSecret },
      ...pem,
    ],
    steps: listSteps(input, image),
    notes: [...listNotes(input, image)],
  };
}

const inventoryImage = ({ registry }: TkgManagementInput): string =>
  `${formatFolder(registry, "tanzu_cli/plugins")}/plugin-inventory:latest`;

function listVariables(input: TkgManagementInput): [string, string | boolean][] {
  const { registry, certificates, skipTlsVerify, additionalRegistries, proxy, proxyCertificates } = input;
  const authorities = (name: string, list: readonly Certificate[]): [string, string][] =>
    list.length === 0 ? [] : [[`${name}_CA_CERTIFICATE`, encodeForField(list, "tkg-variable")]];
  // What is false is written as well, since `tanzu config set` keeps what was true before.
  const describe = (name: string, value: string, list: readonly NamedCertificates[], skip: boolean) => [
    [name, value] as [string, string],
    ...authorities(name, listCertificates(list)),
    [`${name}_SKIP_TLS_VERIFY`, skip] as [string, boolean],
  ];
  const own = listCertificates(proxyCertificates);
  return [
    ...describe("TKG_CUSTOM_IMAGE_REPOSITORY", formatFolder(registry, "tkg"), certificates, skipTlsVerify),
    ...additionalRegistries.flatMap((each, index) =>
      describe(
        `ADDITIONAL_IMAGE_REGISTRY_${index + 1}`,
        formatBase(each.registry),
        each.certificates,
        each.skipTlsVerify,
      ),
    ),
    ...(proxy === null
      ? []
      : ([
          ["TKG_HTTP_PROXY_ENABLED", true],
          ["TKG_HTTP_PROXY", proxy.http],
          ["TKG_HTTPS_PROXY", proxy.https],
          ["TKG_NO_PROXY", proxy.noProxy.join(",")],
        ] as [string, string | boolean][])),
    ...(own.length === 0
      ? []
      : ([
          [
            "TKG_PROXY_CA_CERT",
            encodeForField(listCertificates(proxyCertificates, certificates), "tkg-variable"),
          ],
        ] as [string, string][])),
  ];
}

function listSteps(input: TkgManagementInput, image: string): ConfigStep<TkgManagementStep>[] {
  const { registry, certificates, skipTlsVerify } = input;
  const trust = skipTlsVerify
    ? ["--skip-cert-verify", "true"]
    : certificates.length > 0
      ? ["--ca-cert", pemFile]
      : [];
  return [
    { code: "merge-cluster-config", commands: [] },
    { code: "set-variables", commands: [formatCommand("sh", commandsFile)] },
    ...(trust.length === 0
      ? []
      : [
          {
            code: "trust-registry-in-cli" as const,
            commands: [
              formatCommand("tanzu", "config", "cert", "add", "--host", registry.registry, ...trust),
            ],
          },
        ]),
    {
      code: "update-plugin-source",
      commands: [formatCommand("tanzu", "plugin", "source", "update", "default", "--uri", image)],
    },
    { code: "search-plugins", commands: [formatCommand("tanzu", "plugin", "search")] },
  ];
}

function* listNotes(input: TkgManagementInput, image: string): Generator<ConfigNote<TkgManagementNote>> {
  const { registry, certificates, additionalRegistries, proxy, proxyCertificates } = input;
  const all = [input, ...additionalRegistries];
  yield { code: "anonymous-pull", facts: { host: registry.registry } };
  if (certificates.length > 0 && proxyCertificates.length > 0) {
    yield { code: "proxy-certificate-wins", facts: {} };
  }
  for (const host of hostsOf(all.filter(({ skipTlsVerify }) => skipTlsVerify))) {
    yield { code: "verification-off", facts: { host } };
  }
  for (const host of hostsOf(all)) {
    if (proxy !== null && !isBypassed(host, proxy.noProxy)) {
      yield { code: "proxy-takes-registry", facts: { host } };
    }
  }
  const file = findTkgFile(listCertificates(proxyCertificates, certificates));
  if (file !== null && isCrowded(file)) {
    yield { code: "several-in-one-file", facts: { count: file.fingerprints.length, path: file.writtenTo } };
  }
  if (input.skipPluginSignature) yield { code: "signature-not-checked", facts: { image } };
  yield { code: "new-clusters-only", facts: {} };
}

/** Each once: several registries may stand at one. */
export const hostsOf = (
  registries: readonly { readonly registry: RegistryBase }[],
): ReadonlySet<RegistryHost> => new Set(registries.map(({ registry }) => registry.registry));
