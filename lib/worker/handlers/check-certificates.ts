import "server-only";
import { systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { logger } from "#lib/logger.ts";
import { announce } from "#lib/services/notifications/announce.ts";
import { readRegistryCertificate } from "#lib/services/registries/index.ts";
import {
  type CertificateUse,
  type ExpiringCertificate,
  findExpiring,
  type KnownCertificate,
  parseCertificates,
} from "../notifications/expiring-certificates.ts";
import { inTransaction } from "../transaction.ts";

const registriesAtOnce = 8;
/** Registries that a notification names. */
const maxNamed = 20;

/** Looks at the certificates of all registries, and tells of those that will not last. */
export async function checkCertificates(signal: AbortSignal): Promise<void> {
  const known = await readKnown(signal);
  if (signal.aborted) return;
  for (const expiring of findExpiring(known, new Date())) await tell(expiring);
}

async function tell(certificate: ExpiringCertificate): Promise<void> {
  const { use, subject, fingerprint, expiresAt, daysLeft, threshold, registries } = certificate;
  const owners = new Set(registries.map(({ organizationId }) => organizationId));
  const [owner = null] = owners;
  await inTransaction((tx) =>
    announce(tx, {
      kind: "certificate_expiring",
      // What several own is the provider's matter.
      organizationId: owners.size === 1 ? owner : null,
      dedupeKey: `certificate:${fingerprint}:${threshold}`,
      facts: () => ({
        ...{ use, subject, fingerprint, daysLeft, expiresAt: expiresAt.toISOString() },
        registries: registries.slice(0, maxNamed).map(({ id, name, host }) => ({ id, name, host })),
      }),
    }),
  );
}

/** What registries show, what is trusted for them, and what is shown to them. */
async function readKnown(signal: AbortSignal): Promise<KnownCertificate[]> {
  const rows = await writeDb.registry.findMany({
    orderBy: { createdAt: "asc" },
    select: {
      ...{ id: true, name: true, host: true, organizationId: true },
      ...{ tlsMode: true, caPem: true, clientCertPem: true },
    },
  });
  const known: KnownCertificate[] = [];
  const access = systemAccess(
    { id: "check-certificates", organizationId: null, startedBy: null },
    "registry.read",
  );
  const queue = rows.values();
  const lookAtQueue = async () => {
    for (const { tlsMode, caPem, clientCertPem, ...registry } of queue) {
      if (signal.aborted) return;
      const add = (use: CertificateUse, certificates: KnownCertificate["certificate"][]) =>
        known.push(...certificates.map((certificate) => ({ use, certificate, registry })));
      if (tlsMode === "verify") add("authority", parseCertificates(caPem ?? ""));
      // The first is the client's own; what follows are its authorities, which others renew.
      if (tlsMode !== "plain_http") add("client", parseCertificates(clientCertPem ?? "").slice(0, 1));
      // One that cannot be reached is told by its health.
      const shown = await readRegistryCertificate(access, registry.id).catch((error: unknown) => {
        logger.debug({ err: error, host: registry.host }, "no certificate was seen");
        return null;
      });
      if (shown) add("server", [shown]);
    }
  };
  await Promise.all(Array.from({ length: registriesAtOnce }, lookAtQueue));
  return known;
}
