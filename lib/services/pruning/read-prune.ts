import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { PruneRemoves, PruneState } from "#lib/db/generated/enums.ts";
import { containsText } from "#lib/db/match-text.ts";
import { formatStoredError } from "#lib/errors.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import type { DeletionsQuery, KeptQuery } from "#lib/schemas/pruning.ts";
import { assertVisible } from "../jobs/job-row.ts";
import { findTargetHost } from "../jobs/read-extras.ts";
import { findDeletionSupport } from "./deletion-support.ts";
import type { DeletionView, KeptReason, KeptView, PruneSummary } from "./prune-views.ts";

const task = { select: { targetRepository: true } } as const;

type DeletionRow = Prisma.PruneDeletionGetPayload<{ include: { task: typeof task } }>;
type KeptRow = Prisma.PruneKeptGetPayload<{ include: { task: typeof task } }>;

interface Figures {
  images: bigint;
  open: bigint;
  removed: bigint;
  released: bigint;
  left: bigint;
  kept: bigint;
  knownBytes: bigint;
  unknownSizes: bigint;
}

/** What a prune deletes, in the order in which it does. @throws AppError `not-found` */
export async function listDeletions(
  access: Access<"job.read">,
  jobId: string,
  query: DeletionsQuery,
): Promise<Page<DeletionView>> {
  await assertVisible(access, jobId);
  const { search, state, sort, order } = query;
  const where: Prisma.PruneDeletionWhereInput = {
    task: { jobId },
    ...(state.length > 0 && { state: { in: state } }),
    ...(search !== "" && { OR: searchImages(search) }),
  };
  const orderBy: Record<DeletionsQuery["sort"], Prisma.PruneDeletionOrderByWithRelationInput[]> = {
    position: [],
    repository: [{ task: { targetRepository: order } }],
    state: [{ state: order }],
    size: [{ sizeBytes: { sort: order, nulls: "last" } }],
  };
  const byPosition = sort === "position" ? order : "asc";
  const [host, rows, total] = await Promise.all([
    findTargetHost(jobId),
    db.pruneDeletion.findMany({
      where,
      include: { task },
      orderBy: [...orderBy[sort], { task: { position: byPosition } }, { position: byPosition }],
      ...pageWindow(query),
    }),
    db.pruneDeletion.count({ where }),
  ]);
  const { page, pageSize } = query;
  return { rows: rows.map((row) => formatDeletion(row, host)), total, page, pageSize };
}

/** What a prune leaves where it is, by its plan. @throws AppError `not-found` */
export async function listKept(
  access: Access<"job.read">,
  jobId: string,
  query: KeptQuery,
): Promise<Page<KeptView>> {
  await assertVisible(access, jobId);
  const { search, by, sort, order, page, pageSize } = query;
  const where: Prisma.PruneKeptWhereInput = {
    task: { jobId },
    ...(by.length > 0 && { keptBy: { in: by } }),
    ...(search !== "" && { OR: [...searchImages(search), { keptName: containsText(search) }] }),
  };
  const [host, rows, total] = await Promise.all([
    findTargetHost(jobId),
    db.pruneKept.findMany({
      where,
      include: { task },
      orderBy: [
        sort === "repository" ? { task: { targetRepository: order } } : { task: { position: order } },
        { position: sort === "position" ? order : "asc" },
      ],
      ...pageWindow(query),
    }),
    db.pruneKept.count({ where }),
  ]);
  // Who sees one organization alone is not told of others.
  const ids = access.organizationId === null ? rows.flatMap(({ forOthers }) => forOthers) : [];
  const named = await db.organization.findMany({
    where: { id: { in: [...new Set(ids)] } },
    orderBy: { name: "asc" },
    select: { id: true, name: true, displayName: true },
  });
  const kept = rows.map((row) => ({
    ...formatKept(row, host),
    holders: {
      self: row.forSelf,
      provider: row.forProvider,
      others: row.forOthers.length > 0,
      organizations: named.filter(({ id }) => row.forOthers.includes(id)),
    },
  }));
  return { rows: kept, total, page, pageSize };
}

