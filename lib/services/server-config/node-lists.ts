import "server-only";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import type { ConfigDocument } from "#lib/domain/vcd/config-document.ts";
import type { NodeLists } from "../doctor/index.ts";
import { type ConfigList, readListedCertificates } from "./listed-certificates.ts";

/** What the bootstrap VM and the nodes of clusters trust, as a configuration has it. */
export function nodeListsOf(document: ConfigDocument | null): NodeLists {
  const read = (list: ConfigList): Certificate[] =>
    document === null
      ? []
      : readListedCertificates(document, list).certificates.map(({ certificate }) => certificate);
  return { bootstrap_vm: read("bootstrap_vm"), cluster: read("cluster") };
}
