import "server-only";
import { findHeldStore } from "#lib/bundle-stores.ts";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { BundleState, JobKind } from "#lib/db/generated/enums.ts";
import { containsText } from "#lib/db/match-text.ts";
import { AppError, type ErrorView } from "#lib/errors.ts";
import type { BundleImagesQuery, BundlesQuery } from "#lib/schemas/bundles.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import { findBundle } from "./bundle-row.ts";
import type {
  BundleDetail,
  BundleExtraFile,
  BundleImageView,
  BundleLink,
  BundleRelease,
  BundleSummary,
} from "./bundle-views.ts";
import { findTrustedName } from "./trusted-keys.ts";
import { countReceived } from "./upload-files.ts";

const maxJobs = 50;
const maxDependents = 50;

const summaryFields = {
  id: true,
  name: true,
  state: true,
  format: true,
  origin: true,
  loose: true,
  sizeBytes: true,
  imageCount: true,
  baseName: true,
  createdAt: true,
  checkedAt: true,
  checkedBytes: true,
  checkBytes: true,
  store: { select: { id: true, name: true } },
} satisfies Prisma.BundleSelect;

const detailFields = {
  ...summaryFields,
  folder: true,
  contentId: true,
  baseContentId: true,
  tool: true,
  madeAt: true,
  signedBy: true,
  findings: true,
  releases: true,
  extraFiles: true,
  files: { orderBy: { name: "asc" } },
  createdBy: { select: { displayName: true } },
  jobs: {
    orderBy: { number: "desc" },
    take: maxJobs,
    select: { id: true, number: true, kind: true, state: true },
  },
} satisfies Prisma.BundleSelect;

type SummaryRow = Prisma.BundleGetPayload<{ select: typeof summaryFields }>;
type DetailRow = Prisma.BundleGetPayload<{ select: typeof detailFields }>;

export async function listBundles(
  access: Access<"bundle.read">,
  query: BundlesQuery,
): Promise<Page<BundleSummary>> {
  const contains = containsText(query.search);
  const where: Prisma.BundleWhereInput = {
    removing: false,
    ...access.ownRows(),
    ...(query.state.length > 0 && { state: { in: query.state } }),
    // Files that are no bundle are shown to who looks for what is on its way.
    ...(!query.state.includes(BundleState.uploading) && { loose: false }),
    ...(query.format.length > 0 && { format: { in: query.format } }),
    ...(query.search !== "" && {
      OR: [
        { name: contains },
        { baseName: contains },
        {
          images: { some: { OR: [{ repository: contains }, { original: contains }, { digest: contains }] } },
        },
      ],
    }),
  };
  const [rows, total] = await Promise.all([
    db.bundle.findMany({
      where,
      select: summaryFields,
      orderBy: [orderOf(query), { id: "asc" }],
      ...pageWindow(query),
    }),
    db.bundle.count({ where }),
  ]);
  return { rows: rows.map(formatSummary), total, page: query.page, pageSize: query.pageSize };
}

function orderOf({ sort, order }: BundlesQuery): Prisma.BundleOrderByWithRelationInput {
  if (sort === "size") return { sizeBytes: { sort: order, nulls: "last" } };
  return { [sort]: order };
}

/** @throws AppError `not-found` */
export async function getBundle(access: Access<"bundle.read">, id: string): Promise<BundleDetail> {
  const row = await db.bundle.findFirst({
    where: { id, removing: false, ...access.ownRows() },
    select: detailFields,
  });
  if (!row) throw new AppError("not-found", { what: "bundle" });
  const [base, dependents, trustedAs, held, received] = await Promise.all([
    findLinks(access, { contentId: row.baseContentId }),
    findLinks(access, { baseContentId: row.contentId }),
    row.signedBy === null ? null : findTrustedName(row.signedBy),
    findHeldStore(row.store.id),
    row.state === BundleState.uploading
      ? countReceived({ id, storeId: row.store.id, folder: row.folder, files: row.files })
      : null,
  ]);
  return {
    ...formatSummary(row),
    contentId: row.contentId,
    tool: row.tool,
    madeAt: row.madeAt?.toISOString() ?? null,
    signature: row.signedBy === null ? null : { fingerprint: row.signedBy, trustedAs },
    files: row.files.map(({ name, sizeBytes, receivedBytes }) => ({
      name,
      sizeBytes: Number(sizeBytes),
      receivedBytes: received?.get(name) ?? Number(receivedBytes),
    })),
    releases: row.releases as unknown as BundleRelease[],
    extraFiles: row.extraFiles as unknown as BundleExtraFile[],
    findings: row.findings as unknown as ErrorView[],
    base: base[0] ?? null,
    dependents,
    jobs: row.jobs.flatMap(formatJob),
    reachable: held !== null,
    createdBy: row.createdBy?.displayName ?? null,
  };
}

/** Other bundles by what they say of themselves; none where nothing is said. */
async function findLinks(
  access: Access<"bundle.read">,
  id: { contentId: string | null } | { baseContentId: string | null },
): Promise<BundleLink[]> {
  if (Object.values(id).includes(null)) return [];
  return db.bundle.findMany({
    where: { ...(id as Prisma.BundleWhereInput), removing: false, ...access.ownRows() },
    orderBy: { createdAt: "asc" },
    take: maxDependents,
    select: { id: true, name: true, state: true },
  });
}

function formatJob({ id, number, kind, state }: DetailRow["jobs"][number]): BundleDetail["jobs"] {
  if (kind !== JobKind.export_bundle && kind !== JobKind.import_bundle) return [];
  return [{ id, number, kind, state }];
}

/** The images of a bundle. @throws AppError `not-found` */
export async function listBundleImages(
  access: Access<"bundle.read">,
  id: string,
  query: BundleImagesQuery,
): Promise<Page<BundleImageView>> {
  await findBundle(access, id);
  const contains = containsText(query.search);
  const where: Prisma.BundleImageWhereInput = {
    bundleId: id,
    ...(query.search !== "" && {
      OR: [{ repository: contains }, { tag: contains }, { digest: contains }, { original: contains }],
    }),
  };
  const order: Prisma.BundleImageOrderByWithRelationInput =
    query.sort === "name" ? { repository: query.order } : { position: query.order };
  const [rows, total] = await Promise.all([
    db.bundleImage.findMany({ where, orderBy: [order, { position: "asc" }], ...pageWindow(query) }),
    db.bundleImage.count({ where }),
  ]);
  return {
    rows: rows.map(({ position, repository, tag, digest, original, inBase }) => ({
      position,
      repository,
      tag,
      digest,
      original,
      inBase,
    })),
    total,
    page: query.page,
    pageSize: query.pageSize,
  };
}

function formatSummary(row: SummaryRow): BundleSummary {
  const isChecked = row.state === BundleState.unchecked && row.checkedAt === null;
  return {
    id: row.id,
    name: row.name,
    state: row.state,
    format: row.format,
    origin: row.origin,
    loose: row.loose,
    store: row.store,
    sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
    imageCount: row.imageCount,
    baseName: row.baseName,
    createdAt: row.createdAt.toISOString(),
    checkedAt: row.checkedAt?.toISOString() ?? null,
    check: isChecked ? { doneBytes: Number(row.checkedBytes), totalBytes: Number(row.checkBytes) } : null,
  };
}
