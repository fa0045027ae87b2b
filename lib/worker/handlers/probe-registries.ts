import "server-only";
import { systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import { hasCodeAndFacts } from "#lib/errors.ts";
import { logger } from "#lib/logger.ts";
import { healthColumns, pingRegistry } from "#lib/services/registries/index.ts";
import { noteCertificate } from "../note-certificate.ts";

const registriesAtOnce = 8;
const dayMs = 24 * 3_600_000;

/**
 * Asks every registry whether it is there and lets us in, with the stored credentials. Those that were asked longest ago
 * come first, so that none is left out for ever when many are slow and `signal` ends the round.
 */
export async function probeRegistries(signal: AbortSignal): Promise<void> {
  const access = systemAccess(
    { id: "probe-registries", organizationId: null, startedBy: null },
    "registry.read",
  );
  const registries = await writeDb.registry.findMany({
    orderBy: { probedAt: { sort: "asc", nulls: "first" } },
    select: { id: true, host: true, updatedAt: true, certificateSeenAt: true },
  });
  const queue = registries.values();
  const probeFromQueue = async () => {
    for (const { id, host, updatedAt, certificateSeenAt } of queue) {
      if (signal.aborted) return;
      const result = await pingRegistry(access, id).catch((error: unknown) => {
        if (hasCodeAndFacts(error)) return { ok: false as const, error };
        throw error;
      });
      const columns = healthColumns(result);
      // What was asked may be another registry by now. Raw, since health is no edit: `updatedAt` stays.
      await writeDb.$executeRaw`
        UPDATE "Registry"
           SET "health" = ${columns.health}::"HealthState", "probedAt" = ${columns.probedAt},
               "probeLatencyMs" = ${columns.probeLatencyMs}, "probeErrorCode" = ${columns.probeErrorCode},
               "probeErrorFacts" = ${result.ok ? null : JSON.stringify(result.error.facts)}::jsonb
         WHERE "id" = ${id}::uuid AND "updatedAt" = ${updatedAt}`;
      logger.debug({ host, health: columns.health, code: columns.probeErrorCode }, "registry probed");
      // Once a day is enough, and at once where it may be another one.
      const isKnown = certificateSeenAt !== null && certificateSeenAt > updatedAt;
      if (!isKnown || Date.now() - certificateSeenAt.getTime() > dayMs) {
        await noteCertificate({ id, host, updatedAt });
      }
    }
  };
  await Promise.all(Array.from({ length: registriesAtOnce }, probeFromQueue));
}
