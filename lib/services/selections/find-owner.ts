import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";
import type { SelectionOwner } from "#lib/schemas/selections.ts";
import { type EffectiveOffer, findOffer, type OfferedDestination } from "../offers/find-offer.ts";

/** Whose selection it is, and what it is offered. */
export interface OwnerParts {
  organization: SelectionOwner;
  /** Null while nothing is offered at all. */
  offer: EffectiveOffer | null;
}

/**
 * A tenant has its own organization only.
 *
 * @throws AppError `not-found`
 */
export async function findOwner(
  access: Access<"selection.read" | "selection.write">,
  by: { id: string } | { name: string },
): Promise<OwnerParts> {
  const organization = await db.organization.findFirst({
    where: { ...by, AND: access.organizationId === null ? {} : { id: access.organizationId } },
    select: { id: true, name: true, displayName: true },
  });
  if (!organization) throw new AppError("not-found", { what: "organization" });
  return { organization, offer: await findOffer(organization.id) };
}

/** `host[:port][/path]` */
export function formatDestination(destination: OfferedDestination | null): string | null {
  if (destination === null) return null;
  const { registry, basePath } = destination;
  return basePath === "" ? registry.host : `${registry.host}/${basePath}`;
}
