import { X509Certificate } from "node:crypto";
import type { TrustList } from "#lib/db/generated/enums.ts";

/** Days before the end at which people are told, each once. */
const thresholds = [1, 7, 14, 30, 60] as const;
const dayMs = 24 * 3_600_000;
/** One that has been void for longer is nobody's surprise. */
const longVoidDays = 30;

const uses = ["server", "client", "authority"] as const;
export type CertificateUse = (typeof uses)[number];

interface RegistryPlace {
  kind: "registry";
  id: string;
  name: string;
  host: string;
  organizationId: string | null;
}

/** Of the bootstrap VM, the nodes of clusters, or this panel. */
interface ListPlace {
  kind: "list";
  list: TrustList;
  /** As it is stored. */
  certificate: { id: string; name: string };
}

interface ChannelPlace {
  kind: "channel";
  id: string;
  name: string;
}

/** A certificate and what it is for. */
export interface KnownCertificate {
  use: CertificateUse;
  certificate: X509Certificate;
  place: RegistryPlace | ListPlace | ChannelPlace;
}

/** A certificate that people have to be told of now. */
export interface ExpiringCertificate {
  use: CertificateUse;
  subject: string;
  fingerprint: string;
  expiresAt: Date;
  daysLeft: number;
  /** Of the days at which it is told; 0 once it has expired. */
  threshold: number;
  registries: RegistryPlace[];
  lists: ListPlace[];
  channels: ChannelPlace[];
}

/** Those that will not last, each once, whatever they are for. */
export function findExpiring(known: readonly KnownCertificate[], now: Date): ExpiringCertificate[] {
  const groups = Map.groupBy(known, ({ certificate }) => certificate.fingerprint256);
  return [...groups.values()].flatMap((group) => {
    // One that signs itself is pasted to be trusted, too.
    const use = uses.find((one) => group.some((each) => each.use === one));
    const [first] = group;
    if (!first || !use) return [];
    const { certificate } = first;
    const expiresAt = new Date(certificate.validTo);
    const daysLeft = Math.floor((expiresAt.getTime() - now.getTime()) / dayMs);
    const threshold = findThreshold(expiresAt.getTime() - now.getTime());
    if (threshold === null) return [];
    const [subject, fingerprint] = [describeSubject(certificate), formatFingerprint(certificate)];
    return [{ use, subject, fingerprint, expiresAt, daysLeft, threshold, ...sortPlaces(group) }];
  });
}

function sortPlaces(group: readonly KnownCertificate[]) {
  const places = group.map(({ place }) => place);
  const named = <Place extends { id: string; name: string }>(some: readonly Place[]) =>
    [...new Map(some.map((place) => [place.id, place])).values()].toSorted((one, other) =>
      one.name.localeCompare(other.name),
    );
  return {
    registries: named(places.filter((place) => place.kind === "registry")),
    lists: places.filter((place) => place.kind === "list"),
    channels: named(places.filter((place) => place.kind === "channel")),
  };
}

function findThreshold(leftMs: number): number | null {
  if (leftMs < 0) return leftMs < -longVoidDays * dayMs ? null : 0;
  return thresholds.find((days) => leftMs <= days * dayMs) ?? null;
}

/** What people know it by: its common name, else the names it is for. */
export function describeSubject({ subject, subjectAltName, serialNumber }: X509Certificate): string {
  const commonName = /^CN=(.+)$/m.exec(subject)?.[1];
  return commonName ?? subjectAltName ?? serialNumber;
}

/** SHA-256 in hexadecimal digits. */
export function formatFingerprint({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(":", "").toLowerCase();
}

/** The certificates of a PEM text; what is none is passed over. */
export function parseCertificates(pem: string): X509Certificate[] {
  const texts = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return texts.flatMap((text) => {
    try {
      return [new X509Certificate(text)];
    } catch {
      return [];
    }
  });
}