/** What a prune is about, in figures. @throws AppError `not-found` */
export async function getPruneSummary(access: Access<"job.read">, jobId: string): Promise<PruneSummary> {
  await assertVisible(access, jobId);
  const [host, states, figures] = await Promise.all([
    findTargetHost(jobId),
    db.pruneDeletion.groupBy({ by: ["state"], where: { task: { jobId } }, _count: true }),
    db.$queryRaw<Figures[]>`
      SELECT i.*, k.*, d.*
        FROM (SELECT count(*) AS "images", count(*) FILTER (WHERE p."result" IS NULL) AS "open",
                     count(*) FILTER (WHERE p."result" = 'removed') AS "removed",
                     count(*) FILTER (WHERE p."result" = 'released') AS "released",
                     count(*) FILTER (WHERE p."result" = 'left') AS "left"
                FROM "PruneImage" p JOIN "MirrorTask" t ON t."id" = p."taskId" WHERE t."jobId" = ${jobId}::uuid) i,
             (SELECT count(*) AS "kept"
                FROM "PruneKept" p JOIN "MirrorTask" t ON t."id" = p."taskId" WHERE t."jobId" = ${jobId}::uuid) k,
             (SELECT coalesce(sum(p."sizeBytes"), 0)::bigint AS "knownBytes",
                     count(*) FILTER (WHERE p."sizeBytes" IS NULL) AS "unknownSizes"
                FROM "PruneDeletion" p JOIN "MirrorTask" t ON t."id" = p."taskId"
               WHERE t."jobId" = ${jobId}::uuid AND p."removes" = 'manifest' AND p."belongsTo" IS NULL) d`,
  ]);
  const support = await findDeletionSupport([host]);
  const count = (name: keyof Figures) => Number(figures[0]?.[name] ?? 0);
  const counts = new Map(states.map(({ state, _count }) => [state, _count]));
  return {
    images: {
      total: count("images"),
      open: count("open"),
      removed: count("removed"),
      released: count("released"),
      left: count("left"),
    },
    deletions: Object.fromEntries(
      Object.values(PruneState).map((state) => [state, counts.get(state) ?? 0]),
    ) as Record<PruneState, number>,
    kept: count("kept"),
    knownBytes: count("knownBytes"),
    unknownSizes: count("unknownSizes"),
    deletion: support.get(host) ?? "unknown",
  };
}

function searchImages(text: string) {
  return [
    { task: { targetRepository: containsText(text) } },
    { digest: containsText(text) },
    { tags: { has: text } },
  ];
}

function formatDeletion(row: DeletionRow, host: string): DeletionView {
  const { taskId, position, removes, digest, tags, kind, belongsTo, why, state } = row;
  const repository = row.task.targetRepository;
  const name = removes === PruneRemoves.tag ? `:${tags[0] ?? ""}` : `@${digest}`;
  return {
    id: `${taskId}:${position}`,
    repository,
    reference: `${host}/${repository}${name}`,
    ...{ removes, digest, tags, kind, belongsTo, why, state },
    sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
    kept: formatReason(row),
    error: formatStoredError(row.errorCode, row.errorFacts),
    endedAt: row.endedAt?.toISOString() ?? null,
  };
}

function formatKept(row: KeptRow, host: string): Omit<KeptView, "holders"> {
  const { taskId, position, digest, tags } = row;
  const repository = row.task.targetRepository;
  return {
    id: `${taskId}:${position}`,
    repository,
    reference: `${host}/${repository}@${digest}`,
    ...{ digest, tags },
    kept: formatReason(row),
  };
}

type ReasonColumns<By> = Pick<DeletionRow, "keptName" | "through" | "throughAs"> & { keptBy: By };

function formatReason(row: ReasonColumns<KeptReason["by"]>): KeptReason;
function formatReason(row: ReasonColumns<KeptReason["by"] | null>): KeptReason | null;
function formatReason({ keptBy, keptName, through, throughAs }: ReasonColumns<KeptReason["by"] | null>) {
  if (keptBy === null) return null;
  return {
    by: keptBy,
    name: keptName ?? "",
    through: through === null ? null : { digest: through, as: throughAs },
  };
}
