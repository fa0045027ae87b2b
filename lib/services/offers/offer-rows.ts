import "server-only";
import { db } from "#lib/db/client.ts";
import type { Prisma } from "#lib/db/generated/client.ts";
import type { Access } from "#lib/auth/access.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";
import { placeFields } from "./offer-place.ts";

const offerFields = {
  id: true,
  organizationId: true,
  updatedAt: true,
  readsFrom: true,
  publishOnSave: true,
  destination: { select: placeFields },
} satisfies Prisma.OfferSelect;

export type OfferRow = Prisma.OfferGetPayload<{ select: typeof offerFields }>;

export interface OfferRows {
  /** An organization's own; null for the offer for all. */
  own: OfferRow | null;
  shared: OfferRow | null;
}

/** A tenant has its own organization only. @throws AppError `not-found` */
export async function findOfferOrganization(
  access: Access<"offer.read" | "offer.write">,
  by: { id: string } | { name: string } | null,
): Promise<{ id: string; name: string; displayName: string } | null> {
  const { organizationId } = access;
  if (by === null) {
    // The offer for all is the provider's: a tenant sees what of it holds for its own organization.
    if (organizationId !== null) throw new AppError("not-found", { what: "offer" });
    return null;
  }
  const organization = await db.organization.findFirst({
    where: { ...by, AND: organizationId === null ? {} : { id: organizationId } },
    select: { id: true, name: true, displayName: true },
  });
  if (!organization) throw new AppError("not-found", { what: "organization" });
  return organization;
}

/** @param organizationId null: the offer for all alone */
export async function readOfferRows(
  client: typeof db | ChangeTransaction,
  organizationId: string | null,
): Promise<OfferRows> {
  const rows = await client.offer.findMany({
    where: { OR: [{ organizationId: null }, ...(organizationId === null ? [] : [{ organizationId }])] },
    select: offerFields,
  });
  return {
    own: rows.find((row) => row.organizationId !== null) ?? null,
    shared: rows.find((row) => row.organizationId === null) ?? null,
  };
}
