import { X509Certificate } from "node:crypto";

/** Days before the end at which people are told, each once. */
const thresholds = [1, 7, 14, 30] as const;
const dayMs = 24 * 3_600_000;
/** One that has been void for longer is nobody's surprise. */
const longVoidDays = 30;

const uses = ["server", "client", "authority"] as const;
export type CertificateUse = (typeof uses)[number];

/** A certificate and a registry that it is for. */
export interface KnownCertificate {
  use: CertificateUse;
  certificate: X509Certificate;
  registry: { id: string; name: string; host: string; organizationId: string | null };
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
  registries: KnownCertificate["registry"][];
}

/** Those that will not last, each once, however many registries it is for. */
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
    const byId = new Map(group.map(({ registry }) => [registry.id, registry]));
    const registries = [...byId.values()].toSorted((one, other) => one.name.localeCompare(other.name));
    const fingerprint = certificate.fingerprint256.replaceAll(":", "").toLowerCase();
    const subject = describeSubject(certificate);
    return [{ use, subject, fingerprint, expiresAt, daysLeft, threshold, registries }];
  });
}

function findThreshold(leftMs: number): number | null {
  if (leftMs < 0) return leftMs < -longVoidDays * dayMs ? null : 0;
  return thresholds.find((days) => leftMs <= days * dayMs) ?? null;
}

/** What people know it by: its common name, else the names it is for. */
function describeSubject({ subject, subjectAltName, serialNumber }: X509Certificate): string {
  const commonName = /^CN=(.+)$/m.exec(subject)?.[1];
  return commonName ?? subjectAltName ?? serialNumber;
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
