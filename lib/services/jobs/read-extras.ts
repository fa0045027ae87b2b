import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { containsText } from "#lib/db/match-text.ts";
import { formatStoredError } from "#lib/errors.ts";
import type { ExtrasQuery } from "#lib/schemas/jobs.ts";
import { pageWindow } from "#lib/schemas/list-query.ts";
import { assertVisible } from "./job-row.ts";
import type { ExtrasPage, ExtraView, UnlistedGroup } from "./job-views.ts";

const maxGroups = 50;
const maxExamples = 5;

/**
 * What stands in the repositories of a comparison without being in it, and which repositories could not be listed.
 *
 * @throws AppError `not-found`
 */
export async function listExtras(
  access: Access<"job.read">,
  jobId: string,
  query: ExtrasQuery,
): Promise<ExtrasPage> {
  await assertVisible(access, jobId);
  const host = await findTargetHost(jobId);
  const where: Prisma.JobExtraWhereInput = {
    jobId,
    ...(query.search !== "" && { OR: searchExtras(query.search, host) }),
  };
  const [rows, total, unlisted] = await Promise.all([
    db.jobExtra.findMany({
      where,
      orderBy: [{ repository: query.order }, { tag: query.order }],
      ...pageWindow(query),
    }),
    db.jobExtra.count({ where }),
    listUnlisted(jobId),
  ]);
  const extras = await formatExtras(access, host, rows);
  return { rows: extras, total, page: query.page, pageSize: query.pageSize, unlisted };
}

/** A text that stands in one of the columns, or a reference as people copy it: `[host/]repository:tag`. */
function searchExtras(text: string, host: string): Prisma.JobExtraWhereInput[] {
  const path = text.startsWith(`${host}/`) ? text.slice(host.length + 1) : text;
  const colon = path.lastIndexOf(":");
  return [
    { repository: containsText(path) },
    { tag: containsText(path) },
    ...(colon === -1
      ? []
      : [
          {
            repository: containsText(path.slice(0, colon)),
            tag: containsText(path.slice(colon + 1)),
          },
        ]),
  ];
}

/** `host[:port]` of a job's target. Who may see the job is the caller's question. */
export async function findTargetHost(jobId: string): Promise<string> {
  const job = await db.mirrorJob.findUnique({
    where: { id: jobId },
    select: { destination: { select: { registry: { select: { host: true } } } } },
  });
  return job?.destination?.registry.host ?? "";
}

/** Extra tags, each with the job that put it there, as far as the reader may see that job. */
export async function formatExtras(
  access: Pick<Access<"job.read">, "ownRows">,
  host: string,
  rows: readonly { repository: string; tag: string }[],
): Promise<ExtraView[]> {
  // Destinations are paths into registries, and several may lead to one place.
  const destinations = await db.destination.findMany({
    where: { registry: { host } },
    select: { id: true },
  });
  const placements = await db.placement.findMany({
    where: {
      destinationId: { in: destinations.map(({ id }) => id) },
      repository: { in: [...new Set(rows.map(({ repository }) => repository))] },
      tag: { in: [...new Set(rows.map(({ tag }) => tag))] },
      task: { job: access.ownRows() },
    },
    // The last one wins.
    orderBy: { verifiedAt: "asc" },
    select: {
      repository: true,
      tag: true,
      task: { select: { job: { select: { id: true, number: true } } } },
    },
  });
  const placers = new Map(
    placements.map(({ repository, tag, task }) => [`${repository}:${tag}`, task?.job ?? null]),
  );
  return rows.map(({ repository, tag }) => {
    const name = `${repository}:${tag}`;
    return { name, reference: `${host}/${name}`, placedBy: placers.get(name) ?? null };
  });
}

interface GroupRow {
  code: string;
  facts: Prisma.JsonValue;
  count: bigint;
  repositories: string[];
}

/** Why repositories could not be listed, the most frequent cause first; the facts are those of the first one. */
async function listUnlisted(jobId: string): Promise<UnlistedGroup[]> {
  const rows = await db.$queryRaw<GroupRow[]>`
    SELECT "errorCode" AS "code", count(*) AS "count",
           (array_agg("errorFacts" ORDER BY "repository"))[1] AS "facts",
           (array_agg("repository" ORDER BY "repository"))[1:${maxExamples}::int] AS "repositories"
      FROM "JobRepository"
     WHERE "jobId" = ${jobId}::uuid AND "errorCode" IS NOT NULL
     GROUP BY "errorCode", "errorFacts"->'operation', "errorFacts"->'status'
     ORDER BY count(*) DESC, min("repository") LIMIT ${maxGroups}`;
  return rows.flatMap(({ code, facts, count, repositories }) => {
    const error = formatStoredError(code, facts);
    return error ? [{ error, count: Number(count), repositories }] : [];
  });
}
