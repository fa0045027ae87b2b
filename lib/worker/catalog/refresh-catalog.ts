import "server-only";
import { systemAccess } from "#lib/auth/system-access.ts";
import { writeDb } from "#lib/db/client.ts";
import type { MirrorTask } from "#lib/db/generated/client.ts";
import { TaskState } from "#lib/db/generated/enums.ts";
import { errorView } from "#lib/error-view.ts";
import { createLimiter } from "#lib/engine/oci/limiter.ts";
import { AppError } from "#lib/errors.ts";
import { releaseRequest } from "#lib/schemas/discoveries.ts";
import { recordDiscovery } from "#lib/services/releases/index.ts";
import type { BundleSession, JobSessions } from "../job-sessions.ts";
import { readMirrorItem } from "../mirror-item.ts";
import { findAway } from "../ping-registry.ts";
import { PlanWriter } from "../plan-writer.ts";
import type { PlannedRun } from "../write-plans.ts";
import { discoverRelease } from "./discover-release.ts";

// Small requests only; how many go out at once is the lane's limit.
const imagesAtOnce = 8;

/**
 * Finds out what a release is made of, and what each of its images is. Nothing is copied, so the job is done with its
 * plan. An earlier, lost planner or run that has found the images is believed; only those without an answer are asked
 * for again.
 *
 * @throws EngineError, AppError what stops the whole job; an image that is missing is told with its task
 */
export async function refreshCatalog(
  sessions: JobSessions,
  planned: PlannedRun,
  signal: AbortSignal,
): Promise<void> {
  const { jobId, run } = planned;
  if ((await writeDb.mirrorTask.count({ where: { jobId } })) === 0) {
    await findComponents(sessions, planned, signal);
  }
  const tasks = await writeDb.mirrorTask.findMany({
    where: { jobId, state: TaskState.queued, mediaType: null },
    orderBy: { position: "asc" },
  });
  if (tasks.length === 0) return;
  await sessions.useForBundle(jobId, run, (session) => resolveTasks(session, planned, tasks, signal));
}

async function findComponents(
  sessions: JobSessions,
  { jobId, run }: PlannedRun,
  signal: AbortSignal,
): Promise<void> {
  const job = await writeDb.mirrorJob.findUniqueOrThrow({
    where: { id: jobId },
    select: {
      id: true,
      organizationId: true,
      startedBy: { select: { id: true, username: true, role: true } },
      releases: { select: { release: { select: { id: true, source: true, request: true } } } },
    },
  });
  const [release] = job.releases.map((each) => each.release);
  if (!release) throw new AppError("not-found", { what: "release" });
  const request = release.request === null ? null : releaseRequest.parse(release.request);
  const access = systemAccess(job, "job.start");
  const discovery =
    request && (await discoverRelease(sessions, access, { source: release.source, request }, signal));
  await recordDiscovery(systemAccess(job, "catalog.write"), { jobId, run, releaseId: release.id }, discovery);
}

async function resolveTasks(
  { sources, planning }: BundleSession,
  planned: PlannedRun,
  tasks: readonly MirrorTask[],
  signal: AbortSignal,
): Promise<void> {
  if (planning === null) throw new Error("a refresh plans without a target");
  const away = await findAway(sources.clients, signal);
  const writer = new PlanWriter(planned);
  const limiter = createLimiter(imagesAtOnce);
  const resolve = async (task: MirrorTask) => {
    try {
      const error = away.get(task.sourceHost);
      if (error) throw error;
      writer.addResolved(task, await planning.plan(readMirrorItem(task), { signal }));
    } catch (error) {
      if (!signal.aborted) writer.addFailure(task, errorView(error));
    }
  };
  try {
    await Promise.all(tasks.map((task) => limiter.run(() => resolve(task), signal)));
  } finally {
    await writer.close();
  }
}
