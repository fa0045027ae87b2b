import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { JobKind } from "#lib/db/generated/enums.ts";
import { formatStoredError } from "#lib/errors.ts";
import type { ReleaseDetail } from "#lib/schemas/releases.ts";

/** Jobs that use a release, as against those that look what it is. */
export const notRefresh = { kind: { not: JobKind.refresh_catalog } } as const;

/** The last job that looked a release up, running or not; null when the reader may see none. */
export async function findLastRefresh(
  access: Access<"catalog.read">,
  releaseId: string,
): Promise<ReleaseDetail["refresh"]> {
  const job = await db.mirrorJob.findFirst({
    where: { kind: JobKind.refresh_catalog, releases: { some: { releaseId } }, ...access.ownRows() },
    orderBy: { number: "desc" },
    select: { id: true, number: true, state: true, errorCode: true, errorFacts: true },
  });
  if (!job) return null;
  const { id, number, state, errorCode, errorFacts } = job;
  return { jobId: id, number, state, error: formatStoredError(errorCode, errorFacts) };
}
