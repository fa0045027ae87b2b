import { z } from "zod";
import {
  type ComponentKind,
  type OfferRule,
  OfferSource,
  type ReleaseKind,
} from "#lib/db/generated/enums.ts";
import type { RequiredReason } from "#lib/domain/catalog/suggest-required.ts";
import type { InputErrorCode } from "#lib/errors.ts";
import { confirmedProblems } from "./container-registry.ts";
import { organizationParams } from "./organizations.ts";
import { basePath } from "./registries.ts";
import { listLimits } from "./releases.ts";

/** As many as forms show to choose from. */
export const maxOfferReleases = 500;

/** `/api/offer/[release]` and `/api/organizations/[organization]/offer/[release]` */
export const offerReleaseParams = z.object({ release: z.uuid() });
export const ownOfferReleaseParams = organizationParams.extend(offerReleaseParams.shape);

/** What the one who changes an offer has seen; null: there was none. Of anything else it is not known what was meant. */
const seen = z.object({ id: z.uuid(), updatedAt: z.iso.datetime() }).nullable();

// A choice that was not made is an empty text.
const chosenId = z.uuid({ error: ({ input }) => (input === "" ? "required" : undefined) });

const offerPlace = z.discriminatedUnion("kind", [
  /** The destination of the offer for all. */
  z.object({ kind: z.literal("shared") }),
  z.object({ kind: z.literal("existing"), destinationId: chosenId }),
  /** One that is made unless it is there. */
  z.object({ kind: z.literal("new"), registryId: chosenId, basePath }),
]);
export type OfferPlaceInput = z.output<typeof offerPlace>;
export type OfferPlaceKind = OfferPlaceInput["kind"];

const someReleases = z.array(z.uuid()).max(maxOfferReleases);
const someComponents = z.array(z.uuid()).max(listLimits.limitLines);

export const saveOfferInput = z
  .object({
    /** Null: for all that have none of their own. */
    organizationId: z.uuid().nullable(),
    seen,
    place: offerPlace,
    readsFrom: z.enum(OfferSource),
    publishOnSave: z.boolean(),
    /** Releases and components that are to be other than they were shown. */
    offered: someReleases,
    withdrawn: someReleases,
    required: someComponents,
    withheld: someComponents,
    free: someComponents,
    /** Of the registry that clusters pull from by then. */
    confirmed: confirmedProblems,
  })
  .superRefine(({ place, organizationId, readsFrom }, context) => {
    const refuse = (path: string, message: InputErrorCode) =>
      context.addIssue({ code: "custom", path: [path], message });
    const isShared = organizationId === null || place.kind === "shared";
    if (organizationId === null && place.kind === "shared") refuse("place", "required");
    // A destination cannot be filled from itself.
    if (isShared && readsFrom === OfferSource.shared_destination) refuse("readsFrom", "reads-itself");
  });
export type SaveOfferInput = z.output<typeof saveOfferInput>;

export const deleteOfferInput = z.object({ organizationId: z.uuid(), seen });
export type DeleteOfferInput = z.output<typeof deleteOfferInput>;

/** A registry and a base path. */
export interface OfferPlace {
  id: string;
  host: string;
  basePath: string;
}

/** A release of the catalog, as an offer has it. */
export interface OfferReleaseRow {
  id: string;
  kind: ReleaseKind;
  name: string;
  version: string;
  isOffered: boolean;
  componentCount: number;
  /** Of those, the ones that are not free; what the offer says of a release that is not offered is nothing. */
  requiredCount: number;
  withheldCount: number;
}

export interface OfferView {
  /** Null: for all that have none of their own. */
  organization: { id: string; name: string; displayName: string } | null;
  /** Of the offer that is shown: an organization's own, or the one for all. Null while there is neither. */
  seen: { id: string; updatedAt: string } | null;
  /** It is the organization's own, or the one for all is looked at as such. */
  isOwn: boolean;
  /** Null: the shared one. */
  place: OfferPlace | null;
  /** Null while nobody has said which it is. */
  sharedPlace: OfferPlace | null;
  readsFrom: OfferSource;
  publishOnSave: boolean;
  /** All of the catalog for whoever may change the offer; those that are offered for others. */
  releases: OfferReleaseRow[];
}

/** What whoever may change an offer chooses its destination from. */
export interface OfferChoices {
  destinations: OfferDestinationChoice[];
  registries: { id: string; name: string; host: string; isOwn: boolean }[];
  /** A base path for a new destination. */
  proposedPath: string;
}

export interface OfferDestinationChoice extends OfferPlace {
  registryName: string;
  /** The registry is the organization's own. */
  isOwn: boolean;
  /** Who has it already, so that it cannot be chosen: an organization by its display name, or all of them. */
  takenBy: { organization: string | null } | null;
}

/** A component of a release, as an offer has it. */
export interface OfferComponentRow {
  id: string;
  kind: ComponentKind;
  /** `host/repository`, as the release names it. */
  source: string;
  tag: string | null;
  digest: string | null;
  part: string;
  sizeBytes: number | null;
  /** Null: free to be chosen. */
  rule: OfferRule | null;
  /** What clusters need it for, as far as is known. */
  suggested: RequiredReason | null;
}
