import "server-only";
import { JobKind, JobState } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";

/**
 * Sees to it that a release is looked up by one job at a time: two would each write what they find over what the other
 * has. Whoever asks at the same time waits for this transaction, and then finds the job.
 *
 * @throws AppError `refresh-running`
 */
export async function assertRefreshFree(tx: ChangeTransaction, releaseId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "Release" WHERE "id" = ${releaseId}::uuid FOR NO KEY UPDATE`;
  const running = await tx.mirrorJob.findFirst({
    where: {
      kind: JobKind.refresh_catalog,
      state: { in: [JobState.queued, JobState.planning, JobState.running] },
      releases: { some: { releaseId } },
    },
    select: {
      number: true,
      releases: { where: { releaseId }, select: { release: { select: { name: true, version: true } } } },
    },
  });
  const release = running?.releases[0]?.release;
  if (!running || !release) return;
  throw new AppError("refresh-running", {
    name: `${release.name} ${release.version}`,
    number: running.number,
  });
}
