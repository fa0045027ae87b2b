import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { mayRole, schedulePermissions } from "#lib/auth/permissions.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { containsText } from "#lib/db/match-text.ts";
import { AppError, formatStoredError } from "#lib/errors.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import {
  type ScheduleDetail,
  type ScheduleRow,
  type ScheduleRunsQuery,
  type ScheduleRunView,
  type SchedulesQuery,
  type ScheduleWork,
  scheduleWork,
} from "#lib/schemas/schedules.ts";

const runFields = {
  id: true,
  at: true,
  outcome: true,
  errorCode: true,
  errorFacts: true,
  job: { select: { id: true, number: true, kind: true, state: true } },
} satisfies Prisma.ScheduleRunSelect;

const rowFields = {
  id: true,
  name: true,
  kind: true,
  cron: true,
  timeZone: true,
  input: true,
  organization: { select: { id: true, name: true, displayName: true } },
  owner: { select: { id: true, displayName: true } },
  pausedAt: true,
  stoppedAt: true,
  stopCode: true,
  stopFacts: true,
  nextRunAt: true,
  createdAt: true,
  runs: { orderBy: { id: "desc" }, take: 1, select: runFields },
} satisfies Prisma.ScheduleSelect;

type RowFields = Prisma.ScheduleGetPayload<{ select: typeof rowFields }>;

export async function listSchedules(
  access: Access<"schedule.read">,
  query: SchedulesQuery,
): Promise<Page<ScheduleRow>> {
  const where: Prisma.ScheduleWhereInput = {
    ...(query.organization !== undefined && { organizationId: query.organization }),
    ...access.ownRows(),
    ...(query.kind.length > 0 && { kind: { in: query.kind } }),
    ...(query.search !== "" && { name: containsText(query.search) }),
  };
  const orderBy: Prisma.ScheduleOrderByWithRelationInput =
    query.sort === "nextRunAt"
      ? { nextRunAt: { sort: query.order, nulls: "last" } }
      : { [query.sort]: query.order };
  const [rows, total] = await Promise.all([
    db.schedule.findMany({
      where,
      orderBy: [orderBy, { id: "asc" }],
      select: rowFields,
      ...pageWindow(query),
    }),
    db.schedule.count({ where }),
  ]);
  const named = await findNamed(rows);
  return {
    rows: rows.map((row) => formatRow(access, row, named)),
    total,
    page: query.page,
    pageSize: query.pageSize,
  };
}

/** @throws AppError `not-found` */
export async function getSchedule(access: Access<"schedule.read">, id: string): Promise<ScheduleDetail> {
  const row = await db.schedule.findFirst({ where: { id, ...access.ownRows() }, select: rowFields });
  if (!row) throw new AppError("not-found", { what: "schedule" });
  const named = await findNamed([row]);
  const work = parseWork(row);
  return {
    ...formatRow(access, row, named),
    work,
    source: "sourceRegistryId" in work ? (named.sources.get(work.sourceRegistryId ?? "") ?? null) : null,
    isOwn: row.owner.id === access.actor.userId,
    createdAt: row.createdAt.toISOString(),
  };
}

/** What came of its times, the latest first. @throws AppError `not-found` */
export async function listScheduleRuns(
  access: Access<"schedule.read">,
  scheduleId: string,
  query: ScheduleRunsQuery,
): Promise<Page<ScheduleRunView>> {
  const owned = { id: scheduleId, ...access.ownRows() };
  if ((await db.schedule.count({ where: owned })) === 0) {
    throw new AppError("not-found", { what: "schedule" });
  }
  const number = query.search === "" ? null : Number(query.search.replace(/^#/, ""));
  const where: Prisma.ScheduleRunWhereInput = {
    scheduleId,
    ...(query.outcome.length > 0 && { outcome: { in: query.outcome } }),
    // By the number of a job; what is none finds nothing.
    ...(number !== null && { job: { number: isJobNumber(number) ? number : 0 } }),
  };
  const [rows, total] = await Promise.all([
    db.scheduleRun.findMany({
      where,
      orderBy: { id: query.order },
      select: runFields,
      ...pageWindow(query),
    }),
    db.scheduleRun.count({ where }),
  ]);
  return { rows: rows.map(formatRun), total, page: query.page, pageSize: query.pageSize };
}

function isJobNumber(number: number): boolean {
  return Number.isInteger(number) && number > 0 && number < 2 ** 31;
}

function parseWork({ kind, input }: Pick<RowFields, "kind" | "input">): ScheduleWork {
  return scheduleWork.parse({ ...(input as object), kind });
}

/** Releases, destinations and registries that schedules name, as far as they are still there. */
async function findNamed(rows: readonly RowFields[]) {
  const works = rows.map(parseWork);
  const releaseIds = works.flatMap((work) => ("releaseIds" in work ? work.releaseIds : []));
  const destinationIds = works.flatMap((work) => ("destinationId" in work ? [work.destinationId] : []));
  const sourceIds = works.flatMap((work) =>
    "sourceRegistryId" in work && work.sourceRegistryId !== null ? [work.sourceRegistryId] : [],
  );
  const [releases, destinations, sources] = await Promise.all([
    db.release.findMany({
      where: { id: { in: releaseIds } },
      select: { id: true, name: true, version: true },
    }),
    db.destination.findMany({
      where: { id: { in: destinationIds } },
      select: { id: true, basePath: true, registry: { select: { id: true, name: true, host: true } } },
    }),
    db.registry.findMany({ where: { id: { in: sourceIds } }, select: { id: true, name: true, host: true } }),
  ]);
  return {
    releases: new Map(releases.map((release) => [release.id, release])),
    targets: new Map(
      destinations.map(({ id, basePath, registry: { id: registryId, name, host } }) => [
        id,
        { registryId, name, host, basePath },
      ]),
    ),
    sources: new Map(sources.map(({ id, name, host }) => [id, { registryId: id, name, host }])),
  };
}

function formatRow(
  access: Access<"schedule.read">,
  row: RowFields,
  named: Awaited<ReturnType<typeof findNamed>>,
): ScheduleRow {
  const work = parseWork(row);
  const [lastRun] = row.runs;
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    cron: row.cron,
    timeZone: row.timeZone,
    organization: row.organization,
    owner: row.owner,
    state: row.stoppedAt !== null ? "stopped" : row.pausedAt !== null ? "paused" : "active",
    stop: formatStoredError(row.stopCode, row.stopFacts),
    nextRunAt: row.nextRunAt?.toISOString() ?? null,
    lastRun: lastRun ? formatRun(lastRun) : null,
    releases:
      "releaseIds" in work
        ? work.releaseIds.flatMap((id) => {
            const release = named.releases.get(id);
            return release ? [release] : [];
          })
        : [],
    target: "destinationId" in work ? (named.targets.get(work.destinationId) ?? null) : null,
    mayChange: mayRole(access.role, "schedule.write") && mayRole(access.role, schedulePermissions[row.kind]),
  };
}

function formatRun(run: RowFields["runs"][number]): ScheduleRunView {
  return {
    id: run.id.toString(),
    at: run.at.toISOString(),
    outcome: run.outcome,
    job: run.job,
    error: formatStoredError(run.errorCode, run.errorFacts),
  };
}
