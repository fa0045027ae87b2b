import "server-only";
import type { Access } from "#lib/auth/access.ts";
import { db } from "#lib/db/client.ts";
import { findOffer } from "../offers/find-offer.ts";
import { assertOwn } from "./own-organization.ts";
import type { PublishingState } from "./publishing-views.ts";

/** @throws AppError `not-found` */
export async function getPublishingState(
  access: Access<"selection.read">,
  organizationId: string,
): Promise<PublishingState> {
  assertOwn(access, organizationId);
  const [offer, publishedImages] = await Promise.all([
    findOffer(organizationId),
    db.publication.count({ where: { organizationId } }),
  ]);
  const destination = offer?.destination ?? null;
  return {
    publishedImages,
    destination: destination && { host: destination.registry.host, basePath: destination.basePath },
  };
}
