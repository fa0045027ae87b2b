import "server-only";
import { systemAccess } from "#lib/auth/system-access.ts";
import { AppError } from "#lib/errors.ts";
import { logger } from "#lib/logger.ts";
import { endDueOverlap, listDueOverlaps } from "#lib/services/certificates/index.ts";

/**
 * Takes certificates out of their lists whose time beside their successors is over. Each is one change: what was done
 * before a worker died stays done, and what was not is found again by the next look.
 */
export async function endOverlaps(signal: AbortSignal): Promise<void> {
  const access = systemAccess(
    { id: "end-overlaps", organizationId: null, startedBy: null },
    "certificate.write",
  );
  for (const certificateId of await listDueOverlaps(access)) {
    if (signal.aborted) return;
    try {
      const { retired, kept, revision } = await endDueOverlap(access, certificateId);
      logger.info({ certificateId, retired, kept, revision }, "overlap of certificates ended");
    } catch (error) {
      // Somebody has ended or cancelled it in the meantime.
      if (error instanceof AppError && error.code === "replacement-over") continue;
      // One that cannot be written, such as of a configuration with errors, keeps no other from its end.
      logger.error({ err: error, certificateId }, "overlap of certificates could not be ended");
    }
  }
}
