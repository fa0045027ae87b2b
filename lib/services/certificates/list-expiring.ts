import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { db } from "#lib/db/client.ts";
import { readCertificates } from "#lib/domain/certificates/read-certificates.ts";
import type { CertificatePlace, ExpiringCertificate } from "#lib/schemas/certificate-views.ts";

const dayMs = 86_400_000;

/** A certificate in one of its places. */
interface Placed {
  fingerprint: string;
  subject: string;
  notAfter: Date;
  place: CertificatePlace;
  stored?: { id: string; name: string };
}

/**
 * The certificates that end next, whatever they are for, each once: what registries show and what is stored for them, and
 * for those who may see them what stands in the lists and is trusted for channels. Those that are being replaced are left
 * out.
 */
export async function listExpiring(
  access: Access<"overview.read">,
  count: number,
): Promise<ExpiringCertificate[]> {
  const placed = [
    ...(await readOfRegistries(access)),
    ...(mayRole(access.role, "certificate.read") ? await readOfLists() : []),
    ...(mayRole(access.role, "notification.read") ? await readOfChannels() : []),
  ];
  const now = Date.now();
  return [...Map.groupBy(placed, ({ fingerprint }) => fingerprint).values()]
    .flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const { fingerprint, subject, notAfter } = first;
      const stored = group.find((each) => each.stored)?.stored ?? null;
      const daysLeft = Math.floor((notAfter.getTime() - now) / dayMs);
      const places = group.map(({ place }) => place);
      return [{ fingerprint, subject, notAfter: notAfter.toISOString(), daysLeft, places, stored }];
    })
    .toSorted((one, other) => one.notAfter.localeCompare(other.notAfter))
    .slice(0, count);
}

async function readOfRegistries(access: Access<"overview.read">): Promise<Placed[]> {
  const rows = await db.registry.findMany({
    where: access.ownRows(),
    orderBy: { name: "asc" },
    select: {
      ...{ id: true, name: true, updatedAt: true, tlsMode: true, caPem: true, clientCertPem: true },
      ...{ certificateSeenAt: true, certificateSubject: true },
      ...{ certificateFingerprint: true, certificateNotAfter: true },
    },
  });
  return rows.flatMap(({ id, name, tlsMode, caPem, clientCertPem, updatedAt, ...seen }) => {
    const place = { kind: "registry", id, name } as const;
    const { certificateSeenAt, certificateFingerprint: fingerprint, certificateNotAfter: notAfter } = seen;
    // Seen before the last edit, it may be another server's.
    const isCurrent = certificateSeenAt !== null && certificateSeenAt > updatedAt;
    const shown =
      isCurrent && fingerprint !== null && notAfter !== null
        ? [{ fingerprint, subject: seen.certificateSubject ?? "", notAfter, place }]
        : [];
    return [
      ...(tlsMode === "plain_http" ? [] : [...shown, ...readTexts(clientCertPem, place).slice(0, 1)]),
      ...(tlsMode === "verify" ? readTexts(caPem, place) : []),
    ];
  });
}

async function readOfLists(): Promise<Placed[]> {
  const entries = await db.certificateEntry.findMany({
    where: { until: null },
    orderBy: [{ list: "asc" }, { position: "asc" }],
    select: { list: true, certificate: { select: { id: true, name: true, pem: true } } },
  });
  return entries.flatMap(({ list, certificate: { pem, ...stored } }) =>
    readTexts(pem, { kind: "list", list }).map((each) => ({ ...each, stored })),
  );
}

async function readOfChannels(): Promise<Placed[]> {
  const channels = await db.notificationChannel.findMany({
    where: { caPem: { not: null } },
    orderBy: { name: "asc" },
    select: { id: true, name: true, caPem: true },
  });
  return channels.flatMap(({ caPem, ...channel }) => readTexts(caPem, { kind: "channel", ...channel }));
}

function readTexts(pem: string | null, place: CertificatePlace): Placed[] {
  return readCertificates(pem ?? "").found.map(({ certificate: { fingerprint, details } }) => ({
    ...{ fingerprint, notAfter: details.notAfter, place },
    subject: details.subject.commonName ?? details.subject.text,
  }));
}
