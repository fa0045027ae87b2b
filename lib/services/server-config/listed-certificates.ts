import "server-only";
import type { TrustList } from "#lib/db/generated/enums.ts";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import { type ConfigDocument, readField } from "#lib/domain/vcd/config-document.ts";
import type { ConfigField } from "#lib/domain/vcd/config-fields.ts";

/** The lists that stand in the document, which the panel's own does not. */
export type ConfigList = Exclude<TrustList, "panel">;

export const listFields = {
  bootstrap_vm: "bootstrapCertificates",
  cluster: "clusterCertificates",
} as const satisfies Record<ConfigList, ConfigField>;

export const configLists = Object.keys(listFields) as ConfigList[];

interface ListedCertificate {
  certificate: Certificate;
  /** Of the text in the document that it stands in, from 0; one text may hold several. */
  position: number;
}

export interface ListedCertificates {
  /** In their order, each once, where it stands first. */
  certificates: ListedCertificate[];
  /** Positions of texts that no certificate can be read from. */
  unreadable: number[];
}

/** The certificates of one list. */
export function readListedCertificates(document: ConfigDocument, list: ConfigList): ListedCertificates {
  const certificates = new Map<string, ListedCertificate>();
  const unreadable: number[] = [];
  for (const [position, text] of (readField(document, listFields[list]) ?? []).entries()) {
    const { found } = readCertificates(text);
    if (found.length === 0) unreadable.push(position);
    for (const { certificate } of found) {
      if (!certificates.has(certificate.fingerprint)) {
        certificates.set(certificate.fingerprint, { certificate, position });
      }
    }
  }
  return { certificates: [...certificates.values()], unreadable };
}
