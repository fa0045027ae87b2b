import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { Prisma } from "#lib/db/generated/client.ts";
import { containsText } from "#lib/db/match-text.ts";
import { type ErrorView, formatStoredError } from "#lib/errors.ts";
import type { TasksQuery } from "#lib/schemas/jobs.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import { assertVisible } from "./job-row.ts";
import type { FailureGroup, TaskView } from "./job-views.ts";
import {} from "./snapshot.ts";

const maxGroups = 50;
const maxExamples = 5;

const hosts = {
  job: {
    select: {
      destination: { select: { registry: { select: { host: true } } } },
    },
  },
  component: { select: { digest: true } },
} as const;

type TaskRow = Prisma.MirrorTaskGetPayload<{ include: typeof hosts }>;

/** @throws AppError `not-found` */
export async function listTasks(
  access: Access<"job.read">,
  jobId: string,
  query: TasksQuery,
): Promise<Page<TaskView>> {
  await assertVisible(access, jobId);
  const where: Prisma.MirrorTaskWhereInput = {
    jobId,
    ...(query.state.length > 0 && { state: { in: query.state } }),
    ...(query.kind.length > 0 && { kind: { in: query.kind } }),
    ...(query.verdict.length > 0 && { verdict: { in: query.verdict } }),
    ...(query.cause !== "" && { AND: await sameCause(jobId, query.cause) }),
    ...(query.search !== "" && {
      OR: [
        { originalName: containsText(query.search) },
        { targetRepository: containsText(query.search) },
        { plannedDigest: containsText(query.search) },
      ],
    }),
  };
  const [rows, total] = await Promise.all([
    db.mirrorTask.findMany({
      where,
      include: hosts,
      orderBy: [orderOf(query), { position: "asc" }],
      ...pageWindow(query),
    }),
    db.mirrorTask.count({ where }),
  ]);
  const causes = await findRetryCauses(rows);
  const tasks = rows.map((row) => formatTask(row, causes.get(row.id) ?? null));
  return { rows: tasks, total, page: query.page, pageSize: query.pageSize };
}

/** Two failures have one cause when code, side, registry, request and answer are the same. */
const causeFacts = ["side", "registry", "origin", "operation", "status"] as const;

async function sameCause(jobId: string, taskId: string): Promise<Prisma.MirrorTaskWhereInput> {
  const task = await db.mirrorTask.findFirst({ where: { jobId, id: taskId, state: "failed" } });
  if (!task?.errorCode) return { id: taskId, state: "failed" };
  const facts = (task.errorFacts ?? {}) as Record<string, Prisma.InputJsonValue | undefined>;
  return {
    state: "failed",
    errorCode: task.errorCode,
    AND: causeFacts.map((name) => ({
      errorFacts: { path: [name], equals: facts[name] ?? Prisma.AnyNull },
    })),
  };
}

/** Why images are tried again: the last failed attempt of each. */
async function findRetryCauses(rows: TaskRow[]): Promise<Map<string, ErrorView>> {
  const retrying = rows.filter(({ state }) => state === "retrying").map(({ id }) => id);
  if (retrying.length === 0) return new Map();
  const events = await db.jobEvent.findMany({
    where: { taskId: { in: retrying }, kind: "retry" },
    orderBy: [{ taskId: "asc" }, { id: "desc" }],
    distinct: ["taskId"],
  });
  return new Map(
    events.flatMap(({ taskId, code, facts }): [string, ErrorView][] => {
      const cause = formatStoredError(code, facts);
      return taskId !== null && cause ? [[taskId, cause]] : [];
    }),
  );
}

function orderOf({ sort, order }: TasksQuery): Prisma.MirrorTaskOrderByWithRelationInput {
  switch (sort) {
    case "position":
      return { position: order };
    case "name":
      return { originalName: order };
    case "target":
      return { targetRepository: order };
    case "state":
      return { state: order };
    case "size":
      return { sizeBytes: { sort: order, nulls: "last" } };
    case "received":
      return { receivedBytes: order };
  }
}

function formatTask(row: TaskRow, retryCause: ErrorView | null): TaskView {
  const digest = row.component?.digest ?? row.plannedDigest ?? "";
  // A repository has neither.
  const reference = row.tag !== "" ? `:${row.tag}` : digest === "" ? "" : `@${digest}`;
  return {
    id: row.id,
    position: row.position,
    kind: row.kind,
    name: row.originalName,
    source: formatPlace(row.sourceHost, `${row.sourceRepository}${reference}`),
    target: formatPlace(row.job.destination?.registry.host ?? "", `${row.targetRepository}${reference}`),
    plannedDigest: row.plannedDigest,
    finalDigest: row.finalDigest,
    verdict: row.verdict,
    targetDigest: row.targetDigest,
    mediaType: row.mediaType,
    platforms: row.platforms,
    platformsLeftOut: row.platformsLeftOut,
    foreignLayers: row.foreignLayers,
    foreignBytes: Number(row.foreignBytes),
    sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
    state: row.state,
    attempt: row.attempt,
    retries: row.retries,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    blobs: {
      total: row.blobsTotal,
      present: row.blobsPresent,
      mounted: row.blobsMounted,
      transferred: row.blobsTransferred,
    },
    receivedBytes: Number(row.receivedBytes),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    error: formatStoredError(row.errorCode, row.errorFacts) ?? retryCause,
  };
}

/** In a bundle there is no host. */
/** @param host empty for what is in a bundle */
function formatPlace(host: string, path: string): string {
  return host === "" ? path : `${host}/${path}`;
}

interface GroupRow {
  code: string;
  facts: Prisma.JsonValue;
  count: bigint;
  examples: FailureGroup["examples"];
}

/**
 * Why images failed, the most frequent cause first (`causeFacts`); the facts are those of the first image.
 *
 * @throws AppError `not-found`
 */
export async function listFailures(access: Access<"job.read">, jobId: string): Promise<FailureGroup[]> {
  await assertVisible(access, jobId);
  const rows = await db.$queryRaw<GroupRow[]>`
    SELECT "errorCode" AS "code", count(*) AS "count",
           (array_agg("errorFacts" ORDER BY "position"))[1] AS "facts",
           to_jsonb((array_agg(jsonb_build_object('taskId', "id", 'name', "originalName", 'target',
             "targetRepository" || CASE WHEN "tag" = '' THEN '' ELSE ':' || "tag" END)
             ORDER BY "position"))[1:${maxExamples}::int]) AS "examples"
      FROM "MirrorTask"
     WHERE "jobId" = ${jobId}::uuid AND "state" = 'failed' AND "errorCode" IS NOT NULL
     GROUP BY "errorCode", "errorFacts"->'side', "errorFacts"->'registry', "errorFacts"->'origin',
              "errorFacts"->'operation', "errorFacts"->'status'
     ORDER BY count(*) DESC, min("position") LIMIT ${maxGroups}`;
  return rows.map(({ code, facts, count, examples }) => ({
    error: { code, facts: (facts ?? {}) as Record<string, unknown> },
    count: Number(count),
    examples,
  }));
}
