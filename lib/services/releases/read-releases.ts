import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { containsText } from "#lib/db/match-text.ts";
import { AppError, type ErrorView, formatStoredError } from "#lib/errors.ts";
import { releaseRequest } from "#lib/schemas/discoveries.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import {
  type ComponentChoice,
  type ComponentListQuery,
  type ComponentRow,
  type ReleaseDetail,
  type ReleaseListQuery,
  type ReleaseRow,
} from "#lib/schemas/releases.ts";
import { findInferred } from "./find-inferred.ts";
import { findLastRefresh, notRefresh } from "./last-refresh.ts";

const maxChoices = 500;

export const rowFields = {
  id: true,
  kind: true,
  name: true,
  version: true,
  createdAt: true,
  source: true,
  request: true,
  refreshedAt: true,
} satisfies Prisma.ReleaseSelect;

type RowFields = Prisma.ReleaseGetPayload<{ select: typeof rowFields }>;

const componentOrders: Record<
  ComponentListQuery["sort"],
  (order: Prisma.SortOrder) => Prisma.ComponentOrderByWithRelationInput[]
> = {
  position: (order) => [{ position: order }],
  source: (order) => [{ sourceHost: order }, { sourceRepository: order }],
  target: (order) => [{ targetPath: order }],
  size: (order) => [{ sizeBytes: { sort: order, nulls: "last" } }],
};

export async function listReleases(
  access: Access<"catalog.read">,
  query: ReleaseListQuery,
): Promise<Page<ReleaseRow>> {
  const where: Prisma.ReleaseWhereInput = {
    ...(query.kind && { kind: query.kind }),
    ...(query.search !== "" && {
      OR: [{ name: containsText(query.search) }, { version: containsText(query.search) }],
    }),
  };
  const orderBy: Prisma.ReleaseOrderByWithRelationInput =
    query.sort === "components" ? { components: { _count: query.order } } : { [query.sort]: query.order };
  const [rows, total] = await Promise.all([
    db.release.findMany({
      where,
      orderBy: [orderBy, { version: "desc" }, { id: "asc" }],
      select: rowFields,
      ...pageWindow(query),
    }),
    db.release.count({ where }),
  ]);
  return { rows: await withCounts(access, rows), total, page: query.page, pageSize: query.pageSize };
}

/** All releases that may be chosen in a form, newest first. */
export async function listReleaseChoices(access: Access<"catalog.read">): Promise<ReleaseRow[]> {
  const rows = await db.release.findMany({
    orderBy: { createdAt: "desc" },
    take: maxChoices,
    select: rowFields,
  });
  return withCounts(access, rows);
}

/** @throws AppError `not-found` */
export async function getRelease(access: Access<"catalog.read">, id: string): Promise<ReleaseDetail> {
  const row = await db.release.findUnique({ where: { id }, select: rowFields });
  const [release] = row ? await withCounts(access, [row]) : [];
  if (!row || !release) throw new AppError("not-found", { what: "release" });
  const [refresh, [document]] = await Promise.all([
    findLastRefresh(access, id),
    // The text itself may be megabytes.
    db.$queryRaw<{ length: number | null; problems: ErrorView[] }[]>`
      SELECT octet_length("document") AS "length", "problems" FROM "Release" WHERE "id" = ${id}::uuid`,
  ]);
  return {
    ...release,
    documentLength: document?.length ?? null,
    // One of a later version of the panel is not understood; the rest of the release is.
    request: releaseRequest.safeParse(row.request).data ?? null,
    source: row.source,
    problems: document?.problems ?? [],
    refresh,
  };
}

