import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { mayRole } from "#lib/auth/permissions.ts";
import { db } from "#lib/db/client.ts";
import { OfferSource } from "#lib/db/generated/enums.ts";
import { findEndingFolder } from "#lib/domain/vcd/resolved-paths.ts";
import { suggestRequired } from "#lib/domain/catalog/suggest-required.ts";
import { AppError } from "#lib/errors.ts";
import {
  maxOfferReleases,
  type OfferChoices,
  type OfferComponentRow,
  type OfferDestinationChoice,
  type OfferPlace,
  type OfferReleaseRow,
  type OfferView,
} from "#lib/schemas/offers.ts";
import { type PlaceFields, placeFields, placeKey, usableRegistries } from "./offer-place.ts";
import { findOfferOrganization, type OfferRow, readOfferRows } from "./offer-rows.ts";

const maxChoices = 1000;
// No row has it.
const noOffer = "00000000-0000-0000-0000-000000000000";

/**
 * What is offered to an organization, or to all that have no offer of their own.
 *
 * @param name of the organization, as it stands in the address; null: for all
 * @throws AppError `not-found`
 */
export async function getOffer(access: Access<"offer.read">, name: string | null): Promise<OfferView> {
  const organization = await findOfferOrganization(access, name === null ? null : { name });
  const { own, shared } = await readOfferRows(db, organization?.id ?? null);
  const offer = own ?? shared;
  const sharedPlace = formatPlace(shared?.destination ?? null);
  return {
    organization,
    seen: offer && { id: offer.id, updatedAt: offer.updatedAt.toISOString() },
    isOwn: own !== null || organization === null,
    place: organization === null ? sharedPlace : formatPlace(own?.destination ?? null),
    sharedPlace,
    readsFrom: offer?.readsFrom ?? OfferSource.own_registries,
    publishOnSave: offer?.publishOnSave ?? false,
    releases: await listReleases(offer, mayRole(access.role, "offer.write")),
  };
}

/** Where an offer may lead; null for whoever may not change it. @throws AppError `not-found` */
export async function getOfferChoices(
  access: Access<"offer.read">,
  name: string | null,
): Promise<OfferChoices | null> {
  if (!mayRole(access.role, "offer.write")) return null;
  const organization = await findOfferOrganization(access, name === null ? null : { name });
  const organizationId = organization?.id ?? null;
  const [registries, offers] = await Promise.all([
    db.registry.findMany({
      where: usableRegistries(organizationId),
      orderBy: { name: "asc" },
      take: maxChoices,
      select: {
        id: true,
        name: true,
        host: true,
        organizationId: true,
        destinations: { orderBy: { basePath: "asc" }, take: maxChoices, select: placeFields },
      },
    }),
    db.offer.findMany({
      where: { destinationId: { not: null } },
      select: {
        organizationId: true,
        organization: { select: { displayName: true } },
        destination: { select: placeFields },
      },
    }),
  ]);
  const holders = new Map<string, OfferDestinationChoice["takenBy"]>();
  for (const offer of offers) {
    if (offer.destination === null || offer.organizationId === organizationId) continue;
    holders.set(placeKey(offer.destination), { organization: offer.organization?.displayName ?? null });
  }
  return {
    destinations: registries.flatMap((registry) =>
      registry.destinations.map((destination): OfferDestinationChoice => ({
        ...toPlace(destination),
        registryName: registry.name,
        isOwn: registry.organizationId !== null,
        takenBy: holders.get(placeKey(destination)) ?? null,
      })),
    ),
    registries: registries.map(({ id, name: registryName, host, ...registry }) => ({
      ...{ id, name: registryName, host, isOwn: registry.organizationId !== null },
    })),
    proposedPath: organization === null ? "" : proposePath(organization.name),
  };
}

/**
 * The components of a release with what the offer says of each. Whoever may not change the offer sees releases that are
 * offered only.
 *
 * @param name of the organization; null: for all
 * @throws AppError `not-found`
 */
export async function listOfferComponents(
  access: Access<"offer.read">,
  name: string | null,
  releaseId: string,
): Promise<OfferComponentRow[]> {
  const organization = await findOfferOrganization(access, name === null ? null : { name });
  const { own, shared } = await readOfferRows(db, organization?.id ?? null);
  const offerId = (own ?? shared)?.id ?? noOffer;
  const offers = mayRole(access.role, "offer.write") ? {} : { offers: { some: { offerId } } };
  const release = await db.release.findFirst({
    where: { id: releaseId, ...offers },
    select: {
      kind: true,
      components: {
        orderBy: { position: "asc" },
        include: { offers: { where: { offerId }, select: { rule: true } } },
      },
    },
  });
  if (!release) throw new AppError("not-found", { what: "release" });
  const suggested = suggestRequired(release.kind, release.components);
  return release.components.map(({ id, kind, tag, digest, part, ...row }) => ({
    ...{ id, kind, tag, digest, part },
    source: `${row.sourceHost}/${row.sourceRepository}`,
    sizeBytes: row.sizeBytes === null ? null : Number(row.sizeBytes),
    rule: row.offers[0]?.rule ?? null,
    suggested: suggested.get(id) ?? null,
  }));
}

/** Offered ones first, the newest of each before the others. */
async function listReleases(offer: OfferRow | null, isWhole: boolean): Promise<OfferReleaseRow[]> {
  const offerId = offer?.id ?? noOffer;
  return db.$queryRaw<OfferReleaseRow[]>`
    SELECT r."id", r."kind"::text AS "kind", r."name", r."version", r."isOffered",
           count(c."id")::int AS "componentCount",
           (count(*) FILTER (WHERE e."rule" = 'required'))::int AS "requiredCount",
           (count(*) FILTER (WHERE e."rule" = 'withheld'))::int AS "withheldCount"
      FROM (SELECT a.*, f."releaseId" IS NOT NULL AS "isOffered"
              FROM "Release" a
              LEFT JOIN "OfferRelease" f ON f."releaseId" = a."id" AND f."offerId" = ${offerId}::uuid
             WHERE ${isWhole} OR f."releaseId" IS NOT NULL
             ORDER BY f."releaseId" IS NULL, a."createdAt" DESC
             LIMIT ${maxOfferReleases}) r
      LEFT JOIN "Component" c ON c."releaseId" = r."id"
      LEFT JOIN "OfferComponent" e ON e."offerId" = ${offerId}::uuid AND e."componentId" = c."id"
     GROUP BY r."id", r."kind", r."name", r."version", r."isOffered", r."createdAt"
     ORDER BY r."isOffered" DESC, r."createdAt" DESC, r."id"`;
}

/** The organization's name as a path: lower case, and single marks between letters and digits. */
function proposePath(name: string): string {
  const path = name.toLowerCase().replace(/[._-]{2,}/g, "-");
  // A base path must not end as the paths do that come below it.
  return findEndingFolder(path) === null ? path : `${path}-org`;
}

function formatPlace(destination: PlaceFields | null): OfferPlace | null {
  return destination && toPlace(destination);
}

function toPlace({ id, basePath, registry: { host } }: PlaceFields): OfferPlace {
  return { id, host, basePath };
}
