import "server-only";
import { db } from "#lib/db/client.ts";
import { OfferSource } from "#lib/db/generated/enums.ts";
import { AppError, fieldError } from "#lib/errors.ts";
import { maxJobImages } from "#lib/schemas/jobs.ts";
import type { JobPaths } from "../jobs/make-tasks.ts";
import { type EffectiveOffer, findOffer, type OfferedDestination } from "../offers/find-offer.ts";
import { readSourceRewrites } from "../paths/index.ts";
import { type ChosenRow, findChosenComponents } from "../selections/chosen-components.ts";

/** What an organization's publishing is made of. */
export interface PublishingParts {
  organization: { id: string; name: string };
  offer: EffectiveOffer;
  destination: OfferedDestination;
  components: ChosenRow[];
  paths: JobPaths;
  /** The registry that stands in for those that the releases name, if one does. */
  source: OfferedDestination | null;
}

/**
 * @throws AppError `not-found`, `organization-disabled`, `nothing-offered`, `destination-missing`, `invalid-input` for too many images
 */
export async function findPublishingParts(organizationId: string): Promise<PublishingParts> {
  const [organization, offer, components, rewrites] = await Promise.all([
    db.organization.findUnique({
      where: { id: organizationId },
      select: { id: true, name: true, disabledAt: true },
    }),
    findOffer(organizationId),
    findChosenComponents([organizationId]),
    readSourceRewrites(),
  ]);
  if (!organization) throw new AppError("not-found", { what: "organization" });
  const { id, name, disabledAt } = organization;
  if (disabledAt) throw new AppError("organization-disabled", { name });
  if (!offer) throw new AppError("nothing-offered", { name });
  if (components.length > maxJobImages) {
    throw fieldError("organizationId", "too-many", { facts: { maximum: maxJobImages } });
  }
  const { destination, sharedDestination, readsFrom } = offer;
  if (!destination) throw new AppError("destination-missing", { name });
  const source = readsFrom === OfferSource.shared_destination ? sharedDestination : null;
  if (readsFrom === OfferSource.shared_destination && !source)
    throw new AppError("destination-missing", { name });
  const paths: JobPaths = {
    source: source && { host: source.registry.host, basePath: source.basePath, layout: "target" },
    rewrites,
    targetHost: destination.registry.host,
    targetBasePath: destination.basePath,
  };
  return { organization: { id, name }, offer, destination, components, paths, source };
}
