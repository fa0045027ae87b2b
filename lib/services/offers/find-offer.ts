import "server-only";
import { db } from "#lib/db/client.ts";
import type { OfferRule, OfferSource } from "#lib/db/generated/enums.ts";

/** A registry and a base path, as an offer leads to it. */
export interface OfferedDestination {
  id: string;
  basePath: string;
  registry: { id: string; host: string };
}

/** What holds for an organization. */
export interface EffectiveOffer {
  id: string;
  /** It is the one for all: the organization has none of its own. */
  isDefault: boolean;
  /** Null while nobody has said which destination is the shared one. */
  destination: OfferedDestination | null;
  sharedDestination: OfferedDestination | null;
  readsFrom: OfferSource;
  publishOnSave: boolean;
  releaseIds: string[];
  /** By component; one without a rule is free to be chosen. */
  rules: ReadonlyMap<string, OfferRule>;
}

/** The organization's own offer, or the one for all; null when there is neither. */
export async function findOffer(organizationId: string): Promise<EffectiveOffer | null> {
  const rows = await db.offer.findMany({
    where: { OR: [{ organizationId }, { organizationId: null }] },
    include: {
      destination: {
        select: { id: true, basePath: true, registry: { select: { id: true, host: true } } },
      },
      releases: { select: { releaseId: true }, orderBy: { releaseId: "asc" } },
      components: { select: { componentId: true, rule: true } },
    },
  });
  const shared = rows.find((row) => row.organizationId === null);
  const offer = rows.find((row) => row.organizationId !== null) ?? shared;
  if (!offer) return null;
  const sharedDestination = shared?.destination ?? null;
  return {
    id: offer.id,
    isDefault: offer === shared,
    destination: offer.destination ?? sharedDestination,
    sharedDestination,
    readsFrom: offer.readsFrom,
    publishOnSave: offer.publishOnSave,
    releaseIds: offer.releases.map(({ releaseId }) => releaseId),
    rules: new Map(offer.components.map(({ componentId, rule }) => [componentId, rule])),
  };
}
