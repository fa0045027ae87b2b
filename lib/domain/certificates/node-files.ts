import { findTrustNameProblem } from "./trust-name.ts";

/** One file of certificates on a node of a cluster, from its writing to its use. */
export interface NodeFile {
  /** Where the cluster's definition has it written. */
  readonly writtenTo: string;
  /** Where it is afterwards, on each kind of node. */
  readonly foundAt: readonly { readonly system: NodeSystem; readonly path: string }[];
  /** The certificates in it, by their fingerprints, in their order. */
  readonly fingerprints: readonly string[];
}

/** Nodes differ in what makes a certificate known to all programs. */
type NodeSystem = "photon" | "ubuntu" | "any";

/** A certificate as far as files are concerned. */
export interface PlacedCertificate {
  readonly fingerprint: string;
  readonly pem: string;
}

/** Debian's and Ubuntu's folder for certificates that `update-ca-certificates` takes up; one a file, named `.crt`. */
const ubuntuFolder = "/usr/local/share/ca-certificates";

/**
 * The files that the cluster certificates of Container Service Extension become, by their position from 0 on: a cluster's
 * nodes write each as `custom_certificate_<position>.crt`, move all to Ubuntu's folder and run `update-ca-certificates`
 * before kubeadm (govcd/cse/4.2/capiyaml_cluster.tmpl of vmware/go-vcloud-director). So one that is taken out of the list
 * gives its file's name to the next, in clusters made from then on. What the Bootstrap VM does is not published.
 */
export function listCseFiles(certificates: readonly PlacedCertificate[]): readonly NodeFile[] {
  return certificates.map(({ fingerprint }, position) => {
    const name = `custom_certificate_${position}.crt`;
    return {
      writtenTo: `/etc/ssl/certs/${name}`,
      foundAt: [{ system: "ubuntu", path: `${ubuntuFolder}/${name}` }],
      fingerprints: [fingerprint],
    };
  });
}

/**
 * The file that a certificate of vSphere with Tanzu becomes: `/etc/ssl/certs/tkg-<name>.pem` (Troubleshooting External
 * Private Registry Certificates), the name being that of `trust.additionalTrustedCAs`.
 *
 * @returns null when the name breaks the rule
 */
export function findTanzuFile(name: string, { fingerprint }: PlacedCertificate): NodeFile | null {
  if (findTrustNameProblem(name) !== null) return null;
  const path = `/etc/ssl/certs/tkg-${name}.pem`;
  return { writtenTo: path, foundAt: [{ system: "any", path }], fingerprints: [fingerprint] };
}

/**
 * The file of `TKG_PROXY_CA_CERT` and of the overlays for custom authorities of Tanzu Kubernetes Grid: all certificates in
 * `/etc/ssl/certs/tkg-custom-ca.pem`. Photon's `rehash_ca_certificates.sh` reads it there; on Ubuntu it is moved
 * (providers/ytt of vmware-tanzu/tanzu-framework 0.29). Null without a certificate: then no file is written.
 */
export function findTkgFile(certificates: readonly PlacedCertificate[]): NodeFile | null {
  if (certificates.length === 0) return null;
  const path = "/etc/ssl/certs/tkg-custom-ca.pem";
  return {
    writtenTo: path,
    foundAt: [
      { system: "photon", path },
      { system: "ubuntu", path: `${ubuntuFolder}/tkg-custom-ca.crt` },
    ],
    fingerprints: certificates.map(({ fingerprint }) => fingerprint),
  };
}

/**
 * The file of `TKG_CUSTOM_IMAGE_REPOSITORY_CA_CERTIFICATE`, which only containerd reads, for this registry only
 * (`registry.configs."<host>".tls.ca_file`).
 *
 * @param repository `host[:port][/path]`, of which what stands before the first slash counts
 * @returns null when that is no host
 */
export function findTkgRegistryFile(
  repository: string,
  certificates: readonly PlacedCertificate[],
): NodeFile | null {
  const [host = ""] = repository.split("/");
  if (!/^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/.test(host) || certificates.length === 0)
    return null;
  const path = `/etc/containerd/${host}.crt`;
  return {
    writtenTo: path,
    foundAt: [{ system: "any", path }],
    fingerprints: certificates.map(({ fingerprint }) => fingerprint),
  };
}

/**
 * Whether a file holds more than one certificate where that does harm: `update-ca-certificates` takes them all into the
 * bundle that Go and curl read, but `openssl rehash` passes the file over (update-ca-certificates(8): one in each file).
 */
export const isCrowded = ({ foundAt, fingerprints }: NodeFile): boolean =>
  fingerprints.length > 1 && foundAt.some(({ system }) => system === "ubuntu");

/** How many layers of base64 a field wants around the PEM. */
export type TrustEncoding = "pem" | "base64" | "base64-twice";

/** Fields that certificates are written to, and how. */
export const trustEncodings = {
  /** `profiles[0].K8Config.certificateAuthorities[]` and `bootstrapClusterConfig.certificateAuthorities[]` */
  cse: "pem",
  /** `TkgServiceConfiguration` `spec.trust.additionalTrustedCAs[].data` */
  "tkg-service-configuration": "base64",
  /** `TanzuKubernetesCluster` `spec.settings.network.trust.additionalTrustedCAs[].data` */
  "tanzu-kubernetes-cluster": "base64",
  /** A `Cluster` of v1beta1: `data` of the Secret `<cluster>-user-trusted-ca-secret` */
  "cluster-secret": "base64-twice",
  /** `TKG_CUSTOM_IMAGE_REPOSITORY_CA_CERTIFICATE` and its like */
  "tkg-variable": "base64",
  /** `data` of the ConfigMap that `additionalTrustedCA` of `image.config.openshift.io/cluster` names */
  "openshift-trust": "pem",
  /** A file beside a `hosts.toml`, or in `certs.d` of Docker, Podman and Skopeo */
  "certificate-file": "pem",
} as const satisfies Record<string, TrustEncoding>;

export type TrustField = keyof typeof trustEncodings;

/** Certificates as a field wants them, in one line where it is base64. */
export function encodeForField(certificates: readonly PlacedCertificate[], field: TrustField): string {
  const pem = certificates.map((each) => each.pem).join("");
  const once = Buffer.from(pem).toString("base64");
  switch (trustEncodings[field]) {
    case "pem":
      return pem;
    case "base64":
      return once;
    case "base64-twice":
      return Buffer.from(once).toString("base64");
  }
}

/** What a person types on a node to see whether a file is there and holds what it should. */
export function listNodeChecks({ foundAt }: NodeFile): readonly string[] {
  return [...new Set(foundAt.map(({ path }) => path))].flatMap((path) => [
    `ls -l ${path}`,
    `openssl x509 -noout -subject -enddate -fingerprint -sha256 -in ${path}`,
  ]);
}
