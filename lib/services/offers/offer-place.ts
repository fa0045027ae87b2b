import "server-only";
import type { Prisma } from "#lib/db/generated/client.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import type { OfferPlaceInput } from "#lib/schemas/offers.ts";

export const placeFields = {
  id: true,
  basePath: true,
  registry: { select: { host: true } },
} satisfies Prisma.DestinationSelect;

export type PlaceFields = Prisma.DestinationGetPayload<{ select: typeof placeFields }>;

/** Where an offer leads; null: to the shared destination. */
export type ChosenPlace = { id: string; name: string; isNew: boolean } | null;

/** `host[:port][/path]` */
export function formatPlaceName(host: string, basePath: string): string {
  return basePath === "" ? host : `${host}/${basePath}`;
}

/** The same for two registries of one host, which lead to the same images. */
export function placeKey({ basePath, registry }: Omit<PlaceFields, "id">): string {
  return formatPlaceName(registry.host.toLowerCase(), basePath);
}

/** Registries that an organization's offer may lead to: the provider's and its own; that for all to the provider's. */
export function usableRegistries(organizationId: string | null): Prisma.RegistryWhereInput {
  return organizationId === null
    ? { organizationId: null }
    : { OR: [{ organizationId: null }, { organizationId }] };
}

/**
 * The destination that was chosen, which is made if need be.
 *
 * @param organizationId whose offer it is; null: the one for all
 * @param standingId the destination that it leads to so far
 * @throws AppError `not-found`; `invalid-input` for one that another offer leads to, or that lies within another's
 */
export async function choosePlace(
  tx: ChangeTransaction,
  organizationId: string | null,
  input: OfferPlaceInput,
  standingId: string | null,
): Promise<ChosenPlace> {
  if (input.kind === "shared") return null;
  if (input.kind === "existing") {
    const destination = await tx.destination.findFirst({
      where: { id: input.destinationId, registry: usableRegistries(organizationId) },
      select: placeFields,
    });
    if (!destination) throw new AppError("not-found", { what: "destination" });
    // What stands is not refused for what others have done since.
    if (destination.id !== standingId) {
      await assertFree(tx, organizationId, destination, "place.destinationId");
    }
    return named(destination, false);
  }
  const { registryId, basePath } = input;
  const registry = await tx.registry.findFirst({
    where: { id: registryId, AND: usableRegistries(organizationId) },
    select: { host: true },
  });
  if (!registry) throw new AppError("not-found", { what: "registry" });
  await assertFree(tx, organizationId, { basePath, registry }, "place.basePath");
  const standing = await tx.destination.findFirst({ where: { registryId, basePath }, select: placeFields });
  if (standing) return named(standing, false);
  return named(await tx.destination.create({ data: { registryId, basePath }, select: placeFields }), true);
}

function named({ id, basePath, registry }: PlaceFields, isNew: boolean): ChosenPlace {
  return { id, name: formatPlaceName(registry.host, basePath), isNew };
}

type Holder = Prisma.OfferGetPayload<{ select: typeof holderFields }>;

const holderFields = {
  organizationId: true,
  organization: { select: { displayName: true } },
  destination: { select: placeFields },
} satisfies Prisma.OfferSelect;

/**
 * What two organizations publish to, neither would have for itself; nor what lies within the path of another, who can
 * delete it there. Only the shared destination may have those of organizations within it: it is the provider's.
 *
 * @param organizationId whose offer is to lead there; null: the one for all
 * @param field that is wrong then
 * @throws AppError `invalid-input`
 */
export async function assertFree(
  tx: ChangeTransaction,
  organizationId: string | null,
  wanted: Omit<PlaceFields, "id">,
  field: string,
): Promise<void> {
  const offers = await tx.offer.findMany({
    where: { destination: { registry: { host: { equals: wanted.registry.host, mode: "insensitive" } } } },
    orderBy: { createdAt: "asc" },
    select: holderFields,
  });
  const others = offers.filter((other) => other.organizationId !== organizationId);
  const key = placeKey(wanted);
  const taken = others.find((other) => keyOf(other) === key);
  if (taken) {
    if (taken.organization === null) throw fieldError(field, "destination-shared");
    throw fieldError(field, "destination-taken", { facts: nameHolder(taken) });
  }
  const outer = others.find(
    (other) => other.organizationId !== null && isWithin(wanted.basePath, basePathOf(other)),
  );
  if (outer) throw fieldError(field, "destination-nested", { facts: nameHolder(outer) });
  const inner = others.find((other) => isWithin(basePathOf(other), wanted.basePath));
  if (organizationId === null || !inner) return;
  throw fieldError(field, inner.organization === null ? "destination-around-shared" : "destination-around", {
    facts: nameHolder(inner),
  });
}

const keyOf = ({ destination }: Holder): string | null => destination && placeKey(destination);

const basePathOf = ({ destination }: Holder): string => destination?.basePath ?? "";

/** Of two paths that are not the same. */
const isWithin = (inner: string, outer: string): boolean => outer === "" || inner.startsWith(`${outer}/`);

function nameHolder({ organization, destination }: Holder): { organization: string; path: string } {
  const path = destination ? formatPlaceName(destination.registry.host, destination.basePath) : "";
  return { organization: organization?.displayName ?? "", path };
}
