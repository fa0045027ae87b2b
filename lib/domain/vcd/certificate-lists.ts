import type { ConfigValues } from "./config-fields.ts";

/** The two lists of a configuration: who trusts what is in them. */
type CertificateLists = Pick<ConfigValues, "bootstrapCertificates" | "clusterCertificates">;
type CertificateList = keyof CertificateLists;

interface OneSidedCertificate {
  /** Which list has it, and where, from 0. */
  readonly list: CertificateList;
  readonly index: number;
  readonly pem: string;
  readonly missingIn: CertificateList;
}

const contentOf = (pem: string): string => pem.replace(/\s/g, "");

/**
 * The certificates that only one of the two lists has. A registry's belongs in both, since the bootstrap VM pulls from it
 * as well as the nodes: "Set up a Local Container Registry in an Air-gapped Environment",
 * https://docs.vmware.com/en/VMware-Cloud-Director-Container-Service-Extension/4.2/
 */
export function findOneSidedCertificates(lists: CertificateLists): OneSidedCertificate[] {
  const find = (list: CertificateList, missingIn: CertificateList) => {
    const others = new Set(lists[missingIn].map(contentOf));
    return lists[list].flatMap((pem, index) =>
      others.has(contentOf(pem)) ? [] : [{ list, index, pem, missingIn }],
    );
  };
  return [
    ...find("bootstrapCertificates", "clusterCertificates"),
    ...find("clusterCertificates", "bootstrapCertificates"),
  ];
}
