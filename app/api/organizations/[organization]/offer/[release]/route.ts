import { defineRoute } from "#lib/routes/define-route.ts";
import { ownOfferReleaseParams } from "#lib/schemas/offers.ts";
import { listOfferComponents } from "#lib/services/offers/index.ts";

/** OfferComponentRow[]: a release's components, with what is said of each in what is offered to the organization. */
export const GET = defineRoute({
  permission: "offer.read",
  params: ownOfferReleaseParams,
  run: async ({ access, params: { organization, release } }) =>
    Response.json(await listOfferComponents(access, organization, release)),
});