/** A page of a release's components; an unknown release has none. */
export async function listComponents(
  _access: Access<"catalog.read">,
  releaseId: string,
  query: ComponentListQuery,
): Promise<Page<ComponentRow>> {
  const contains = containsText(query.search);
  const where: Prisma.ComponentWhereInput = {
    releaseId,
    ...(query.kind && { kind: query.kind }),
    ...(query.enabled && { enabled: query.enabled === "yes" }),
    ...(query.finding === "unresolved" && { errorCode: { not: null } }),
    ...(query.finding === "moved" && { movedFrom: { not: null } }),
    ...(query.search !== "" && {
      OR: [
        { sourceHost: contains },
        { sourceRepository: contains },
        { targetPath: contains },
        { part: contains },
        { tag: contains },
        { digest: contains },
        { resolvedDigest: contains },
      ],
    }),
  };
  const [rows, total] = await Promise.all([
    db.component.findMany({
      where,
      orderBy: [...componentOrders[query.sort](query.order), { position: "asc" }],
      ...pageWindow(query),
      include: { release: { select: { kind: true } } },
    }),
    db.component.count({ where }),
  ]);
  const inferred = await findInferred(rows);
  return {
    rows: rows.map((row) => ({ ...formatComponent(row), inferredTargets: inferred.get(row.id) ?? [] })),
    total,
    page: query.page,
    pageSize: query.pageSize,
  };
}

type ComponentFields = Prisma.ComponentGetPayload<object>;

/** All components of a release, to choose some of them. @throws AppError `not-found` */
export async function listComponentChoices(
  _access: Access<"catalog.read">,
  releaseId: string,
): Promise<ComponentChoice[]> {
  if ((await db.release.count({ where: { id: releaseId } })) === 0)
    throw new AppError("not-found", { what: "release" });
  const rows = await db.component.findMany({ where: { releaseId }, orderBy: { position: "asc" } });
  return rows.map((row) => {
    const { id, kind, enabled, targetPath, tag, digest, sizeBytes } = formatComponent(row);
    return { id, kind, enabled, targetPath, tag, digest, sizeBytes };
  });
}

async function withCounts(access: Access<"catalog.read">, rows: RowFields[]): Promise<ReleaseRow[]> {
  const releaseId = { in: rows.map(({ id }) => id) };
  const [components, enabled, jobs, problems] = await Promise.all([
    db.component.groupBy({
      by: ["releaseId"],
      where: { releaseId },
      _count: { _all: true, sizeBytes: true, errorCode: true, movedFrom: true },
      _sum: { sizeBytes: true },
    }),
    db.component.groupBy({ by: ["releaseId"], where: { releaseId, enabled: true }, _count: { _all: true } }),
    // A tenant counts its own jobs: how many others run is not its business.
    db.jobRelease.groupBy({
      by: ["releaseId"],
      where: { releaseId, job: { ...access.ownRows(), ...notRefresh } },
      _count: { _all: true },
    }),
    db.$queryRaw<{ id: string; count: number }[]>`
      SELECT "id", jsonb_array_length("problems") AS "count" FROM "Release" WHERE "id" = ANY(${releaseId.in}::uuid[])`,
  ]);
  return rows.map(({ id, kind, name, version, createdAt, request, refreshedAt }) => {
    const own = components.find((group) => group.releaseId === id);
    return {
      id,
      kind,
      name,
      version,
      createdAt: createdAt.toISOString(),
      componentCount: own?._count._all ?? 0,
      enabledCount: enabled.find((group) => group.releaseId === id)?._count._all ?? 0,
      jobCount: jobs.find((group) => group.releaseId === id)?._count._all ?? 0,
      knownBytes: Number(own?._sum.sizeBytes ?? 0),
      knownCount: own?._count.sizeBytes ?? 0,
      isFound: request !== null,
      refreshedAt: refreshedAt?.toISOString() ?? null,
      unresolvedCount: own?._count.errorCode ?? 0,
      movedCount: own?._count.movedFrom ?? 0,
      problemCount: problems.find((release) => release.id === id)?.count ?? 0,
    };
  });
}

function formatComponent(row: ComponentFields): Omit<ComponentRow, "inferredTargets"> {
  return {
    id: row.id,
    position: row.position,
    kind: row.kind,
    enabled: row.enabled,
    source: `${row.sourceHost}/${row.sourceRepository}`,
    tag: row.tag,
    digest: row.digest,
    targetPath: row.targetPath,
    moreTargets: row.moreTargets,
    part: row.part,
    foundIn: row.foundIn,
    error: formatStoredError(row.errorCode, row.errorFacts),
    moved:
      row.movedFrom === null || row.movedAt === null
        ? null
        : { from: row.movedFrom, at: row.movedAt.toISOString() },
    resolvedDigest: row.resolvedDigest,
    sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
    platforms: row.platforms,
  };
}
