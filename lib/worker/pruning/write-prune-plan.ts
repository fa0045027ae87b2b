import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import { JobEventKind, TaskState } from "#lib/db/generated/enums.ts";
import type { KeepReason, PlannedDeletion, RepositoryPrune } from "#lib/engine/mirror/prune-plan.ts";
import { EngineError } from "#lib/engine/oci/errors.ts";
import type { Tag } from "#lib/engine/oci/reference.ts";
import { errorView } from "#lib/error-view.ts";
import { jobsChannel, notifyJob } from "#lib/queue/notifications.ts";
import type { HeldImage } from "#lib/services/pruning/find-keep.ts";
import type { RemovableImage } from "#lib/services/pruning/find-removable.ts";
import { inTransaction } from "../transaction.ts";
import type { PlannedRun } from "../write-plans.ts";
import type { Leftover } from "./find-leftovers.ts";
import { formatKind, formatReason, type PruneJob } from "./prune-row.ts";

/** A repository of a prune, as the planner read it. */
export interface PruneTask {
  id: string;
  attempt: number;
  /** What is to go there, with what earlier prunes have left of it, and what has to stay. */
  images: readonly RemovableImage[];
  leftovers: readonly Leftover[];
  held: readonly HeldImage[];
}

/**
 * Keeps what was decided for a repository: once an index is gone nothing else tells of its images, and what a person says
 * yes to is what is done. Of a job that is planned no more, and of a repository that another planner was first with,
 * nothing is written.
 */
export async function writePrunePlan(
  { jobId, run }: PlannedRun,
  job: PruneJob,
  task: PruneTask,
  plan: RepositoryPrune,
): Promise<void> {
  // A registry may send any text.
  const problem = plan.problem && errorView(new EngineError(plan.problem.code, plan.problem.facts));
  const state =
    problem !== null ? TaskState.failed : task.images.length === 0 ? TaskState.skipped : TaskState.queued;
  const facts = problem?.facts as Prisma.InputJsonObject | undefined;
  const error = problem ? { errorCode: problem.code, ...(facts && { errorFacts: facts }) } : {};
  await inTransaction(async (tx) => {
    // Before its tasks, as everyone does who changes both. A planner that was thought lost may come late.
    const planning = await tx.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM "MirrorJob"
       WHERE "id" = ${jobId}::uuid AND "run" = ${run} AND "state" = 'planning' FOR NO KEY UPDATE`;
    if (planning.length === 0) return;
    const now = new Date();
    const { count } = await tx.mirrorTask.updateMany({
      where: { id: task.id, attempt: task.attempt, state: TaskState.queued, prunePlannedAt: null },
      data: { state, prunePlannedAt: now, ...error, ...(state !== TaskState.queued && { finishedAt: now }) },
    });
    if (count === 0) return;
    const taskId = task.id;
    await tx.pruneImage.deleteMany({ where: { taskId } });
    await createInBatches(listImages(task), (data) => tx.pruneImage.createMany({ data }));
    if (state === TaskState.queued) {
      // What an earlier run has left undone is told by its rows alone, until a plan takes it in.
      await tx.pruneDeletion.deleteMany({ where: { taskId } });
      await tx.pruneKept.deleteMany({ where: { taskId } });
      await createInBatches(listDeletions(task, plan), (data) => tx.pruneDeletion.createMany({ data }));
      await createInBatches(listKept(job, task, plan), (data) => tx.pruneKept.createMany({ data }));
    }
    await tx.mirrorJob.update({ where: { id: jobId }, data: { planResolved: { increment: 1 } } });
    if (problem) {
      const { code } = problem;
      const event = { jobId, taskId, kind: JobEventKind.error, state, code };
      await tx.jobEvent.create({ data: { ...event, ...(facts && { facts }) } });
    }
    await notifyJob(tx, jobsChannel, jobId);
  });
}

// Keeps one insert far below the number of parameters that PostgreSQL takes.
const batchSize = 1_000;

async function createInBatches<Row>(
  rows: readonly Row[],
  create: (batch: Row[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += batchSize) {
    await create(rows.slice(start, start + batchSize));
  }
}

function listImages({ id, images }: PruneTask): Prisma.PruneImageCreateManyInput[] {
  return images.map(({ tag, digest, why }, position) => ({ taskId: id, position, tag, digest, why }));
}

function listDeletions(
  { id, images }: PruneTask,
  { deletions }: RepositoryPrune,
): Prisma.PruneDeletionCreateManyInput[] {
  // A tag that could not be deleted alone before is only to go with its manifest.
  const isAsked = ({ removes, tags, belongsTo }: PlannedDeletion) =>
    removes === "manifest" || belongsTo !== null || images.some(({ tag }) => tags.includes(tag as Tag));
  return deletions.filter(isAsked).map((deletion, position) => {
    const { removes, digest, tags, kind, belongsTo } = deletion;
    const image = findImage(images, deletion);
    return {
      taskId: id,
      position,
      ...{ removes, digest, tags: [...tags], belongsTo },
      kind: formatKind(kind),
      why: image?.why ?? null,
      sizeBytes: removes === "manifest" ? (image?.sizeBytes ?? null) : null,
    };
  });
}

/** What a deletion was planned for; null for what goes with something else, and for what an earlier prune has left. */
function findImage(
  images: readonly RemovableImage[],
  { removes, digest, tags, belongsTo }: PlannedDeletion,
): RemovableImage | null {
  if (belongsTo !== null) return null;
  const named = images.filter((image) => image.digest === digest);
  const [tag] = tags;
  return (removes === "tag" ? named.find((image) => image.tag === tag) : named[0]) ?? null;
}

function listKept(
  { organizationId }: PruneJob,
  { id, images, leftovers, held }: PruneTask,
  { kept }: RepositoryPrune,
): Prisma.PruneKeptCreateManyInput[] {
  const isOld = (digest: string) =>
    leftovers.some((left) => left.digest === digest) && !images.some((image) => image.digest === digest);
  return kept
    .filter(({ digest }) => !isOld(digest))
    .map(({ digest, tags, because }, position) => {
      const holders = held.filter((image) => isHeldBy(image, because)).map((image) => image.organizationId);
      const others = holders.filter((holder) => holder !== null && holder !== organizationId);
      return {
        taskId: id,
        position,
        ...{ digest, tags: [...tags] },
        ...formatReason(because),
        forSelf: organizationId !== null && holders.includes(organizationId),
        forProvider: holders.includes(null),
        forOthers: [...new Set(others)].flatMap((holder) => holder ?? []),
      };
    });
}

function isHeldBy({ tag, digest }: HeldImage, because: KeepReason): boolean {
  if (because.by === "kept-tag") return tag === because.tag;
  return because.by === "kept-digest" && digest === because.digest;
}
