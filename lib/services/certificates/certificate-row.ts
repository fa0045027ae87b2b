import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import { type CertificateRow, trustLists } from "#lib/schemas/certificates.ts";

export const rowFields = {
  id: true,
  name: true,
  fingerprint: true,
  subject: true,
  issuer: true,
  notBefore: true,
  notAfter: true,
  isAuthority: true,
  isSelfSigned: true,
  createdAt: true,
  replacedBy: { select: { id: true, name: true } },
  entries: { select: { list: true, position: true, until: true } },
} satisfies Prisma.CertificateSelect;

export type RowFields = Prisma.CertificateGetPayload<{ select: typeof rowFields }>;

export function formatRow({ entries, notBefore, notAfter, createdAt, ...row }: RowFields): CertificateRow {
  const standsIn = new Set(entries.map(({ list }) => list));
  return {
    ...row,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    ...judgeTime({ notBefore, notAfter }),
    createdAt: createdAt.toISOString(),
    lists: trustLists.filter((list) => standsIn.has(list)),
  };
}

/** How near its end it is, and whether it holds already. */
export function judgeTime({ notBefore, notAfter }: { notBefore: Date; notAfter: Date }): {
  daysLeft: number;
  isYetToBegin: boolean;
} {
  const now = Date.now();
  return {
    daysLeft: Math.floor((notAfter.getTime() - now) / dayMs),
    isYetToBegin: now < notBefore.getTime(),
  };
}

const dayMs = 86_400_000;
