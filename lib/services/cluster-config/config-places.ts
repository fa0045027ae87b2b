import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import { AppError } from "#lib/errors.ts";
import type { ConfigPlace } from "#lib/schemas/cluster-config.ts";
import { findOffer } from "../offers/find-offer.ts";

const maxPlaces = 500;

const placeFields = {
  id: true,
  basePath: true,
  registry: {
    select: {
      name: true,
      host: true,
      caPem: true,
      tlsMode: true,
      organizationId: true,
      organization: { select: { displayName: true } },
    },
  },
} satisfies Prisma.DestinationSelect;

type PlaceFields = Prisma.DestinationGetPayload<{ select: typeof placeFields }>;

/** Destinations that clusters can be told to pull from: a tenant's own, and the one that it publishes to. */
async function listConfigPlaces(access: Access<"cluster-config.read">): Promise<ConfigPlace[]> {
  const rows = await db.destination.findMany({
    where: await ownPlaces(access),
    orderBy: [{ registry: { name: "asc" } }, { basePath: "asc" }, { id: "asc" }],
    select: placeFields,
    take: maxPlaces,
  });
  return rows.map(formatPlace);
}

/**
 * All of them, and for which of them a page is: the one that was asked for, else the one that most will mean.
 *
 * @throws AppError `not-found` for one that was asked for and is not there, or another's
 */
export async function choosePlace(
  access: Access<"cluster-config.read">,
  asked: string | null,
): Promise<{ places: ConfigPlace[]; placeId: string | null }> {
  const [places, placeId] = await Promise.all([
    listConfigPlaces(access),
    asked === null ? findUsualPlace(access) : getConfigPlace(access, asked).then(({ id }) => id),
  ]);
  return { places, placeId: placeId ?? places[0]?.id ?? null };
}

/** Where the organization publishes to, or what all share; null where there is none. */
async function findUsualPlace(access: Access<"cluster-config.read">): Promise<string | null> {
  if (access.organizationId !== null)
    return (await findOffer(access.organizationId))?.destination?.id ?? null;
  const shared = await db.offer.findFirst({
    where: { organizationId: null },
    select: { destinationId: true },
  });
  return shared?.destinationId ?? null;
}

/** With what the panel itself trusts its registry by. @throws AppError `not-found`, for what is another's too */
export async function getConfigPlace(
  access: Access<"cluster-config.read">,
  id: string,
): Promise<ConfigPlace & { caPem: string | null }> {
  const row = await db.destination.findFirst({
    where: { AND: [{ id }, await ownPlaces(access)] },
    select: placeFields,
  });
  if (!row) throw new AppError("not-found", { what: "destination" });
  return { ...formatPlace(row), caPem: row.registry.caPem };
}

async function ownPlaces(access: Access<"cluster-config.read">): Promise<Prisma.DestinationWhereInput> {
  if (access.organizationId === null) return {};
  const offered = (await findOffer(access.organizationId))?.destination;
  return { OR: [{ registry: access.ownRows() }, ...(offered ? [{ id: offered.id }] : [])] };
}

function formatPlace({ id, basePath, registry }: PlaceFields): ConfigPlace {
  const { name, host, organization, organizationId, tlsMode } = registry;
  return {
    ...{ id, basePath, host, name, organizationId, organization: organization?.displayName ?? null },
    isPlainHttp: tlsMode === "plain_http",
  };
}
