import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { containsText } from "#lib/db/match-text.ts";
import { AppError, formatStoredError } from "#lib/errors.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import type {
  RegistryChoice,
  RegistryDetail,
  RegistryHealth,
  RegistryListQuery,
  RegistryRow,
} from "#lib/schemas/registries.ts";

const maxChoices = 500;

const rowFields = {
  id: true,
  name: true,
  host: true,
  tlsMode: true,
  health: true,
  probedAt: true,
  probeLatencyMs: true,
  probeErrorCode: true,
  probeErrorFacts: true,
  organization: { select: { id: true, displayName: true } },
  _count: { select: { sourceOfJobs: true } },
  destinations: { select: { _count: { select: { jobs: true } } } },
} satisfies Prisma.RegistrySelect;

type RowFields = Prisma.RegistryGetPayload<{ select: typeof rowFields }>;

function formatHealth(
  row: Pick<RowFields, "health" | "probedAt" | "probeLatencyMs" | "probeErrorCode" | "probeErrorFacts">,
): RegistryHealth {
  return {
    state: row.health,
    probedAt: row.probedAt?.toISOString() ?? null,
    latencyMs: row.probeLatencyMs,
    error: formatStoredError(row.probeErrorCode, row.probeErrorFacts),
  };
}

function formatRow(row: RowFields): RegistryRow {
  return {
    id: row.id,
    name: row.name,
    host: row.host,
    tlsMode: row.tlsMode,
    organization: row.organization,
    health: formatHealth(row),
    destinationCount: row.destinations.length,
    jobCount: row._count.sourceOfJobs + row.destinations.reduce((sum, { _count }) => sum + _count.jobs, 0),
  };
}

export async function listRegistries(
  access: Access<"registry.read">,
  query: RegistryListQuery,
): Promise<Page<RegistryRow>> {
  const where: Prisma.RegistryWhereInput = {
    ...access.ownRows(),
    ...(query.search !== "" && {
      OR: [
        { name: containsText(query.search) },
        { host: containsText(query.search) },
        { description: containsText(query.search) },
      ],
    }),
  };
  const orderBy: Prisma.RegistryOrderByWithRelationInput =
    query.sort === "probedAt"
      ? { probedAt: { sort: query.order, nulls: "last" } }
      : { [query.sort]: query.order };
  const [rows, total] = await Promise.all([
    db.registry.findMany({
      where,
      orderBy: [orderBy, { id: "asc" }],
      select: rowFields,
      ...pageWindow(query),
    }),
    db.registry.count({ where }),
  ]);
  return { rows: rows.map(formatRow), total, page: query.page, pageSize: query.pageSize };
}

/** @throws AppError `not-found` */
export async function getRegistry(access: Access<"registry.read">, id: string): Promise<RegistryDetail> {
  const row = await db.registry.findFirst({
    where: { id, ...access.ownRows() },
    select: {
      ...rowFields,
      caPem: true,
      username: true,
      passwordEncrypted: true,
      clientCertPem: true,
      clientKeyEncrypted: true,
      proxyUrl: true,
      proxyUsername: true,
      proxyPasswordEncrypted: true,
      noProxy: true,
      requestsPerSecond: true,
      bytesPerSecond: true,
      description: true,
      createdAt: true,
      destinations: {
        orderBy: { basePath: "asc" },
        select: { id: true, basePath: true, _count: { select: { jobs: true, placements: true } } },
      },
    },
  });
  if (!row) throw new AppError("not-found", { what: "registry" });
  return {
    ...formatRow(row),
    caPem: row.caPem ?? "",
    username: row.username ?? "",
    clientCertPem: row.clientCertPem ?? "",
    proxyUrl: row.proxyUrl ?? "",
    proxyUsername: row.proxyUsername ?? "",
    noProxy: row.noProxy,
    requestsPerSecond: row.requestsPerSecond,
    bytesPerSecond: row.bytesPerSecond === null ? null : Number(row.bytesPerSecond),
    hasPassword: row.passwordEncrypted !== null,
    hasClientKey: row.clientKeyEncrypted !== null,
    hasProxyPassword: row.proxyPasswordEncrypted !== null,
    description: row.description,
    createdAt: row.createdAt.toISOString(),
    destinations: row.destinations.map(({ id, basePath, _count }) => ({
      id,
      basePath,
      jobCount: _count.jobs,
      imageCount: _count.placements,
    })),
  };
}

/** All registries that may be chosen in a form, by name. */
export async function listRegistryChoices(access: Access<"registry.read">): Promise<RegistryChoice[]> {
  return db.registry.findMany({
    where: access.ownRows(),
    orderBy: { name: "asc" },
    take: maxChoices,
    select: {
      id: true,
      name: true,
      host: true,
      organizationId: true,
      health: true,
      destinations: { orderBy: { basePath: "asc" }, select: { id: true, basePath: true } },
    },
  });
}
