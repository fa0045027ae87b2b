"use server";

import { deleteOfferInput, saveOfferInput } from "#lib/schemas/offers.ts";
import { deleteOffer, saveOffer } from "#lib/services/offers/index.ts";
import { defineAction } from "./define-action.ts";

export const saveOfferAction = defineAction({
  permission: "offer.write",
  input: saveOfferInput,
  run: saveOffer,
});

export const deleteOfferAction = defineAction({
  permission: "offer.write",
  input: deleteOfferInput,
  run: deleteOffer,
});
