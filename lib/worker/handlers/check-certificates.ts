import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { announce } from "#lib/services/notifications/announce.ts";
import { noteCertificate } from "../note-certificate.ts";
import {
  type CertificateUse,
  type ExpiringCertificate,
  findExpiring,
  type KnownCertificate,
  parseCertificates,
} from "../notifications/expiring-certificates.ts";
import { inTransaction } from "../transaction.ts";

const registriesAtOnce = 8;
/** Registries that a notification names, and channels. */
const maxNamed = 20;

/** Looks at all certificates that are shown or trusted, and tells of those that will not last. */
export async function checkCertificates(signal: AbortSignal): Promise<void> {
  const known = [...(await readOfRegistries(signal)), ...(await readOfLists()), ...(await readOfChannels())];
  if (signal.aborted) return;
  for (const expiring of findExpiring(known, new Date())) await tell(expiring);
}

async function tell(certificate: ExpiringCertificate): Promise<void> {
  const { use, subject, fingerprint, expiresAt, daysLeft, threshold } = certificate;
  const { registries, lists, channels } = certificate;
  const owners = new Set([
    ...registries.map(({ organizationId }) => organizationId),
    ...(lists.length + channels.length > 0 ? [null] : []),
  ]);
  const [owner = null] = owners;
  const [stored] = lists;
  await inTransaction((tx) =>
    announce(tx, {
      kind: "certificate_expiring",
      // What several own is the provider's matter, as are the lists and the channels.
      organizationId: owners.size === 1 ? owner : null,
      dedupeKey: `certificate:${fingerprint}:${threshold}`,
      facts: () => ({
        ...{ use, subject, fingerprint, daysLeft, expiresAt: expiresAt.toISOString() },
        registries: registries.slice(0, maxNamed).map(({ id, name, host }) => ({ id, name, host })),
        lists: lists.map(({ list }) => list),
        channels: channels.slice(0, maxNamed).map(({ id, name }) => ({ id, name })),
        certificate: stored ? stored.certificate : null,
      }),
    }),
  );
}

/** What registries show, what is trusted for them, and what is shown to them. */
async function readOfRegistries(signal: AbortSignal): Promise<KnownCertificate[]> {
  const rows = await writeDb.registry.findMany({
    orderBy: { createdAt: "asc" },
    select: {
      ...{ id: true, name: true, host: true, organizationId: true, updatedAt: true },
      ...{ tlsMode: true, caPem: true, clientCertPem: true },
    },
  });
  const known: KnownCertificate[] = [];
  const queue = rows.values();
  const lookAtQueue = async () => {
    for (const { tlsMode, caPem, clientCertPem, updatedAt, ...registry } of queue) {
      if (signal.aborted) return;
      const place = { kind: "registry", ...registry } as const;
      const add = (use: CertificateUse, certificates: KnownCertificate["certificate"][]) =>
        known.push(...certificates.map((certificate) => ({ use, certificate, place })));
      if (tlsMode === "verify") add("authority", parseCertificates(caPem ?? ""));
      // The first is the client's own; what follows are its authorities, which others renew.
      if (tlsMode !== "plain_http") add("client", parseCertificates(clientCertPem ?? "").slice(0, 1));
      const shown = await noteCertificate({ ...registry, updatedAt });
      if (shown) add("server", [shown]);
    }
  };
  await Promise.all(Array.from({ length: registriesAtOnce }, lookAtQueue));
  return known;
}

/** What stands in the lists. Of one that is being replaced nobody needs to be told: its successor is there already. */
async function readOfLists(): Promise<KnownCertificate[]> {
  const entries = await writeDb.certificateEntry.findMany({
    where: { until: null },
    orderBy: [{ list: "asc" }, { position: "asc" }],
    select: { list: true, certificate: { select: { id: true, name: true, pem: true } } },
  });
  return entries.flatMap(({ list, certificate: { pem, ...stored } }) =>
    parseCertificates(pem).map((certificate) => ({
      ...{ use: "authority" as const, certificate },
      place: { kind: "list" as const, list, certificate: stored },
    })),
  );
}

/** What is trusted for channels, paused ones included: whoever resumes one counts on it. */
async function readOfChannels(): Promise<KnownCertificate[]> {
  const channels = await writeDb.notificationChannel.findMany({
    where: { caPem: { not: null } },
    orderBy: { createdAt: "asc" },
    select: { id: true, name: true, caPem: true },
  });
  return channels.flatMap(({ caPem, ...channel }) =>
    parseCertificates(caPem ?? "").map((certificate) => ({
      ...{ use: "authority" as const, certificate },
      place: { kind: "channel" as const, ...channel },
    })),
  );
}
