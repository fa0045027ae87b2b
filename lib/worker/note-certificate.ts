import "server-only";
import type { X509Certificate } from "node:crypto";
import { systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { logger } from "#lib/logger.ts";
import { readRegistryCertificate } from "#lib/services/registries/index.ts";
import { describeSubject, formatFingerprint } from "./notifications/expiring-certificates.ts";

interface LookedAt {
  id: string;
  host: string;
  updatedAt: Date;
}

/**
 * Looks at the certificate that a registry shows and writes down what people are told of it.
 *
 * @returns null where none was seen: one that cannot be reached is told by its health
 */
export async function noteCertificate({ id, host, updatedAt }: LookedAt): Promise<X509Certificate | null> {
  const access = systemAccess(
    { id: "note-certificate", organizationId: null, startedBy: null },
    "registry.read",
  );
  const shown = await readRegistryCertificate(access, id).catch((error: unknown) => {
    logger.debug({ err: error, host }, "no certificate was seen");
    return null;
  });
  if (!shown) return null;
  // What was looked at may be another registry by now. Raw, since this is no edit: `updatedAt` stays.
  await writeDb.$executeRaw`
    UPDATE "Registry"
       SET "certificateSeenAt" = ${new Date()}, "certificateSubject" = ${describeSubject(shown)},
           "certificateFingerprint" = ${formatFingerprint(shown)},
           "certificateNotAfter" = ${new Date(shown.validTo)}
     WHERE "id" = ${id}::uuid AND "updatedAt" = ${updatedAt}`;
  return shown;
}
