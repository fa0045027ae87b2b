import "server-only";
import { HealthState, TrustList } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import type { Enqueue } from "#lib/queue/enqueue.ts";
import { rememberCertificates } from "./remember-certificates.ts";

const list = TrustList.panel;

/**
 * Changes what this panel trusts for its registries. When a certificate is to be taken out stays as long as it is in the
 * list. What is known of the registries' health was found with what was trusted before: they are asked again at once.
 *
 * @returns whether it is not what it was
 */
export async function changePanelTrust(
  tx: ChangeTransaction,
  enqueue: Enqueue,
  edit: (texts: readonly string[]) => readonly string[],
): Promise<boolean> {
  const standing = await tx.certificateEntry.findMany({
    where: { list },
    orderBy: [{ position: "asc" }, { certificateId: "asc" }],
    select: { certificateId: true, until: true, certificate: { select: { pem: true } } },
  });
  const edited = edit(standing.map(({ certificate }) => certificate.pem));
  const certificates = edited.flatMap((text) =>
    readCertificates(text).found.map(({ certificate }) => certificate),
  );
  const known = await rememberCertificates(tx, certificates);
  const ids = certificates.flatMap(({ fingerprint }) => known.get(fingerprint)?.id ?? []);
  if (ids.join() === standing.map(({ certificateId }) => certificateId).join()) return false;
  await tx.certificateEntry.deleteMany({ where: { list } });
  await tx.certificateEntry.createMany({
    data: ids.map((certificateId, position) => {
      const before = standing.find((entry) => entry.certificateId === certificateId);
      return { list, certificateId, position, until: before?.until ?? null };
    }),
  });
  const isOrderOnly =
    ids.toSorted().join() ===
    standing
      .map((each) => each.certificateId)
      .toSorted()
      .join();
  if (!isOrderOnly) await askRegistriesAgain(tx, enqueue);
  return true;
}

async function askRegistriesAgain(tx: ChangeTransaction, enqueue: Enqueue): Promise<void> {
  // An edit, so that a probe that was made with the trust of before is not written down any more.
  await tx.registry.updateMany({
    where: { tlsMode: "verify" },
    data: { health: HealthState.unknown, probedAt: null, probeErrorCode: null, probeLatencyMs: null },
  });
  await enqueue(tx, "probeRegistries", [{ asked: true }]);
}
