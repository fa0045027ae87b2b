import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { BundleFormat, JobKind } from "#lib/db/generated/enums.ts";
import { containsText } from "#lib/db/match-text.ts";
import { AppError, formatStoredError } from "#lib/errors.ts";
import type { JobsQuery } from "#lib/schemas/jobs.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import { bundleShareFields, formatBundleShares, noBundle } from "./bundle-share.ts";
import { assertVisible } from "./job-row.ts";
import type { JobDetail, JobSnapshot, JobSummary } from "./job-views.ts";
import { countTasks, emptyCounts, findSnapshot, isCancelling } from "./snapshot.ts";

const place = { select: { id: true, name: true, host: true } } as const;

const summaryFields = {
  id: true,
  number: true,
  kind: true,
  state: true,
  cancelRequestedAt: true,
  holdAfterPlanning: true,
  platforms: true,
  referrers: true,
  foreignLayers: true,
  readBlobs: true,
  sourceBasePath: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  errorCode: true,
  errorFacts: true,
  organization: { select: { id: true, name: true, displayName: true } },
  releases: { select: { release: { select: { id: true, name: true, version: true, source: true } } } },
  sourceRegistry: place,
  destination: { select: { id: true, basePath: true, registry: place } },
  startedBy: { select: { id: true, displayName: true } },
  ...bundleShareFields,
} satisfies Prisma.MirrorJobSelect;

const detailFields = {
  ...summaryFields,
  exportFormat: true,
  extraFiles: true,
  volumeBytes: true,
  sign: true,
  importFolder: true,
  baseBundle: { select: { id: true, name: true } },
} satisfies Prisma.MirrorJobSelect;

type SummaryRow = Prisma.MirrorJobGetPayload<{ select: typeof summaryFields }>;

interface JobBytes {
  jobId: string;
  totalBytes: bigint;
  doneBytes: bigint;
}

export async function listJobs(access: Access<"job.read">, query: JobsQuery): Promise<Page<JobSummary>> {
  const where: Prisma.MirrorJobWhereInput = {
    AND: [
      access.ownRows(),
      query.organization === undefined ? {} : { organizationId: query.organization },
      query.state.length === 0 ? {} : { state: { in: query.state } },
      query.kind.length === 0 ? {} : { kind: { in: query.kind } },
      query.search === "" ? {} : searchJobs(query.search),
    ],
  };
  const nulls = query.sort === "finishedAt" ? { sort: query.order, nulls: "last" as const } : query.order;
  const [rows, total] = await Promise.all([
    db.mirrorJob.findMany({
      where,
      select: summaryFields,
      orderBy: [{ [query.sort]: nulls }, { number: query.order }],
      ...pageWindow(query),
    }),
    db.mirrorJob.count({ where }),
  ]);
  return { rows: await formatJobs(rows), total, page: query.page, pageSize: query.pageSize };
}

/** @throws AppError `not-found` */
export async function getJob(access: Access<"job.read">, jobId: string): Promise<JobDetail> {
  const row = await db.mirrorJob.findFirst({
    where: { id: jobId, ...access.ownRows() },
    select: detailFields,
  });
  const [summary] = row ? await formatJobs([row]) : [];
  const snapshot = row && (await findSnapshot(jobId));
  if (!summary || !snapshot) throw new AppError("not-found", { what: "job" });
  const { holdAfterPlanning, platforms, referrers, foreignLayers, readBlobs, importFolder } = row;
  return {
    ...summary,
    ...{ holdAfterPlanning, platforms, referrers, foreignLayers, readBlobs },
    written: row.kind === JobKind.export_bundle ? formatWritten(row) : null,
    folder: importFolder,
    snapshot,
  };
}

/** @throws AppError `not-found` */
export async function getSnapshot(access: Access<"job.read">, jobId: string): Promise<JobSnapshot> {
  await assertVisible(access, jobId);
  const snapshot = await findSnapshot(jobId);
  if (!snapshot) throw new AppError("not-found", { what: "job" });
  return snapshot;
}

function searchJobs(text: string): Prisma.MirrorJobWhereInput {
  const contains = containsText(text);
  const number = /^#?(\d{1,9})$/.exec(text)?.[1];
  return {
    OR: [
      ...(number === undefined ? [] : [{ number: Number(number) }]),
      { releases: { some: { release: { OR: [{ name: contains }, { version: contains }] } } } },
      { sourceRegistry: { OR: [{ name: contains }, { host: contains }] } },
      { destination: { registry: { OR: [{ name: contains }, { host: contains }] } } },
      { organization: { displayName: contains } },
      { bundle: { name: contains } },
    ],
  };
}

async function formatJobs(rows: SummaryRow[]): Promise<JobSummary[]> {
  const ids = rows.map(({ id }) => id);
  const [counts, shares, bytes] = await Promise.all([
    countTasks(ids),
    formatBundleShares(rows),
    db.$queryRaw<JobBytes[]>`
      SELECT "jobId", sum("sizeBytes")::bigint AS "totalBytes",
             sum(CASE WHEN "outcome" IS NULL THEN "receivedBytes" ELSE "sizeBytes" END)::bigint AS "doneBytes"
        FROM "JobBlob" WHERE "jobId" = ANY(${ids}::uuid[]) GROUP BY "jobId"`,
  ]);
  const bytesOf = new Map(bytes.map((sum) => [sum.jobId, sum]));
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    kind: row.kind,
    state: row.state,
    cancelling: isCancelling(row),
    organization: row.organization,
    releases: row.releases.map(({ release }) => release),
    source: formatPlace(row.sourceRegistry, row.sourceBasePath),
    target: formatTarget(row.destination),
    startedBy: row.startedBy,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    tasks: counts.get(row.id) ?? emptyCounts(),
    totalBytes: Number(bytesOf.get(row.id)?.totalBytes ?? 0),
    doneBytes: Number(bytesOf.get(row.id)?.doneBytes ?? 0),
    error: formatStoredError(row.errorCode, row.errorFacts),
    ...(shares.get(row.id) ?? noBundle),
  }));
}

function formatPlace(registry: SummaryRow["sourceRegistry"], basePath: string) {
  return registry && { registryId: registry.id, name: registry.name, host: registry.host, basePath };
}

function formatWritten({
  exportFormat,
  extraFiles,
  volumeBytes,
  sign,
  baseBundle,
}: Prisma.MirrorJobGetPayload<{ select: typeof detailFields }>): JobDetail["written"] {
  return {
    format: exportFormat ?? BundleFormat.drayage,
    extraFiles,
    volumeBytes: volumeBytes === null ? null : Number(volumeBytes),
    sign,
    base: baseBundle,
  };
}

function formatTarget(destination: SummaryRow["destination"]) {
  const at = destination && formatPlace(destination.registry, destination.basePath);
  return at && { ...at, destinationId: destination.id };
}
