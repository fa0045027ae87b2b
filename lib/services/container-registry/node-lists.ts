import "server-only";
import type { Certificate } from "#lib/domain/certificates/certificate.ts";
import type { NodeLists } from "../doctor/index.ts";
import { type ConfigList, type CurrentConfig, readListedCertificates } from "../server-config/index.ts";

/** What the bootstrap VM and the nodes of clusters trust, as the configuration has it. */
export function listsOf(current: CurrentConfig | null): NodeLists {
  const read = (list: ConfigList): Certificate[] =>
    current === null
      ? []
      : readListedCertificates(current.document, list).certificates.map(({ certificate }) => certificate);
  return { bootstrap_vm: read("bootstrap_vm"), cluster: read("cluster") };
}
