import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { containsText } from "#lib/db/match-text.ts";
import type { Prisma, Release } from "#lib/db/generated/client.ts";
import { findComponentNeeds } from "#lib/domain/catalog/component-needs.ts";
import { type Page, pageWindow } from "#lib/schemas/list-query.ts";
import type {
  SelectionDetail,
  SelectionOverview,
  SelectionParams,
  SelectionState,
  SelectionStateQuery,
} from "#lib/schemas/selections.ts";
import { nameFile } from "../dependencies/read-document.ts";
import { findOwner, formatDestination } from "./find-owner.ts";
import { findOfferedParts, selectOfferedComponents } from "./offered-components.ts";

type ReleaseCounts = Pick<Release, "id" | "kind" | "name" | "version"> & {
  componentCount: number;
  onCount: number;
  onBytes: number;
  unknownCount: number;
  newCount: number;
  publishedCount: number;
  revision: number | null;
  savedAt: Date | null;
};

/**
 * The releases that an organization is offered, and how far it has chosen of each.
 *
 * @param name of the organization, as it stands in the address
 * @throws AppError `not-found`
 */
export async function getSelectionOverview(
  access: Access<"selection.read">,
  name: string,
): Promise<SelectionOverview> {
  const { organization, offer } = await findOwner(access, { name });
  if (!offer) return { organization, destination: null, releases: [] };
  const rows = await db.$queryRaw<ReleaseCounts[]>`
    SELECT r."id", r."kind"::text AS "kind", r."name", r."version",
           count(o."id")::int AS "componentCount",
           (count(*) FILTER (WHERE o."isOn"))::int AS "onCount",
           COALESCE(sum(o."sizeBytes") FILTER (WHERE o."isOn"), 0)::float8 AS "onBytes",
           (count(*) FILTER (WHERE o."isOn" AND o."sizeBytes" IS NULL))::int AS "unknownCount",
           (count(*) FILTER (WHERE o."isNew"))::int AS "newCount",
           (count(*) FILTER (WHERE o."isOn" AND o."isPublished"))::int AS "publishedCount",
           max(o."revision") AS "revision", max(o."savedAt") AS "savedAt"
      FROM "OfferRelease" f
      JOIN "Release" r ON r."id" = f."releaseId"
      LEFT JOIN (${selectOfferedComponents(offer, organization.id)}) o ON o."releaseId" = r."id"
     WHERE f."offerId" = ${offer.id}::uuid
     GROUP BY r."id"
     ORDER BY r."kind", r."name", r."createdAt" DESC`;
  return {
    organization,
    destination: formatDestination(offer.destination),
    releases: rows.map(({ revision, savedAt, ...counts }) => ({
      ...counts,
      saved: revision === null || savedAt === null ? null : { revision, savedAt: savedAt.toISOString() },
    })),
  };
}

/** What an organization chooses from in one release. @throws AppError `not-found` */
export async function getSelection(
  access: Access<"selection.read">,
  { organization: name, release: releaseId }: SelectionParams,
): Promise<SelectionDetail> {
  const { organization, offer } = await findOwner(access, { name });
  const { release, latest, rows, offered } = await findOfferedParts(offer, organization.id, releaseId);
  const needs = findComponentNeeds(release.kind, rows);
  return {
    organization,
    release,
    revision: latest?.revision ?? 0,
    offered,
    destination: formatDestination(offer?.destination ?? null),
    file: nameFile(release),
    publishOnSave: offer?.publishOnSave ?? false,
    components: rows.map(
      ({ sourceHost, sourceRepository, sourcePath: _path, foundIn: _foundIn, sizeBytes, ...row }) => ({
        ...row,
        source: `${sourceHost}/${sourceRepository}`,
        sizeBytes: sizeBytes === null ? null : Number(sizeBytes),
        needs: needs.get(row.id) ?? [],
      }),
    ),
  };
}

/** Organizations, with how far each has chosen. */
export async function listSelectionStates(
  access: Access<"selection.read">,
  query: SelectionStateQuery,
): Promise<Page<SelectionState>> {
  const where: Prisma.OrganizationWhereInput = {
    AND: access.organizationId === null ? {} : { id: access.organizationId },
    ...(query.search !== "" && {
      OR: [{ name: containsText(query.search) }, { displayName: containsText(query.search) }],
    }),
  };
  const [organizations, total] = await Promise.all([
    db.organization.findMany({
      where,
      orderBy: [{ [query.sort]: query.order }, { name: "asc" }],
      select: { id: true, name: true, displayName: true, disabledAt: true },
      ...pageWindow(query),
    }),
    db.organization.count({ where }),
  ]);
  const counts = await countReleases(organizations.map(({ id }) => id));
  return {
    rows: organizations.map(({ disabledAt, ...organization }) => {
      const own = counts.get(organization.id);
      return {
        ...organization,
        isEnabled: disabledAt === null,
        offeredCount: own?.offeredCount ?? 0,
        savedCount: own?.savedCount ?? 0,
        savedAt: own?.savedAt?.toISOString() ?? null,
      };
    }),
    total,
    page: query.page,
    pageSize: query.pageSize,
  };
}

interface OwnerCounts {
  organizationId: string;
  offeredCount: number;
  savedCount: number;
  savedAt: Date | null;
}

async function countReleases(organizationIds: readonly string[]): Promise<Map<string, OwnerCounts>> {
  const rows = await db.$queryRaw<OwnerCounts[]>`
    SELECT o."organizationId", count(f."releaseId")::int AS "offeredCount",
           count(s."releaseId")::int AS "savedCount", max(s."savedAt") AS "savedAt"
      FROM (SELECT DISTINCT ON (g."id") g."id" AS "organizationId", a."id"
              FROM "Organization" g JOIN "Offer" a ON a."organizationId" = g."id" OR a."organizationId" IS NULL
             WHERE g."id" = ANY(${[...organizationIds]}::uuid[])
             ORDER BY g."id", a."organizationId" NULLS LAST) o
      JOIN "OfferRelease" f ON f."offerId" = o."id"
      LEFT JOIN (SELECT l."organizationId", l."releaseId", max(l."createdAt") AS "savedAt"
                   FROM "Selection" l
                  WHERE l."organizationId" = ANY(${[...organizationIds]}::uuid[])
                  GROUP BY 1, 2) s ON s."organizationId" = o."organizationId" AND s."releaseId" = f."releaseId"
     GROUP BY o."organizationId"`;
  return new Map(rows.map((row) => [row.organizationId, row]));
}
