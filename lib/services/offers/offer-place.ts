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
 * @throws AppError `not-found`; `invalid-input` for one that another offer leads to
 */
export async function choosePlace(
  tx: ChangeTransaction,
  organizationId: string | null,
  input: OfferPlaceInput,
): Promise<ChosenPlace> {
  if (input.kind === "shared") return null;
  if (input.kind === "existing") {
    const destination = await tx.destination.findFirst({
      where: { id: input.destinationId, registry: usableRegistries(organizationId) },
      select: placeFields,
    });
    if (!destination) throw new AppError("not-found", { what: "destination" });
    await assertFree(tx, organizationId, destination, "place.destinationId");
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

/** What two organizations publish to, neither would have for itself. */
async function assertFree(
  tx: ChangeTransaction,
  organizationId: string | null,
  wanted: Omit<PlaceFields, "id">,
  field: string,
): Promise<void> {
  const others = await tx.offer.findMany({
    where: { destination: { basePath: wanted.basePath } },
    select: {
      organizationId: true,
      organization: { select: { displayName: true } },
      destination: { select: placeFields },
    },
  });
  const holder = others.find(
    (other) =>
      other.organizationId !== organizationId &&
      other.destination !== null &&
      placeKey(other.destination) === placeKey(wanted),
  );
  if (!holder) return;
  if (holder.organization === null) throw fieldError(field, "destination-shared");
  throw fieldError(field, "destination-taken", { facts: { organization: holder.organization.displayName } });
}
