import { defineRoute } from "#lib/routes/define-route.ts";
import { offerReleaseParams } from "#lib/schemas/offers.ts";
import { listOfferComponents } from "#lib/services/offers/index.ts";

/** OfferComponentRow[]: a release's components, with what the offer for all says of each. */
export const GET = defineRoute({
  permission: "offer.read",
  params: offerReleaseParams,
  run: async ({ access, params }) => Response.json(await listOfferComponents(access, null, params.release)),
});
