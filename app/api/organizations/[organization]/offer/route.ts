import { defineRoute } from "#lib/routes/define-route.ts";
import { organizationParams } from "#lib/schemas/organizations.ts";
import { getOffer, getOfferChoices } from "#lib/services/offers/index.ts";

/** { view: OfferView, choices: OfferChoices | null }: what is offered to the organization, and where it may lead. */
export const GET = defineRoute({
  permission: "offer.read",
  params: organizationParams,
  run: async ({ access, params: { organization } }) => {
    const [view, choices] = await Promise.all([
      getOffer(access, organization),
      getOfferChoices(access, organization),
    ]);
    return Response.json({ view, choices });
  },
});
