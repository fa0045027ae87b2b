import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { findExtraTags, groupTags } from "#lib/engine/mirror/extra-tags.ts";
import { parseRepository, parseTag } from "#lib/engine/oci/reference.ts";
import type { JobSession } from "../job-sessions.ts";
import { writeExtras } from "../write-extras.ts";
import type { PlannedRun } from "../write-plans.ts";

/**
 * Looks for what stands in the repositories of a comparison without being in it. What an earlier, lost planner has
 * listed stays; a repository that cannot be listed is told, and is no reason to compare less.
 */
export async function findExtras(
  planned: PlannedRun,
  { target }: JobSession,
  signal: AbortSignal,
): Promise<void> {
  const { jobId, run } = planned;
  // All of the job's images, also those that a retry has no more to do with.
  const tasks = await writeDb.mirrorTask.findMany({
    where: { jobId },
    select: { targetRepository: true, tag: true },
  });
  const listed = groupTags(
    tasks.map(({ targetRepository, tag }) => ({
      repository: parseRepository(targetRepository),
      ...(tag !== "" && { tag: parseTag(tag) }),
    })),
  );
  await writeDb.mirrorJob.updateMany({ where: { id: jobId, run }, data: { planTotal: listed.size } });
  const known = await writeDb.jobRepository.findMany({ where: { jobId }, select: { repository: true } });
  for (const { repository } of known) listed.delete(parseRepository(repository));
  try {
    await findExtraTags(listed, {
      listTags: (...request) => target.listTags(...request),
      onRepository: (found) => writeExtras(planned, found),
      signal,
    });
  } catch (error) {
    // Whoever stopped it knows.
    if (!signal.aborted) throw error;
  }
}
