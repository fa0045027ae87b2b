import "server-only";
import { JobKind, JobState, TaskState, Verdict } from "#lib/db/generated/enums.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { formatStoredError } from "#lib/errors.ts";
import { announce } from "./announce.ts";

const announced: readonly JobState[] = [JobState.succeeded, JobState.failed];

/** Tells that a job has ended; of one that somebody has cancelled there is nothing to tell. */
export async function announceJobEnd(tx: ChangeTransaction, id: string, state: JobState): Promise<void> {
  if (!announced.includes(state)) return;
  const job = await tx.mirrorJob.findUniqueOrThrow({ where: { id }, select: jobFields });
  const tasks = await countTasks(tx, id);
  const about = { organizationId: job.organizationId };
  const key = `job:${id}:${job.run}`;
  const told = { id, number: job.number, kind: job.kind };
  const target = job.destination ? formatTarget(job.destination) : null;
  const drift = tasks.missing + tasks.different + tasks.damaged;
  if (job.kind === JobKind.verify && drift > 0) {
    await announce(tx, {
      ...{ kind: "drift_found", dedupeKey: `${key}:drift`, ...about },
      facts: async () => {
        const { _sum } = await tx.jobRepository.aggregate({
          where: { jobId: id },
          _sum: { extraTags: true },
        });
        const { total, missing, different, damaged } = tasks;
        return {
          ...{ job: told, target, images: { total, missing, different, damaged } },
          extraTags: _sum.extraTags ?? 0,
        };
      },
    });
    // Nothing but what the comparison was to find.
    if (tasks.failed === drift) return;
  }
  await announce(tx, {
    ...{ kind: state === JobState.failed ? "job_failed" : "job_finished", dedupeKey: `${key}:end`, ...about },
    facts: async () => ({
      ...{ job: told, target, images: { total: tasks.total, failed: tasks.failed } },
      error: formatStoredError(job.errorCode, job.errorFacts) ?? (await findFirstError(tx, id)),
      durationMs: job.startedAt && job.finishedAt ? job.finishedAt.getTime() - job.startedAt.getTime() : null,
    }),
  });
}

const jobFields = {
  number: true,
  run: true,
  kind: true,
  organizationId: true,
  errorCode: true,
  errorFacts: true,
  startedAt: true,
  finishedAt: true,
  destination: { select: { basePath: true, registry: { select: { host: true } } } },
} as const;

function formatTarget({ basePath, registry }: { basePath: string; registry: { host: string } }): string {
  return basePath === "" ? registry.host : `${registry.host}/${basePath}`;
}

async function countTasks(tx: ChangeTransaction, jobId: string) {
  const groups = await tx.mirrorTask.groupBy({ by: ["state", "verdict"], where: { jobId }, _count: true });
  const count = (fits: (group: (typeof groups)[number]) => boolean) =>
    groups.filter(fits).reduce((sum, { _count }) => sum + _count, 0);
  const withVerdict = (verdict: Verdict) => count((group) => group.verdict === verdict);
  return {
    total: count(() => true),
    failed: count(({ state }) => state === TaskState.failed),
    missing: withVerdict(Verdict.missing),
    different: withVerdict(Verdict.different),
    damaged: withVerdict(Verdict.damaged),
  };
}

/** Of many failures the first says enough: the job's page has the others. */
async function findFirstError(tx: ChangeTransaction, jobId: string) {
  const task = await tx.mirrorTask.findFirst({
    where: { jobId, state: TaskState.failed, verdict: null },
    orderBy: { position: "asc" },
    select: { errorCode: true, errorFacts: true },
  });
  return task ? formatStoredError(task.errorCode, task.errorFacts) : null;
}
