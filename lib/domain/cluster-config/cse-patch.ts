import { z } from "zod";
import {
  ConfigDocumentError,
  type ConfigDocument,
  editConfig,
  parseConfigDocument,
  viewConfig,
} from "#lib/domain/vcd/config-document.ts";
import { certificateList, clusterBase, formatBase, formatFolder } from "./cluster-input.ts";
import type { ConfigOutput } from "./config-output.ts";
import { listCertificates, nameCertificates, parseCertificates } from "./trust-entries.ts";

const configDocument = z.string().transform((text, context): ConfigDocument => {
  try {
    return parseConfigDocument(text);
  } catch (error) {
    if (!(error instanceof ConfigDocumentError)) throw error;
    context.addIssue({ code: "custom", message: error.code });
    return z.NEVER;
  }
});

/** What the registry and the certificates of Container Service Extension are made of. */
export const csePatchInput = z.strictObject({
  registry: clusterBase,
  certificates: certificateList,
  /** The VCDKEConfig as it is, which then comes out whole; without it there is the patch only. */
  document: configDocument.nullable().default(null),
});

export type CsePatchInput = z.output<typeof csePatchInput>;

export const csePatchSteps = ["merge-into-configuration", "restart-server"] as const;

export const csePatchNotes = [
  /** Both lists have the certificates: the bootstrap VM pulls as well as the nodes. Facts: `count`. */
  "both-lists",
  /** By RFC 7396 lists are replaced as a whole, of which `profiles` is one: fields are to be taken over one by one. */
  "lists-are-replaced",
  /** Clusters add the folder themselves. Facts: `path`. */
  "folder-added",
  /** Images are pulled without signing in. Facts: `host`. */
  "anonymous-pull",
  /** Clusters that exist keep what they were made with. */
  "new-clusters-only",
  /** The CSE server reads its configuration when its VM is started. */
  "restart-server",
] as const;

export type CsePatchStep = (typeof csePatchSteps)[number];
export type CsePatchNote = (typeof csePatchNotes)[number];

const [patchFile, documentFile] = ["vcdke-config-patch.json", "vcdke-config.json"];
const withoutBlanks = (pem: string): string => pem.replace(/\s/g, "");

/**
 * The container registry URL and the certificates of a VCDKEConfig, in both of its lists, one certificate an entry: nodes
 * write each to a file of its own, and `update-ca-certificates` wants one in each. "Set up a Local Container Registry in an
 * Air-gapped Environment" of Container Service Extension 4.2; govcd/cse/4.2/capiyaml_cluster.tmpl of go-vcloud-director.
 */
export function generateCsePatch(input: CsePatchInput): ConfigOutput<CsePatchStep, CsePatchNote> {
  const { registry, document } = input;
  const certificateAuthorities = listCertificates(input.certificates).map(({ pem }) => pem);
  const patch = {
    profiles: [
      {
        containerRegistryUrl: formatBase(registry),
        // Empty lists would take away what is in them.
        ...(certificateAuthorities.length > 0 && {
          K8Config: { certificateAuthorities },
          bootstrapClusterConfig: { certificateAuthorities },
        }),
      },
    ],
  };
  const whole = document === null ? null : addTo(document, formatBase(registry), certificateAuthorities);
  return {
    files: [
      { path: patchFile, content: `${JSON.stringify(patch, null, 2)}\n`, isSecret: false },
      // It may have the token for GitHub in it.
      ...(whole === null ? [] : [{ path: documentFile, content: whole, isSecret: true }]),
    ],
    steps: [
      { code: "merge-into-configuration", commands: [] },
      { code: "restart-server", commands: [] },
    ],
    notes: [
      { code: "both-lists", facts: { count: certificateAuthorities.length } },
      ...(whole === null ? [{ code: "lists-are-replaced" as const, facts: {} }] : []),
      { code: "folder-added", facts: { path: formatFolder(registry, "tkg") } },
      { code: "anonymous-pull", facts: { host: registry.registry } },
      { code: "new-clusters-only", facts: {} },
      { code: "restart-server", facts: {} },
    ],
  };
}

/** What a VCDKEConfig, whole or a patch, says of registry and the certificates of both lists; null where it is none. */
export function parseCsePatch(text: string): CsePatchInput | null {
  const { data: document } = configDocument.safeParse(text);
  if (document === undefined) return null;
  const { containerRegistryUrl, bootstrapCertificates, clusterCertificates } = viewConfig(document);
  const { data: registry } = clusterBase.safeParse(containerRegistryUrl);
  if (registry === undefined) return null;
  const bootstrap = new Set((bootstrapCertificates ?? []).map(withoutBlanks));
  const inBoth = (clusterCertificates ?? []).filter((pem) => bootstrap.has(withoutBlanks(pem)));
  return { registry, certificates: nameCertificates(inBoth.flatMap(parseCertificates)), document: null };
}

/** The whole document, with what its lists have already. */
function addTo(document: ConfigDocument, containerRegistryUrl: string, added: readonly string[]): string {
  const { bootstrapCertificates, clusterCertificates } = viewConfig(document);
  const unite = (list: readonly string[] | null) => {
    const known = new Set((list ?? []).map(withoutBlanks));
    return [...(list ?? []), ...added.filter((pem) => !known.has(withoutBlanks(pem)))];
  };
  return editConfig(document, {
    containerRegistryUrl,
    bootstrapCertificates: unite(bootstrapCertificates),
    clusterCertificates: unite(clusterCertificates),
  }).text;
}
