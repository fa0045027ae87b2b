import "server-only";
import { systemAccess } from "#lib/auth/system-access.ts";
import { db } from "#lib/db/client.ts";
import { JobState, TaskState } from "#lib/db/generated/enums.ts";
import { inspectProjects } from "#lib/domain/harbor/inspect-projects.ts";
import { listNeededProjects, projectOf } from "#lib/domain/harbor/needed-projects.ts";
import type { Harbor } from "#lib/domain/harbor/open-harbor.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import { AppError } from "#lib/errors.ts";
import type { JobNotice } from "#lib/services/jobs/index.ts";
import { setNotices } from "#lib/services/jobs/job-notices.ts";
import { lockJob } from "#lib/services/jobs/job-row.ts";
import { openHarborOf } from "#lib/services/registries/index.ts";
import { inTransaction } from "../transaction.ts";
import { tryPatiently } from "../try-patiently.ts";
import type { PlannedRun } from "../write-plans.ts";
import { type Preparation, readPreparation } from "./preparation-row.ts";
import { noticeProjects } from "./project-notices.ts";

interface Findings {
  notices: JobNotice[];
  missingProjects: string[];
}

interface Repositories {
  all: string[];
  /** Those that something is still to be pushed to. */
  pushed: string[];
}

/**
 * Finds out, before anything else is asked of a job's target, whether it is a Harbor, and if so, which projects are missing
 * there and which are private. Nothing is made yet: the job may wait for a person's word. A Harbor refuses whatever is
 * asked of a repository whose project is missing, so nothing should be.
 *
 * @returns whether a repository cannot be there, since its project is missing
 * @throws AppError `harbor-project-missing`, `harbor-project-unusable`, `harbor-project-needed` when nothing could be
 * pushed there in any case
 */
export async function inspectTarget(
  planned: PlannedRun,
  signal: AbortSignal,
): Promise<(repository: string) => boolean> {
  const job = await readPreparation(planned.jobId);
  const harbor = await findHarbor(job, signal);
  try {
    const found =
      harbor === null
        ? { notices: [], missingProjects: [] }
        : await inspect(harbor, job.host, await listRepositories(job.id), signal);
    await write(planned, found);
    const missing = new Set(found.missingProjects);
    return (repository) => missing.has(projectOf(repository) ?? "");
  } finally {
    await harbor?.close();
  }
}

/** Null also when it cannot be told: whatever stands there, that is no reason not to go on. */
async function findHarbor(job: Preparation, signal: AbortSignal): Promise<Harbor | null> {
  try {
    return await openHarborOf(systemAccess(job, "job.start"), job.registryId, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof EngineError)) throw error;
    return null;
  }
}

async function listRepositories(jobId: string): Promise<Repositories> {
  const tasks = await db.mirrorTask.findMany({
    where: { jobId },
    distinct: ["targetRepository", "state"],
    orderBy: { position: "asc" },
    select: { targetRepository: true, state: true },
  });
  const names = (some: typeof tasks) => some.map(({ targetRepository }) => targetRepository);
  return { all: names(tasks), pushed: names(tasks.filter(({ state }) => state === TaskState.queued)) };
}

async function inspect(
  harbor: Harbor,
  registry: string,
  { all, pushed }: Repositories,
  signal: AbortSignal,
): Promise<Findings> {
  const { projects: pushedProjects, withoutProject } = listNeededProjects(pushed);
  const [homeless] = withoutProject;
  if (homeless !== undefined) throw new AppError("harbor-project-needed", { registry, repository: homeless });
  const inspection = await tryPatiently(() => inspectProjects(harbor, all, signal), signal).catch(
    (error: unknown) => {
      if (signal.aborted || !(error instanceof EngineError)) throw error;
      return null;
    },
  );
  if (inspection === null) {
    const projects = [...listNeededProjects(all).projects];
    return { notices: noticeProjects("harbor-projects-unchecked", registry, projects), missingProjects: [] };
  }
  const { projects, omitted } = inspection;
  const closed = projects.filter(({ state }) => state === "private" || state === "hidden");
  const needed = projects.filter(({ name }) => pushedProjects.has(name));
  assertUsable(harbor, registry, needed);
  const missing = namesOf(needed.filter(({ state }) => state === "missing"));
  return {
    notices: [
      ...noticeProjects("harbor-projects-private", registry, namesOf(closed)),
      ...noticeProjects("harbor-projects-missing", registry, missing),
      ...noticeProjects("harbor-projects-unchecked", registry, omitted),
    ],
    missingProjects: missing,
  };
}

type InspectedProject = Awaited<ReturnType<typeof inspectProjects>>["projects"][number];

/** @throws AppError what will not be otherwise, whoever gives the word to go on */
function assertUsable(harbor: Harbor, registry: string, projects: readonly InspectedProject[]): void {
  const refused = namesOf(projects.filter(({ state }) => state === "name-refused"));
  if (refused.length > 0) {
    throw new AppError("harbor-project-unusable", { registry, projects: refused, reason: "nameRefused" });
  }
  const caches = namesOf(projects.filter(({ proxyCache }) => proxyCache === true));
  if (caches.length > 0) {
    throw new AppError("harbor-project-unusable", { registry, projects: caches, reason: "proxyCache" });
  }
  // Who is not signed in can make none, and is not even told which ones are there.
  const unknown = namesOf(projects.filter(({ state }) => state === "missing" || state === "hidden"));
  if (harbor.credentials !== "accepted" && unknown.length > 0) {
    throw new AppError("harbor-project-missing", { registry, projects: unknown, reason: "unauthorized" });
  }
}

function namesOf(projects: readonly { readonly name: string }[]): string[] {
  return projects.map(({ name }) => name);
}

async function write({ jobId, run }: PlannedRun, { notices, missingProjects }: Findings): Promise<void> {
  await inTransaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job.run !== run || job.state !== JobState.planning) return;
    await setNotices(tx, jobId, notices, { missingProjects });
  });
}
