import "server-only";
import { db } from "#lib/db/client.ts";
import { TrustList } from "#lib/db/generated/enums.ts";

/**
 * What this panel, web server and workers alike, trusts for all registries that are verified, besides the authorities of
 * its machine and what a registry has of its own: PEM texts, in their order.
 */
export async function readPanelTrust(): Promise<string[]> {
  const entries = await db.certificateEntry.findMany({
    where: { list: TrustList.panel },
    orderBy: [{ position: "asc" }, { certificateId: "asc" }],
    select: { certificate: { select: { pem: true } } },
  });
  return entries.map(({ certificate }) => certificate.pem);
}
