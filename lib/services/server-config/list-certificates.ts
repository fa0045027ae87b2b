import "server-only";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import type { ConfigDocument } from "#lib/domain/vcd/config-document.ts";
import { rememberCertificates } from "../certificates/remember-certificates.ts";
import { configLists, readListedCertificates } from "./listed-certificates.ts";

/**
 * Writes down which certificates the lists of a document have, and makes those known that are not yet. When one is to be
 * taken out of a list stays as long as it is in that list.
 *
 * @returns the names of those that were not known
 */
export async function listCertificates(tx: ChangeTransaction, document: ConfigDocument): Promise<string[]> {
  const lists = configLists.map((list) => ({ list, ...readListedCertificates(document, list) }));
  const all = lists.flatMap(({ certificates }) => certificates.map(({ certificate }) => certificate));
  const known = await rememberCertificates(tx, all);
  const standing = await tx.certificateEntry.findMany({ where: { list: { in: configLists } } });
  await tx.certificateEntry.deleteMany({ where: { list: { in: configLists } } });
  await tx.certificateEntry.createMany({
    data: lists.flatMap(({ list, certificates }) =>
      certificates.flatMap(({ certificate, position }) => {
        const certificateId = known.get(certificate.fingerprint)?.id;
        if (certificateId === undefined) return [];
        const before = standing.find((row) => row.list === list && row.certificateId === certificateId);
        return [{ list, certificateId, position, until: before?.until ?? null }];
      }),
    ),
  });
  return [...known.values()].filter(({ isNew }) => isNew).map(({ name }) => name);
}
